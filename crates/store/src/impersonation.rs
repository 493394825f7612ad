//! Impersonations and the codes that carry them to the tenant's host.
//!
//! A visit is inserted only with a permit for it, and the budget is counted again inside the same transaction, which
//! is serial on both engines: two requests cannot both take the last place.

pub(crate) mod handoff;
pub(crate) mod life;

use stagedoor_core::id::{ConsentRequestId, ImpersonationId, MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitMode, VisitState};
use stagedoor_core::role::TenantRole;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;

pub use handoff::{Handoff, expire_handoffs, insert_handoff, take_handoff};
pub use life::{end, insert, insert_past, set_reference, touch};

use crate::Error;
use crate::db::{Executor, Row};
use crate::select::{Filter, newest_first};
use crate::statement::statements;

/// What [`visit`] reads of a row: every statement that finds visits selects just this.
macro_rules! visit_columns {
    () => {
        "id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id"
    };
}

statements! {
    FIND = concat!("SELECT ", visit_columns!(), " FROM impersonation WHERE id = $1");
    FIND_BY_REFERENCE = concat!("SELECT ", visit_columns!(), " FROM impersonation WHERE reference = $1");
    LIST_RUNNING = concat!("SELECT ", visit_columns!(), " FROM impersonation WHERE ended_at IS NULL ORDER BY started_at, id LIMIT $1");
    LIST_OF_SESSION = concat!("SELECT ", visit_columns!(), " FROM impersonation WHERE session_id = $1 AND ended_at IS NULL ORDER BY started_at, id");
    LIST_RUNNING_IN = concat!("SELECT ", visit_columns!(), " FROM impersonation WHERE tenant_id = $1 AND ended_at IS NULL ORDER BY started_at, id LIMIT 500");
    LIST_OF_TENANT = concat!("SELECT ", visit_columns!(), " FROM impersonation");
    COUNT_RUNNING_OF = "SELECT count(*) AS live FROM impersonation WHERE staff_id = $1 AND ended_at IS NULL AND ends_at > $2 AND last_seen_at > $3";
    LIVE_AND_EPOCH = "SELECT count(*) AS live, (SELECT in_force.epoch FROM in_force WHERE in_force.name = 'rules') AS epoch FROM impersonation WHERE staff_id = $1 AND ended_at IS NULL AND ends_at > $2 AND last_seen_at > $3";
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its id.
    pub id: ImpersonationId,
    /// Whose.
    pub staff: StaffId,
    /// The staff session it is bound to.
    pub session: SessionId,
    /// Where.
    pub tenant: TenantId,
    /// As whom; `None` as the tenant's administrator.
    pub member: Option<MemberId>,
    /// With which role inside.
    pub role: TenantRole,
    /// Whether it may write.
    pub mode: VisitMode,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// When it began.
    pub started: Timestamp,
    /// Where it is in its life.
    pub state: VisitState,
    /// Its last moment, ended or not.
    pub until: Timestamp,
    /// The owner's answer it was made by, where the owner was asked.
    pub consent: Option<ConsentRequestId>,
}

impl Visit {
    /// By what leave it is made.
    #[must_use]
    pub const fn leave(&self) -> Leave {
        match self.consent {
            Some(_) => Leave::Asked,
            None => Leave::Standing,
        }
    }
}

pub(crate) fn visit(row: &Row) -> Result<Visit, Error> {
    let ended: Option<Timestamp> = row.time_opt("ended_at")?;
    let why: Option<VisitEnd> = row.parse_opt("ended_why")?;
    let until = row.time("ends_at")?;
    let state = match ended.zip(why) {
        Some((at, why)) => VisitState::Ended { at, why },
        None => VisitState::Live {
            until,
            last_seen: row.time("last_seen_at")?,
        },
    };
    Ok(Visit {
        id: row.parse("id")?,
        staff: row.parse("staff_id")?,
        session: row.parse("session_id")?,
        tenant: row.parse("tenant_id")?,
        member: row.parse_opt("membership_id")?,
        role: row.parse("role")?,
        mode: row.parse("mode")?,
        reason: row.get("reason")?,
        ticket: row.get("ticket")?,
        started: row.time("started_at")?,
        state,
        until,
        consent: row.parse_opt("consent_request_id")?,
    })
}

/// A visit by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: ImpersonationId) -> Result<Option<Visit>, Error> {
    FIND.bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(visit)
        .transpose()
}

/// The visit behind a reference.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_reference(
    ex: &mut impl Executor,
    reference: &ReferenceDigest,
) -> Result<Option<Visit>, Error> {
    FIND_BY_REFERENCE
        .bind(reference.as_bytes().as_slice())
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(visit)
        .transpose()
}

/// Visits that nobody has ended yet, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_running(ex: &mut impl Executor, limit: u32) -> Result<Vec<Visit>, Error> {
    LIST_RUNNING
        .bind(i64::from(limit))
        .fetch_all(ex)
        .await?
        .iter()
        .map(visit)
        .collect()
}

/// The visits inside a tenant that nobody has ended yet, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_running_in(ex: &mut impl Executor, tenant: TenantId) -> Result<Vec<Visit>, Error> {
    LIST_RUNNING_IN
        .bind(tenant)
        .fetch_all(ex)
        .await?
        .iter()
        .map(visit)
        .collect()
}

/// The latest visits inside a tenant, running or not, from behind a key of start and id.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_tenant(
    ex: &mut impl Executor,
    tenant: TenantId,
    after: Option<(i64, ImpersonationId)>,
    limit: u32,
) -> Result<Vec<Visit>, Error> {
    let walk = newest_first!("started_at", "id");
    let filter = Filter::new().and("tenant_id = $1", [tenant.into()]);
    let select = LIST_OF_TENANT.select().filter(filter);
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter().map(visit).collect()
}

/// The visits of a session that nobody has ended yet.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_session(ex: &mut impl Executor, session: SessionId) -> Result<Vec<Visit>, Error> {
    LIST_OF_SESSION
        .bind(session)
        .fetch_all(ex)
        .await?
        .iter()
        .map(visit)
        .collect()
}

/// How many visits a person has now; those whose clocks have run out do not count.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_live(
    ex: &mut impl Executor,
    staff: StaffId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<u32, Error> {
    let live = COUNT_RUNNING_OF
        .bind(staff)
        .bind(now)
        .bind(idle_since)
        .fetch_one(ex)
        .await?
        .count("live")?;
    Ok(u32::try_from(live).unwrap_or(u32::MAX))
}

/// The same, and beside it what the rules in force are counted up to: every call of staff wants to know both.
///
/// # Errors
/// When the database cannot be read.
pub async fn live_and_epoch(
    ex: &mut impl Executor,
    staff: StaffId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<(u32, u64), Error> {
    let row = LIVE_AND_EPOCH
        .bind(staff)
        .bind(now)
        .bind(idle_since)
        .fetch_one(ex)
        .await?;
    let live = u32::try_from(row.count("live")?).unwrap_or(u32::MAX);
    Ok((live, row.count("epoch")?))
}
