//! What the bench asks, for its program and, as functions without arguments, for WebAssembly.

mod questions;

use std::sync::OnceLock;

use stagedoor_core::request::Policy;

pub use questions::{NETWORK, QUESTIONS, Question, actions, decide_all, digest, policy, questions};

static PREPARED: OnceLock<(Policy, Vec<Question>)> = OnceLock::new();

fn prepared() -> &'static (Policy, Vec<Question>) {
    PREPARED.get_or_init(|| (policy(), questions()))
}

/// For WebAssembly: how many questions there are; makes them, so that no measured call does.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> u32 {
    u32::try_from(prepared().1.len()).unwrap_or(u32::MAX)
}

/// For WebAssembly: answers all questions once.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> u32 {
    let (policy, questions) = prepared();
    u32::try_from(decide_all(policy, questions)).unwrap_or(u32::MAX)
}

/// For WebAssembly: the digest of all answers.
#[unsafe(no_mangle)]
pub extern "C" fn answers_digest() -> u64 {
    let (policy, questions) = prepared();
    digest(policy, questions)
}
