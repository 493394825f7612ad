//! Support access: the owner's choice, what waits for an answer, who is inside, and ending a visit.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::consent::Answer;
use stagedoor_core::id::{ConsentRequestId, ImpersonationId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::portal::{ConsentLine, ConsentView, SupportView, VisitLine};
use stagedoor_service::support_access::{self, ConsentChoice, SupportRequest};
use stagedoor_service::{ServiceError, TenantOp, impersonation};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, PathId, QueryString};

/// Parameters of the list of past visits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SupportQuery {
    /// The `next` of the former page of past visits.
    cursor: Option<String>,
}

/// The owner's choice.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Consent)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    /// `off`, `ask`, `window` or `on`.
    choice: String,
    /// When a window closes; only with `window`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::time, required = false)]
    until: Option<Timestamp>,
}

impl From<ConsentView> for ConsentBody {
    fn from(view: ConsentView) -> Self {
        let (choice, until) = match view {
            ConsentView::Off => ("off", None),
            ConsentView::Ask => ("ask", None),
            ConsentView::Window { until } => ("window", Some(until)),
            ConsentView::On => ("on", None),
        };
        Self {
            choice: choice.to_owned(),
            until,
        }
    }
}

/// A visit of platform support.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportVisit)]
pub struct VisitBody {
    #[schema(schema_with = schema::impersonation_id)]
    id: ImpersonationId,
    /// Who visits, by name.
    staff: String,
    /// As whom; `null` as an administrator.
    as_whom: Option<String>,
    #[schema(schema_with = schema::tenant_role)]
    role: TenantRole,
    /// What it may do.
    #[schema(example = "read only")]
    mode: String,
    /// Why, in the words of whoever visits.
    reason: String,
    /// The ticket it is for.
    ticket: Option<String>,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    #[schema(schema_with = schema::time)]
    ends_at: Timestamp,
    #[schema(schema_with = schema::time_or_null)]
    ended_at: Option<Timestamp>,
    /// Why it ended, in words.
    ended_why: Option<String>,
}

impl From<VisitLine> for VisitBody {
    fn from(line: VisitLine) -> Self {
        let (ended_at, ended_why) = line.ended.unzip();
        Self {
            id: line.id,
            staff: line.staff,
            as_whom: line.as_whom,
            role: line.role,
            mode: line.mode,
            reason: line.reason,
            ticket: line.ticket,
            started_at: line.from,
            ends_at: line.until,
            ended_at,
            ended_why,
        }
    }
}

/// A question that waits for the owner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportRequest)]
pub struct RequestBody {
    #[schema(schema_with = schema::consent_request_id)]
    id: ConsentRequestId,
    /// Who asks, by name.
    staff: String,
    /// As whom; `null` as an administrator.
    as_whom: Option<String>,
    /// Why, in the words of whoever asks.
    reason: String,
    /// The ticket it is for.
    ticket: Option<String>,
    /// How long the visit would be.
    ttl_seconds: u64,
    #[schema(schema_with = schema::time)]
    asked_at: Timestamp,
    #[schema(schema_with = schema::time)]
    expires_at: Timestamp,
}

impl From<ConsentLine> for RequestBody {
    fn from(line: ConsentLine) -> Self {
        Self {
            id: line.id,
            staff: line.staff,
            as_whom: line.as_whom,
            reason: line.reason,
            ticket: line.ticket,
            ttl_seconds: line.ttl_seconds,
            asked_at: line.asked,
            expires_at: line.until,
        }
    }
}

/// How support access stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportAccess)]
pub struct SupportBody {
    consent: ConsentBody,
    /// Questions that wait for the owner.
    requests: Vec<RequestBody>,
    /// Visits that run.
    live: Vec<VisitBody>,
    /// Visits that are over, the latest first.
    past: ListBody<VisitBody>,
}

impl From<SupportView> for SupportBody {
    fn from(view: SupportView) -> Self {
        Self {
            consent: view.consent.into(),
            requests: view.requests.into_iter().map(Into::into).collect(),
            live: view.live.into_iter().map(Into::into).collect(),
            past: view.past.into(),
        }
    }
}

/// How support access stands: the choice, what waits, who is inside, who was.
#[utoipa::path(
    get, path = "/api/tenant/support-access", tag = "support access", security(("tenant_session" = []), ("visit" = [])),
    params(SupportQuery),
    responses((status = 200, description = "How it stands.", body = SupportBody), Refusals)
)]
pub async fn show(
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<SupportQuery>,
) -> Response {
    let request = SupportRequest { cursor: query.cursor };
    match support_access::page(&op, &request).await {
        Ok(view) => Json(SupportBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Choose whether platform support may visit. The owner alone; what is no longer allowed ends at once.
#[utoipa::path(
    put, path = "/api/tenant/support-access/consent", tag = "support access", security(("tenant_session" = [])),
    request_body = ConsentBody,
    responses((status = 204, description = "It is as chosen."), Refusals, Conflict)
)]
pub async fn choose(Extension(op): Extension<TenantOp>, JsonBody(body): JsonBody<ConsentBody>) -> Response {
    let chosen = match ConsentChoice::parse(&body.choice, body.until) {
        Ok(choice) => support_access::change_consent(&op, choice).await,
        Err(error) => Err(ServiceError::field(error)),
    };
    done(&op, chosen)
}

/// Agree to a visit that platform support asked for. The owner alone.
#[utoipa::path(
    post, path = "/api/tenant/support-access/requests/{id}/approve", tag = "support access",
    security(("tenant_session" = [])), params(("id" = String, Path, description = "The request.")),
    responses((status = 204, description = "The visit can begin, once, as it was asked for."), Refusals, Conflict)
)]
pub async fn approve(Extension(op): Extension<TenantOp>, PathId(id): PathId<ConsentRequestId>) -> Response {
    done(&op, support_access::answer(&op, id, Answer::Approve).await)
}

/// Refuse a visit that platform support asked for. The owner alone.
#[utoipa::path(
    post, path = "/api/tenant/support-access/requests/{id}/deny", tag = "support access",
    security(("tenant_session" = [])), params(("id" = String, Path, description = "The request.")),
    responses((status = 204, description = "It is refused."), Refusals, Conflict)
)]
pub async fn deny(Extension(op): Extension<TenantOp>, PathId(id): PathId<ConsentRequestId>) -> Response {
    done(&op, support_access::answer(&op, id, Answer::Deny).await)
}

/// End a visit of platform support: owner and administrators.
#[utoipa::path(
    post, path = "/api/tenant/support-access/impersonations/{id}/end", tag = "support access",
    security(("tenant_session" = [])), params(("id" = String, Path, description = "The visit.")),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn end(Extension(op): Extension<TenantOp>, PathId(id): PathId<ImpersonationId>) -> Response {
    done(&op, impersonation::end_by_tenant(&op, id).await)
}

fn done(op: &TenantOp, done: Result<(), ServiceError>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(op, &error),
    }
}
