//! The tenant's own log as a file, for its own people: never for a visit, in any mode.

use axum::Extension;
use axum::response::Response;
use stagedoor_service::{TenantOp, audit};

use crate::http::admin::audit_export::AuditExport;
use crate::http::admin::event::ExportedBody;
use crate::http::api::Refusals;
use crate::http::export::{self, Caller};
use crate::http::input::QueryString;

/// The tenant's own log as a file, newest first, at most 100,000 entries. Refused while impersonating, in every mode.
///
/// The export is an entry itself, committed before the first row leaves. Headers and manifest are as on the staff host.
#[utoipa::path(
    get, path = "/api/tenant/audit-logs/export", tag = "audit", security(("tenant_session" = [])),
    params(AuditExport),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv"), (ExportedBody = "application/jsonl"))),
        Refusals
    )
)]
pub async fn export(
    caller: Caller,
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<AuditExport>,
) -> Response {
    let exported = match query.request() {
        Ok(request) => audit::export_of_tenant(&op, &request).await,
        Err(error) => Err(error),
    };
    match exported {
        Ok(exported) => export::answer(exported, ExportedBody::from),
        Err(error) => caller.refuse(&error),
    }
}
