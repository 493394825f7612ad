//! The audit log as a file: every field that the reader may see, for spreadsheets and for programs.

use axum::Extension;
use axum::response::Response;
use serde::Deserialize;
use stagedoor_service::{ServiceError, StaffOp, audit};
use utoipa::IntoParams;

use super::event::ExportedBody;
use crate::http::api::Refusals;
use crate::http::export::{self, Caller, FormatName};
use crate::http::input::QueryString;

/// Parameters of an export of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditExport {
    /// `csv` or `jsonl`.
    #[param(value_type = FormatName, inline)]
    format: String,
    /// The tenant, by id or slug; on the staff host only.
    tenant: Option<String>,
    /// As for the log.
    #[serde(default)]
    #[param(required = false)]
    q: String,
}

impl AuditExport {
    /// The service's request.
    ///
    /// # Errors
    /// Names the field `format`.
    pub fn request(self) -> Result<audit::ExportRequest, ServiceError> {
        Ok(audit::ExportRequest {
            format: export::format(&self.format)?,
            tenant: self.tenant,
            q: self.q,
        })
    }
}

/// The platform's audit log as a file: what the reader's role may see of it, for the same query, newest first.
///
/// At most 100,000 entries. The export is an entry itself, with the number of rows and the digest of the filter, committed
/// before the first row leaves. The headers `Stagedoor-Export-Rows`, `-Complete`, `-Limit` and `-Filter` say what it is;
/// JSON Lines begins with a line `{"manifest": …}` that says the same, and has the log's signed checkpoint; each line has what proves
/// its entry under it, and the last line, `{"end": …}`, is signed over all above it. One export a person at a time.
#[utoipa::path(
    get, path = "/api/admin/audit-logs/export", tag = "audit", security(("staff_session" = [])),
    params(AuditExport),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv"), (ExportedBody = "application/jsonl"))),
        Refusals
    )
)]
pub async fn export(
    caller: Caller,
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AuditExport>,
) -> Response {
    let exported = match query.request() {
        Ok(request) => audit::export(&op, &request).await,
        Err(error) => Err(error),
    };
    match exported {
        Ok(exported) => export::answer(exported, ExportedBody::from),
        Err(error) => caller.refuse(&error),
    }
}
