//! What an entry is made of besides its event: what was acted upon, what changed or was looked at, marks, and the personal data
//! beside it.

use crate::id::{MemberId, SessionId, StaffId, TenantId};

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

    pub(super) const fn bit(self) -> i64 {
        1 << self as u8
    }

    /// The bits of some names, as they stand in storage.
    pub(in crate::audit) fn bits<'a>(names: impl Iterator<Item = &'a str>) -> i64 {
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
