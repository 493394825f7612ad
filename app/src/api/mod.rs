//! Server functions: what forms and islands call. Their addresses are fixed, staff's under `/api/fn/staff`, a tenant
//! host's under `/api/fn/tenant`, and each is mounted only on its own host.
//!
//! Each is thin: take the call, ask the service once, answer with a redirect and a message that is shown once. The
//! browser's half of this file is only their names.

pub mod colleagues;
pub mod own;
pub mod providers;
pub mod rooms;
pub mod staff;
pub mod tenant;
pub mod trials;
