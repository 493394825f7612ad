//! Middleware, one a file: what holds for every request of a host, whatever it asks for.
//!
//! Which layer stands before which is said in `router` alone. A layer decides nothing that the service decides.

pub mod address;
mod assertion;
pub mod context;
pub mod dress;
pub mod host;
pub mod limits;
pub mod origin;
pub mod patience;
pub mod staff;
pub mod step_up;
pub mod strangers;
pub mod tenant;
