//! What is not a page of the console or the portal: the sign-in, the way between hosts, the JSON API, health.

pub mod admin;
pub mod api;
pub mod back_channel;
pub mod enrollment;
pub mod export;
pub mod handoff;
pub mod health;
pub mod input;
pub mod narrow;
pub mod page;
pub mod responsibilities;
pub mod sign_in;
pub mod sign_out;
pub mod step_up;
pub mod tenant;
pub mod tenant_sign_in;
