//! Sessions: those of staff, those of one tenant's people, and revoking one, or all of several people. What is read and told
//! stands in the folder beside.

mod revoked;
mod shown;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::Deserialize;
use stagedoor_core::id::SessionId;
use stagedoor_core::view::Page;
use stagedoor_core::view::session::SessionsView;
use stagedoor_service::sessions::{self, Among, SessionsRequest};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::IntoParams;

use revoked::{AmongQuery, MatchingBody, OneBody, PreviewBody, RevokeBody, RevokedBody};
use shown::DetailBody;
pub(super) use shown::{SessionBody, body};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals};
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
    match sessions::about_many(&op, &Among::from(query)).await {
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
    let (among, seen, reason) = body.read();
    match sessions::revoke_many(&op, &among, seen, &reason).await {
        Ok(revoked) => Json(RevokedBody::from(revoked.sessions)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Revoke one session, of staff or of a tenant's person. Visits that run in it end with it.
#[utoipa::path(
    delete, path = "/api/admin/sessions/{id}", tag = "sessions", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The session.")),
    request_body = OneBody,
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn revoke(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<SessionId>,
    JsonBody(body): JsonBody<OneBody>,
) -> Response {
    match sessions::revoke(&op, id, &body.reason).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
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
        Ok(revoked) => Json(RevokedBody::from(revoked.sessions)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
