//! Proofs over a log's Merkle tree: that an entry stands in it, and that it was only added to (RFC 9162 sections 2.1.3 and
//! 2.1.4, which are RFC 6962's proofs).
//!
//! Making one takes hashes of complete subtrees, which somebody else looks up; checking one takes nothing but the proof and the
//! roots. This module does no input or output and trusts no length that it is given.

use std::ops::Range;

use thiserror::Error;

use crate::audit::leaf::{Subtree, TreeHash};

/// What a proof is made of: for each step of its path, the complete subtrees to fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(Vec<Vec<Subtree>>);

impl Plan {
    /// For the proof that a leaf stands in a tree. `None` when the tree has no such leaf.
    #[must_use]
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let mut within = 0..size;
        let mut siblings = Vec::new();
        while within.end - within.start > 1 {
            let (left, right) = split(&within);
            if index < right.start {
                siblings.push(right);
                within = left;
            } else {
                siblings.push(left);
                within = right;
            }
        }
        Some(Self::of(siblings))
    }

    /// For the proof that a tree is the beginning of another. `None` when it is the larger one.
    #[must_use]
    pub fn consistency(from: u64, to: u64) -> Option<Self> {
        if from > to {
            return None;
        }
        if from == 0 || from == to {
            return Some(Self(Vec::new()));
        }
        let mut within = 0..to;
        let mut siblings = Vec::new();
        while within.end != from {
            let (left, right) = split(&within);
            if from <= right.start {
                siblings.push(right);
                within = left;
            } else {
                siblings.push(left);
                within = right;
            }
        }
        // Whoever checks it has the root of the smaller tree already, where that is one complete subtree.
        if within.start > 0 {
            siblings.push(within);
        }
        Some(Self::of(siblings))
    }

    /// From the siblings met on the way down.
    fn of(siblings: Vec<Range<u64>>) -> Self {
        Self(siblings.into_iter().rev().map(Subtree::of).collect())
    }

    /// The subtrees whose hashes are needed, each once.
    pub fn wanted(&self) -> impl Iterator<Item = Subtree> + '_ {
        self.0.iter().flatten().copied()
    }

    /// The path, from the hashes.
    ///
    /// # Errors
    /// The first subtree whose hash is not known.
    pub fn path(&self, hash: impl Fn(Subtree) -> Option<TreeHash>) -> Result<Vec<TreeHash>, Subtree> {
        self.0
            .iter()
            .map(|subtrees| {
                let hashes: Result<Vec<TreeHash>, Subtree> = subtrees
                    .iter()
                    .map(|subtree| hash(*subtree).ok_or(*subtree))
                    .collect();
                Ok(TreeHash::over(&hashes?))
            })
            .collect()
    }
}

/// Some leaves in two, where the tree over them parts: at the largest power of two below their number.
fn split(leaves: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = leaves.start + (1 << (leaves.end - leaves.start - 1).ilog2());
    (leaves.start..middle, middle..leaves.end)
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofFault {
    /// There is no such leaf in a tree of that size, or the older tree is the larger one.
    #[error("the tree is too small for what is to be proved")]
    Range,
    /// The path is not as long as trees of these sizes make it.
    #[error("the path has too many or too few steps")]
    Length,
    /// It leads to another root: what was proved is not what stands there.
    #[error("the path leads to another root")]
    Root,
}

/// That a leaf stands at a place of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The leaf's place, from 0.
    pub index: u64,
    /// How many leaves the tree has.
    pub size: u64,
    /// The siblings on the way from the leaf to the root.
    pub path: Vec<TreeHash>,
}

impl InclusionProof {
    /// Checks it (RFC 9162 section 2.1.3.2).
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, leaf: TreeHash, root: TreeHash) -> Result<(), ProofFault> {
        if self.index >= self.size {
            return Err(ProofFault::Range);
        }
        let mut way = Way::up(self.index, self.size);
        let mut hash = leaf;
        for sibling in &self.path {
            hash = match way.step()? {
                Side::Left => TreeHash::of_node(*sibling, hash),
                Side::Right => TreeHash::of_node(hash, *sibling),
            };
        }
        way.arrived()?;
        same(hash, root)
    }
}

/// That a tree was only added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// How many leaves the older tree has.
    pub from: u64,
    /// How many the newer one has.
    pub to: u64,
    /// The subtrees that both roots are made of, and those that the newer one has besides.
    pub path: Vec<TreeHash>,
}

impl ConsistencyProof {
    /// Checks it (RFC 9162 section 2.1.4.2). An empty tree is the beginning of every other.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, older: TreeHash, newer: TreeHash) -> Result<(), ProofFault> {
        if self.from > self.to {
            return Err(ProofFault::Range);
        }
        if self.from == 0 || self.from == self.to {
            let known = if self.from == 0 {
                TreeHash::of_nothing()
            } else {
                newer
            };
            let is_empty = self.path.is_empty();
            return same(older, known).and(is_empty.then_some(()).ok_or(ProofFault::Length));
        }
        let mut path = self.path.iter().copied();
        let first = if self.from.is_power_of_two() {
            Some(older)
        } else {
            path.next()
        };
        let mut way = Way::up(self.from - 1, self.to);
        way.skip_right_children();
        let (mut old, mut new) = match first {
            Some(first) => (first, first),
            None => return Err(ProofFault::Length),
        };
        for sibling in path {
            match way.step()? {
                Side::Left => {
                    old = TreeHash::of_node(sibling, old);
                    new = TreeHash::of_node(sibling, new);
                }
                Side::Right => new = TreeHash::of_node(new, sibling),
            }
        }
        way.arrived()?;
        same(old, older)?;
        same(new, newer)
    }
}

fn same(found: TreeHash, wanted: TreeHash) -> Result<(), ProofFault> {
    if found == wanted {
        Ok(())
    } else {
        Err(ProofFault::Root)
    }
}

/// Where a path's next sibling stands.
enum Side {
    Left,
    Right,
}

/// The way from a node up to the root, beside the way from the tree's last leaf: RFC 9162's `fn` and `sn`.
struct Way {
    node: u64,
    last: u64,
}

impl Way {
    /// From a leaf of a tree that has at least it.
    const fn up(leaf: u64, size: u64) -> Self {
        Self {
            node: leaf,
            last: size - 1,
        }
    }

    const fn rise(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Up to the root of the complete subtree whose last leaf this is.
    const fn skip_right_children(&mut self) {
        while self.node % 2 == 1 {
            self.rise();
        }
    }

    /// One level up, or several where the right edge has none: on which side the sibling of that step is.
    const fn step(&mut self) -> Result<Side, ProofFault> {
        if self.last == 0 {
            return Err(ProofFault::Length);
        }
        let is_left = self.node % 2 == 1 || self.node == self.last;
        if is_left {
            while self.node.is_multiple_of(2) && self.node != 0 {
                self.rise();
            }
        }
        self.rise();
        Ok(if is_left { Side::Left } else { Side::Right })
    }

    const fn arrived(&self) -> Result<(), ProofFault> {
        if self.last == 0 {
            Ok(())
        } else {
            Err(ProofFault::Length)
        }
    }
}
