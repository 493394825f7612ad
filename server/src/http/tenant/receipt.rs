//! The receipt of one entry of the tenant's own log.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use stagedoor_core::id::EventId;
use stagedoor_service::{TenantOp, portal};

use super::refuse;
use crate::http::admin::receipt::ReceiptBody;
use crate::http::api::Refusals;
use crate::http::input::PathId;

/// The proof that an entry stands in the tenant's own log, under the log's last signed checkpoint.
#[utoipa::path(
    get, path = "/api/tenant/audit-logs/{id}/receipt", tag = "audit",
    security(("tenant_session" = []), ("visit" = [])),
    params(("id" = String, Path, description = "The entry.")),
    responses((status = 200, description = "The receipt.", body = ReceiptBody), Refusals)
)]
pub async fn show(Extension(op): Extension<TenantOp>, PathId(id): PathId<EventId>) -> Response {
    match portal::receipt(&op, id).await {
        Ok(view) => Json(ReceiptBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
