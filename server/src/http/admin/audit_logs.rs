//! The audit log, for the console and, with the same body, for a tenant's own.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use stagedoor_service::{StaffOp, audit};
use utoipa::IntoParams;

use super::event::EventBody;
use super::refuse;
use crate::http::api::{ListBody, Refusals};
use crate::http::input::{Limit, QueryString};

/// Parameters of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// The tenant, by id or slug; on the staff host only.
    tenant: Option<String>,
    /// Filters such as `actor:`, `action:`, `outcome:`, `since:`.
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

impl AuditQuery {
    /// The service's request.
    #[must_use]
    pub fn request(self) -> audit::AuditRequest {
        audit::AuditRequest {
            tenant: self.tenant,
            q: self.q,
            cursor: self.cursor,
            limit: Some(self.limit.get()),
        }
    }
}

/// The platform's audit log, newest first: what the reader's role may see of it. Reading it is an entry itself.
#[utoipa::path(
    get, path = "/api/admin/audit-logs", tag = "audit", security(("staff_session" = [])),
    params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = ListBody<EventBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AuditQuery>,
) -> Response {
    match audit::events(&op, &query.request()).await {
        Ok(events) => Json(ListBody::<EventBody>::from(events)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
