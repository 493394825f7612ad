//! The Overview: what needs a person now, the figures, and who is inside a tenant. What is not there yet is not
//! claimed.

use serde::{Deserialize, Serialize};

use crate::id::ImpersonationId;
use crate::time::Timestamp;
use crate::view::{Kpi, Tone};

/// One thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The icon's name.
    pub icon: String,
    /// How urgent.
    pub tone: Tone,
    /// What it is.
    pub title: String,
    /// What is known.
    pub detail: String,
    /// Where to go, and the word on the button; `None` where the page is not there yet.
    pub link: Option<(String, String)>,
}

/// A visit that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    /// The visit.
    pub id: ImpersonationId,
    /// Who.
    pub staff: String,
    /// As whom; `None` as the tenant's administrator.
    pub as_whom: Option<String>,
    /// Where.
    pub tenant: String,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// `read only` or `write`.
    pub mode: String,
    /// Its end.
    pub until: Timestamp,
    /// Whether the reader may end it.
    pub may_end: bool,
    /// Whether it is the reader's own, who can go back inside.
    pub own: bool,
}

/// One line of the hygiene card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HygieneLine {
    /// What.
    pub label: String,
    /// The finding.
    pub value: String,
    /// Well or not.
    pub tone: Tone,
}

/// The Overview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverviewView {
    /// The first name to greet.
    pub first_name: String,
    /// What needs a person, most urgent first.
    pub needs: Vec<Need>,
    /// The key figures.
    pub kpis: Vec<Kpi>,
    /// Staff inside tenants now; `None` when the reader may not see visits.
    pub inside: Option<Vec<VisitRow>>,
    /// The hygiene card; `None` when the reader may not see staff.
    pub hygiene: Option<Vec<HygieneLine>>,
    /// The server's clock.
    pub now: Timestamp,
}
