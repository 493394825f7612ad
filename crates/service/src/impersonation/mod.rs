//! Impersonation: minted for a reason, handed to the tenant's host by a single-use code, ended once.
//!
//! A visit can never outlive the staff session it is bound to, never mint another, never be widened here. Each step
//! writes the pair of entries in the transaction that makes it true.

mod account;
mod ask;
mod end;
mod handoff;
mod lapse;
mod list;
mod mint;

pub(crate) use account::{Told, told};
pub use account::{account, account_in_fields};
pub(crate) use ask::{asking_about, request_story};
pub use end::{end_by_tenant, end_from_console, end_own};
pub(crate) use end::{end_told_visits, visit_story};
pub use handoff::{Arrived, Bounce, bounce, enter, entrance_of, landing};
pub(crate) use lapse::lapse;
pub(crate) use list::{Names, count_running, live, past};
pub use list::{VisitsRequest, list, visits};
pub use mint::{Mint, MintRequest, Minted, mint};
pub(crate) use mint::{find_tenant, represented};
