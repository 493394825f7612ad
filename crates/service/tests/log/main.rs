//! The log: every entry gets its place, whoever gives it; nothing that was tampered with gets by.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]
#![allow(
    clippy::disallowed_methods,
    reason = "children and soaks are configured by their environment"
)]
#![allow(clippy::print_stdout, reason = "a child tells its parent")]

mod crash;
mod erasure;
mod outside;
mod random;
mod sequence;
mod support;
mod tamper;
mod witness;
