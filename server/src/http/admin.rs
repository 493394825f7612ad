//! `/api/admin`: the same operations as the console's pages, in JSON, for the same session.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stagedoor_core::action::Action;
use stagedoor_core::id::{ImpersonationId, MemberId, StaffId, TenantId};
use stagedoor_core::role::{StaffRole, TenantRole};
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::{MemberRow, MemberStatus, RiskLevel};
use stagedoor_core::view::frame::GuardView;
use stagedoor_service::directory::PeopleRequest;
use stagedoor_service::impersonation::MintRequest;
use stagedoor_service::{ServiceError, StaffOp, audit, directory, impersonation};

use crate::edge::{Context, Edge, JsonError};
use crate::http::input::{JsonBody, QueryString, limit};

fn refuse(op: &StaffOp, error: &ServiceError) -> Response {
    JsonError(op.public(error)).into_response()
}

#[derive(Serialize)]
struct SessionBody {
    staff_id: StaffId,
    name: String,
    email: String,
    role: StaffRole,
    address: String,
    until: Timestamp,
    idle_in_seconds: u64,
    factor: &'static str,
    factor_age_seconds: u64,
    guardrails: Vec<GuardView>,
    permissions: Vec<&'static str>,
}

/// GET `/api/admin/session`: who am I, guardrails, permissions.
pub async fn session(Extension(op): Extension<StaffOp>) -> Response {
    let (now, session, staff) = (op.now(), op.session(), op.staff());
    let until = match session.state {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { at, .. } => at,
    };
    let permissions = Action::ALL
        .iter()
        .filter(|action| op.holds(**action))
        .map(|action| action.name())
        .collect();
    Json(SessionBody {
        staff_id: staff.id,
        name: staff.name.clone(),
        email: staff.email.clone(),
        role: staff.role,
        address: op.visitor().address_text(),
        until,
        idle_in_seconds: op.service().policy().session_idle.as_secs(),
        factor: session.factor.kind.as_str(),
        factor_age_seconds: now.since(session.factor.at).as_secs(),
        guardrails: GuardView::six(&op.verdicts()),
        permissions,
    })
    .into_response()
}

/// What a visit is asked for with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MintBody {
    reason: String,
    #[serde(default)]
    ticket_ref: Option<String>,
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default)]
    ttl_seconds: Option<u64>,
    #[serde(default)]
    mode: Option<ReadOnly>,
}

/// The only mode that a visit can start in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadOnly {
    ReadOnly,
}

#[derive(Serialize)]
struct MintedBody {
    impersonation_id: ImpersonationId,
    org_id: TenantId,
    role: TenantRole,
    mode: &'static str,
    expires_at: Timestamp,
    expires_in_seconds: u64,
    handoff_url: String,
}

/// POST `/api/admin/tenants/{id}/impersonate`.
pub async fn impersonate(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    JsonBody(body): JsonBody<MintBody>,
) -> Response {
    let MintBody {
        reason,
        ticket_ref,
        user_id,
        ttl_seconds,
        mode: None | Some(ReadOnly::ReadOnly),
    } = body;
    let request = MintRequest {
        tenant,
        user_id,
        reason,
        ticket_ref,
        ttl_seconds,
    };
    match impersonation::mint(&op, &request).await {
        Ok(minted) => {
            let body = MintedBody {
                impersonation_id: minted.visit.id,
                org_id: minted.visit.tenant,
                role: minted.visit.role,
                mode: minted.visit.mode.as_str(),
                expires_at: minted.until,
                expires_in_seconds: minted.until.since(op.now()).as_secs(),
                handoff_url: minted.handoff_url,
            };
            (StatusCode::CREATED, Json(body)).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

/// POST `/api/admin/impersonations/{id}/end`.
pub async fn end(Extension(op): Extension<StaffOp>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ImpersonationId>() else {
        return refuse(&op, &ServiceError::NotFound);
    };
    match impersonation::end_from_console(&op, id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Parameters of a list of people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersQuery {
    #[serde(default)]
    q: String,
    sort: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// A person in JSON.
#[derive(Debug, Serialize)]
pub struct UserBody {
    id: MemberId,
    name: String,
    email: String,
    role: Option<TenantRole>,
    status: MemberStatus,
    last_seen_at: Option<Timestamp>,
    factors: String,
    risk: RiskLevel,
}

impl From<MemberRow> for UserBody {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            status: row.status,
            last_seen_at: row.last_seen,
            factors: row.factors,
            risk: row.risk,
        }
    }
}

/// GET `/api/admin/tenants/{id}/users`.
pub async fn users(
    State(_): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    QueryString(query): QueryString<UsersQuery>,
) -> Response {
    let limit = match limit(&context, query.limit) {
        Ok(limit) => limit,
        Err(error) => return error.into_response(),
    };
    let request = PeopleRequest {
        tenant,
        q: query.q,
        sort: query.sort,
        cursor: query.cursor,
        limit,
    };
    match directory::people(&op, &request).await {
        Ok(people) => {
            let items: Vec<UserBody> = people.page.items.into_iter().map(UserBody::from).collect();
            Json(json!({ "items": items, "next": people.page.next })).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

/// Parameters of the audit log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// The tenant, by id or slug; the staff host only.
    tenant: Option<String>,
    #[serde(default)]
    q: String,
    cursor: Option<String>,
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

/// GET `/api/admin/audit-logs`.
pub async fn audit_logs(
    context: Context,
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AuditQuery>,
) -> Response {
    let request = match query.request(&context) {
        Ok(request) => request,
        Err(error) => return error.into_response(),
    };
    match audit::page(&op, &request).await {
        Ok(view) => audit_body(&context, view),
        Err(error) => refuse(&op, &error),
    }
}

/// A page of entries in JSON; a query that cannot be read is refused here, for nobody looks at it.
#[must_use]
pub fn audit_body(context: &Context, view: stagedoor_core::view::audit::AuditView) -> Response {
    match view.query_error {
        Some(message) => {
            let error = ServiceError::field(stagedoor_core::input::FieldError::new("q", message));
            JsonError::of(context, &error).into_response()
        }
        None => Json(json!({ "items": view.page.items, "next": view.page.next })).into_response(),
    }
}
