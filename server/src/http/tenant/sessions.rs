//! Sessions on a tenant's host: one's own, and for owner and administrators those of their people. A staff session is
//! never one.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::{MemberId, SessionId};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::portal::SessionLine;
use stagedoor_service::TenantOp;
use stagedoor_service::tenant_session::{self, SessionsRequest};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{Limit, PathId, QueryString};

/// Parameters of a list of sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// Only this person's.
    user_id: Option<String>,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A session on the tenant's host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantSession)]
pub struct TenantSessionBody {
    #[schema(schema_with = schema::session_id)]
    id: SessionId,
    #[schema(schema_with = schema::user_id)]
    user_id: MemberId,
    /// Whose it is, by name.
    name: String,
    /// Their address.
    email: String,
    /// The network address it came from.
    address: String,
    /// Browser and system, as far as they tell.
    device: String,
    /// What they proved themselves with.
    #[schema(example = "password")]
    factor: String,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    #[schema(schema_with = schema::time)]
    last_seen_at: Timestamp,
    #[schema(schema_with = schema::time)]
    ends_at: Timestamp,
    /// Whether it is the caller's own.
    current: bool,
}

impl From<SessionLine> for TenantSessionBody {
    fn from(line: SessionLine) -> Self {
        Self {
            id: line.id,
            user_id: line.person,
            name: line.name,
            email: line.email,
            address: line.address,
            device: line.device,
            factor: line.factor,
            started_at: line.started,
            last_seen_at: line.last_seen,
            ends_at: line.until,
            current: line.current,
        }
    }
}

/// The sessions that run, as far as the caller may see them: everybody's, or their own.
#[utoipa::path(
    get, path = "/api/tenant/sessions", tag = "sessions", security(("tenant_session" = []), ("visit" = [])),
    params(SessionsQuery),
    responses((status = 200, description = "A page of sessions.", body = ListBody<TenantSessionBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<SessionsQuery>,
) -> Response {
    let request = SessionsRequest {
        user: query.user_id,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match tenant_session::page(&op, &request).await {
        Ok(view) => Json(ListBody::<TenantSessionBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// End a session.
#[utoipa::path(
    delete, path = "/api/tenant/sessions/{id}", tag = "sessions", security(("tenant_session" = [])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn revoke(Extension(op): Extension<TenantOp>, PathId(id): PathId<SessionId>) -> Response {
    match tenant_session::revoke(&op, id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedBody {
    /// So many.
    sessions: u64,
}

/// End all sessions of a person.
#[utoipa::path(
    delete, path = "/api/tenant/users/{id}/sessions", tag = "sessions", security(("tenant_session" = [])),
    params(("id" = String, Path, description = "The person.")),
    responses((status = 200, description = "They have ended.", body = RevokedBody), Refusals, Conflict)
)]
pub async fn revoke_all(Extension(op): Extension<TenantOp>, PathId(id): PathId<MemberId>) -> Response {
    match tenant_session::revoke_all(&op, &id.to_string()).await {
        Ok(sessions) => Json(RevokedBody { sessions }).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
