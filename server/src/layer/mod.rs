//! Middleware, one a file.

pub mod address;
pub mod context;
pub mod host;
pub mod origin;
pub mod staff;
pub mod tenant;
