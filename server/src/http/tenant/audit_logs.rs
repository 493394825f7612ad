//! The tenant's own audit log. It is never the platform's: an entry here names staff by display name alone.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use stagedoor_service::{TenantOp, portal};

use super::refuse;
use crate::http::admin::audit_logs::AuditQuery;
use crate::http::admin::event::EventBody;
use crate::http::api::{ListBody, Refusals};
use crate::http::input::QueryString;

/// The tenant's own log, newest first, with what platform support did marked so.
#[utoipa::path(
    get, path = "/api/tenant/audit-logs", tag = "audit", security(("tenant_session" = []), ("visit" = [])),
    params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = ListBody<EventBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<AuditQuery>,
) -> Response {
    match portal::events(&op, &query.request()).await {
        Ok(events) => Json(ListBody::<EventBody>::from(events)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
