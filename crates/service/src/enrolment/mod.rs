//! The way in for a new member of staff (spec 01 "Signing in" 3 to 5): a one-time token, shown once, kept by its digest.
//!
//! The provider proves who somebody is; the token proves that a super admin meant them. Neither is enough alone, and the
//! address only has to agree: nobody is ever found by it. [`claim`] is the person's side, [`invite`] the operator's.

mod claim;
mod invite;

pub(crate) use claim::Identity;
pub use claim::{Claimed, EnrolmentPage};
pub use invite::{Admin, Issued};

/// Most tokens that may be tried in one sign-in.
pub const TRIES: u32 = 5;
