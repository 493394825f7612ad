//! What waits for somebody: invitations, break-glass requests; and the sessions of tenants' people.
//!
//! Only what the first rooms count and what demo data fills; each gets its own file with its own room.

use stagedoor_core::id::{BreakGlassId, InvitationId, MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::session_list::address_key;
use crate::statement::{Executor, Query, statements};
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    COUNT_INVITATIONS = "SELECT count(*) AS waiting FROM invitation WHERE state = 'pending' AND expires_at > $1";
    REQUESTS = "SELECT break_glass_request.operation AS operation, break_glass_request.approvals AS approvals, break_glass_request.quorum AS quorum, break_glass_request.expires_at AS expires_at, staff.display_name AS requester, tenant.name AS tenant FROM break_glass_request JOIN staff ON staff.id = break_glass_request.requester_id LEFT JOIN tenant ON tenant.id = break_glass_request.tenant_id WHERE break_glass_request.state = 'pending' AND break_glass_request.expires_at > $1 ORDER BY break_glass_request.expires_at, break_glass_request.id LIMIT $2";
    SESSION_BARS = "SELECT (started_at - $2) / $3 AS bar, count(*) AS total FROM tenant_session WHERE tenant_id = $1 AND started_at >= $2 AND started_at < $4 GROUP BY bar";
    INSERT_INVITATION = "INSERT INTO invitation (id, tenant_id, email, role, state, created_at, expires_at) VALUES ($1, $2, $3, $4, 'pending', $5, $6)";
    INSERT_REQUEST = "INSERT INTO break_glass_request (id, requester_id, operation, tenant_id, reason, state, approvals, quorum, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8, $9)";
    INSERT_SESSION = "INSERT INTO tenant_session (id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, address_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// How many invitations wait to be accepted.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_invitations(ex: &mut impl Executor, now: Timestamp) -> Result<u64, Error> {
    COUNT_INVITATIONS.bind(now).fetch_one(ex).await?.count("waiting")
}

/// A break-glass request that waits for votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// What it is for.
    pub operation: String,
    /// On which tenant, where on one.
    pub tenant: Option<String>,
    /// Who asks.
    pub requester: String,
    /// How many approved.
    pub approvals: u64,
    /// How many must.
    pub quorum: u64,
    /// Its end.
    pub expires: Timestamp,
}

/// Requests that wait for votes, the first to expire first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_requests(
    ex: &mut impl Executor,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OpenRequest>, Error> {
    let rows = REQUESTS.bind(now).bind(limit).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(OpenRequest {
                operation: row.get("operation")?,
                tenant: row.get("tenant")?,
                requester: row.get("requester")?,
                approvals: row.count("approvals")?,
                quorum: row.count("quorum")?,
                expires: row.time("expires_at")?,
            })
        })
        .collect()
}

/// How many sessions of a tenant's people began in each of `bars` equal spans from a moment on.
///
/// # Errors
/// When the database cannot be read.
pub async fn session_bars(
    ex: &mut impl Executor,
    tenant: TenantId,
    from: Timestamp,
    span_micros: i64,
    bars: usize,
) -> Result<Vec<u64>, Error> {
    let end = from
        .micros()
        .saturating_add(span_micros.saturating_mul(bars as i64));
    let rows = SESSION_BARS
        .bind(tenant)
        .bind(from)
        .bind(span_micros)
        .bind(end)
        .fetch_all(ex)
        .await?;
    let mut out = vec![0; bars];
    for row in rows {
        let position = usize::try_from(row.get::<i64>("bar")?).map_err(|_| row.corrupt("bar"))?;
        if let Some(bar) = out.get_mut(position) {
            *bar = row.count("total")?;
        }
    }
    Ok(out)
}

/// An invitation to store.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// To which tenant.
    pub tenant: TenantId,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: stagedoor_core::role::TenantRole,
    /// Since when.
    pub created: Timestamp,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores an invitation.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_invitation(tx: &mut WriteTx, new: &NewInvitation) -> Result<(), Error> {
    INSERT_INVITATION
        .bind(new.id)
        .bind(new.tenant)
        .bind(new.email.as_str())
        .bind(new.role.as_str())
        .bind(new.created)
        .bind(new.expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// A break-glass request to store.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// Its id.
    pub id: BreakGlassId,
    /// Who asks.
    pub requester: StaffId,
    /// What for.
    pub operation: stagedoor_core::action::Action,
    /// On which tenant.
    pub tenant: TenantId,
    /// Why.
    pub reason: String,
    /// How many approved already.
    pub approvals: u32,
    /// How many must.
    pub quorum: u32,
    /// Since when.
    pub created: Timestamp,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores a request that waits for votes.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_request(tx: &mut WriteTx, new: &NewRequest) -> Result<(), Error> {
    INSERT_REQUEST
        .bind(new.id)
        .bind(new.requester)
        .bind(new.operation.name())
        .bind(new.tenant)
        .bind(new.reason.as_str())
        .bind(new.approvals)
        .bind(new.quorum)
        .bind(new.created)
        .bind(new.expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// A session of a tenant's person to store.
#[derive(Debug, Clone)]
pub struct NewTenantSession {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub tenant: TenantId,
    /// Whose.
    pub member: MemberId,
    /// The factor, in words.
    pub factor: &'static str,
    /// Since when.
    pub started: Timestamp,
    /// Its absolute end.
    pub until: Timestamp,
    /// The last activity.
    pub last_seen: Timestamp,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: &'static str,
}

/// Stores a session of a tenant's person.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_tenant_session(tx: &mut WriteTx, new: &NewTenantSession) -> Result<(), Error> {
    let query = Query::from(INSERT_SESSION);
    let query = session_values(new).into_iter().fold(query, Query::bind);
    query.execute(tx).await?;
    Ok(())
}

/// The values of a session, in the order of its insertion.
pub(crate) fn session_values(new: &NewTenantSession) -> [Value; 10] {
    [
        new.id.into(),
        new.tenant.into(),
        new.member.into(),
        new.factor.into(),
        new.started.into(),
        new.until.into(),
        new.last_seen.into(),
        new.address.as_str().into(),
        new.agent.into(),
        address_key(&new.address).into(),
    ]
}
