//! The shared authorization core of Stagedoor.
//!
//! Everything that decides lives here: roles and permissions, the six guardrails, sessions and impersonations as
//! state machines, the audit entry and its canonical bytes. The crate is pure: it has no I/O, reads no clock, draws
//! no randomness, looks at no environment and spawns nothing; it compiles to WebAssembly, so that the console runs
//! the very same [`decide`] to hide what a person cannot do, and the server decides again.

pub mod action;
pub mod actor;
pub mod alert;
pub mod assurance;
pub mod attempts;
pub mod audit;
pub mod clock;
pub mod consent;
pub mod decide;
pub mod decision;
pub mod duties;
pub mod error;
pub mod guard;
pub mod guard_policy;
pub mod id;
pub mod impersonation;
pub mod input;
pub mod narrowed;
pub mod network;
pub mod offers;
pub mod permit;
pub mod provider;
pub mod request;
pub mod resource;
pub mod risk;
pub mod role;
pub mod secret;
pub mod session;
pub mod staff;
pub mod step_up;
pub mod sub_role;
pub mod tenant;
pub mod time;
pub mod trial;
pub mod view;

pub use decide::decide;
