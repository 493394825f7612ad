//! Figures that are dear to count, kept for ten seconds where there is much to count.
//!
//! What is small is counted afresh each time, so that a change shows at once where a person could notice. What is large is
//! counted by one caller every ten seconds while the others read the number before; pages stay as quick as they are small.
//! Never for anything that is decided by.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stagedoor_core::time::Timestamp;

/// How long a figure is kept.
const KEPT: Duration = Duration::from_secs(10);
/// Most figures that are kept.
const MOST: usize = 1_000;

/// Whether there was much to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Counting again costs nothing.
    Small,
    /// It does.
    Large,
}

impl Extent {
    /// By the most that was counted.
    pub(crate) fn of(counted: u64) -> Self {
        if counted > stagedoor_core::view::Total::CAP {
            Self::Large
        } else {
            Self::Small
        }
    }
}

/// Figures by what they are of.
pub(crate) struct Recent<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Recent<K, V> {
    /// The figure, counted now if it is small, missing, or older than ten seconds and nobody else is at it.
    pub(crate) async fn get<E>(
        &self,
        key: K,
        now: Timestamp,
        count: impl Future<Output = Result<(V, Extent), E>>,
    ) -> Result<V, E> {
        if let Some(value) = self.kept(&key, now) {
            return Ok(value);
        }
        let (value, extent) = count.await?;
        let mut kept = self.lock();
        match extent {
            Extent::Small => {
                kept.remove(&key);
            }
            Extent::Large => {
                if kept.len() >= MOST {
                    kept.retain(|_, (at, _)| now.since(*at) < KEPT);
                }
                if kept.len() < MOST {
                    kept.insert(key, (now, value.clone()));
                }
            }
        }
        Ok(value)
    }

    /// What is kept. The first who finds it too old is told nothing and counts; whoever asks meanwhile gets the old one.
    fn kept(&self, key: &K, now: Timestamp) -> Option<V> {
        let mut kept = self.lock();
        let (at, value) = kept.get_mut(key)?;
        if now.since(*at) >= KEPT {
            *at = now;
            return None;
        }
        Some(value.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (Timestamp, V)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    async fn ask(recent: &Recent<u8, u64>, seconds: u64, counter: &AtomicU64, extent: Extent) -> u64 {
        let now = NOON.plus(Duration::from_secs(seconds));
        let count = async { Ok::<_, Infallible>((counter.fetch_add(1, Ordering::SeqCst), extent)) };
        recent
            .get(1, now, count)
            .await
            .unwrap_or_else(|error| match error {})
    }

    #[tokio::test]
    async fn what_is_small_is_counted_each_time() {
        let (recent, counter) = (Recent::default(), AtomicU64::new(0));
        for expected in 0..3 {
            assert_eq!(ask(&recent, 0, &counter, Extent::Small).await, expected);
        }
    }

    #[tokio::test]
    async fn what_is_large_is_counted_every_ten_seconds() {
        let (recent, counter) = (Recent::default(), AtomicU64::new(0));
        let mut seen = Vec::new();
        for second in [0, 1, 9, 10, 11, 19, 20] {
            seen.push(ask(&recent, second, &counter, Extent::Large).await);
        }
        assert_eq!(seen, [0, 0, 0, 1, 1, 1, 2]);
    }

    #[tokio::test]
    async fn while_one_counts_the_others_read_the_number_before() {
        let (recent, counter) = (Recent::default(), AtomicU64::new(0));
        ask(&recent, 0, &counter, Extent::Large).await;
        let late = NOON.plus(Duration::from_secs(12));
        let slow = async {
            let meanwhile = ask(&recent, 12, &counter, Extent::Large).await;
            Ok::<_, Infallible>((100 + meanwhile, Extent::Large))
        };
        let counted = recent
            .get(1, late, slow)
            .await
            .unwrap_or_else(|error| match error {});
        assert_eq!(counted, 100, "the other was given the number before, which is 0");
        assert_eq!(ask(&recent, 13, &counter, Extent::Large).await, 100);
    }

    #[tokio::test]
    async fn what_has_become_small_is_no_longer_kept() {
        let (recent, counter) = (Recent::default(), AtomicU64::new(0));
        ask(&recent, 0, &counter, Extent::Large).await;
        assert_eq!(ask(&recent, 10, &counter, Extent::Small).await, 1);
        assert_eq!(ask(&recent, 10, &counter, Extent::Small).await, 2);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let recent: Recent<u64, u64> = Recent::default();
        for key in 0..MOST as u64 + 50 {
            let count = async { Ok::<_, Infallible>((key, Extent::Large)) };
            recent
                .get(key, NOON, count)
                .await
                .unwrap_or_else(|error| match error {});
        }
        assert_eq!(recent.lock().len(), MOST);
    }
}
