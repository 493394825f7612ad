//! The visit that the caller is on, and its end. Nothing here begins a visit, or ends another's.

use axum::Extension;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use stagedoor_service::{TenantOp, impersonation};

use super::refuse;
use crate::cookies::{self, VISIT};
use crate::http::api::{Conflict, Refusals};

/// End the caller's own visit.
#[utoipa::path(
    post, path = "/api/tenant/impersonation/end", tag = "impersonations", security(("visit" = [])),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn end(Extension(op): Extension<TenantOp>, jar: CookieJar) -> Response {
    match impersonation::end_own(&op).await {
        Ok(()) => (jar.add(cookies::removed(VISIT)), StatusCode::NO_CONTENT).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
