//! Sessions: those of staff, those of one tenant's people, and revoking one, or all of several people.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::SessionId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Page;
use stagedoor_core::view::session::{
    Holder, RevokeMany, SessionPage, SessionRow, SessionVisit, SessionsView, Standing,
};
use stagedoor_service::sessions::{self, Among, OwnSession, SessionsRequest};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, Limit, PathId, QueryString};

/// Parameters of a list of sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// Words of the person's name or address, and `state:live,ended` (live unless said), `factor:`, `person:` (an id),
    /// `address:` (one, or a range), `device:`, `older:` (than 30m, 2h, 7d), `provider:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

impl SessionsQuery {
    fn request(self) -> SessionsRequest {
        SessionsRequest {
            q: self.q,
            cursor: self.cursor,
            limit: Some(self.limit.get()),
            ..SessionsRequest::default()
        }
    }
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
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
pub(super) fn body(row: SessionRow, now: Timestamp) -> SessionBody {
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

fn answer(op: &StaffOp, view: Result<SessionsView, ServiceError>) -> Response {
    match view.and_then(sessions::readable) {
        Ok(view) => {
            let now = view.now;
            let items: Vec<SessionBody> = view.page.items.into_iter().map(|row| body(row, now)).collect();
            Json(ListBody::<SessionBody>::from(Page {
                items,
                next: view.page.next,
            }))
            .into_response()
        }
        Err(error) => refuse(op, &error),
    }
}

/// Sessions of staff, the latest first.
#[utoipa::path(
    get, path = "/api/admin/sessions", tag = "sessions", security(("staff_session" = [])),
    params(SessionsQuery),
    responses((status = 200, description = "A page of sessions.", body = ListBody<SessionBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<SessionsQuery>,
) -> Response {
    answer(&op, sessions::of_staff(&op, &query.request()).await)
}

/// Sessions of one tenant's people, the latest first. The tenant reads in its own log that they were looked at.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}/sessions", tag = "sessions", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug."), SessionsQuery),
    responses((status = 200, description = "A page of sessions.", body = ListBody<SessionBody>), Refusals)
)]
pub async fn of_tenant(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    QueryString(query): QueryString<SessionsQuery>,
) -> Response {
    answer(&op, sessions::of_tenant(&op, &tenant, &query.request()).await)
}

/// A visit that runs in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionVisit)]
pub struct VisitBody {
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
pub struct DetailBody {
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

/// One session, of staff or of a tenant's person; the tenant reads in its own log that its person's was looked at.
#[utoipa::path(
    get, path = "/api/admin/sessions/{id}", tag = "sessions", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = DetailBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<SessionId>) -> Response {
    match sessions::show(&op, &id.to_string()).await {
        Ok(page) => Json(DetailBody::from(page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Which sessions would be revoked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AmongQuery {
    /// The filter, as for the list; something that runs must be asked for.
    q: String,
    /// The tenant whose people's they are, by id or slug; staff's without.
    tenant: Option<String>,
    /// Whether the session of this very call is meant, too.
    #[serde(default)]
    #[param(required = false)]
    include_own: bool,
}

/// Sessions to revoke, as many as were seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeMatching)]
pub struct MatchingBody {
    /// The filter, as for the list; something that runs must be asked for.
    #[schema(example = "older:2h")]
    q: String,
    /// The tenant whose people's they are, by id or slug; staff's without.
    #[serde(default)]
    tenant: Option<String>,
    /// Whether the session of this very call is meant, too.
    #[serde(default)]
    #[schema(required = false)]
    include_own: bool,
    /// How many were seen to match: with another number by now, nothing is done.
    sessions: u64,
    /// Why, for the log: at least 10 characters, if any.
    #[serde(default)]
    #[schema(required = false)]
    reason: String,
}

fn among(q: String, tenant: Option<String>, include_own: bool) -> Among {
    Among {
        tenant,
        q,
        own: match include_own {
            true => OwnSession::Included,
            false => OwnSession::Kept,
        },
    }
}

/// What would be revoked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationPreview)]
pub struct PreviewBody {
    /// How many sessions run and match; counted to 10,000.
    sessions: u64,
    /// Of how many people; of more than 500 sessions, of the first of them.
    people: u64,
    /// How many visits end with them.
    visits: u64,
    /// Whether the session of this very call matches, too.
    own: bool,
    /// Most that one call revokes without a break-glass grant.
    limit: u64,
    /// Why it would be refused; `null` where it would not.
    refused: Option<String>,
}

impl From<RevokeMany> for PreviewBody {
    fn from(view: RevokeMany) -> Self {
        Self {
            sessions: view.sessions.floor(),
            people: view.people,
            visits: view.visits,
            own: view.own,
            limit: view.limit,
            refused: view.refused,
        }
    }
}

/// What would be revoked by a filter. Nothing ends.
#[utoipa::path(
    get, path = "/api/admin/sessions/revoke", tag = "sessions", security(("staff_session" = [])),
    params(AmongQuery),
    responses((status = 200, description = "What would end.", body = PreviewBody), Refusals)
)]
pub async fn preview(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AmongQuery>,
) -> Response {
    let among = among(query.q, query.tenant, query.include_own);
    match sessions::about_many(&op, &among).await {
        Ok(view) => Json(PreviewBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Revoke all sessions that match a filter, of staff or of one tenant's people: all of them or, when one cannot be, none. Each
/// has its own entry. More than 25 at once take a break-glass grant. The session of this very call is left out unless
/// `include_own` says otherwise.
#[utoipa::path(
    post, path = "/api/admin/sessions/revoke", tag = "sessions", security(("staff_session" = [])),
    responses((status = 200, description = "They have ended.", body = RevokedBody), Refusals, Conflict)
)]
pub async fn revoke_matching(
    Extension(op): Extension<StaffOp>,
    JsonBody(body): JsonBody<MatchingBody>,
) -> Response {
    let among = among(body.q, body.tenant, body.include_own);
    match sessions::revoke_many(&op, &among, body.sessions, &body.reason).await {
        Ok(revoked) => Json(RevokedBody {
            sessions: revoked.sessions,
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Revoke one session, of staff or of a tenant's person. Visits that run in it end with it.
#[utoipa::path(
    delete, path = "/api/admin/sessions/{id}", tag = "sessions", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn revoke(Extension(op): Extension<StaffOp>, PathId(id): PathId<SessionId>) -> Response {
    match sessions::revoke(&op, id, "").await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Several people of a tenant, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevokeSessions)]
pub struct RevokeBody {
    /// The people, by id: one at least, 100 at most. Who of them is not signed in is passed over.
    user_ids: Vec<String>,
    /// Why, for the log: at least 10 characters, if any.
    #[serde(default)]
    #[schema(required = false)]
    reason: String,
}

/// What was revoked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevokedSessions)]
pub struct RevokedBody {
    /// How many sessions ended.
    sessions: u64,
}

/// Revoke all sessions of several people of a tenant: all of them or, when one cannot be, none. Each has its own entry,
/// and the tenant reads it in its own log.
#[utoipa::path(
    post, path = "/api/admin/tenants/{id}/sessions/revoke", tag = "sessions", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    responses((status = 200, description = "They have ended.", body = RevokedBody), Refusals, Conflict)
)]
pub async fn revoke_people(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    JsonBody(body): JsonBody<RevokeBody>,
) -> Response {
    match sessions::revoke_people(&op, &tenant, &body.user_ids, &body.reason).await {
        Ok(revoked) => Json(RevokedBody {
            sessions: revoked.sessions,
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}
