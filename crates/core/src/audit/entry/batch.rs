//! Entries on their way into the store: the drafts that go with a commit, and what each is once it is sealed.

use super::{Entry, Personal};
use crate::audit::event::Event;
use crate::id::{EventId, ImpersonationId};
use crate::time::Timestamp;

/// A sealed entry: the columns that are searched, and the bytes that are kept.
#[derive(Debug, Clone)]
#[allow(
    missing_docs,
    reason = "each field is the column of its name in audit_entry, described in the migration"
)]
pub struct SealedEntry {
    pub at: Timestamp,
    pub id: EventId,
    pub scope: String,
    pub event: &'static str,
    pub outcome: &'static str,
    pub code: Option<&'static str>,
    pub actor_kind: &'static str,
    pub actor_id: Option<String>,
    pub act_id: Option<String>,
    pub target_kind: Option<&'static str>,
    pub target_id: Option<String>,
    pub tenant_id: Option<String>,
    pub impersonation_id: Option<String>,
    pub session_id: Option<String>,
    pub request_id: String,
    pub retention: &'static str,
    pub flags: i64,
    pub canonical: Vec<u8>,
    pub personal: Vec<Personal>,
}

/// The entries that go with one commit: at least one.
#[derive(Debug, Clone)]
pub struct AuditBatch {
    now: Timestamp,
    entries: Vec<Entry>,
}

impl AuditBatch {
    /// A batch of one. `now` is the time by the injected clock; the store never lets it go back.
    #[must_use]
    pub fn of(now: Timestamp, entry: Entry) -> Self {
        Self {
            now,
            entries: vec![entry],
        }
    }

    /// The two entries of a dual-scope event.
    #[must_use]
    pub fn pair(now: Timestamp, platform: Entry, tenant: Entry) -> Self {
        Self {
            now,
            entries: vec![platform, tenant],
        }
    }

    /// One more entry.
    #[must_use]
    pub fn and(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// The entries of another batch as well; the time stays this batch's.
    #[must_use]
    pub fn and_all(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// The visits that entries of an event are about, each once. What ends visits ends exactly those whose end it tells of.
    #[must_use]
    pub fn visits_of(&self, event: Event) -> Vec<ImpersonationId> {
        let entries = self.entries.iter().filter(|entry| entry.event == event);
        let mut visits: Vec<_> = entries.filter_map(|entry| entry.impersonation).collect();
        visits.sort_unstable();
        visits.dedup();
        visits
    }

    /// The time the batch was made.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The entries, at least one, before they are sealed.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries, at least one.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}
