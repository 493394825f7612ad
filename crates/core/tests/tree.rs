//! The Merkle tree against the definitions of RFC 6962 section 2.1, written down as they stand there, and against the test
//! vectors of Certificate Transparency.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use stagedoor_core::audit::leaf::{Frontier, Subtree, TreeHash};
use stagedoor_core::audit::proof::{ConsistencyProof, InclusionProof, Plan, ProofFault};

/// The tree hash of RFC 6962 section 2.1.
fn mth(leaves: &[TreeHash]) -> TreeHash {
    match leaves {
        [] => TreeHash::of_nothing(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            TreeHash::of_node(mth(left), mth(right))
        }
    }
}

/// The audit path of RFC 6962 section 2.1.1.
fn path(index: usize, leaves: &[TreeHash]) -> Vec<TreeHash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut steps, last) = if index < middle {
        (path(index, left), mth(right))
    } else {
        (path(index - middle, right), mth(left))
    };
    steps.push(last);
    steps
}

/// The consistency proof of RFC 6962 section 2.1.2.
fn subproof(from: usize, leaves: &[TreeHash], is_known: bool) -> Vec<TreeHash> {
    if from == leaves.len() {
        return if is_known { Vec::new() } else { vec![mth(leaves)] };
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut steps, last) = if from <= middle {
        (subproof(from, left, is_known), mth(right))
    } else {
        (subproof(from - middle, right, false), mth(left))
    };
    steps.push(last);
    steps
}

fn leaves(count: usize) -> Vec<TreeHash> {
    (0..count)
        .map(|number| TreeHash::of_leaf(format!("entry {number}").as_bytes()))
        .collect()
}

/// A tree with all that a store would keep of it.
fn grown(leaves: &[TreeHash]) -> (Frontier, HashMap<Subtree, TreeHash>) {
    let mut frontier = Frontier::new();
    let mut kept = HashMap::new();
    for leaf in leaves {
        for (subtree, hash) in frontier.append(*leaf) {
            assert_eq!(kept.insert(subtree, hash), None, "{subtree:?} is completed once");
        }
    }
    (frontier, kept)
}

fn unhex(text: &str) -> TreeHash {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    TreeHash::from_bytes(std::array::from_fn(|at| byte(at * 2)))
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::new();
    assert_eq!(
        tree.root().to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (input, root) in inputs.into_iter().zip(roots) {
        tree.append(TreeHash::of_leaf(input));
        assert_eq!(tree.root(), unhex(root), "{} leaves", tree.size());
    }
}

#[test]
fn a_tree_grows_as_it_is_defined_and_goes_on_from_its_edge() {
    let all = leaves(130);
    for size in 0..=all.len() {
        let (mut tree, kept) = grown(&all[..size]);
        assert_eq!(tree.root(), mth(&all[..size]), "{size} leaves");
        let edge = Frontier::wanted(size as u64);
        let hashes: Vec<_> = edge.iter().map(|subtree| kept[subtree]).collect();
        let mut again = Frontier::resume(size as u64, hashes.clone()).unwrap();
        assert_eq!(again, tree);
        again.append(all[0]);
        tree.append(all[0]);
        assert_eq!(again.root(), tree.root());
        let more = [hashes, vec![all[0]]].concat();
        assert_eq!(Frontier::resume(size as u64, more), None);
        for (subtree, hash) in kept {
            let under = subtree.leaves();
            assert_eq!(hash, mth(&all[under.start as usize..under.end as usize]));
        }
    }
}

#[test]
fn every_leaf_of_every_tree_is_proved_by_the_path_of_the_definition() {
    let all = leaves(70);
    for size in 1..=all.len() {
        let (tree, kept) = grown(&all[..size]);
        for (index, leaf) in all[..size].iter().enumerate() {
            let plan = Plan::inclusion(index as u64, size as u64).unwrap();
            let proof = InclusionProof {
                index: index as u64,
                size: size as u64,
                path: plan.path(|subtree| kept.get(&subtree).copied()).unwrap(),
            };
            assert_eq!(proof.path, path(index, &all[..size]), "{index} of {size}");
            assert_eq!(proof.verify(*leaf, tree.root()), Ok(()), "{index} of {size}");
        }
        assert_eq!(Plan::inclusion(size as u64, size as u64), None);
    }
}

#[test]
fn every_tree_is_proved_to_be_the_beginning_of_every_later_one() {
    let all = leaves(70);
    let (_, kept) = grown(&all);
    for to in 0..=all.len() {
        for from in 0..=to {
            let plan = Plan::consistency(from as u64, to as u64).unwrap();
            let proof = ConsistencyProof {
                from: from as u64,
                to: to as u64,
                path: plan.path(|subtree| kept.get(&subtree).copied()).unwrap(),
            };
            if from > 0 {
                assert_eq!(proof.path, subproof(from, &all[..to], true), "{from} to {to}");
            }
            assert_eq!(
                proof.verify(mth(&all[..from]), mth(&all[..to])),
                Ok(()),
                "{from} to {to}"
            );
        }
        assert_eq!(Plan::consistency(to as u64 + 1, to as u64), None);
    }
}

#[test]
fn what_is_not_known_is_named() {
    let plan = Plan::inclusion(5, 11).unwrap();
    let wanted: Vec<Subtree> = plan.wanted().collect();
    let at = |level, index| Subtree { level, index };
    assert_eq!(wanted, [at(0, 4), at(1, 3), at(2, 0), at(1, 4), at(0, 10)]);
    let but_one = |subtree| (subtree != at(1, 4)).then(TreeHash::of_nothing);
    assert_eq!(plan.path(but_one), Err(at(1, 4)));
}

#[test]
fn no_size_however_large_is_trusted() {
    let (first, second) = (TreeHash::of_leaf(b"1"), TreeHash::of_leaf(b"2"));
    for size in [u64::MAX, u64::MAX - 1, 1 << 63] {
        for (index, path) in [
            (0, vec![]),
            (size - 1, vec![first; 64]),
            (size / 2, vec![first; 200]),
        ] {
            let proof = InclusionProof { index, size, path };
            assert!(proof.verify(first, second).is_err(), "{index} of {size}");
        }
        for (from, path) in [
            (1, vec![]),
            (size - 1, vec![first; 64]),
            (size / 2, vec![first; 200]),
        ] {
            let proof = ConsistencyProof { from, to: size, path };
            assert!(proof.verify(first, second).is_err(), "{from} to {size}");
        }
        assert!(Plan::inclusion(size / 3, size).unwrap().wanted().count() <= 128);
        assert!(Plan::consistency(size / 3, size).unwrap().wanted().count() <= 192);
    }
    let beyond = InclusionProof {
        index: 3,
        size: 3,
        path: Vec::new(),
    };
    assert_eq!(beyond.verify(first, first), Err(ProofFault::Range));
    let backwards = ConsistencyProof {
        from: 3,
        to: 2,
        path: Vec::new(),
    };
    assert_eq!(backwards.verify(first, first), Err(ProofFault::Range));
}

/// A change to a proof or to what it is held against.
#[derive(Debug, Clone, Copy)]
enum Tamper {
    Leaf,
    Root,
    Place,
    Size,
    Step(usize),
    Drop(usize),
    Repeat(usize),
    Swap(usize, usize),
}

fn tamper() -> impl Strategy<Value = Tamper> {
    let at = || 0..16_usize;
    prop_oneof![
        Just(Tamper::Leaf),
        Just(Tamper::Root),
        Just(Tamper::Place),
        Just(Tamper::Size),
        at().prop_map(Tamper::Step),
        at().prop_map(Tamper::Drop),
        at().prop_map(Tamper::Repeat),
        (at(), at()).prop_map(|(one, other)| Tamper::Swap(one, other)),
    ]
}

/// Changes a path; false when there is nothing there to change.
fn bend(path: &mut Vec<TreeHash>, how: Tamper) -> bool {
    let whole = path.clone();
    let length = path.len().max(1);
    match how {
        _ if path.is_empty() => return false,
        Tamper::Step(at) => path[at % length] = TreeHash::of_leaf(b"another"),
        Tamper::Drop(at) => drop(path.remove(at % length)),
        Tamper::Repeat(at) => path.insert(at % length, whole[at % length]),
        Tamper::Swap(one, other) => path.swap(one % length, other % length),
        Tamper::Leaf | Tamper::Root | Tamper::Place | Tamper::Size => return false,
    }
    *path != whole
}

proptest! {
    #[test]
    fn another_s_tree_agrees(sealed in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..200), place in any::<prop::sample::Index>()) {
        let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        sealed.iter().for_each(|bytes| other.push(bytes.clone()));
        let (tree, kept) = grown(&sealed.iter().map(|bytes| TreeHash::of_leaf(bytes)).collect::<Vec<_>>());
        prop_assert_eq!(other.root().as_bytes().to_vec(), tree.root().as_bytes().to_vec());
        let (size, index) = (sealed.len(), place.index(sealed.len()));
        let bytes = |plan: Plan| {
            let path = plan.path(|subtree| kept.get(&subtree).copied()).unwrap();
            path.iter().flat_map(|hash| *hash.as_bytes()).collect::<Vec<u8>>()
        };
        let included = Plan::inclusion(index as u64, size as u64).unwrap();
        prop_assert_eq!(bytes(included), other.prove_inclusion(index).as_bytes().to_vec());
        let added_to = Plan::consistency(index as u64 + 1, size as u64).unwrap();
        prop_assert_eq!(bytes(added_to), other.prove_consistency(size - index - 1).as_bytes().to_vec());
    }

    #[test]
    fn a_proof_that_was_touched_proves_nothing(size in 1..400_usize, place in 0..400_usize, how in tamper()) {
        let all = leaves(size);
        let index = place % size;
        let mut proof = InclusionProof { index: index as u64, size: size as u64, path: path(index, &all) };
        let (mut leaf, mut root) = (all[index], mth(&all));
        let other = TreeHash::of_leaf(b"another");
        let touched = match how {
            Tamper::Leaf => { leaf = other; true }
            Tamper::Root => { root = other; true }
            Tamper::Place => { proof.index = ((index + 1) % size) as u64; size > 1 }
            // Only of a size that makes another way: the same path may serve two sizes.
            Tamper::Size => { proof.size = (size * 2 + 1) as u64; true }
            how => bend(&mut proof.path, how),
        };
        prop_assert_eq!(proof.verify(leaf, root).is_err(), touched);
    }

    #[test]
    fn a_history_that_was_rewritten_is_no_beginning(to in 2..300_usize, at in 0..300_usize, how in tamper()) {
        let all = leaves(to);
        let from = 1 + at % (to - 1);
        let mut proof = ConsistencyProof { from: from as u64, to: to as u64, path: subproof(from, &all, true) };
        let (mut older, mut newer) = (mth(&all[..from]), mth(&all));
        let touched = match how {
            Tamper::Leaf => {
                let mut rewritten = all.clone();
                rewritten[at % from] = TreeHash::of_leaf(b"another");
                older = mth(&rewritten[..from]);
                true
            }
            Tamper::Root => { newer = TreeHash::of_leaf(b"another"); true }
            Tamper::Place => { proof.from = from as u64 + 1; proof.from <= proof.to }
            Tamper::Size => { proof.to = (to * 2 + 1) as u64; true }
            how => bend(&mut proof.path, how),
        };
        let refused = proof.verify(older, newer).is_err();
        // The root of a smaller tree is no root of a larger one.
        prop_assert_eq!(refused, touched);
    }
}

proptest! {
    #[test]
    fn every_hash_is_made_from_what_is_kept(size in 1u64..700) {
        let mut tree = Frontier::new();
        let mut all = std::collections::HashMap::new();
        let mut kept = std::collections::HashMap::new();
        for number in 0..size {
            for (subtree, hash) in tree.append(TreeHash::of_leaf(&number.to_be_bytes())) {
                all.insert(subtree, hash);
                if subtree.is_kept() {
                    kept.insert(subtree, hash);
                }
            }
        }
        for (subtree, hash) in &all {
            let below: Vec<TreeHash> = subtree.kept().iter().map(|one| kept[one]).collect();
            prop_assert!(below.len() < 16);
            prop_assert_eq!(TreeHash::over_level(&below), Some(*hash));
        }
    }
}
