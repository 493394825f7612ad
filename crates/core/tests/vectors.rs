//! Vectors of the Merkle tree, its proofs and its receipts, which code that is not ours reads: `cargo xtask test merkle`.
//!
//! `STAGEDOOR_BLESS=1 cargo tests --test vectors` writes them anew. What is there may only be added to: a root or a path that
//! differs would make every receipt that was ever given out worthless.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

mod support;

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::key::{LogKeys, Origin};
use stagedoor_core::audit::leaf::{Frontier, Subtree, TreeHash};
use stagedoor_core::audit::proof::{ConsistencyProof, InclusionProof, Plan};
use stagedoor_core::audit::receipt::Receipt;

use support::{NOW, setting};

/// Every small tree, then some on both sides of a power of two, and a large one.
const SIZES: [usize; 27] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 31, 32, 33, 64, 65, 100,
];

/// Entries whose canonical bytes are fixed already, one of them with all that JSON escapes and does not.
const PLATFORM: [&str; 4] = [
    include_str!("golden/v1-denied-with-verdicts.json"),
    include_str!("golden/v1-impersonation-start-platform.json"),
    include_str!("golden/v1-nobody-known.json"),
    include_str!("golden/v1-sign-in.json"),
];
const TENANT: [&str; 4] = [
    include_str!("golden/v1-flag-update-with-changes.json"),
    include_str!("golden/v1-impersonation-start-tenant.json"),
    include_str!("golden/v1-view-with-reads.json"),
    include_str!("golden/v1-weird-text.json"),
];

/// The file. Hashes and leaves are in lower-case hexadecimal digits.
#[derive(Serialize)]
struct Vectors {
    /// What the leaves hash; a tree takes as many as its size from the beginning.
    leaves: Vec<String>,
    trees: Vec<Tree>,
    receipts: Vec<Given>,
}

#[derive(Serialize)]
struct Tree {
    size: usize,
    root: String,
    inclusion: Vec<Included>,
    consistency: Vec<AddedTo>,
}

#[derive(Serialize)]
struct Included {
    index: usize,
    path: Vec<String>,
}

/// That the tree goes on from a smaller one.
#[derive(Serialize)]
struct AddedTo {
    from: usize,
    path: Vec<String>,
}

/// A receipt and the key that whoever checks it must know.
#[derive(Serialize)]
struct Given {
    vkey: String,
    #[serde(flatten)]
    receipt: Receipt,
}

/// A tree with all that a store would keep of it.
struct Grown {
    leaves: Vec<TreeHash>,
    root: TreeHash,
    hashes: HashMap<Subtree, TreeHash>,
}

impl Grown {
    fn over<T: AsRef<[u8]>>(sealed: &[T]) -> Self {
        let leaves: Vec<TreeHash> = sealed
            .iter()
            .map(|bytes| TreeHash::of_leaf(bytes.as_ref()))
            .collect();
        let mut tree = Frontier::new();
        let hashes = leaves.iter().flat_map(|leaf| tree.append(*leaf)).collect();
        let root = tree.root();
        Self { leaves, root, hashes }
    }

    fn path(&self, plan: Option<Plan>) -> Vec<TreeHash> {
        plan.unwrap()
            .path(|subtree| self.hashes.get(&subtree).copied())
            .unwrap()
    }

    fn inclusion(&self, index: usize) -> InclusionProof {
        let (index, size) = (index as u64, self.leaves.len() as u64);
        let path = self.path(Plan::inclusion(index, size));
        let proof = InclusionProof { index, size, path };
        assert_eq!(proof.verify(self.leaves[index as usize], self.root), Ok(()));
        proof
    }

    fn consistency(&self, older: &Self) -> ConsistencyProof {
        let (from, to) = (older.leaves.len() as u64, self.leaves.len() as u64);
        let path = self.path(Plan::consistency(from, to));
        let proof = ConsistencyProof { from, to, path };
        assert_eq!(proof.verify(older.root, self.root), Ok(()));
        proof
    }
}

/// As many bytes as its number, none like those of another: the lengths lie on both sides of what SHA-256 takes at once.
fn leaf(number: usize) -> Vec<u8> {
    (0..number).map(|at| (number * 31 + at * 7) as u8).collect()
}

fn tree(size: usize, leaves: &[Vec<u8>]) -> Tree {
    let tree = Grown::over(&leaves[..size]);
    let places = BTreeSet::from([0, size / 3, size / 2, size.saturating_sub(1)]);
    let widest = size.next_power_of_two() / 2;
    let sizes = BTreeSet::from([1, size / 2, widest, size.saturating_sub(1), size]);
    Tree {
        size,
        root: tree.root.to_string(),
        inclusion: places
            .into_iter()
            .filter(|index| *index < size)
            .map(|index| Included {
                index,
                path: hex(&tree.inclusion(index).path),
            })
            .collect(),
        consistency: sizes
            .into_iter()
            .filter(|from| (1..=size).contains(from))
            .map(|from| AddedTo {
                from,
                path: hex(&tree.consistency(&Grown::over(&leaves[..from])).path),
            })
            .collect(),
    }
}

fn hex(path: &[TreeHash]) -> Vec<String> {
    path.iter().map(TreeHash::to_string).collect()
}

/// The receipt of an entry in a log of some entries, over and over.
fn given(log: &str, entries: &[&str], size: usize, index: usize) -> Given {
    let entries: Vec<&str> = entries.iter().copied().cycle().take(size).collect();
    let tree = Grown::over(&entries);
    let name = Origin::new("admin.example.com").unwrap().of(log).unwrap();
    let keys = LogKeys::private("test", [5; 32]);
    let checkpoint = Checkpoint {
        origin: name.to_string(),
        size: size as u64,
        root: tree.root,
        at: Some(NOW),
    };
    let signers = keys.signers(&name);
    let note = checkpoint.sign(&signers.iter().collect::<Vec<_>>()).unwrap();
    let receipt = Receipt::new(entries[index].as_bytes(), &tree.inclusion(index), &note).unwrap();
    let known = keys.known(&name);
    assert_eq!(receipt.check(&known).unwrap().index, index as u64);
    Given {
        vkey: known[0].to_string(),
        receipt,
    }
}

#[test]
fn the_vectors_of_the_tree_never_change() {
    let leaves: Vec<Vec<u8>> = (0..SIZES[SIZES.len() - 1]).map(leaf).collect();
    let digits = |leaf: &Vec<u8>| leaf.iter().map(|byte| format!("{byte:02x}")).collect();
    let vectors = Vectors {
        leaves: leaves.iter().map(digits).collect(),
        trees: SIZES.into_iter().map(|size| tree(size, &leaves)).collect(),
        receipts: vec![
            given("platform", &PLATFORM, 13, 12),
            given("org_01m7z0e7rge008000000000001", &TENANT, 11, 3),
        ],
    };
    let now = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tree.json");
    if setting("STAGEDOOR_BLESS").is_some() {
        std::fs::write(path, &now).expect("the vectors can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        now == committed,
        "tests/golden/tree.json differs: read how, then bless it"
    );
}
