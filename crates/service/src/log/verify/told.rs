//! What the platform's log tells of keys and holds, to be held against the tables that say it as well.

use std::collections::{BTreeMap, BTreeSet};

use stagedoor_core::audit::{Event, Field, Record};
use stagedoor_core::time::Timestamp;

use crate::erasure::MADE_AT;

/// When a key was made, and when it was destroyed.
pub(super) type Life = (i64, i64);

/// What the platform's log tells of keys and holds, which tables say as well.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Whose key was destroyed, when it was made and when that was.
    pub(super) erased: BTreeMap<String, Option<Life>>,
    /// What is held: kind and name.
    pub(super) held: BTreeSet<(String, String)>,
}

/// The event of an entry that tells something of it.
pub(super) fn telling(record: &Record) -> Option<Event> {
    let telling = [Event::PersonalErase, Event::HoldPlace, Event::HoldLift];
    telling.into_iter().find(|event| event.name() == record.event)
}

impl Told {
    /// Hears what an entry of the platform's log says, in the order of the log.
    pub(super) fn hear(&mut self, record: &Record) {
        let Some(target) = record.target.as_ref().filter(|_| record.outcome == "success") else {
            return;
        };
        let held = || (target.kind.clone(), target.id.clone());
        match telling(record) {
            Some(Event::PersonalErase) => {
                let micros = |text: &str| Timestamp::parse_rfc3339(text).ok().map(Timestamp::micros);
                let made = record.changes.iter().find(|change| change.field == MADE_AT);
                let made = made.and_then(|change| micros(change.before.as_deref()?));
                let destroyed = record.facts.get(Field::DestroyedAt.as_str());
                let destroyed = destroyed.and_then(|at| micros(at));
                self.erased.insert(target.id.clone(), made.zip(destroyed));
            }
            Some(Event::HoldPlace) => {
                self.held.insert(held());
            }
            Some(Event::HoldLift) => {
                self.held.remove(&held());
            }
            _ => {}
        }
    }
}
