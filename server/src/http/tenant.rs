//! `/api/tenant`: the portal's operations in JSON, for the visit's own cookie.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use stagedoor_service::portal::MembersRequest;
use stagedoor_service::{TenantOp, impersonation, portal};

use crate::cookies::{self, VISIT};
use crate::edge::{Context, Edge, JsonError};
use crate::http::admin::{AuditQuery, UserBody, audit_body};
use crate::http::input::{QueryString, limit};

/// POST `/api/tenant/impersonation/end`: the visitor's own.
pub async fn end(State(_): State<Edge>, Extension(op): Extension<TenantOp>, jar: CookieJar) -> Response {
    match impersonation::end_own(&op).await {
        Ok(()) => (jar.add(cookies::removed(VISIT)), StatusCode::NO_CONTENT).into_response(),
        Err(error) => JsonError(op.public(&error)).into_response(),
    }
}

/// Parameters of a list of members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembersQuery {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// GET `/api/tenant/users`.
pub async fn users(
    context: Context,
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<MembersQuery>,
) -> Response {
    let limit = match limit(&context, query.limit) {
        Ok(limit) => limit,
        Err(error) => return error.into_response(),
    };
    match portal::members(
        &op,
        &MembersRequest {
            q: query.q,
            cursor: query.cursor,
            limit: Some(limit),
        },
    )
    .await
    {
        Ok(view) => {
            let items: Vec<UserBody> = view.page.items.into_iter().map(UserBody::from).collect();
            Json(json!({ "items": items, "next": view.page.next })).into_response()
        }
        Err(error) => JsonError(op.public(&error)).into_response(),
    }
}

/// GET `/api/tenant/audit-logs`.
pub async fn audit_logs(
    context: Context,
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<AuditQuery>,
) -> Response {
    let request = match query.request(&context) {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    match portal::audit(&op, &request).await {
        Ok(view) => audit_body(&context, view),
        Err(error) => JsonError(op.public(&error)).into_response(),
    }
}
