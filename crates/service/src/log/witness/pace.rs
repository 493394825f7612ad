//! When a witness is asked again: at most once a second for each log, and less and less often while it fails. Pure.

use std::collections::HashMap;
use std::time::Duration;

use stagedoor_core::time::Timestamp;

/// Between two checkpoints of one log.
const APART: Duration = Duration::from_secs(1);
/// The longest between two tries.
const LONGEST: Duration = Duration::from_secs(300);

/// How one thing goes.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// In a row.
    failures: u32,
    /// Not before.
    next: Timestamp,
}

impl Turn {
    fn after_failure(before: Option<&Self>, now: Timestamp, random: u64) -> Self {
        let failures = before.map_or(0, |turn| turn.failures).saturating_add(1);
        let next = now.plus(backoff(failures, random));
        Self { failures, next }
    }
}

/// How it goes with a witness, and with each log there.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// `None` while it answers.
    away: Option<Turn>,
    logs: HashMap<String, Turn>,
}

impl Pace {
    /// When the witness may be asked again, where it is away and that is not yet.
    pub(super) fn away(&self, now: Timestamp) -> Option<Timestamp> {
        let next = self.away.map(|turn| turn.next);
        next.filter(|next| *next > now)
    }

    /// When a log may be submitted again, where that is not yet.
    pub(super) fn wait(&self, log: &str, now: Timestamp) -> Option<Timestamp> {
        let next = self.logs.get(log).map(|turn| turn.next);
        next.filter(|next| *next > now)
    }

    /// The witness has cosigned a log.
    pub(super) fn cosigned(&mut self, log: &str, now: Timestamp) {
        self.away = None;
        let next = now.plus(APART);
        self.logs.insert(log.to_owned(), Turn { failures: 0, next });
    }

    /// The witness answered and did not cosign: the time at which the log is tried again.
    pub(super) fn refused(&mut self, log: &str, now: Timestamp, random: u64) -> Timestamp {
        self.away = None;
        let turn = Turn::after_failure(self.logs.get(log), now, random);
        self.logs.insert(log.to_owned(), turn);
        turn.next
    }

    /// The witness did not answer: the time at which it is tried again, with whichever log.
    pub(super) fn unanswered(&mut self, now: Timestamp, random: u64) -> Timestamp {
        let turn = Turn::after_failure(self.away.as_ref(), now, random);
        self.away = Some(turn);
        turn.next
    }

    /// Forgets logs that wait for nothing.
    pub(super) fn tidy(&mut self, now: Timestamp) {
        self.logs.retain(|_, turn| turn.failures > 0 || turn.next > now);
    }
}

/// Twice as long after each failure in a row, and anywhere in the later half of that: those who failed together shall not come
/// back together.
fn backoff(failures: u32, random: u64) -> Duration {
    let whole = Duration::from_secs(1 << failures.min(16)).min(LONGEST);
    let half = whole / 2;
    let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
    half + Duration::from_micros(random % micros.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    #[test]
    fn tries_come_less_and_less_often_and_never_at_once() {
        for (failures, whole) in [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (500, 300)] {
            for random in [0, 1, 77_777_777, u64::MAX] {
                let wait = backoff(failures, random);
                let (least, most) = (Duration::from_secs(whole) / 2, Duration::from_secs(whole));
                assert!(least <= wait && wait <= most, "{failures} {random}: {wait:?}");
            }
        }
    }

    #[test]
    fn a_log_waits_for_itself_and_all_of_them_for_a_witness_that_is_away() {
        let mut pace = Pace::default();
        pace.cosigned("a", NOW);
        assert_eq!(pace.wait("a", NOW), Some(NOW.plus(APART)));
        assert_eq!(pace.wait("a", NOW.plus(APART)), None);
        assert_eq!(pace.wait("b", NOW), None);

        let first = pace.refused("a", NOW, 0).since(NOW);
        let second = pace.refused("a", NOW, 0).since(NOW);
        assert_eq!(second, first * 2);
        assert_eq!((pace.wait("b", NOW), pace.away(NOW)), (None, None));

        let next = pace.unanswered(NOW, 0);
        assert_eq!((pace.away(NOW), pace.away(next)), (Some(next), None));
        assert!(pace.unanswered(NOW, 0) > next);
        pace.refused("b", NOW, 0);
        assert_eq!(pace.away(NOW), None, "whoever answers is not away");

        pace.cosigned("a", NOW);
        pace.tidy(NOW.plus(APART));
        assert_eq!(pace.logs.len(), 1, "the refused one is remembered");
    }
}
