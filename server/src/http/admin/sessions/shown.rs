//! Sessions as the API tells them: in lists, and each on its own. A reference is never told, only the id.

use serde::Serialize;
use stagedoor_core::id::SessionId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::session::{Holder, SessionPage, SessionRow, SessionVisit, Standing};
use utoipa::ToSchema;

use crate::http::api::schema;

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(in crate::http::admin) struct SessionBody {
    #[schema(schema_with = schema::session_id)]
    id: SessionId,
    /// The member of staff, or `null` for a session of a tenant's person.
    staff_id: Option<String>,
    /// The tenant's person, or `null` for a session of staff.
    user_id: Option<String>,
    /// The person's name.
    name: String,
    /// The person's address.
    email: String,
    /// Browser and system, in words.
    #[schema(example = "Chrome on Linux")]
    device: String,
    /// What the browser says of itself, word for word.
    agent: String,
    /// The address the session was last used from.
    address: String,
    /// What the person proved themselves with.
    #[schema(example = "passkey")]
    factor: String,
    /// How long ago.
    factor_age_seconds: u64,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    #[schema(schema_with = schema::time)]
    last_seen_at: Timestamp,
    /// `live` or `ended`.
    #[schema(example = "live")]
    state: &'static str,
    /// Seconds until it ends by itself when nothing happens; `null` once it has ended.
    idle_in_seconds: Option<u64>,
    /// Seconds until its absolute end; `null` once it has ended.
    ends_in_seconds: Option<u64>,
    #[schema(schema_with = schema::time_or_null)]
    ended_at: Option<Timestamp>,
    /// Why it ended, in words.
    ended_why: Option<String>,
    /// What it is narrowed to, in words; none where it is not, or is a tenant's person's.
    #[schema(example = json!(["reads only"]))]
    narrowed: Vec<String>,
    /// Visits that run in it.
    visits: u64,
    /// Whether it is the session of this very call.
    current: bool,
}

/// A session as the API tells it.
pub(in crate::http::admin) fn body(row: SessionRow, now: Timestamp) -> SessionBody {
    let (staff_id, user_id) = match row.holder {
        Holder::Staff(id) => (Some(id.to_string()), None),
        Holder::Member(id) => (None, Some(id.to_string())),
    };
    let (state, idle, ends, ended) = match row.standing {
        Standing::Live { until, idle_until } => (
            "live",
            Some(idle_until.since(now).as_secs()),
            Some(until.since(now).as_secs()),
            None,
        ),
        Standing::Over { at, why } => ("ended", None, None, Some((at, why))),
    };
    SessionBody {
        id: row.id,
        staff_id,
        user_id,
        name: row.name,
        email: row.email,
        device: row.device,
        agent: row.agent,
        address: row.address,
        factor: row.factor,
        factor_age_seconds: now.since(row.factor_at).as_secs(),
        started_at: row.started,
        last_seen_at: row.last_seen,
        state,
        idle_in_seconds: idle,
        ends_in_seconds: ends,
        ended_at: ended.as_ref().map(|(at, _)| *at),
        ended_why: ended.map(|(_, why)| why),
        narrowed: row.narrowed,
        visits: row.visits,
        current: row.current,
    }
}

/// A visit that runs in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionVisit)]
struct VisitBody {
    /// The visit.
    id: String,
    #[schema(schema_with = schema::tenant_id)]
    tenant_id: String,
    /// The tenant's name in addresses.
    tenant_slug: String,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
}

impl From<SessionVisit> for VisitBody {
    fn from(visit: SessionVisit) -> Self {
        Self {
            id: visit.id.to_string(),
            tenant_id: visit.tenant.id.to_string(),
            tenant_slug: visit.tenant.slug,
            started_at: visit.started,
        }
    }
}

/// A session, with what only its own page tells. What was done in it is in the audit log, `q=session:ses_…`.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionDetail)]
pub(super) struct DetailBody {
    #[serde(flatten)]
    session: SessionBody,
    /// The tenant of a session of its person; `null` for staff.
    tenant_id: Option<String>,
    /// How long such a session may be now, in seconds.
    ttl_seconds: u64,
    /// How long it may be idle now, in seconds.
    idle_ttl_seconds: u64,
    /// The role of a member of staff, as it is now; `null` for a tenant's person, as all below.
    role: Option<String>,
    /// The identity provider that vouched, where it is still set up.
    provider: Option<String>,
    /// What the provider said of the device when it began: `managed`, `unmanaged`, `unclaimed` or `misclaimed`.
    managed_device: Option<String>,
    /// What its owner calls the passkey that was proved last, for who may see staff.
    passkey: Option<String>,
    /// What lets it in now, by name: the network rule of its address, or the proxy that vouched; `null` where nothing does.
    network: Option<String>,
    /// How often its reference was changed since it began, which every fresh proof of a passkey does.
    rotations: Option<u64>,
    #[schema(schema_with = schema::time_or_null)]
    rotated_at: Option<Timestamp>,
    #[schema(schema_with = schema::time_or_null)]
    account_until: Option<Timestamp>,
    /// Visits that run in it, in tenants that the caller may know of.
    running_visits: Vec<VisitBody>,
}

impl From<SessionPage> for DetailBody {
    fn from(page: SessionPage) -> Self {
        let facts = page.staff;
        let of = facts.as_ref();
        Self {
            tenant_id: page.tenant.map(|tenant| tenant.id.to_string()),
            ttl_seconds: page.rule.ttl_seconds,
            idle_ttl_seconds: page.rule.idle_seconds,
            role: of.map(|facts| facts.role.as_str().to_owned()),
            provider: of.and_then(|facts| facts.provider.clone()),
            managed_device: of.map(|facts| facts.managed.clone()),
            passkey: of.and_then(|facts| facts.passkey.clone()),
            network: of.and_then(|facts| facts.network.clone()),
            rotations: of.map(|facts| facts.rotations),
            rotated_at: of.and_then(|facts| facts.rotated),
            account_until: of.and_then(|facts| facts.account_until),
            running_visits: page.visits.into_iter().map(VisitBody::from).collect(),
            session: body(page.row, page.now),
        }
    }
}
