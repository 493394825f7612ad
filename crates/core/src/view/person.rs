//! One person of a tenant, as staff may know them: identity, role, status, times, and what the platform's log tells.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::directory::{ImpersonateOffer, MemberRow};
use crate::view::frame::TenantLabel;
use crate::view::session::SessionRow;

/// A risk event about the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskLine {
    /// What happened.
    pub cause: String,
    /// `low`, `elevated`, `high` or `critical`.
    pub level: String,
    /// `open`, `acknowledged`, `resolved` or `false_positive`.
    pub state: String,
    /// When.
    pub raised: Timestamp,
}

/// A person's own page. `E` is an entry of the log: a line of a page, or all its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonPage<E = AuditLine> {
    /// Whose person.
    pub tenant: TenantLabel,
    /// Profile, role, status, factors.
    pub person: MemberRow,
    /// Since when they belong to the tenant.
    pub joined: Timestamp,
    /// Their latest sessions.
    pub sessions: Vec<SessionRow>,
    /// Risk events about them; `None` when the reader may not see risk.
    pub risks: Option<Vec<RiskLine>>,
    /// The latest entries in the platform's log that they caused.
    pub acted: Vec<E>,
    /// The latest entries in the platform's log that are about them.
    pub concerned: Vec<E>,
    /// What the Impersonate button may promise.
    pub offer: ImpersonateOffer,
    /// The server's clock.
    pub now: Timestamp,
}
