//! Sessions: those of staff, those of one tenant's people, and revoking one, or all of several people.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::SessionId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Page;
use stagedoor_core::view::session::{Holder, SessionRow, SessionsView, Standing};
use stagedoor_service::sessions::{self, SessionsRequest};
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
    /// Words of the person's name or address, and `state:live,ended` (live unless said), `factor:`.
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
