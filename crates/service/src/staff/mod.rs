//! Staff: the list, one person, and what super admins may do: invite, change role, tenants and end, make a token anew, reset
//! factors, deactivate (spec 01 "Signing in" 3 and 5, "Invariants", "Lifecycle").
//!
//! Every rule is the core's ([`stagedoor_core::staff::apply`]), asked before anything is written and again in the transaction
//! that writes; nothing here decides. Nobody is found by address.

mod ask;
mod change;
mod deactivate;
mod expire;
pub(crate) mod input;
mod invite;
mod list;
mod one;
mod told;
mod wanted;
mod write;

pub use change::{Changed, Patch, change};
pub use deactivate::{Deactivated, deactivate, finish_task, found_compromised, unknown_task};
pub use invite::{Invited, Invitee, Verified, create, open_token, reissue, reset, seal_token};
pub(crate) use list::scope_line;
pub use list::{StaffRequest, list, view};
pub use one::page;
pub use write::Ended;
