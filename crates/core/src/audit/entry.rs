//! An audit entry from draft to seal. A draft can be filled; what is sealed has its bytes and never changes.
//!
//! Names and addresses travel beside an entry, never inside it.

use std::collections::BTreeMap;

use crate::actor::{Actor, Represented};
use crate::audit::canonical;
use crate::audit::event::{Event, Retention};
use crate::audit::field::Field;
use crate::decision::Reason;
use crate::guard::Verdicts;
use crate::id::{EventId, ImpersonationId, MemberId, RequestId, SessionId, StaffId, TenantId};
use crate::time::Timestamp;

/// Which log an entry stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogScope {
    /// The platform's.
    Platform,
    /// One tenant's.
    Tenant(TenantId),
}

impl LogScope {
    /// The name in storage.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Platform => "platform".to_owned(),
            Self::Tenant(tenant) => tenant.to_string(),
        }
    }

    const fn retention(self) -> Retention {
        match self {
            Self::Platform => Retention::Platform,
            Self::Tenant(_) => Retention::Tenant,
        }
    }
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused by the decision.
    Denied(Reason),
    /// Refused by input or state, with a stable code.
    Failed(&'static str),
}

impl Outcome {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied(_) => "denied",
            Self::Failed(_) => "failed",
        }
    }

    /// Why, when it was not done.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Success => None,
            Self::Denied(reason) => Some(reason.as_str()),
            Self::Failed(code) => Some(code),
        }
    }
}

/// What was acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A tenant, in the platform's log.
    Tenant(TenantId),
    /// A tenant, in its own log.
    Organization(TenantId),
    /// A person of a tenant.
    Member(MemberId),
    /// A member of staff.
    Staff(StaffId),
    /// A session.
    Session(SessionId),
    /// A thing of another kind, by its kind and its non-personal name.
    Other(&'static str, String),
}

impl Target {
    /// The kind's name in storage.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Organization(_) => "organization",
            Self::Member(_) => "user",
            Self::Staff(_) => "staff",
            Self::Session(_) => "session",
            Self::Other(kind, _) => kind,
        }
    }

    /// The id or name in storage.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Tenant(id) | Self::Organization(id) => id.to_string(),
            Self::Member(id) => id.to_string(),
            Self::Staff(id) => id.to_string(),
            Self::Session(id) => id.to_string(),
            Self::Other(_, name) => name.clone(),
        }
    }
}

/// One field that changed. Secrets never come here: the types that hold them do not turn into text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: String,
    /// Its value before; `None` when it was not there.
    pub before: Option<String>,
    /// Its value after; `None` when it is gone.
    pub after: Option<String>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What, in words of the page: `Members`.
    pub what: String,
    /// How many records left the store.
    pub rows: u64,
}

/// A mark on an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// By a temporary account.
    Temporary,
    /// With a break-glass grant.
    BreakGlass,
    /// Worth waking somebody.
    Critical,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 3] = [Self::Temporary, Self::BreakGlass, Self::Critical];

    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::BreakGlass => "break_glass",
            Self::Critical => "critical",
        }
    }

    const fn bit(self) -> i64 {
        1 << self as u8
    }

    /// The bits of some names, as they stand in storage.
    pub(super) fn bits<'a>(names: impl Iterator<Item = &'a str>) -> i64 {
        names
            .filter_map(|name| Self::ALL.into_iter().find(|flag| flag.as_str() == name))
            .fold(0, |bits, flag| bits | flag.bit())
    }
}

/// Whom a piece of personal data is about, seen from the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Whoever acted, with address and agent.
    Actor,
    /// In whose place.
    Subject,
    /// Who was acted upon.
    Target,
}

impl Slot {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Subject => "subject",
            Self::Target => "target",
        }
    }
}

/// Personal data beside an entry, encrypted under its subject's key. The entry commits to the digest of these bytes;
/// destroying the key is the erasure, and every digest stays valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    /// Whom it is about, seen from the entry.
    pub slot: Slot,
    /// Whose key it is encrypted under: an id of staff or member.
    pub subject: String,
    /// The encrypted bytes.
    pub ciphertext: Vec<u8>,
}

/// A draft of an entry: all but its time.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: EventId,
    /// Which log it stands in.
    pub scope: LogScope,
    /// What happened.
    pub event: Event,
    /// How it went.
    pub outcome: Outcome,
    /// Who acted.
    pub actor: Actor,
    /// The request it came with.
    pub request: RequestId,
    /// The tenant it concerns.
    pub tenant: Option<TenantId>,
    /// What was acted upon.
    pub target: Option<Target>,
    /// The visit it belongs to.
    pub impersonation: Option<ImpersonationId>,
    /// The staff session it came from.
    pub session: Option<SessionId>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// What was looked at.
    pub reads: Vec<Read>,
    /// Further non-personal facts, of those that the event declares.
    pub facts: BTreeMap<Field, String>,
    /// What the guardrails said.
    pub verdicts: Option<Verdicts>,
    /// Marks.
    pub flags: Vec<Flag>,
    /// Personal data, encrypted.
    pub personal: Vec<Personal>,
}

impl Entry {
    /// A successful entry of one log, with nothing but the essentials.
    #[must_use]
    pub fn new(id: EventId, scope: LogScope, event: Event, actor: Actor, request: RequestId) -> Self {
        let (session, impersonation, tenant) = match actor {
            Actor::Staff { session, .. } => (session, None, None),
            Actor::OnBehalf {
                session,
                grant,
                subject,
                ..
            } => (Some(session), Some(grant), Some(subject.tenant())),
            Actor::Member { tenant, .. } => (None, None, Some(tenant)),
            Actor::System | Actor::Anonymous => (None, None, None),
        };
        let tenant = match scope {
            LogScope::Tenant(own) => Some(own),
            LogScope::Platform => tenant,
        };
        Self {
            id,
            scope,
            event,
            outcome: Outcome::Success,
            actor,
            request,
            tenant,
            target: None,
            impersonation,
            session,
            reason: None,
            ticket: None,
            changes: Vec::new(),
            reads: Vec::new(),
            facts: BTreeMap::new(),
            verdicts: None,
            flags: Vec::new(),
            personal: Vec::new(),
        }
    }

    /// Fixes the entry's time and its canonical bytes.
    #[must_use]
    pub fn seal(self, at: Timestamp) -> SealedEntry {
        let canonical = canonical::v1(&self, at);
        let (actor_id, act_id) = match self.actor {
            Actor::Staff { staff, .. } => (Some(staff.to_string()), None),
            Actor::Member { member, .. } => (Some(member.to_string()), None),
            Actor::OnBehalf { subject, act, .. } => (Some(represented_id(subject)), Some(act.to_string())),
            Actor::System | Actor::Anonymous => (None, None),
        };
        SealedEntry {
            at,
            id: self.id,
            scope: self.scope.to_text(),
            event: self.event.name(),
            outcome: self.outcome.as_str(),
            code: self.outcome.code(),
            actor_kind: self.actor.kind(),
            actor_id,
            act_id,
            target_kind: self.target.as_ref().map(Target::kind),
            target_id: self.target.as_ref().map(Target::id),
            tenant_id: self.tenant.map(|id| id.to_string()),
            impersonation_id: self.impersonation.map(|id| id.to_string()),
            session_id: self.session.map(|id| id.to_string()),
            request_id: self.request.to_string(),
            retention: self.retention().as_str(),
            flags: self.flags.iter().fold(0, |bits, flag| bits | flag.bit()),
            canonical,
            personal: self.personal,
        }
    }

    /// The retention class: the log's, unless the event's row says otherwise.
    #[must_use]
    pub const fn retention(&self) -> Retention {
        self.event.retention(self.scope.retention())
    }
}

pub(crate) fn represented_id(subject: Represented) -> String {
    match subject {
        Represented::Member { member, .. } => member.to_string(),
        Represented::Tenant(tenant) => tenant.to_string(),
    }
}

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
