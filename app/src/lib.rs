//! The pages of the console and the portal, the staff entrance, and the islands in them.
//!
//! The crate is compiled twice. With `ssr` it draws whole documents on the server: a page loads its data by one call of the
//! service, and is then a pure function of plain views. With `hydrate` only [`islands`] and what they need go into the
//! browser's module. Nothing here decides: what a role may not do is hidden by the same table that the core decides by,
//! and the server decides again.
// The futures of the use cases nest deeply: each call, its transaction, its retries.
#![recursion_limit = "256"]

pub mod api;
pub mod islands;
pub mod routes;

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
pub mod console;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod gate;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod portal;
#[cfg(feature = "ssr")]
pub mod query;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod ui;

#[cfg(feature = "ssr")]
pub use layout::document::{render, root};

/// The console: what a request's path leads to on the staff host, for somebody who is signed in.
///
/// For [`render`], within a request's context.
#[cfg(feature = "ssr")]
pub fn console_root() -> impl leptos::IntoView {
    root(console::page)
}

/// The portal: what a request's path leads to on a tenant's host, for somebody who is inside.
///
/// For [`render`], within a request's context.
#[cfg(feature = "ssr")]
pub fn portal_root() -> impl leptos::IntoView {
    root(portal::page)
}
