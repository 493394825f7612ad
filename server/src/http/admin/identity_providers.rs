//! Identity providers: the list, one of them, and what super admins may do about them. A client secret goes in and never
//! comes out. What is read and told stands in the folder beside.

mod changed;
mod shown;
mod tried;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde_json::Value;
use stagedoor_core::id::ProviderId;
use stagedoor_core::view::Page;
use stagedoor_core::view::provider::ProviderRow;
use stagedoor_service::identity_providers;
use stagedoor_service::{ServiceError, StaffOp};

use changed::{NewBody, PatchBody};
use shown::ProviderBody;
use tried::{PersonBody, PreviewBody, SampleBody};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals};
use crate::http::input::{JsonBody, PathId};

fn answer(op: &StaffOp, status: StatusCode, row: Result<ProviderRow, ServiceError>) -> Response {
    match row {
        Ok(row) => (status, Json(ProviderBody::from(row))).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Identity providers by name.
#[utoipa::path(
    get, path = "/api/admin/identity-providers", tag = "identity providers", security(("staff_session" = [])),
    responses((status = 200, description = "All of them, on one page.", body = ListBody<ProviderBody>), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match identity_providers::list(&op).await {
        Ok(view) => {
            let page = Page {
                items: view.rows,
                next: None,
            };
            Json(ListBody::<ProviderBody>::from(page)).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

/// One identity provider.
#[utoipa::path(
    get, path = "/api/admin/identity-providers/{id}", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "The identity provider.", body = ProviderBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    answer(&op, StatusCode::OK, identity_providers::one(&op, id).await)
}

/// Add an identity provider. Nobody gets in through it before it was tested and is trusted.
#[utoipa::path(
    post, path = "/api/admin/identity-providers", tag = "identity providers", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "It was added.", body = ProviderBody), Refusals)
)]
pub async fn create(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let (new, reason) = body.read();
    let created = identity_providers::create(&op, &new, &reason).await;
    answer(&op, StatusCode::CREATED, created)
}

/// Change an identity provider, or say whether it is trusted. What people sign in by changes as a trial: it is in force at once,
/// and rolls back by itself unless you confirm it, once somebody has shown that they can still sign in. The settings of one that
/// nobody signs in by are changed without.
#[utoipa::path(
    patch, path = "/api/admin/identity-providers/{id}", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    request_body = PatchBody,
    responses((status = 200, description = "It is as it is in force now, on trial or not.", body = ProviderBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<ProviderId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let (patch, reason) = body.read();
    let changed = identity_providers::change(&op, id, &patch, &reason).await;
    answer(&op, StatusCode::OK, changed)
}

/// Test the connection to an identity provider with the settings that are in force. What each step says is kept.
#[utoipa::path(
    post, path = "/api/admin/identity-providers/{id}/test", tag = "identity providers",
    security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "What was found, also where something failed.", body = ProviderBody), Refusals, Conflict)
)]
pub async fn test(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    answer(&op, StatusCode::OK, identity_providers::test(&op, id).await)
}

/// Who signs in through an identity provider, and whether they still would by its settings in force; at most 200, by address.
#[utoipa::path(
    get, path = "/api/admin/identity-providers/{id}/people", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "Who signs in through it.", body = ListBody<PersonBody>), Refusals)
)]
pub async fn people(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    match identity_providers::people(&op, id).await {
        Ok(items) => Json(ListBody::<PersonBody>::from(Page { items, next: None })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Hold a sample of claims against an identity provider's rules. Nothing is stored.
#[utoipa::path(
    post, path = "/api/admin/identity-providers/{id}/preview", tag = "identity providers",
    security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    request_body = SampleBody,
    responses((status = 200, description = "What would become of them.", body = PreviewBody), Refusals)
)]
pub async fn preview(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<ProviderId>,
    JsonBody(body): JsonBody<SampleBody>,
) -> Response {
    let claims = Value::Object(body.claims).to_string();
    match identity_providers::preview(&op, id, &claims).await {
        Ok(preview) => Json(PreviewBody::from(preview)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
