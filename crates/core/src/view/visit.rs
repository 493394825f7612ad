//! Visits as staff see them: who is inside, who was, and the account of what one of them saw, changed and was refused.

use serde::{Deserialize, Serialize};

use crate::id::ImpersonationId;
use crate::role::TenantRole;
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::directory::Chip;
use crate::view::frame::TenantLabel;
use crate::view::{Page, Total};

/// What was done in a visit, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSums {
    /// Pages that were viewed.
    pub pages: u64,
    /// Records on them.
    pub rows: u64,
    /// Things that were changed.
    pub changes: u64,
    /// Attempts that were refused.
    pub refused: u64,
}

/// A page that was viewed during a visit, however often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewedLine {
    /// What, in words of the page.
    pub what: String,
    /// How often.
    pub times: u64,
    /// Records shown, all times together.
    pub rows: u64,
    /// The last time.
    pub last: Timestamp,
}

/// A member of staff, as their colleagues know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLabel {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The end of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndView {
    /// When.
    pub at: Timestamp,
    /// Why, by its name in storage.
    pub code: String,
    /// Why, in words.
    pub why: String,
}

/// One visit, running or over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// The visit.
    pub id: ImpersonationId,
    /// Who.
    pub staff: StaffLabel,
    /// Where.
    pub tenant: TenantLabel,
    /// As whom; `None` as the tenant's administrator.
    pub as_whom: Option<String>,
    /// With which role inside.
    pub role: TenantRole,
    /// `read_only` or `write`.
    pub mode: String,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// When it began.
    pub started: Timestamp,
    /// Its last moment at the latest.
    pub until: Timestamp,
    /// Its end, once it has come.
    pub ended: Option<EndView>,
    /// Whether the reader may end it.
    pub may_end: bool,
    /// Whether it is of the reader's own session, who can go back inside.
    pub own: bool,
}

/// What the reader has used of what they may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetView {
    /// Live visits.
    pub live: u32,
    /// How many are allowed at once.
    pub allowed: u32,
    /// Different tenants visited in the last 24 hours. No limit is set on them.
    pub tenants_today: u64,
}

/// The Impersonations page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitsView {
    /// The tenant that it is scoped to.
    pub tenant: Option<TenantLabel>,
    /// The query as it was typed.
    pub query: String,
    /// What is wrong with the query, if it could not be read; the rows then ignore it.
    pub query_error: Option<String>,
    /// The filters in force.
    pub chips: Vec<Chip>,
    /// What runs now, oldest first.
    pub live: Vec<VisitView>,
    /// What is over, latest first.
    pub past: Page<VisitView>,
    /// How many are over.
    pub matching: Total,
    /// The reader's own budget; `None` for who cannot impersonate.
    pub budget: Option<BudgetView>,
    /// The server's clock.
    pub now: Timestamp,
}

/// The account of a visit as staff read it, from the platform's log. `E` is an entry: a line of a page, or all its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView<E = AuditLine> {
    /// The visit.
    pub visit: VisitView,
    /// In numbers.
    pub sums: VisitSums,
    /// What was viewed.
    pub viewed: Vec<ViewedLine>,
    /// What was changed.
    pub changed: Vec<E>,
    /// What was refused.
    pub refused: Vec<E>,
    /// Whether there is more in the log than is shown here.
    pub cut: bool,
    /// The server's clock.
    pub now: Timestamp,
}
