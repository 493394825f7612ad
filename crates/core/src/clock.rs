//! Time and randomness as things one is given.
//!
//! The core only names the two traits; the service holds the implementations, and tests move the clock.

use std::time::Duration;

use crate::id::Id;
use crate::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The wall clock, UTC.
    fn now(&self) -> Timestamp;

    /// A clock that only goes forward, for measuring how long something took.
    fn monotonic(&self) -> Duration;
}

/// Draws randomness fit for secrets.
pub trait Rng: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// A fresh id of any kind, ordered by `now`.
    fn id<I: Id>(&self, now: Timestamp) -> I
    where
        Self: Sized,
    {
        let mut bits = [0u8; 16];
        self.fill(&mut bits);
        I::new(now.unsigned_millis(), u128::from_be_bytes(bits))
    }
}
