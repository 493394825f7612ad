//! The real clock and the real randomness. The only place of the program that asks the operating system for either.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use stagedoor_core::clock::{Clock, Rng};
use stagedoor_core::id::Id;
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;

/// The operating system's clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts the monotonic clock at zero.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the one implementation of Clock")]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one implementation of Clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRng;

impl Rng for OsRng {
    #[allow(clippy::disallowed_methods, reason = "the one implementation of Rng")]
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness no secret can be made: there is nothing better than to stop.
        assert!(
            getrandom::fill(buffer).is_ok(),
            "the operating system gives no randomness"
        );
    }
}

/// A fresh id, ordered by `now`.
#[must_use]
pub fn fresh_id<I: Id>(rng: &dyn Rng, now: Timestamp) -> I {
    let mut bits = [0u8; 16];
    rng.fill(&mut bits);
    I::new(now.unsigned_millis(), u128::from_be_bytes(bits))
}

/// A fresh reference.
#[must_use]
pub fn fresh_reference(rng: &dyn Rng) -> Reference {
    let mut bytes = [0u8; 32];
    rng.fill(&mut bytes);
    Reference::from_random(bytes)
}
