//! The process edge: command line, hosts, middleware, HTTP API, demo.
//!
//! Nothing is decided here and no SQL is known: a handler takes what the request carries, asks the service, and maps
//! the answer. Every host has a router of its own; an address of one does not exist on the other.
// The futures of the use cases nest deeply: each call, its transaction, its retries.
#![recursion_limit = "256"]

pub mod assets;
pub mod cli;
pub mod command;
pub mod config;
pub mod cookies;
pub mod demo;
pub mod doors;
pub mod edge;
pub mod http;
pub mod layer;
pub mod metrics;
pub mod router;
pub mod run;
