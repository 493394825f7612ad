//! The log of each scope as a Merkle tree: what waits for its place, what has one, how far each log is, and how far witnesses have
//! seen it.
//!
//! Only sequencing and the asking of witnesses write here, in transactions of [`crate::Db::sequence`]; an entry joins the queue by
//! its own commit. Nothing here hashes or signs, and no leaf is ever changed or removed.

pub mod head;
pub mod leaf;
pub mod queue;
pub mod review;
pub mod subtree;
pub mod witness;
