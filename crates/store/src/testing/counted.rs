//! How often each statement ran in this process, by its name: equal work is proved by equal counts, never by time.
//!
//! It counts for all databases of the process; nextest gives each test one of its own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

static COUNTS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

/// Counts one run of a statement.
pub(crate) fn count(name: &'static str) {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    *counts.entry(name).or_default() += 1;
}

/// What ran since the last call: the names of statements, each with how often.
#[must_use]
pub fn statements_since() -> BTreeMap<&'static str, u64> {
    std::mem::take(&mut *COUNTS.lock().unwrap_or_else(PoisonError::into_inner))
}
