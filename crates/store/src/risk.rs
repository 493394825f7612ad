//! Risk events: raised once, worked on step by step, listed newest first, never deleted. A change names the version that it
//! goes from, so that of two at one moment one wins and the other hears of it.

pub(crate) mod change;
pub(crate) mod list;

use stagedoor_core::id::{EventId, MemberId, RiskId, StaffId};
use stagedoor_core::risk::{Level, RiskKind, RiskState, RiskStep};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::risk::{Assignee, RiskFact, RiskSubject};
use stagedoor_core::view::visit::StaffLabel;

pub use change::{NewRisk, NewStep, NewSubject, advance, insert};
pub use list::{GivenTo, RaisedKey, RiskFilter, count, list};

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};

statements! {
    ENTRIES = "SELECT entry_id FROM risk_event_entry WHERE risk_id = $1 ORDER BY entry_id";
    STEPS = "SELECT risk_event_step.step, risk_event_step.note, risk_event_step.at, staff.display_name AS staff_name FROM risk_event_step JOIN staff ON staff.id = risk_event_step.staff_id WHERE risk_event_step.risk_id = $1 ORDER BY risk_event_step.number";
}

/// A risk event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// Its id.
    pub id: RiskId,
    /// What raised it.
    pub kind: RiskKind,
    /// 0 to 100.
    pub score: u8,
    /// Whom it is about, with their names as they are now.
    pub subject: RiskSubject,
    /// Why, in words.
    pub cause: String,
    /// What is known.
    pub facts: Vec<RiskFact>,
    /// Where it is in its life.
    pub state: RiskState,
    /// Who is at it.
    pub assignee: Option<Assignee>,
    /// Counts its changes.
    pub version: u64,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
}

impl Risk {
    /// Its level.
    #[must_use]
    pub const fn level(&self) -> Level {
        Level::of(self.score)
    }
}

fn subject(row: &Row) -> Result<RiskSubject, Error> {
    if let Some(id) = row.parse_opt("staff_id")? {
        let label = StaffLabel {
            name: row.get("staff_name")?,
            email: row.get("staff_email")?,
        };
        return Ok(RiskSubject::Staff { id, label });
    }
    let tenant = TenantLabel {
        id: row.parse("tenant_id")?,
        slug: row.get("tenant_slug")?,
        name: row.get("tenant_name")?,
    };
    let id: Option<MemberId> = row.parse_opt("membership_id")?;
    Ok(match id {
        Some(id) => RiskSubject::Member {
            id: id.to_string(),
            name: row.get("member_name")?,
            email: row.get("member_email")?,
            tenant,
        },
        None => RiskSubject::Tenant(tenant),
    })
}

fn risk(row: &Row) -> Result<Risk, Error> {
    let assignee: Option<StaffId> = row.parse_opt("assignee_id")?;
    let facts: String = row.get("facts")?;
    let facts: Vec<(String, String)> = serde_json::from_str(&facts).map_err(|_| row.corrupt("facts"))?;
    Ok(Risk {
        id: row.parse("id")?,
        kind: row.parse("kind")?,
        score: u8::try_from(row.count("score")?).map_err(|_| row.corrupt("score"))?,
        subject: subject(row)?,
        cause: row.get("cause")?,
        facts: facts
            .into_iter()
            .map(|(label, value)| RiskFact { label, value })
            .collect(),
        state: row.parse("state")?,
        assignee: match assignee {
            Some(id) => Some(Assignee {
                id,
                name: row.get("assignee_name")?,
            }),
            None => None,
        },
        version: row.count("version")?,
        raised: row.time("raised_at")?,
        changed: row.time("changed_at")?,
    })
}

/// The ids of the entries that an event was raised for.
///
/// # Errors
/// When the database cannot be read.
pub async fn entries(ex: &mut impl Executor, id: RiskId) -> Result<Vec<EventId>, Error> {
    let rows = ENTRIES.bind(id).fetch_all(ex).await?;
    rows.iter().map(|row| row.parse("entry_id")).collect()
}

/// What was done about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub step: RiskStep,
    /// What they wrote.
    pub note: Option<String>,
    /// Who.
    pub staff: String,
    /// When.
    pub at: Timestamp,
}

/// What was done about an event, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn steps(ex: &mut impl Executor, id: RiskId) -> Result<Vec<Step>, Error> {
    let rows = STEPS.bind(id).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                step: row.parse("step")?,
                note: row.get("note")?,
                staff: row.get("staff_name")?,
                at: row.time("at")?,
            })
        })
        .collect()
}
