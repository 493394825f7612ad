//! Refusals of nobody in particular: counted in memory, and one entry a minute and source (decision 14).
//!
//! Who refuses a stranger a thousand times writes one line about it, so that nobody can fill the log from outside. What
//! is kept is bounded: beyond so many sources all further ones share one tally. Refusals of a person or of a sign-in that
//! is under way are never counted here: each of them is an entry of its own.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::error::Code;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;

use crate::error::ServiceError;
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::{Visitor, subscriber};

/// How long refusals of one source are gathered before they are written down.
pub const GATHERED_FOR: Duration = Duration::from_secs(60);
/// How many sources are told apart at a time: with their tallies, less than 1 MiB.
pub const SOURCES_MAX: usize = 1_024;
/// Longest name of a door that is kept.
const DOOR_MAX: usize = 64;

/// One refusal, of somebody who is nobody to us.
#[derive(Debug, Clone, Copy)]
pub struct AnonymousRefusal<'a> {
    /// The client's address, as the edge determined it.
    pub address: Option<IpAddr>,
    /// What was answered.
    pub code: Code,
    /// Which door: a route as it is declared, never what was typed.
    pub door: &'a str,
}

/// Where refused requests come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    /// A [`subscriber`].
    Address(IpAddr),
    Unknown,
    /// All that came after there was no more room.
    Further,
}

impl Source {
    fn of(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Unknown, |address| Self::Address(subscriber(address)))
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Address(IpAddr::V6(network)) => Some(format!("{network}/64")),
            Self::Address(address) => Some(address.to_string()),
            Self::Unknown | Self::Further => None,
        }
    }
}

/// What one source was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tally {
    since: Timestamp,
    counts: BTreeMap<&'static str, u64>,
    first: String,
    last: String,
}

impl Tally {
    fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// An older tally of the same source, which could not be written.
    fn after(mut self, older: Self) -> Self {
        for (code, count) in older.counts {
            *self.counts.entry(code).or_default() += count;
        }
        self.since = older.since;
        self.first = older.first;
        self
    }
}

/// Refusals that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    tallies: Mutex<HashMap<Source, Tally>>,
    /// Of what was told in an entry of its own, when.
    told: Mutex<HashMap<(ProviderId, Source), Timestamp>>,
}

/// Which tallies are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Before(Timestamp),
    All,
}

impl Refusals {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Source, Tally>) -> T) -> T {
        // A panic elsewhere while the lock was held leaves a map that is still a map.
        work(&mut self.tallies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a refusal in a provider's name is the first from its source for a minute: then it is told in an entry of its own.
    pub(crate) fn is_first(&self, provider: ProviderId, address: Option<IpAddr>, now: Timestamp) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, at| now.since(*at) < GATHERED_FOR);
        let source = match told.len() {
            0..SOURCES_MAX => Source::of(address),
            _ => Source::Further,
        };
        match told.entry((provider, source)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(now);
                true
            }
        }
    }

    fn note(&self, refusal: AnonymousRefusal<'_>, now: Timestamp) {
        let door = || refusal.door.chars().take(DOOR_MAX).collect::<String>();
        self.with(|tallies| {
            let source = Source::of(refusal.address);
            let room = tallies.len() < SOURCES_MAX || tallies.contains_key(&source);
            let source = if room { source } else { Source::Further };
            let tally = tallies.entry(source).or_insert_with(|| Tally {
                since: now,
                counts: BTreeMap::new(),
                first: door(),
                last: String::new(),
            });
            *tally.counts.entry(refusal.code.as_str()).or_default() += 1;
            tally.last = door();
        });
    }

    fn take(&self, due: Due) -> Vec<(Source, Tally)> {
        let is_due = |tally: &Tally| match due {
            Due::All => true,
            Due::Before(time) => tally.since <= time,
        };
        let mut taken: Vec<_> = self.with(|tallies| tallies.extract_if(|_, tally| is_due(tally)).collect());
        taken.sort_by(|(_, left), (_, right)| (left.since, &left.first).cmp(&(right.since, &right.first)));
        taken
    }

    fn put_back(&self, taken: Vec<(Source, Tally)>) {
        self.with(|tallies| {
            for (source, older) in taken {
                let tally = match tallies.remove(&source) {
                    Some(newer) => newer.after(older),
                    None => older,
                };
                tallies.insert(source, tally);
            }
        });
    }
}

impl Service {
    /// Counts a refusal of somebody who is nobody to us.
    pub fn note_refusal(&self, refusal: AnonymousRefusal<'_>) {
        self.refusals().note(refusal, self.now());
    }

    /// Writes down what was gathered for a minute. Called once a second.
    ///
    /// # Errors
    /// When the database cannot be written; what was gathered is kept for the next time.
    pub async fn write_refusals(&self) -> Result<(), ServiceError> {
        self.write_due(Due::Before(self.now().minus(GATHERED_FOR))).await
    }

    /// Writes down all that was gathered. Called at the stop.
    ///
    /// # Errors
    /// As [`Self::write_refusals`].
    pub(crate) async fn write_all_refusals(&self) -> Result<(), ServiceError> {
        self.write_due(Due::All).await
    }

    async fn write_due(&self, due: Due) -> Result<(), ServiceError> {
        let taken = self.refusals().take(due);
        let written = match self.entries_of(&taken).await {
            Ok(Some(batch)) => self.commit_only(batch).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if written.is_err() {
            self.refusals().put_back(taken);
        }
        written
    }

    /// The entries of some tallies; `None` where there are none.
    async fn entries_of(&self, tallies: &[(Source, Tally)]) -> Result<Option<AuditBatch>, ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let mut all: Option<AuditBatch> = None;
        for (source, tally) in tallies {
            let story = story(self, *source, tally);
            let batch = self.record(&visitor, &acting, story, now).await?;
            all = Some(match all {
                Some(all) => all.and_all(batch),
                None => batch,
            });
        }
        Ok(all)
    }
}

fn story(service: &Service, source: Source, tally: &Tally) -> Story {
    let mut story = Story::new(Event::AccessRefuse);
    let codes: Vec<String> = tally
        .counts
        .iter()
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    story.facts.insert(Field::Requests, tally.total().to_string());
    story.facts.insert(Field::Codes, codes.join(", "));
    story.facts.insert(Field::First, tally.first.clone());
    story.facts.insert(Field::Last, tally.last.clone());
    story.facts.insert(Field::Since, tally.since.rfc3339());
    match source.text() {
        Some(address) => {
            story.target = Some(Target::Other("source", service.address_tag(&address)));
            story.target_address = Some(address);
        }
        None if source == Source::Further => {
            story.facts.insert(Field::Source, "further addresses".to_owned());
        }
        None => {
            story.facts.insert(Field::Source, "an unknown address".to_owned());
        }
    }
    story
}

#[cfg(test)]
mod tests {
    use stagedoor_core::id::Id;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

    fn from(address: &str) -> AnonymousRefusal<'static> {
        AnonymousRefusal {
            address: address.parse().ok(),
            code: Code::NotFound,
            door: "/api/{*rest}",
        }
    }

    #[test]
    fn one_source_is_one_tally_and_a_subscriber_is_one_source() {
        let refusals = Refusals::default();
        for _ in 0..500 {
            refusals.note(from("203.0.113.9"), NOW);
        }
        refusals.note(from("::ffff:203.0.113.9"), NOW);
        for host in 1..=40 {
            refusals.note(from(&format!("2001:db8:1:2::{host:x}")), NOW);
        }
        let taken = refusals.take(Due::All);
        let mut totals: Vec<_> = taken
            .iter()
            .map(|(source, tally)| (source.text().unwrap(), tally.total()))
            .collect();
        totals.sort();
        assert_eq!(
            totals,
            [
                ("2001:db8:1:2::/64".to_owned(), 40),
                ("203.0.113.9".to_owned(), 501)
            ]
        );
        assert!(refusals.take(Due::All).is_empty());
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost_beyond_it() {
        let refusals = Refusals::default();
        for number in 0..20_000_u32 {
            let address = IpAddr::from(number.to_be_bytes());
            refusals.note(from(&address.to_string()), NOW);
        }
        let taken = refusals.take(Due::All);
        assert_eq!(taken.len(), SOURCES_MAX + 1);
        let further = taken.iter().find(|(source, _)| *source == Source::Further);
        assert_eq!(further.unwrap().1.total(), 20_000 - SOURCES_MAX as u64);
        assert_eq!(taken.iter().map(|(_, tally)| tally.total()).sum::<u64>(), 20_000);
    }

    #[test]
    fn what_could_not_be_written_is_counted_on() {
        let refusals = Refusals::default();
        refusals.note(from("203.0.113.9"), NOW);
        let taken = refusals.take(Due::Before(NOW));
        let later = NOW.plus(Duration::from_secs(5));
        let last = AnonymousRefusal {
            code: Code::Unauthenticated,
            door: "/api/admin/session",
            ..from("203.0.113.9")
        };
        refusals.note(last, later);
        refusals.put_back(taken);
        let taken = refusals.take(Due::Before(NOW));
        let (_, tally) = &taken[0];
        assert_eq!(
            (
                tally.since,
                tally.total(),
                tally.first.as_str(),
                tally.last.as_str()
            ),
            (NOW, 2, "/api/{*rest}", "/api/admin/session")
        );
    }

    #[test]
    fn of_a_provider_and_a_source_one_a_minute_is_told_and_of_all_no_more_than_there_is_room_for() {
        let refusals = Refusals::default();
        let (one, other) = (ProviderId::new(1, 1), ProviderId::new(1, 2));
        let address = "203.0.113.9".parse().ok();
        assert!(refusals.is_first(one, address, NOW) && refusals.is_first(other, address, NOW));
        assert!(!refusals.is_first(one, address, NOW.plus(Duration::from_secs(59))));
        let later = NOW.plus(GATHERED_FOR);
        assert!(refusals.is_first(one, address, later));
        let told = (0..5_000_u32)
            .filter(|number| refusals.is_first(one, Some(IpAddr::from(number.to_be_bytes())), later))
            .count();
        assert_eq!(told, SOURCES_MAX, "and one for all others");
    }

    #[test]
    fn a_long_door_is_cut() {
        let refusals = Refusals::default();
        let door = "x".repeat(5_000);
        refusals.note(
            AnonymousRefusal {
                door: &door,
                ..from("203.0.113.9")
            },
            NOW,
        );
        let (_, tally) = refusals.take(Due::All).remove(0);
        assert_eq!((tally.first.len(), tally.last.len()), (DOOR_MAX, DOOR_MAX));
    }
}
