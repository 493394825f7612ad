//! Network rules: where staff may come from, how the caller stands in them, and changes, each as a trial. What is read and told
//! stands in the folder beside.

mod changed;
mod previewed;
mod shown;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use stagedoor_core::id::NetworkRuleId;
use stagedoor_service::StaffOp;
use stagedoor_service::network;

use changed::{Asked, NewBody, PatchBody, RemoveBody};
use previewed::{PreviewBody, PreviewedBody};
use shown::RulesBody;

use super::refuse;
use super::trials::TrialBody;
use crate::http::api::{Conflict, Refusals};
use crate::http::input::{JsonBody, PathId};

/// The network rules in force, those of the configuration file first, and which of them lets you in.
#[utoipa::path(
    get, path = "/api/admin/network-rules", tag = "network", security(("staff_session" = [])),
    responses((status = 200, description = "The rules in force.", body = RulesBody), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match network::network(&op).await {
        Ok(view) => Json(RulesBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

async fn begin(op: &StaffOp, status: StatusCode, (change, elsewhere, reason): Asked) -> Response {
    match network::change(op, &change, elsewhere, &reason).await {
        Ok(line) => (status, Json(TrialBody::from(line))).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Add a rule, as a trial: it is in force at once, and rolls back by itself unless you confirm it from inside.
#[utoipa::path(
    post, path = "/api/admin/network-rules", tag = "network", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn add(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    begin(&op, StatusCode::CREATED, body.read()).await
}

/// Change a rule, as a trial.
#[utoipa::path(
    patch, path = "/api/admin/network-rules/{id}", tag = "network", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The rule.")),
    request_body = PatchBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<NetworkRuleId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    begin(&op, StatusCode::OK, body.read(id)).await
}

/// Remove a rule, as a trial.
#[utoipa::path(
    delete, path = "/api/admin/network-rules/{id}", tag = "network", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The rule.")),
    request_body = RemoveBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn remove(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<NetworkRuleId>,
    JsonBody(body): JsonBody<RemoveBody>,
) -> Response {
    begin(&op, StatusCode::OK, body.read(id)).await
}

/// What would a change do? Whether you would still get in, and who would not. It changes nothing.
#[utoipa::path(
    post, path = "/api/admin/network-rules/preview", tag = "network", security(("staff_session" = [])),
    request_body = PreviewBody,
    responses((status = 200, description = "What it would do.", body = PreviewedBody), Refusals)
)]
pub async fn preview(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<PreviewBody>) -> Response {
    match network::preview(&op, &body.into()).await {
        Ok(preview) => Json(PreviewedBody::from(preview)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
