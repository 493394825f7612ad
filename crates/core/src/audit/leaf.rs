//! Leaves and nodes of a log's Merkle tree, and the tree as it grows (RFC 9162 section 2.1, which is RFC 6962's tree).
//!
//! Hashes only: this module sees an entry as the bytes that were sealed and never re-encodes one, stores nothing, and knows no
//! signature.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::audit::canonical::hex;

/// A SHA-256 hash of a leaf, a node or a whole tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeHash([u8; 32]);

impl TreeHash {
    /// The hash of a leaf: of a zero byte and what was sealed. The byte keeps a leaf from passing for a node.
    #[must_use]
    pub fn of_leaf(sealed: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(sealed)
                .finalize()
                .into(),
        )
    }

    /// The hash of a node above two others.
    #[must_use]
    pub fn of_node(left: Self, right: Self) -> Self {
        let both = Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0);
        Self(both.finalize().into())
    }

    /// The root of a tree without a leaf: the hash of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Sha256::new().finalize().into())
    }

    /// A hash as it was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The root over as many nodes of one level as make a complete subtree. `None` when their number is no power of two.
    #[must_use]
    pub fn over_level(nodes: &[Self]) -> Option<Self> {
        if !nodes.len().is_power_of_two() {
            return None;
        }
        let mut level = nodes.to_vec();
        while level.len() > 1 {
            level = level
                .chunks_exact(2)
                .map(|pair| Self::of_node(pair[0], pair[1]))
                .collect();
        }
        level.pop()
    }

    /// Folds the roots of subtrees, widest and first in the log first, into the one above all.
    pub(super) fn over(subtrees: &[Self]) -> Self {
        let folded = subtrees
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| Self::of_node(left, right));
        folded.unwrap_or_else(Self::of_nothing)
    }
}

impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreeHash({self})")
    }
}

/// A subtree that is complete and never changes again: the leaves from `index << level`, `1 << level` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subtree {
    /// How high: 0 is a leaf.
    pub level: u8,
    /// Its place among those of its level.
    pub index: u64,
}

/// Of this many levels one is kept: a sixteenth more rows than leaves, and no hash further than fifteen others away.
const KEPT_EVERY: u8 = 4;

impl Subtree {
    /// Whether it is of a level that is kept: 0, which is that of the leaves, and every fourth above it.
    #[must_use]
    pub const fn is_kept(self) -> bool {
        self.level.is_multiple_of(KEPT_EVERY)
    }

    /// The subtrees of the next level that is kept, from which its hash is made; itself, where it is kept.
    #[must_use]
    pub fn kept(self) -> Vec<Self> {
        let above = self.level % KEPT_EVERY;
        let level = self.level - above;
        let places = self.index << above..(self.index + 1) << above;
        places.map(|index| Self { level, index }).collect()
    }

    /// The complete subtrees that some leaves fall into, widest first as far as they are aligned.
    pub(super) fn of(leaves: Range<u64>) -> Vec<Self> {
        let mut subtrees = Vec::new();
        let mut from = leaves.start;
        while from < leaves.end {
            let widest = (leaves.end - from).ilog2();
            let level = widest.min(from.trailing_zeros());
            subtrees.push(Self {
                level: level as u8,
                index: from >> level,
            });
            from += 1 << level;
        }
        subtrees
    }

    /// The leaves that are under it.
    #[must_use]
    pub const fn leaves(self) -> Range<u64> {
        let from = self.index << self.level;
        from..from + (1 << self.level)
    }
}

/// The right edge of a tree: all that is needed to grow it and to know its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// The roots of the complete subtrees that the leaves fall into, widest first: one for each bit of the size.
    peaks: Vec<TreeHash>,
}

impl Frontier {
    /// A tree without a leaf.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which subtrees a tree of this size goes on from.
    #[must_use]
    pub fn wanted(size: u64) -> Vec<Subtree> {
        Subtree::of(0..size)
    }

    /// A tree of this size again, from the hashes of [`Frontier::wanted`] in that order. `None` when there are more or fewer.
    #[must_use]
    pub fn resume(size: u64, peaks: Vec<TreeHash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// How many leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        TreeHash::over(&self.peaks)
    }

    /// Adds a leaf, and tells the subtrees that it completes, itself first.
    pub fn append(&mut self, leaf: TreeHash) -> Vec<(Subtree, TreeHash)> {
        let mut node = Subtree {
            level: 0,
            index: self.size,
        };
        let mut hash = leaf;
        let mut completed = vec![(node, hash)];
        while node.index % 2 == 1 {
            // INVARIANT: an odd place has a sibling to its left, which is the last peak.
            let Some(left) = self.peaks.pop() else { break };
            hash = TreeHash::of_node(left, hash);
            node = Subtree {
                level: node.level + 1,
                index: node.index / 2,
            };
            completed.push((node, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }
}
