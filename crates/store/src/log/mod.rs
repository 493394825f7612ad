//! The log of each scope as a Merkle tree: what waits for its place, what has one, and how far each log is.
//!
//! Only sequencing writes here, in transactions of [`crate::Db::sequence`]; an entry joins the queue by its own commit. Nothing
//! here hashes or signs, and no leaf is ever changed or removed.

pub mod head;
pub mod leaf;
pub mod queue;
pub mod review;
pub mod subtree;
