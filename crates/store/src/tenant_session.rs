//! Sessions of a tenant's people on its host. The row is read on every request, so that an end is effective with the next.
//!
//! Every function takes the tenant: a session of one tenant is unknown on every other's host.

use stagedoor_core::assurance::TenantFactor;
use stagedoor_core::id::{MemberId, SessionId, TenantId};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::select::{Filter, newest_first};
use crate::session_list::address_key;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    FIND_BY_REFERENCE = "SELECT id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, ended_at, ended_why FROM tenant_session WHERE tenant_id = $1 AND reference = $2";
    FIND = "SELECT id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, ended_at, ended_why FROM tenant_session WHERE tenant_id = $1 AND id = $2";
    LIST_DUE = "SELECT id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, ended_at, ended_why FROM tenant_session WHERE ended_at IS NULL AND reference IS NOT NULL AND (ends_at <= $1 OR last_seen_at <= $2) ORDER BY last_seen_at LIMIT 100";
    LIST = "SELECT tenant_session.id, tenant_session.tenant_id, tenant_session.membership_id, tenant_session.factor, tenant_session.started_at, tenant_session.ends_at, tenant_session.last_seen_at, tenant_session.address, tenant_session.agent, tenant_session.ended_at, tenant_session.ended_why, membership.name, membership.email FROM tenant_session JOIN membership ON membership.id = tenant_session.membership_id";
    MATCHING = "SELECT 1 AS one FROM tenant_session";
    INSERT = "INSERT INTO tenant_session (id, reference, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, address_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    TOUCH = "UPDATE tenant_session SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2";
    END = "UPDATE tenant_session SET ended_at = $3, ended_why = $4 WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL";
    END_OF_MEMBER = "UPDATE tenant_session SET ended_at = $3, ended_why = $4 WHERE tenant_id = $1 AND membership_id = $2 AND ended_at IS NULL AND ends_at > $3 AND last_seen_at > $5";
    END_OF_TENANT = "UPDATE tenant_session SET ended_at = $2, ended_why = $3 WHERE tenant_id = $1 AND ended_at IS NULL AND ends_at > $2";
}

/// A session of a tenant's person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSession {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub tenant: TenantId,
    /// Whose.
    pub member: MemberId,
    /// What it was begun with.
    pub factor: TenantFactor,
    /// When it started.
    pub started: Timestamp,
    /// Where it is in its life.
    pub state: SessionState,
    /// The last activity, ended or not.
    pub last_seen: Timestamp,
    /// The address it started from.
    pub address: String,
    /// The agent it started with.
    pub agent: String,
}

fn session(row: &Row) -> Result<TenantSession, Error> {
    let ended: Option<Timestamp> = row.time_opt("ended_at")?;
    let why: Option<SessionEnd> = row.parse_opt("ended_why")?;
    let last_seen = row.time("last_seen_at")?;
    let state = match ended.zip(why) {
        Some((at, why)) => SessionState::Ended { at, why },
        None => SessionState::Active {
            until: row.time("ends_at")?,
            last_seen,
        },
    };
    Ok(TenantSession {
        id: row.parse("id")?,
        tenant: row.parse("tenant_id")?,
        member: row.parse("membership_id")?,
        factor: row.parse("factor")?,
        started: row.time("started_at")?,
        state,
        last_seen,
        address: row.get("address")?,
        agent: row.get("agent")?,
    })
}

/// The session behind a reference, on this tenant's host.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_reference(
    ex: &mut impl Executor,
    tenant: TenantId,
    reference: &ReferenceDigest,
) -> Result<Option<TenantSession>, Error> {
    FIND_BY_REFERENCE
        .bind(tenant)
        .bind(reference.as_bytes().as_slice())
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// A session of this tenant by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(
    ex: &mut impl Executor,
    tenant: TenantId,
    id: SessionId,
) -> Result<Option<TenantSession>, Error> {
    FIND.bind(tenant)
        .bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(session)
        .transpose()
}

/// Sessions that somebody holds, whose end has come and is not written yet: at most 100 at a time.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_due(
    ex: &mut impl Executor,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<TenantSession>, Error> {
    LIST_DUE
        .bind(now)
        .bind(idle_since)
        .fetch_all(ex)
        .await?
        .iter()
        .map(session)
        .collect()
}

/// A session with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The session.
    pub session: TenantSession,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
}

pub(crate) fn held(row: &Row) -> Result<Held, Error> {
    Ok(Held {
        session: session(row)?,
        name: row.get("name")?,
        email: row.get("email")?,
    })
}

/// Which sessions of a tenant: those that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningFilter {
    /// Whose people.
    pub tenant: TenantId,
    /// Only this person's.
    pub member: Option<MemberId>,
    /// Not ended by now.
    pub now: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
}

impl RunningFilter {
    fn conditions(&self) -> Filter {
        Filter::new()
            .and(
                "tenant_session.tenant_id = $1 AND tenant_session.ended_at IS NULL AND tenant_session.ends_at > $2 AND tenant_session.last_seen_at > $3",
                [self.tenant.into(), self.now.into(), self.idle_since.into()],
            )
            .and_opt("tenant_session.membership_id = $1", self.member)
    }
}

/// Where a page of sessions ended: the last activity, and the id.
pub type SessionKey = (i64, SessionId);

/// A page of running sessions, the latest active first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_running(
    ex: &mut impl Executor,
    filter: &RunningFilter,
    after: Option<SessionKey>,
    limit: u32,
) -> Result<Vec<Held>, Error> {
    let walk = newest_first!("tenant_session.last_seen_at", "tenant_session.id");
    let select = LIST.select().filter(filter.conditions());
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter().map(held).collect()
}

/// How many sessions run, counted up to a number and no further.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_running(ex: &mut impl Executor, filter: &RunningFilter, up_to: u64) -> Result<u64, Error> {
    let query = MATCHING.select().filter(filter.conditions()).count_up_to(up_to);
    query.fetch_one(ex).await?.count("total")
}

/// Stores a session that starts now.
///
/// # Errors
/// `Conflict` when it has ended already.
pub async fn insert(tx: &mut WriteTx, new: &TenantSession, reference: &ReferenceDigest) -> Result<(), Error> {
    let SessionState::Active { until, last_seen } = new.state else {
        return Err(Error::conflict("tenant_session.running"));
    };
    INSERT
        .bind(new.id)
        .bind(reference.as_bytes().as_slice())
        .bind(new.tenant)
        .bind(new.member)
        .bind(new.factor.as_str())
        .bind(new.started)
        .bind(until)
        .bind(last_seen)
        .bind(new.address.as_str())
        .bind(new.agent.as_str())
        .bind(address_key(&new.address))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes activity; it never goes back, and never wakes an ended session.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut WriteTx, id: SessionId, at: Timestamp) -> Result<(), Error> {
    TOUCH.bind(id).bind(at).execute(tx).await?;
    Ok(())
}

/// Ends a session of this tenant. `false` when it had ended already, or is another tenant's.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(
    tx: &mut WriteTx,
    tenant: TenantId,
    id: SessionId,
    at: Timestamp,
    why: SessionEnd,
) -> Result<bool, Error> {
    Ok(END
        .bind(tenant)
        .bind(id)
        .bind(at)
        .bind(why.as_str())
        .execute(tx)
        .await?
        == 1)
}

/// Ends all running sessions of a person of this tenant, and says how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_of_member(
    tx: &mut WriteTx,
    whose: &RunningFilter,
    member: MemberId,
    why: SessionEnd,
) -> Result<u64, Error> {
    END_OF_MEMBER
        .bind(whose.tenant)
        .bind(member)
        .bind(whose.now)
        .bind(why.as_str())
        .bind(whose.idle_since)
        .execute(tx)
        .await
}

/// Ends all sessions of this tenant that nobody has ended yet, and says how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn end_of_tenant(
    tx: &mut WriteTx,
    tenant: TenantId,
    at: Timestamp,
    why: SessionEnd,
) -> Result<u64, Error> {
    END_OF_TENANT
        .bind(tenant)
        .bind(at)
        .bind(why.as_str())
        .execute(tx)
        .await
}
