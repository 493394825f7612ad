//! The audit log as a file: every field that the reader may see, for spreadsheets and for programs.

use std::collections::BTreeMap;

use axum::Extension;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::{AuditRow, DiffLine, ReadLine};
use stagedoor_service::{ServiceError, StaffOp, audit};
use utoipa::{IntoParams, ToSchema};

use super::audit_logs::ChangeBody;
use crate::http::api::{Refusals, schema};
use crate::http::export::csv::{Table, maybe};
use crate::http::export::{self, Caller};
use crate::http::input::QueryString;

/// Parameters of an export of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditExport {
    /// `csv` or `jsonl`.
    #[param(example = "csv")]
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

/// One entry of an export. What its reader may not see, or the entry does not have, is `null`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub struct RowBody {
    #[schema(schema_with = schema::event_id)]
    id: String,
    #[schema(schema_with = schema::time)]
    at: Timestamp,
    /// What happened, `noun.verb`.
    #[schema(example = "impersonation.start")]
    action: String,
    /// `success`, `denied` or `failed`.
    outcome: String,
    /// Why, when it was not done.
    code: Option<String>,
    /// The sentence of the timeline.
    sentence: String,
    actor_kind: String,
    actor_id: Option<String>,
    actor: Option<String>,
    actor_email: Option<String>,
    /// In whose place, while impersonating.
    on_behalf_of_id: Option<String>,
    on_behalf_of: Option<String>,
    target_kind: Option<String>,
    target_id: Option<String>,
    target: Option<String>,
    tenant_id: Option<String>,
    tenant: Option<String>,
    impersonation_id: Option<String>,
    session_id: Option<String>,
    address: Option<String>,
    agent: Option<String>,
    request_id: String,
    reason: Option<String>,
    ticket: Option<String>,
    flags: Vec<String>,
    changes: Vec<ChangeBody>,
    reads: Vec<ReadBody>,
    facts: BTreeMap<String, String>,
    /// What each guardrail said.
    guardrails: Option<BTreeMap<String, String>>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Read)]
pub struct ReadBody {
    what: String,
    rows: u64,
}

impl From<AuditRow> for RowBody {
    fn from(row: AuditRow) -> Self {
        let change = |DiffLine { field, before, after }| ChangeBody { field, before, after };
        let read = |ReadLine { what, rows }| ReadBody { what, rows };
        Self {
            id: row.id,
            at: row.at,
            action: row.action,
            outcome: row.outcome,
            code: row.code,
            sentence: row.sentence,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor: row.actor,
            actor_email: row.actor_email,
            on_behalf_of_id: row.on_behalf_of_id,
            on_behalf_of: row.on_behalf_of,
            target_kind: row.target_kind,
            target_id: row.target_id,
            target: row.target,
            tenant_id: row.tenant_id,
            tenant: row.tenant,
            impersonation_id: row.impersonation_id,
            session_id: row.session_id,
            address: row.address,
            agent: row.agent,
            request_id: row.request_id,
            reason: row.reason,
            ticket: row.ticket,
            flags: row.flags,
            changes: row.changes.into_iter().map(change).collect(),
            reads: row.reads.into_iter().map(read).collect(),
            facts: row.facts,
            guardrails: row.guardrails,
        }
    }
}

impl Table for RowBody {
    const HEAD: &'static [&'static str] = &[
        "id",
        "at",
        "action",
        "outcome",
        "code",
        "sentence",
        "actor_kind",
        "actor_id",
        "actor",
        "actor_email",
        "on_behalf_of_id",
        "on_behalf_of",
        "target_kind",
        "target_id",
        "target",
        "tenant_id",
        "tenant",
        "impersonation_id",
        "session_id",
        "address",
        "agent",
        "request_id",
        "reason",
        "ticket",
        "flags",
        "changes",
        "reads",
        "facts",
        "guardrails",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.at.rfc3339(),
            self.action.clone(),
            self.outcome.clone(),
            maybe(&self.code),
            self.sentence.clone(),
            self.actor_kind.clone(),
            maybe(&self.actor_id),
            maybe(&self.actor),
            maybe(&self.actor_email),
            maybe(&self.on_behalf_of_id),
            maybe(&self.on_behalf_of),
            maybe(&self.target_kind),
            maybe(&self.target_id),
            maybe(&self.target),
            maybe(&self.tenant_id),
            maybe(&self.tenant),
            maybe(&self.impersonation_id),
            maybe(&self.session_id),
            maybe(&self.address),
            maybe(&self.agent),
            self.request_id.clone(),
            maybe(&self.reason),
            maybe(&self.ticket),
            self.flags.join(" "),
            many(&self.changes),
            many(&self.reads),
            if self.facts.is_empty() {
                String::new()
            } else {
                json(&self.facts)
            },
            self.guardrails.as_ref().map(json).unwrap_or_default(),
        ]
    }
}

/// What has a shape of its own stands in its cell as JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn many<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() {
        String::new()
    } else {
        json(&values)
    }
}

/// The platform's audit log as a file: what the reader's role may see of it, for the same query, newest first.
///
/// At most 100,000 entries. The export is an entry itself, with the number of rows and the digest of the filter, committed
/// before the first row leaves. The headers `Stagedoor-Export-Rows`, `-Complete`, `-Limit` and `-Filter` say what it is;
/// JSON Lines begins with a line `{"manifest": …}` that says the same. One export a person at a time.
#[utoipa::path(
    get, path = "/api/admin/audit-logs/export", tag = "audit", security(("staff_session" = [])),
    params(AuditExport),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv"), (RowBody = "application/jsonl"))),
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
        Ok(exported) => export::answer(exported, RowBody::from),
        Err(error) => caller.refuse(&error),
    }
}
