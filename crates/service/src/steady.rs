//! The time that the service lives by: the wall clock, but for that it never goes back.
//!
//! Sessions, visits, codes and factors end at moments of the wall clock. When an operator or a bad time server sets that
//! clock back by an hour, they would all live an hour longer. Here, time then goes on at the pace of the monotonic clock
//! from the latest moment it has shown, until the wall clock is ahead again. A step forward is followed at once: it
//! ends things early, which is the safe side.
//!
//! It holds within one process; a restart takes the wall clock as it finds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use stagedoor_core::clock::Clock;
use stagedoor_core::time::Timestamp;

/// From here on, a difference is a step and not a jitter.
const STEP: Duration = Duration::from_secs(1);

/// A clock that never goes back, over one that may.
pub(crate) struct SteadyClock {
    wall: Arc<dyn Clock>,
    /// The largest lead of the wall clock over the monotonic one that was ever seen, in microseconds.
    lead: AtomicI64,
    /// Whether the step back has been told.
    told: AtomicBool,
}

impl SteadyClock {
    pub(crate) fn over(wall: Arc<dyn Clock>) -> Self {
        Self {
            wall,
            lead: AtomicI64::new(i64::MIN),
            told: AtomicBool::new(false),
        }
    }

    /// One line a step, however often the time is asked for.
    fn tell(&self, behind: Duration) {
        if behind < STEP {
            self.told.store(false, Ordering::Relaxed);
        } else if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                seconds = behind.as_secs(),
                "the clock of this machine went back; time goes on from where it was. Check its time service, then restart"
            );
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        // In this order: a pause between the two readings makes the lead smaller, and the larger one is kept.
        let wall = self.wall.now();
        let monotonic = i64::try_from(self.wall.monotonic().as_micros()).unwrap_or(i64::MAX);
        let seen = wall.micros().saturating_sub(monotonic);
        let lead = self.lead.fetch_max(seen, Ordering::SeqCst).max(seen);
        let now = Timestamp::from_micros(monotonic.saturating_add(lead));
        self.tell(now.since(wall));
        now
    }

    fn monotonic(&self) -> Duration {
        self.wall.monotonic()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOON, TestClock};

    #[test]
    fn a_step_back_is_not_followed_and_a_step_forward_is() {
        let wall = Arc::new(TestClock::at(NOON));
        let steady = SteadyClock::over(wall.clone());
        assert_eq!(steady.now(), NOON);
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        wall.set_back(minutes(60));
        assert_eq!(steady.now(), NOON);
        wall.advance(minutes(10));
        assert_eq!(steady.now(), NOON.plus(minutes(10)), "time goes on");
        // The wall clock is put right: 12:10.
        wall.set_forward(minutes(60));
        assert_eq!(steady.now(), NOON.plus(minutes(10)));
        wall.set_forward(minutes(24 * 60));
        assert_eq!(
            steady.now(),
            NOON.plus(minutes(24 * 60 + 10)),
            "a step forward holds"
        );
        wall.set_back(minutes(24 * 60));
        wall.advance(minutes(1));
        assert_eq!(steady.now(), NOON.plus(minutes(24 * 60 + 11)));
    }
}
