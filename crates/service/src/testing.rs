//! A clock that tests move. Never compiled into the program.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use stagedoor_core::clock::Clock;
use stagedoor_core::time::Timestamp;

/// Saturday, 21 November 2026, noon UTC: when the tests' clock starts.
pub const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows a moment.
    #[must_use]
    pub const fn at(moment: Timestamp) -> Self {
        Self(AtomicI64::new(moment.micros()))
    }

    /// Moves it on.
    pub fn advance(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Moves it back, as a bad time server would.
    pub fn set_back(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_sub(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or_default())
    }
}
