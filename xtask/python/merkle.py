"""Checks the vectors of the audit log's Merkle tree with code that is not ours.

    merkle.py crates/core/tests/golden/tree.json

The trees are pymerkle's, the signatures are checked by cryptography; neither shares a line with the Rust program. What is
written here is only how the bytes are laid out: RFC 6962 section 2.1.2 for consistency proofs, C2SP tlog-proof,
tlog-checkpoint and signed-note for receipts. Everything that holds is tried again with a byte changed, and must then be
refused: a check that takes everything would agree as well.

It reads one file and writes none. `cargo xtask test merkle` installs what it needs, and runs it.
"""

import base64
import binascii
import hashlib
import json
import sys
from importlib.metadata import version

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import ConsistencyProof, InclusionProof, InmemoryTree, InvalidChallenge, InvalidProof

ALGORITHM = "sha256"
ED25519 = b"\x01"


class Refused(Exception):
    """What was to be checked does not hold, or is not written as it should be."""


class Disagreement(Exception):
    """The others come to another result than we do."""


def theirs_over(leaves):
    return InmemoryTree.init_from_entries(leaves, algorithm=ALGORITHM)


def same(theirs, ours):
    if theirs != ours:
        raise Refused("they differ")


# Proofs. pymerkle counts leaves from 1.


def verify_inclusion(rule, index, size, leaf, path, root):
    """Our path in pymerkle's proof. The rule says on which side each hash stands; pymerkle holds it against its own."""
    proof = InclusionProof(ALGORITHM, True, size, index + 1, rule, [leaf, *path])
    try:
        proof.verify(leaf, root, index=index + 1, size=size, algorithm=ALGORITHM)
    except InvalidProof as why:
        raise Refused(str(why)) from why


def consistency_steps(older, newer):
    """RFC 6962's SUBPROOF, from its end: whether each hash stands on the left, where it belongs to the older tree, too."""
    if older == newer:
        return []
    left = 1 << (newer - 1).bit_length() - 1
    if older <= left:
        return consistency_steps(older, left) + [0]
    return consistency_steps(older - left, newer - left) + [1]


def verify_consistency(older, newer, path, older_root, newer_root):
    """Our path, folded by pymerkle into both roots.

    pymerkle's own proofs go further down than RFC 6962's, to the first leaf that was added, and its `verify` takes only
    such. What it folds with takes any path.
    """
    if older == newer or older & (older - 1) == 0:
        # One subtree of the newer tree, whose root whoever checks knows already.
        path = [older_root, *path]
    steps = consistency_steps(older, newer)
    if len(path) != len(steps) + 1:
        raise Refused("the path has too many or too few steps")
    # The last one has no place beside another, but pymerkle takes a proof without rules for one of nothing.
    proof = ConsistencyProof(ALGORITHM, True, newer, older, [*steps, 0], [1, *steps], path)
    same(proof.retrieve_prior_state(), older_root)
    same(proof.compute_root(), newer_root)


def verify_own(proof, older_root, newer_root):
    try:
        proof.verify(older_root, newer_root, algorithm=ALGORITHM)
    except InvalidProof as why:
        raise Refused(str(why)) from why


def as_in_rfc_6962(proof):
    """The path of pymerkle's consistency proof, as RFC 6962 has it.

    What was added beside the older tree's last complete subtree comes first, in pieces; RFC 6962 has it in one, after that
    subtree.
    """
    if proof.prior_size == proof.size:
        return []
    last = proof.subset.index(1)
    added = proof.path[0]
    for piece in proof.path[1:last]:
        added = proof.hasher.hash_pair(added, piece)
    path = [proof.path[last], added, *proof.path[last + 1 :]]
    return path if sum(proof.subset) > 1 else path[1:]


# Receipts.


def unbase64(text):
    """Only the one way to write these bytes."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as why:
        raise Refused("it is not Base64") from why
    same(base64.b64encode(decoded).decode(), text)
    return decoded


def number(text):
    """Only the one way to write a number."""
    if not (text.isascii() and text.isdecimal()) or str(int(text)) != text:
        raise Refused("it is no number")
    return int(text)


def take(text, beginning):
    if not text.startswith(beginning):
        raise Refused(f"it does not begin with {beginning!r}")
    return text[len(beginning) :]


def read_key(vkey):
    """The key of C2SP signed-note: its name, its id, its bytes."""
    name, key_id, encoded = (vkey.split("+", 2) + ["", ""])[:3]
    typed = unbase64(encoded)
    if len(typed) != 33 or typed[:1] != ED25519:
        raise Refused("the key is not of Ed25519")
    digest = hashlib.sha256(name.encode() + b"\n" + typed).digest()
    same(digest[:4].hex(), key_id)
    return name, digest[:4], typed[1:]


def open_note(note, vkey):
    """The text of a note, once the key is found to have signed it."""
    name, key_id, key = read_key(vkey)
    above, empty_line, below = note.rpartition("\n\n")
    if not empty_line or not below.endswith("\n"):
        raise Refused("it is no note")
    text = above + "\n"
    is_signed = False
    for line in below[:-1].split("\n"):
        signer, _, encoded = take(line, "\u2014 ").partition(" ")
        signature = unbase64(encoded)
        if signer != name or signature[:4] != key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
        except InvalidSignature as why:
            raise Refused("the signature does not fit the text") from why
        is_signed = True
    if not is_signed:
        raise Refused("the key has not signed it")
    return name, text


def check_receipt(vkey, entry, proof):
    """All of a receipt: signature, name of the log, and the path from the entry's own bytes to the signed root."""
    try:
        vkey, proof = vkey.decode(), proof.decode()
    except UnicodeDecodeError as why:
        raise Refused("it is no text") from why
    above, empty_line, note = proof.partition("\n\n")
    header, *lines = above.split("\n")
    same(header, "c2sp.org/tlog-proof@v1")
    if not empty_line or not lines:
        raise Refused("it is no proof")
    index = number(take(lines[0], "index "))
    path = [unbase64(line) for line in lines[1:]]

    name, text = open_note(note, vkey)
    origin, size, root, *_ = text.split("\n") + ["", ""]
    same(origin, name)
    size, root = number(size), unbase64(root)
    if index >= size:
        raise Refused("there is no such leaf")
    # On which side each hash stands follows from the numbers alone, so any tree of this size tells.
    shape = theirs_over([b""] * size)
    leaf = shape.hash_buff(entry)
    verify_inclusion(shape.prove_inclusion(index + 1).rule, index, size, leaf, path, root)
    same(json.loads(entry)["log"], origin.rpartition("/")[2])


# What is checked, and how often.


class Counts:
    def __init__(self):
        self.roots = self.inclusion = self.consistency = self.receipts = self.refused = 0

    def must_hold(self, what, check, *given):
        try:
            check(*given)
        except Refused as why:
            raise Disagreement(f"{what}: {why}") from why

    def must_be_refused(self, what, check, *given):
        try:
            check(*given)
        except Refused:
            self.refused += 1
            return
        raise Disagreement(f"{what}: nobody notices a byte that was changed")


def changed(data, at):
    """The same bytes but for one bit of one of them."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


def changes(path):
    """The path, once for each of its hashes with that one changed."""
    for at, step in enumerate(path):
        yield [*path[:at], changed(step, at * 5 + 3), *path[at + 1 :]]


def check_tree(leaves, tree, roots, counts):
    size, root = tree["size"], bytes.fromhex(tree["root"])
    if size > len(leaves):
        raise Disagreement(f"a tree of {size}: there are only {len(leaves)} leaves")
    theirs = theirs_over(leaves[:size])
    what = f"the root of {size} leaves"
    counts.must_hold(what, same, theirs.get_root(), root)
    counts.must_be_refused(what, same, theirs.get_root(), changed(root, size))
    roots[size] = root
    counts.roots += 1

    for included in tree["inclusion"]:
        index, path = included["index"], [bytes.fromhex(step) for step in included["path"]]
        what = f"that leaf {index} is in a tree of {size}"
        own = theirs.prove_inclusion(index + 1)
        leaf = theirs.hash_buff(leaves[index])
        counts.must_hold(f"{what}, the path", same, own.path, [leaf, *path])
        fixed = (own.rule, index, size)
        counts.must_hold(what, verify_inclusion, *fixed, leaf, path, root)
        counts.must_be_refused(what, verify_inclusion, *fixed, changed(leaf, index), path, root)
        counts.must_be_refused(what, verify_inclusion, *fixed, leaf, path, changed(root, index))
        for other in changes(path):
            counts.must_be_refused(f"{what}, the path", same, own.path, [leaf, *other])
            counts.must_be_refused(what, verify_inclusion, *fixed, leaf, other, root)
        counts.inclusion += 1

    for added_to in tree["consistency"]:
        older, path = added_to["from"], [bytes.fromhex(step) for step in added_to["path"]]
        what = f"that a tree of {size} goes on from {older}"
        own = theirs.prove_consistency(older)
        older_root = theirs.get_root(older)
        if older in roots:
            counts.must_hold(f"{what}, the older root", same, older_root, roots[older])
        counts.must_hold(f"{what}, pymerkle's own proof", verify_own, own, older_root, root)
        counts.must_hold(f"{what}, the path", same, as_in_rfc_6962(own), path)
        counts.must_hold(what, verify_consistency, older, size, path, older_root, root)
        for pair in [(changed(older_root, size), root), (older_root, changed(root, size))]:
            counts.must_be_refused(what, verify_consistency, older, size, path, *pair)
        for other in changes(path):
            counts.must_be_refused(f"{what}, the path", same, as_in_rfc_6962(own), other)
            counts.must_be_refused(what, verify_consistency, older, size, other, older_root, root)
        counts.consistency += 1


def check_given(place, given, counts):
    """A receipt as it is, and with each of its bytes changed."""
    parts = [given[part].encode() for part in ("vkey", "entry", "proof")]
    counts.must_hold(f"receipt {place}", check_receipt, *parts)
    for part, data in enumerate(parts):
        for at in range(len(data)):
            other = [*parts[:part], changed(data, at), *parts[part + 1 :]]
            counts.must_be_refused(f"receipt {place}, byte {at} of part {part}", check_receipt, *other)
    counts.receipts += 1


def check(vectors):
    counts, roots = Counts(), {}
    leaves = [bytes.fromhex(leaf) for leaf in vectors["leaves"]]
    for tree in vectors["trees"]:
        check_tree(leaves, tree, roots, counts)
    for place, given in enumerate(vectors["receipts"]):
        check_given(place, given, counts)
    if 0 in (counts.roots, counts.inclusion, counts.consistency, counts.receipts):
        raise Disagreement("the file has not something of everything, so little was checked")
    return counts


def main(arguments):
    if len(arguments) != 1:
        return "usage: merkle.py VECTORS"
    with open(arguments[0], encoding="utf-8") as file:
        vectors = json.load(file)
    try:
        counts = check(vectors)
    except (Disagreement, InvalidChallenge) as why:
        return f"another implementation of the Merkle tree disagrees: {why}"
    print(
        f"pymerkle {version('pymerkle')} agrees: {counts.roots} roots, {counts.inclusion} inclusion proofs,"
        f" {counts.consistency} consistency proofs; {counts.receipts} receipts, signed as cryptography"
        f" {version('cryptography')} has it; {counts.refused} changed bytes refused"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
