//! Questions to tenants' owners: asked by staff, answered once, used once. Every change is a compare-and-swap on the state
//! that was read, so that of two answers, or of an answer and the clock, one wins and the other hears of it.

use std::time::Duration;

use stagedoor_core::consent::{ConsentEnd, ConsentState};
use stagedoor_core::id::{ConsentRequestId, MemberId, StaffId, TenantId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at, over_at FROM consent_request WHERE id = $1";
    LIST_OF_STAFF = "SELECT id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at, over_at FROM consent_request WHERE staff_id = $1 AND tenant_id = $2 ORDER BY asked_at DESC, id DESC LIMIT 50";
    LIST_OPEN_OF_STAFF = "SELECT id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at, over_at FROM consent_request WHERE staff_id = $1 AND over_at IS NULL ORDER BY asked_at, id";
    LIST_OF_TENANT = "SELECT id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at, over_at FROM consent_request WHERE tenant_id = $1 AND state = 'pending' AND until_at > $2 ORDER BY asked_at, id LIMIT $3";
    LIST_DUE = "SELECT id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at, over_at FROM consent_request WHERE over_at IS NULL AND until_at <= $1 ORDER BY until_at LIMIT 100";
    INSERT = "INSERT INTO consent_request (id, tenant_id, staff_id, membership_id, reason, ticket, ttl_micros, state, asked_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    MOVE = "UPDATE consent_request SET state = $2, until_at = coalesce($3, until_at), decided_by = coalesce($4, decided_by), over_at = $5 WHERE id = $1 AND state = $6 AND over_at IS NULL";
}

/// A question to an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// Its id.
    pub id: ConsentRequestId,
    /// Which tenant's owner.
    pub tenant: TenantId,
    /// Who asks.
    pub staff: StaffId,
    /// As whom the visit would be; `None` as the tenant's administrator.
    pub member: Option<MemberId>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// How long the visit would be.
    pub ttl: Duration,
    /// When it was asked.
    pub asked: Timestamp,
    /// Where it is in its life.
    pub state: ConsentState,
}

fn request(row: &Row) -> Result<ConsentRequest, Error> {
    let state: String = row.get("state")?;
    let until = row.time("until_at")?;
    let state = match (state.as_str(), row.time_opt("over_at")?) {
        ("pending", None) => ConsentState::Pending { until },
        ("approved", None) => ConsentState::Approved { until },
        (why, Some(at)) => ConsentState::Over {
            at,
            why: why.parse::<ConsentEnd>().map_err(|_| row.corrupt("state"))?,
        },
        _ => return Err(row.corrupt("state")),
    };
    Ok(ConsentRequest {
        id: row.parse("id")?,
        tenant: row.parse("tenant_id")?,
        staff: row.parse("staff_id")?,
        member: row.parse_opt("membership_id")?,
        reason: row.get("reason")?,
        ticket: row.get("ticket")?,
        ttl: Duration::from_micros(row.count("ttl_micros")?),
        asked: row.time("asked_at")?,
        state,
    })
}

fn requests(rows: &[Row]) -> Result<Vec<ConsentRequest>, Error> {
    rows.iter().map(request).collect()
}

/// A question by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: ConsentRequestId) -> Result<Option<ConsentRequest>, Error> {
    FIND.bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(request)
        .transpose()
}

/// What a member of staff asked a tenant's owner, the latest first: at most 50.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_staff(
    ex: &mut impl Executor,
    staff: StaffId,
    tenant: TenantId,
) -> Result<Vec<ConsentRequest>, Error> {
    requests(&LIST_OF_STAFF.bind(staff).bind(tenant).fetch_all(ex).await?)
}

/// What a member of staff asked any tenant's owner and is not over, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_open_of_staff(
    ex: &mut impl Executor,
    staff: StaffId,
) -> Result<Vec<ConsentRequest>, Error> {
    requests(&LIST_OPEN_OF_STAFF.bind(staff).fetch_all(ex).await?)
}

/// What waits for a tenant's owner, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_pending(
    ex: &mut impl Executor,
    tenant: TenantId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ConsentRequest>, Error> {
    requests(
        &LIST_OF_TENANT
            .bind(tenant)
            .bind(now)
            .bind(limit)
            .fetch_all(ex)
            .await?,
    )
}

/// Questions and answers that ran out of time, which is not written yet: at most 100 at a time.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_due(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<ConsentRequest>, Error> {
    requests(&LIST_DUE.bind(now).fetch_all(ex).await?)
}

/// Stores a question that is asked now.
///
/// # Errors
/// `Conflict` when it is not a pending one.
pub async fn insert(tx: &mut WriteTx, new: &ConsentRequest) -> Result<(), Error> {
    let ConsentState::Pending { until } = new.state else {
        return Err(Error::conflict("consent_request.pending"));
    };
    INSERT
        .bind(new.id)
        .bind(new.tenant)
        .bind(new.staff)
        .bind(new.member)
        .bind(new.reason.as_str())
        .bind(new.ticket.as_deref())
        .bind(i64::try_from(new.ttl.as_micros()).unwrap_or(i64::MAX))
        .bind(new.state.as_str())
        .bind(new.asked)
        .bind(until)
        .execute(tx)
        .await?;
    Ok(())
}

/// Moves a question from the state it was read in to its next. `false` when it is in another state by now.
///
/// # Errors
/// When the database cannot be written.
pub async fn advance(
    tx: &mut WriteTx,
    id: ConsentRequestId,
    (from, to): (ConsentState, ConsentState),
    by: Option<MemberId>,
) -> Result<bool, Error> {
    let (until, over) = match to {
        ConsentState::Pending { until } | ConsentState::Approved { until } => (Some(until), None),
        ConsentState::Over { at, .. } => (None, Some(at)),
    };
    let moved = MOVE
        .bind(id)
        .bind(to.as_str())
        .bind(until)
        .bind(by)
        .bind(over)
        .bind(from.as_str())
        .execute(tx)
        .await?;
    Ok(moved == 1)
}
