//! Tenants as staff see them from outside. The owner's choice is read here, and nothing lets staff change it.

use serde::{Deserialize, Serialize};

use crate::tenant::TenantState;
use crate::time::Timestamp;
use crate::view::directory::Chip;
use crate::view::frame::TenantLabel;
use crate::view::visit::VisitView;
use crate::view::{Page, Total};

/// The owner's choice about visits, as staff may read it. Nothing lets staff change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentLine {
    /// `off`, `ask`, `window` or `on`.
    pub choice: String,
    /// Until when, for a window.
    pub until: Option<Timestamp>,
    /// Whether a visit could begin by it now, without asking.
    pub open: bool,
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRow {
    /// Id, slug and name.
    pub label: TenantLabel,
    /// Whether it is in use.
    pub state: TenantState,
    /// Its people, those whose membership has ended left out.
    pub members: Total,
    /// Its owner's choice.
    pub consent: ConsentLine,
    /// When the latest visit of staff began.
    pub visited: Option<Timestamp>,
    /// Since when it exists.
    pub created: Timestamp,
}

/// The Tenants page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantsView {
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
    /// The rows.
    pub page: Page<TenantRow>,
    /// Whether the reader reaches every tenant, or only those listed for them.
    pub everywhere: bool,
    /// The server's clock.
    pub now: Timestamp,
}

/// What suspending or restoring would mean, for the dialog that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateOffer {
    /// What it would become.
    pub to: TenantState,
    /// How many visits would end.
    pub visits: u64,
    /// How many sessions of its people would end.
    pub sessions: Total,
}

/// One tenant's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantView {
    /// The tenant.
    pub tenant: TenantRow,
    /// Its visits, running first; `None` when the reader may not see visits.
    pub visits: Option<Page<VisitView>>,
    /// How many of them run.
    pub live: u64,
    /// How many sessions of its people run.
    pub sessions: Total,
    /// The other state, when the reader may choose it.
    pub offer: Option<StateOffer>,
    /// Whether the reader may give it another name.
    pub may_rename: bool,
    /// Whether the reader may read its directory.
    pub may_look_inside: bool,
    /// The server's clock.
    pub now: Timestamp,
}
