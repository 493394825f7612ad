//! Guard policies: saved, changed and removed, each as a trial.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::Deserialize;
use stagedoor_service::StaffOp;
use stagedoor_service::network::Elsewhere;
use stagedoor_service::policies::{self, PolicyChange};
use utoipa::ToSchema;

use super::refuse;
use super::simulate::ChangeBody;
use super::trials::TrialBody;
use crate::http::api::{Conflict, Refusals};
use crate::http::input::JsonBody;

/// A guard policy to keep. It can only take away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGuardPolicy)]
pub struct NewBody {
    /// Its name: lower-case letters, digits, `_` and `-`. No other has it, and it never changes.
    #[schema(min_length = 1, max_length = 64, example = "support_vpn")]
    name: String,
    /// What it is for, in a line.
    #[serde(default)]
    #[schema(max_length = 200)]
    about: String,
    /// What it says.
    says: ChangeBody,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// That you will confirm from inside, where your own address does not pass under it.
    #[serde(default)]
    confirm_from_elsewhere: bool,
}

/// What a guard policy says from now on, as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GuardPolicyChange)]
pub struct PatchBody {
    /// What it is for, in a line.
    #[serde(default)]
    #[schema(max_length = 200)]
    about: String,
    /// What it says.
    says: ChangeBody,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// That you will confirm from inside, where your own address does not pass under it.
    #[serde(default)]
    confirm_from_elsewhere: bool,
}

/// Why a guard policy is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GuardPolicyRemoval)]
pub struct RemoveBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

async fn begin(
    op: &StaffOp,
    status: StatusCode,
    change: &PolicyChange,
    (said, reason): (bool, &str),
) -> Response {
    let elsewhere = if said {
        Elsewhere::ConfirmFrom
    } else {
        Elsewhere::Refuse
    };
    match policies::save(op, change, elsewhere, reason).await {
        Ok(line) => (status, Json(TrialBody::from(line))).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Keep a guard policy, as a trial: it is in force at once, and rolls back by itself unless you confirm it from inside.
#[utoipa::path(
    post, path = "/api/admin/policies", tag = "policies", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn add(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let change = PolicyChange::Add(body.name, body.about, body.says.into());
    let said = (body.confirm_from_elsewhere, body.reason.as_str());
    begin(&op, StatusCode::CREATED, &change, said).await
}

/// Change what a guard policy says, as a whole and as a trial. Those that come with the program never change.
#[utoipa::path(
    patch, path = "/api/admin/policies/{name}", tag = "policies", security(("staff_session" = [])),
    params(("name" = String, Path, description = "The guard policy, by its name.")),
    request_body = PatchBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    Path(name): Path<String>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let change = PolicyChange::Change(name, body.about, body.says.into());
    let said = (body.confirm_from_elsewhere, body.reason.as_str());
    begin(&op, StatusCode::OK, &change, said).await
}

/// Remove a guard policy, as a trial. Those that come with the program are never removed.
#[utoipa::path(
    delete, path = "/api/admin/policies/{name}", tag = "policies", security(("staff_session" = [])),
    params(("name" = String, Path, description = "The guard policy, by its name.")),
    request_body = RemoveBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn remove(
    Extension(op): Extension<StaffOp>,
    Path(name): Path<String>,
    JsonBody(body): JsonBody<RemoveBody>,
) -> Response {
    let change = PolicyChange::Remove(name);
    begin(&op, StatusCode::OK, &change, (false, body.reason.as_str())).await
}
