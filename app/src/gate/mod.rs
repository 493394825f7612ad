//! The pages before and beside the two frames: the staff entrance, a tenant's own, the hop between hosts, the passkey inside a
//! session, one's responsibilities, signed out, and errors where nobody is signed in.
//!
//! They are whole documents made by plain functions, with the system's font, no WebAssembly, and one script at most. They
//! never show anything that a stranger must not know.

mod code;
mod document;
mod enrollment;
mod error;
mod hop;
mod narrow;
mod passkey;
mod portal_sign_in;
mod responsibilities;
mod sign_in;
mod step_up;
#[cfg(test)]
mod tests;

pub use enrollment::{enrollment_closed_page, enrollment_page};
pub use error::error_page;
pub use hop::{Hop, hop_page};
pub use portal_sign_in::portal_sign_in_page;
pub use responsibilities::responsibilities_page;
pub use sign_in::{sign_in_page, signed_out_page};
pub use step_up::{stay_page, step_up_page};

pub(crate) use document::{heading, page, render};
