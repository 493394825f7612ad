//! The audit log, for the console and, with the same body, for a tenant's own.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::audit::sentence::Part;
use stagedoor_core::input::FieldError;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Tone;
use stagedoor_core::view::audit::{AuditLine, AuditView, DiffLine, FactLine};
use stagedoor_service::{ServiceError, StaffOp, audit};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use super::session::GuardrailBody;
use crate::edge::{Context, JsonError};
use crate::http::api::{ListBody, Refusals, schema};
use crate::http::input::{QueryString, limit};

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
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl AuditQuery {
    /// The service's request.
    ///
    /// # Errors
    /// For a limit outside 1 to 100.
    pub fn request(self, context: &Context) -> Result<audit::AuditRequest, JsonError> {
        let limit = limit(context, self.limit)?;
        Ok(audit::AuditRequest {
            tenant: self.tenant,
            q: self.q,
            cursor: self.cursor,
            limit: Some(limit),
        })
    }
}

/// One entry, as a person reads it.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLine)]
pub struct LineBody {
    #[schema(schema_with = schema::event_id)]
    id: String,
    #[schema(schema_with = schema::time)]
    at: Timestamp,
    /// One readable sentence.
    sentence: String,
    /// The entry's marks: a ticket, why it was refused, `Platform support`.
    tags: Vec<String>,
    /// The guardrails of its decision.
    guardrails: Vec<GuardrailBody>,
    /// What changed.
    changes: Vec<ChangeBody>,
    /// All else there is to know.
    facts: Vec<FactBody>,
}

/// One field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    pub(super) field: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// A fact of an entry.
#[derive(Serialize, ToSchema)]
#[schema(as = Fact)]
pub struct FactBody {
    label: String,
    value: String,
}

impl From<AuditLine> for LineBody {
    fn from(line: AuditLine) -> Self {
        let change = |DiffLine { field, before, after }| ChangeBody { field, before, after };
        let fact = |FactLine { label, value, .. }| FactBody { label, value };
        Self {
            id: line.id,
            at: line.at,
            sentence: line.sentence.iter().map(Part::text).collect::<Vec<_>>().join(" "),
            tags: line.tags.into_iter().map(|(words, _): (_, Tone)| words).collect(),
            guardrails: line.guards.into_iter().map(GuardrailBody::from).collect(),
            changes: line.diff.into_iter().map(change).collect(),
            facts: line.facts.into_iter().map(fact).collect(),
        }
    }
}

/// The platform's audit log, newest first: what the reader's role may see of it. Reading it is an entry itself.
#[utoipa::path(
    get, path = "/api/admin/audit-logs", tag = "audit", security(("staff_session" = [])),
    params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = ListBody<LineBody>), Refusals)
)]
pub async fn list(
    context: Context,
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AuditQuery>,
) -> Response {
    let request = match query.request(&context) {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    match audit::page(&op, &request).await {
        Ok(view) => body(&context, view),
        Err(error) => refuse(&op, &error),
    }
}

/// A page of entries; a query that cannot be read is refused here, for nobody looks at it.
#[must_use]
pub fn body(context: &Context, view: AuditView) -> Response {
    match view.query_error {
        Some(message) => {
            let error = ServiceError::field(FieldError::new("q", message));
            JsonError::of(context, &error).into_response()
        }
        None => Json(ListBody::<LineBody>::from(view.page)).into_response(),
    }
}
