//! A clock that tests move. Never compiled into the program: it stands behind the feature `testing`.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use stagedoor_core::clock::Clock;
use stagedoor_core::time::Timestamp;

/// Saturday, 21 November 2026, noon UTC: when the tests' clock starts.
pub const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl TestClock {
    /// A clock that shows a moment.
    #[must_use]
    pub const fn at(moment: Timestamp) -> Self {
        Self {
            wall: AtomicI64::new(moment.micros()),
            monotonic: AtomicI64::new(moment.micros()),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        // In this order: who reads in between must not take it for a step of the wall clock.
        self.monotonic.fetch_add(micros(span), Ordering::SeqCst);
        self.wall.fetch_add(micros(span), Ordering::SeqCst);
    }

    /// Sets the wall clock back, as a bad time server would. No time passes.
    pub fn set_back(&self, span: Duration) {
        self.wall.fetch_sub(micros(span), Ordering::SeqCst);
    }

    /// Sets the wall clock forward. No time passes.
    pub fn set_forward(&self, span: Duration) {
        self.wall.fetch_add(micros(span), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.monotonic.load(Ordering::SeqCst)).unwrap_or_default())
    }
}
