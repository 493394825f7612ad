//! Raising an event, and the steps that are taken on it: each from the version that was seen.

use stagedoor_core::id::{EventId, MemberId, RiskId, StaffId, TenantId};
use stagedoor_core::risk::{Level, RiskKind, RiskState, RiskStep};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    INSERT = "INSERT INTO risk_event (id, staff_id, tenant_id, membership_id, kind, score, level, cause, facts, state, version, raised_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 0, $10, $10)";
    INSERT_ENTRY = "INSERT INTO risk_event_entry (risk_id, entry_id) VALUES ($1, $2)";
    MOVE = "UPDATE risk_event SET state = $3, assignee_id = coalesce($4, assignee_id), changed_at = $5, version = version + 1 WHERE id = $1 AND version = $2";
    INSERT_STEP = "INSERT INTO risk_event_step (risk_id, number, staff_id, step, note, at) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// Whom a new event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewSubject {
    /// A member of staff.
    Staff(StaffId),
    /// A tenant, or one of its people.
    Tenant(TenantId, Option<MemberId>),
}

/// An event to raise.
#[derive(Debug, Clone)]
pub struct NewRisk {
    /// Its id.
    pub id: RiskId,
    /// What raises it; its score and level follow from that.
    pub kind: RiskKind,
    /// Whom it is about.
    pub subject: NewSubject,
    /// Why, in words.
    pub cause: String,
    /// What is known, a label and a value each.
    pub facts: Vec<(String, String)>,
    /// The entries of the audit that it is raised for.
    pub entries: Vec<EventId>,
    /// When.
    pub at: Timestamp,
}

/// Raises an event: it is open.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert(tx: &mut WriteTx, new: &NewRisk) -> Result<(), Error> {
    let (staff, tenant, member) = match new.subject {
        NewSubject::Staff(staff) => (Some(staff), None, None),
        NewSubject::Tenant(tenant, member) => (None, Some(tenant), member),
    };
    let score = new.kind.score();
    let facts = serde_json::json!(new.facts).to_string();
    INSERT
        .bind(new.id)
        .bind(staff)
        .bind(tenant)
        .bind(member)
        .bind(new.kind.as_str())
        .bind(u32::from(score))
        .bind(Level::of(score).as_str())
        .bind(new.cause.as_str())
        .bind(facts)
        .bind(new.at)
        .execute(tx)
        .await?;
    for entry in &new.entries {
        INSERT_ENTRY.bind(new.id).bind(*entry).execute(tx).await?;
    }
    Ok(())
}

/// A step that somebody takes.
#[derive(Debug, Clone)]
pub struct NewStep {
    /// On which event.
    pub id: RiskId,
    /// The version that it goes from.
    pub version: u64,
    /// Where the event is afterwards.
    pub state: RiskState,
    /// Who is at it from now on; `None` leaves that as it is.
    pub assignee: Option<StaffId>,
    /// What is done.
    pub step: RiskStep,
    /// What is written.
    pub note: Option<String>,
    /// By whom.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Takes a step. `false` when the event has changed since it was read, and nothing is written.
///
/// # Errors
/// When the database cannot be written.
pub async fn advance(tx: &mut WriteTx, new: &NewStep) -> Result<bool, Error> {
    let version = i64::try_from(new.version).unwrap_or(i64::MAX);
    let moved = MOVE
        .bind(new.id)
        .bind(version)
        .bind(new.state.as_str())
        .bind(new.assignee)
        .bind(new.at)
        .execute(tx)
        .await?;
    if moved != 1 {
        return Ok(false);
    }
    INSERT_STEP
        .bind(new.id)
        .bind(version.saturating_add(1))
        .bind(new.staff)
        .bind(new.step.as_str())
        .bind(new.note.as_deref())
        .bind(new.at)
        .execute(tx)
        .await?;
    Ok(true)
}
