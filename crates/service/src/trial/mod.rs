//! Trials: a change that could lock everybody out begins as one, is in force at once, and rolls back by itself unless whoever
//! began it confirms it from inside (spec 01 "Locking oneself out").
//!
//! One file a step: begun, ended, shown. What is changed is for others to plan; how each kind is kept stands in [`kinds`]
//! alone, and what it could lead to beside the others that are on trial in [`worlds`]. Nothing here decides who may do it: each
//! kind has its permission.

mod begin;
mod end;
mod kinds;
mod show;
mod worlds;

pub(crate) use begin::{Change, begin};
pub use end::{confirm, roll_back};
pub(crate) use kinds::{beyond_passkeys, permitted};
pub use show::trials;
pub(crate) use show::{pending, pending_kept, pending_of};
pub(crate) use worlds::{Against, New, Worlds};
