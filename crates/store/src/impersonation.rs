//! Impersonations and the codes that carry them to the tenant's host.
//!
//! A visit is inserted only with a permit for it, and the budget is counted again inside the same transaction, which
//! is serial on both engines: two requests cannot both take the last place.

use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::id::{ConsentRequestId, ImpersonationId, MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitMode, VisitState};
use stagedoor_core::permit::Permit;
use stagedoor_core::role::TenantRole;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::select::Filter;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation WHERE id = $1";
    FIND_BY_REFERENCE = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation WHERE reference = $1";
    LIST_RUNNING = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation WHERE ended_at IS NULL ORDER BY started_at, id LIMIT $1";
    LIST_OF_SESSION = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation WHERE session_id = $1 AND ended_at IS NULL ORDER BY started_at, id";
    LIST_RUNNING_IN = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation WHERE tenant_id = $1 AND ended_at IS NULL ORDER BY started_at, id LIMIT 500";
    LIST_OF_TENANT = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation";
    COUNT_RUNNING_OF = "SELECT count(*) AS live FROM impersonation WHERE staff_id = $1 AND ended_at IS NULL AND ends_at > $2 AND last_seen_at > $3";
    LIVE_AND_EPOCH = "SELECT count(*) AS live, (SELECT in_force.epoch FROM in_force WHERE in_force.name = 'rules') AS epoch FROM impersonation WHERE staff_id = $1 AND ended_at IS NULL AND ends_at > $2 AND last_seen_at > $3";
    INSERT = "INSERT INTO impersonation (id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, consent_request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_PAST = "INSERT INTO impersonation (id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    SET_REFERENCE = "UPDATE impersonation SET reference = $2, last_seen_at = $3 WHERE id = $1 AND ended_at IS NULL AND last_seen_at <= $3";
    TOUCH = "UPDATE impersonation SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2";
    END = "UPDATE impersonation SET ended_at = $2, ended_why = $3 WHERE id = $1 AND ended_at IS NULL";
    INSERT_HANDOFF = "INSERT INTO handoff (code, impersonation_id, session_id, nonce, expires_at) VALUES ($1, $2, $3, $4, $5)";
    TAKE_HANDOFF = "DELETE FROM handoff WHERE code = $1 RETURNING impersonation_id, session_id, nonce, expires_at";
    EXPIRE_HANDOFFS = "DELETE FROM handoff WHERE expires_at <= $1";
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
    let mut filter = Filter::new().and("tenant_id = $1", [tenant.into()]);
    if let Some((started, id)) = after {
        filter = filter.and("(started_at, id) < ($1, $2)", [started.into(), id.into()]);
    }
    let rows = LIST_OF_TENANT
        .select()
        .filter(filter)
        .order_by("started_at DESC, id DESC")
        .limit(limit)
        .query()
        .fetch_all(ex)
        .await?;
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

/// Stores a visit. The permit says that it may be.
///
/// # Errors
/// `Conflict` when the permit is for another tenant, or the visit has ended already.
pub async fn insert(tx: &mut WriteTx, permit: &Permit<TenantImpersonate>, new: &Visit) -> Result<(), Error> {
    let VisitState::Live { until, last_seen } = new.state else {
        return Err(Error::Conflict {
            constraint: "impersonation.running".to_owned(),
        });
    };
    if permit.resource().tenant != Some(new.tenant) {
        return Err(Error::Conflict {
            constraint: "impersonation.permit".to_owned(),
        });
    }
    INSERT
        .bind(new.id)
        .bind(new.staff)
        .bind(new.session)
        .bind(new.tenant)
        .bind(new.member.map(|id| id.to_string()))
        .bind(new.role.as_str())
        .bind(new.mode.as_str())
        .bind(permit.owed().as_str())
        .bind(new.ticket.clone())
        .bind(new.started)
        .bind(until)
        .bind(last_seen)
        .bind(new.consent)
        .execute(tx)
        .await?;
    Ok(())
}

/// Stores a visit that is over, as history: only demo data has need of it. It opens nothing, so it needs no permit.
///
/// # Errors
/// `Conflict` for a visit that runs.
pub async fn insert_past(tx: &mut WriteTx, past: &Visit) -> Result<(), Error> {
    let VisitState::Ended { at, why } = past.state else {
        return Err(Error::conflict("impersonation.running"));
    };
    INSERT_PAST
        .bind(past.id)
        .bind(past.staff)
        .bind(past.session)
        .bind(past.tenant)
        .bind(past.member.map(|id| id.to_string()))
        .bind(past.role.as_str())
        .bind(past.mode.as_str())
        .bind(past.reason.as_str())
        .bind(past.ticket.clone())
        .bind(past.started)
        .bind(past.until)
        .bind(at)
        .bind(at)
        .bind(why.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

/// Gives a running visit the reference that its cookie holds; a former one is void. `false` when it has ended.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_reference(
    tx: &mut WriteTx,
    id: ImpersonationId,
    reference: &ReferenceDigest,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(SET_REFERENCE
        .bind(id)
        .bind(reference.as_bytes().as_slice())
        .bind(now)
        .execute(tx)
        .await?
        == 1)
}

/// Notes activity; it never goes back, and never wakes an ended visit.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut WriteTx, id: ImpersonationId, at: Timestamp) -> Result<(), Error> {
    TOUCH.bind(id).bind(at).execute(tx).await?;
    Ok(())
}

/// Ends a visit. `false` when it had ended already.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(tx: &mut WriteTx, id: ImpersonationId, at: Timestamp, why: VisitEnd) -> Result<bool, Error> {
    Ok(END.bind(id).bind(at).bind(why.as_str()).execute(tx).await? == 1)
}

/// A code on its way to the tenant's host.
#[derive(Debug, Clone)]
pub struct Handoff {
    /// The visit.
    pub visit: ImpersonationId,
    /// The staff session that asked for the code.
    pub session: SessionId,
    /// SHA-256 of the nonce in the tenant host's cookie.
    pub nonce: Vec<u8>,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores a code by its digest.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_handoff(tx: &mut WriteTx, code: &ReferenceDigest, new: &Handoff) -> Result<(), Error> {
    INSERT_HANDOFF
        .bind(code.as_bytes().as_slice())
        .bind(new.visit)
        .bind(new.session)
        .bind(new.nonce.as_slice())
        .bind(new.expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes a code: whatever comes of it, it is gone.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_handoff(tx: &mut WriteTx, code: &ReferenceDigest) -> Result<Option<Handoff>, Error> {
    let row = TAKE_HANDOFF
        .bind(code.as_bytes().as_slice())
        .fetch_optional(tx)
        .await?;
    row.map(|row| {
        Ok(Handoff {
            visit: row.parse("impersonation_id")?,
            session: row.parse("session_id")?,
            nonce: row.get("nonce")?,
            expires: row.time("expires_at")?,
        })
    })
    .transpose()
}

/// Removes codes that nobody used in time.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire_handoffs(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE_HANDOFFS.bind(now).execute(tx).await
}
