//! An audit entry from draft to seal. A draft can be filled; what is sealed has its bytes and never changes.
//!
//! Names and addresses travel beside an entry, never inside it.

mod batch;
mod part;

use std::collections::BTreeMap;

use crate::actor::{Actor, Represented};
use crate::audit::canonical;
use crate::audit::event::{Event, Retention};
use crate::audit::field::Field;
use crate::decision::Reason;
use crate::guard::Verdicts;
use crate::id::{EventId, ImpersonationId, RequestId, SessionId, TenantId};
use crate::time::Timestamp;

pub use self::batch::{AuditBatch, SealedEntry};
pub use self::part::{Change, Flag, Personal, Read, Slot, Target};

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
