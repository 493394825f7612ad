//! Risk events as staff see them: the list, and one of them with what is known, what it was raised for and what was done.

use serde::{Deserialize, Serialize};

use crate::id::{RiskId, StaffId};
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::directory::Chip;
use crate::view::frame::TenantLabel;
use crate::view::visit::StaffLabel;
use crate::view::{Page, Total};

/// Whom a risk is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskSubject {
    /// A member of staff.
    Staff {
        /// Who.
        id: StaffId,
        /// As colleagues know them.
        label: StaffLabel,
    },
    /// A person of a tenant.
    Member {
        /// Their membership.
        id: String,
        /// Their name.
        name: String,
        /// Their address.
        email: String,
        /// Whose person.
        tenant: TenantLabel,
    },
    /// A tenant as such.
    Tenant(TenantLabel),
}

impl RiskSubject {
    /// What people call them.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Staff { label, .. } => &label.name,
            Self::Member { name, .. } => name,
            Self::Tenant(tenant) => &tenant.name,
        }
    }

    /// Their address, or a tenant's slug.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Staff { label, .. } => &label.email,
            Self::Member { email, .. } => email,
            Self::Tenant(tenant) => &tenant.slug,
        }
    }

    /// The tenant it is in; `None` for staff.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantLabel> {
        match self {
            Self::Staff { .. } => None,
            Self::Member { tenant, .. } | Self::Tenant(tenant) => Some(tenant),
        }
    }
}

/// Somebody on staff who can be given an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
}

/// One event as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskRow {
    /// The event.
    pub id: RiskId,
    /// Its kind, by its name in storage.
    pub kind: String,
    /// 0 to 100.
    pub score: u8,
    /// `low`, `elevated`, `high` or `critical`.
    pub level: String,
    /// Whom it is about.
    pub subject: RiskSubject,
    /// Why, in words.
    pub cause: String,
    /// `open`, `acknowledged`, `resolved` or `false_positive`.
    pub state: String,
    /// Who is at it.
    pub assignee: Option<Assignee>,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
    /// Counts its changes.
    pub version: u64,
}

/// The Risk events page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RisksView {
    /// The tenant that it is scoped to.
    pub tenant: Option<TenantLabel>,
    /// The query as it was typed.
    pub query: String,
    /// What is wrong with the query, if it could not be read; the rows then ignore it.
    pub query_error: Option<String>,
    /// The filters in force.
    pub chips: Vec<Chip>,
    /// How many match.
    pub matching: Total,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The rows, the newest first.
    pub page: Page<RiskRow>,
    /// How many are open, of those that the reader may know of.
    pub open: u64,
    /// The server's clock.
    pub now: Timestamp,
}

/// What is known, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskFact {
    /// What.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// What somebody did about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskStepLine {
    /// The step, by its name in storage.
    pub step: String,
    /// What they did, in words.
    pub done: String,
    /// What they wrote.
    pub note: Option<String>,
    /// Who.
    pub staff: String,
    /// When.
    pub at: Timestamp,
}

/// One event's own page. `E` is an entry of the log: a line of a page, or its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskView<E = AuditLine> {
    /// The event.
    pub risk: RiskRow,
    /// What its kind is called.
    pub kind_label: String,
    /// Why it is a risk.
    pub about: String,
    /// What is known.
    pub facts: Vec<RiskFact>,
    /// The entries that it was raised for, as far as the reader may read them.
    pub entries: Vec<E>,
    /// How many it was raised for.
    pub entries_count: u64,
    /// What was done about it, the oldest first.
    pub steps: Vec<RiskStepLine>,
    /// Who can be given it; `None` when the reader may not work on it.
    pub may_triage: Option<Vec<Assignee>>,
    /// The server's clock.
    pub now: Timestamp,
}
