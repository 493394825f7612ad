//! Staff: the list, one person, and what super admins may do about them. What is read and told stands in the folder beside.

mod changed;
mod ended;
mod invited;
mod shown;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde::Deserialize;
use stagedoor_core::id::StaffId;
use stagedoor_service::staff::{self, Invited, Invitee, StaffRequest};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::IntoParams;

use changed::{PatchBody, ReasonBody};
use ended::{DeactivateBody, DeactivatedBody, DoneBody};
use invited::{NewBody, TokenBody};
use shown::{OneBody, StaffListBody};
pub(super) use shown::{ReachedTenant, reached};

use super::refuse;
use crate::http::api::{Conflict, Refusals};
use crate::http::input::{JsonBody, Limit, PathId, QueryString};

/// What staff are found by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StaffQuery {
    /// Words: each the beginning of a word of the name or of the address, or the id; and `role:`, `state:`, `account:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Most rows, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// Staff by address.
#[utoipa::path(
    get, path = "/api/admin/staff", tag = "staff", security(("staff_session" = [])),
    params(StaffQuery),
    responses((status = 200, description = "A page of staff.", body = StaffListBody), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<StaffQuery>,
) -> Response {
    let request = StaffRequest {
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match staff::list(&op, &request).await {
        Ok(view) => Json(StaffListBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// One member of staff.
#[utoipa::path(
    get, path = "/api/admin/staff/{id}", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    responses((status = 200, description = "The member of staff.", body = OneBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<StaffId>) -> Response {
    one(&op, id).await
}

async fn one(op: &StaffOp, id: StaffId) -> Response {
    match staff::page(op, &id.to_string()).await {
        Ok(page) => Json(OneBody::from(page)).into_response(),
        Err(error) => refuse(op, &error),
    }
}

fn token(op: &StaffOp, status: StatusCode, invited: Result<Invited, ServiceError>) -> Response {
    match invited {
        Ok(invited) => (
            status,
            [(CACHE_CONTROL, "no-store")],
            Json(TokenBody::from(invited)),
        )
            .into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Invite somebody to staff. The answer has their enrolment token, this once.
#[utoipa::path(
    post, path = "/api/admin/staff", tag = "staff", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "They are invited.", body = TokenBody), Refusals, Conflict)
)]
pub async fn create(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let invitee = Invitee::from(body);
    token(&op, StatusCode::CREATED, staff::create(&op, &invitee).await)
}

/// Change somebody's name, role, sub-role, tenants or end. Nobody changes their own role, tenants or end.
#[utoipa::path(
    patch, path = "/api/admin/staff/{id}", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = PatchBody,
    responses((status = 200, description = "They are as they are now.", body = OneBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let (patch, reason) = body.read();
    match staff::change(&op, id, &patch, &reason).await {
        Ok(_) => one(&op, id).await,
        Err(error) => refuse(&op, &error),
    }
}

/// Deactivate somebody, for ever: role, passkeys, sessions, visits and open questions end at once.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/deactivate", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = DeactivateBody,
    responses((status = 200, description = "They are out.", body = DeactivatedBody), Refusals, Conflict)
)]
pub async fn deactivate(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<DeactivateBody>,
) -> Response {
    let (secrets, reason) = body.read();
    match staff::deactivate(&op, id, secrets, &reason).await {
        Ok(deactivated) => Json(DeactivatedBody::from(deactivated)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Make a fresh enrolment token for somebody who has not enrolled; the former one is void.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/reissue-enrollment", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = ReasonBody,
    responses((status = 200, description = "The token, this once.", body = TokenBody), Refusals, Conflict)
)]
pub async fn reissue(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Response {
    token(&op, StatusCode::OK, staff::reissue(&op, id, &body.reason).await)
}

/// Clear somebody's passkeys and identity and end their sessions: they enrol again with the token of the answer.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/reset-factors", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = ReasonBody,
    responses((status = 200, description = "The token, this once.", body = TokenBody), Refusals, Conflict)
)]
pub async fn reset(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Response {
    token(&op, StatusCode::OK, staff::reset(&op, id, &body.reason).await)
}

/// Note that secrets which a deactivated person saw may be known: that they are rotated comes on the checklist, due within a day.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/compromised", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = ReasonBody,
    responses((status = 200, description = "It is on the checklist.", body = OneBody), Refusals, Conflict)
)]
pub async fn compromised(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Response {
    match staff::found_compromised(&op, id, &body.reason).await {
        Ok(()) => one(&op, id).await,
        Err(error) => refuse(&op, &error),
    }
}

/// Note that something of a deactivated person's checklist was done.
#[utoipa::path(
    post, path = "/api/admin/staff/{id}/checklist", tag = "staff", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The member of staff.")),
    request_body = DoneBody,
    responses((status = 200, description = "It is noted.", body = OneBody), Refusals, Conflict)
)]
pub async fn finish(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<StaffId>,
    JsonBody(body): JsonBody<DoneBody>,
) -> Response {
    let done = match body.task() {
        Ok(task) => staff::finish_task(&op, id, task, &body.reason).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => one(&op, id).await,
        Err(error) => refuse(&op, &error),
    }
}
