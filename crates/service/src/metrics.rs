//! How long decisions take: a histogram of fixed buckets, so that a percentile costs nothing to keep.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets: powers of two of nanoseconds, from 64 ns up.
const BUCKETS: usize = 24;
const FIRST_SHIFT: u32 = 6;

/// Decision times since the process started.
#[derive(Debug, Default)]
pub struct DecisionTimes {
    counts: [AtomicU64; BUCKETS],
}

impl DecisionTimes {
    /// Notes one decision.
    pub fn note(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).max(1);
        let bucket = (u64::BITS - nanos.leading_zeros()).saturating_sub(FIRST_SHIFT) as usize;
        self.counts[bucket.min(BUCKETS - 1)].fetch_add(1, Ordering::Relaxed);
    }

    /// An upper bound of the 99th percentile; `None` before the first decision.
    #[must_use]
    pub fn p99(&self) -> Option<Duration> {
        let counts: Vec<u64> = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .collect();
        let total: u64 = counts.iter().sum();
        if total == 0 {
            return None;
        }
        let wanted = total - total / 100;
        let mut seen = 0;
        let bucket = counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        })?;
        Some(Duration::from_nanos(1 << (bucket as u32 + FIRST_SHIFT)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_99th_percentile_bounds_all_but_the_slowest_hundredth() {
        let times = DecisionTimes::default();
        assert_eq!(times.p99(), None);
        for _ in 0..99 {
            times.note(Duration::from_nanos(200));
        }
        times.note(Duration::from_millis(1));
        assert_eq!(times.p99(), Some(Duration::from_nanos(256)));
    }
}
