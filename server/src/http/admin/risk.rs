//! Risk events: the list, one of them, and what is done about it. What is hidden from the reader's scope is as unknown as
//! what never was.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::{RiskId, StaffId};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::risk::{Assignee, RiskFact, RiskRow, RiskStepLine, RiskSubject, RiskView};
use stagedoor_service::StaffOp;
use stagedoor_service::risk::{self, RisksRequest, TriageRequest};
use utoipa::{IntoParams, ToSchema};

use super::event::EventBody;
use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, Limit, QueryString};

/// Parameters of a list of risk events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RisksQuery {
    /// The tenant, by id or slug.
    tenant: Option<String>,
    /// Words of the cause, of the name or address of whom it is about, or the id; and `status:`, `level:`, `kind:`,
    /// `assignee:me` or `assignee:none`.
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

/// Whom a risk is about.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskSubject)]
pub struct SubjectBody {
    /// `staff`, `user` or `tenant`.
    #[schema(example = "user")]
    kind: &'static str,
    /// Their id.
    id: String,
    /// Their name.
    name: String,
    /// Their address; `null` for a tenant as such.
    email: Option<String>,
    /// The tenant's name in addresses; `null` for staff.
    tenant: Option<String>,
}

impl From<RiskSubject> for SubjectBody {
    fn from(subject: RiskSubject) -> Self {
        let (kind, id) = match &subject {
            RiskSubject::Staff { id, .. } => ("staff", id.to_string()),
            RiskSubject::Member { id, .. } => ("user", id.clone()),
            RiskSubject::Tenant(tenant) => ("tenant", tenant.id.to_string()),
        };
        let person = !matches!(subject, RiskSubject::Tenant(_));
        Self {
            kind,
            id,
            name: subject.name().to_owned(),
            email: person.then(|| subject.detail().to_owned()),
            tenant: subject.tenant().map(|tenant| tenant.slug.clone()),
        }
    }
}

/// Somebody on staff.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskAssignee)]
pub struct AssigneeBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// Their name.
    name: String,
}

impl From<Assignee> for AssigneeBody {
    fn from(assignee: Assignee) -> Self {
        Self {
            id: assignee.id,
            name: assignee.name,
        }
    }
}

/// A risk event.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskEvent)]
pub struct RiskBody {
    #[schema(schema_with = schema::risk_id)]
    id: RiskId,
    #[schema(schema_with = schema::risk_kind)]
    kind: String,
    /// 0 to 100.
    #[schema(maximum = 100)]
    score: u8,
    #[schema(schema_with = schema::risk_level)]
    level: String,
    /// Whom it is about.
    subject: SubjectBody,
    /// What raised it, in words.
    cause: String,
    #[schema(schema_with = schema::risk_state)]
    status: String,
    /// Who is at it; `null` for nobody.
    assignee: Option<AssigneeBody>,
    #[schema(schema_with = schema::time)]
    raised_at: Timestamp,
    #[schema(schema_with = schema::time)]
    changed_at: Timestamp,
    /// Counts its changes: a step names the version that it goes from.
    version: u64,
}

impl From<RiskRow> for RiskBody {
    fn from(row: RiskRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            score: row.score,
            level: row.level,
            subject: row.subject.into(),
            cause: row.cause,
            status: row.state,
            assignee: row.assignee.map(Into::into),
            raised_at: row.raised,
            changed_at: row.changed,
            version: row.version,
        }
    }
}

/// Something that is known.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskFact)]
pub struct FactBody {
    /// What.
    label: String,
    /// Its value.
    value: String,
}

impl From<RiskFact> for FactBody {
    fn from(fact: RiskFact) -> Self {
        Self {
            label: fact.label,
            value: fact.value,
        }
    }
}

/// What somebody did about a risk event.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskStep)]
pub struct StepBody {
    #[schema(schema_with = schema::risk_step)]
    step: String,
    /// What they wrote.
    note: Option<String>,
    /// The name of the member of staff.
    staff: String,
    #[schema(schema_with = schema::time)]
    at: Timestamp,
}

impl From<RiskStepLine> for StepBody {
    fn from(line: RiskStepLine) -> Self {
        Self {
            step: line.step,
            note: line.note,
            staff: line.staff,
            at: line.at,
        }
    }
}

/// A risk event with what is known, what it was raised for, and what was done.
#[derive(Serialize, ToSchema)]
#[schema(as = RiskEventDetail)]
pub struct DetailBody {
    #[serde(flatten)]
    risk: RiskBody,
    /// Why its kind is a risk.
    about: String,
    /// What is known.
    facts: Vec<FactBody>,
    /// The entries of the audit that it was raised for, as far as the caller may read them.
    entries: Vec<EventBody>,
    /// How many it was raised for.
    entries_count: u64,
    /// What was done about it, the oldest first.
    steps: Vec<StepBody>,
}

impl From<RiskView<AuditEvent>> for DetailBody {
    fn from(view: RiskView<AuditEvent>) -> Self {
        Self {
            risk: view.risk.into(),
            about: view.about,
            facts: view.facts.into_iter().map(Into::into).collect(),
            entries: view.entries.into_iter().map(Into::into).collect(),
            entries_count: view.entries_count,
            steps: view.steps.into_iter().map(Into::into).collect(),
        }
    }
}

/// Risk events, the newest first, of those the person may know of.
#[utoipa::path(
    get, path = "/api/admin/risk-events", tag = "risk", security(("staff_session" = [])),
    params(RisksQuery),
    responses((status = 200, description = "A page of risk events.", body = ListBody<RiskBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<RisksQuery>,
) -> Response {
    let request = RisksRequest {
        tenant: query.tenant,
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match risk::list(&op, &request).await {
        Ok(view) => Json(ListBody::<RiskBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// One risk event. That it was looked at is an entry.
#[utoipa::path(
    get, path = "/api/admin/risk-events/{id}", tag = "risk", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The risk event.")),
    responses((status = 200, description = "The risk event.", body = DetailBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, Path(id): Path<String>) -> Response {
    match risk::page_in_fields(&op, &id).await {
        Ok(view) => Json(DetailBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// A step on a risk event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageBody {
    #[schema(schema_with = schema::risk_step)]
    step: String,
    /// The version that was read.
    version: u64,
    /// What is written. Resolving, a false positive and a note ask for it.
    #[serde(default)]
    #[schema(max_length = 500)]
    note: Option<String>,
    /// To whom it is given, by `assign`; without one, to the caller.
    #[serde(default)]
    assignee: Option<String>,
}

/// A risk event after a step.
#[derive(Serialize, ToSchema)]
pub struct TriagedBody {
    #[schema(schema_with = schema::risk_state)]
    status: String,
    /// The version that it has now.
    version: u64,
}

/// Work on a risk event: acknowledge it, give it to somebody, write something down, or close it with words.
#[utoipa::path(
    post, path = "/api/admin/risk-events/{id}", tag = "risk", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The risk event.")),
    request_body = TriageBody,
    responses((status = 200, description = "The step is taken.", body = TriagedBody), Refusals, Conflict)
)]
pub async fn triage(
    Extension(op): Extension<StaffOp>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<TriageBody>,
) -> Response {
    let request = TriageRequest {
        step: body.step,
        version: body.version,
        note: body.note.unwrap_or_default(),
        assignee: body.assignee.unwrap_or_default(),
    };
    match risk::triage(&op, &id, &request).await {
        Ok(state) => Json(TriagedBody {
            status: state.as_str().to_owned(),
            version: request.version.saturating_add(1),
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}
