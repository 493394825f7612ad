//! Middleware, one a file.

pub mod address;
pub mod context;
pub mod dress;
pub mod host;
pub mod limits;
pub mod origin;
pub mod patience;
pub mod staff;
pub mod strangers;
pub mod tenant;
