//! Impersonations: starting one, ending one. A visit that waits for the owner answers 202 and has not begun.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::consent::ConsentState;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::id::{ConsentRequestId, ImpersonationId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_service::impersonation::{Mint, MintRequest, Minted};
use stagedoor_service::{StaffOp, impersonation};
use stagedoor_store::consent_request::ConsentRequest;
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Conflict, ErrorDetail, Refusals, schema};
use crate::http::input::{JsonBody, PathId};

/// What a visit is asked for with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MintBody {
    /// Why; the tenant reads it.
    #[schema(min_length = 10)]
    reason: String,
    /// The ticket it is for.
    #[serde(default)]
    ticket_ref: Option<String>,
    /// The person to act as; without one, as an administrator of the tenant.
    #[serde(default)]
    user_id: Option<String>,
    /// How long: 900 unless said, at most 1800; less where your sub-role leaves less.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 1800)]
    ttl_seconds: Option<u64>,
    #[serde(default)]
    mode: Option<ReadOnly>,
    /// The owner's answer to use, where the owner wants to be asked; without it the latest one for the same person.
    #[serde(default)]
    consent_request_id: Option<String>,
}

/// The only mode that a visit can start in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadOnly {
    /// It looks, and changes nothing.
    ReadOnly,
}

/// A visit that has begun.
#[derive(Serialize, ToSchema)]
pub struct MintedBody {
    #[schema(schema_with = schema::impersonation_id)]
    impersonation_id: ImpersonationId,
    #[schema(schema_with = schema::tenant_id)]
    org_id: TenantId,
    /// The role inside, never an owner's.
    #[schema(schema_with = schema::tenant_role)]
    role: TenantRole,
    /// What it may do: every visit begins by only looking.
    #[schema(example = "read_only")]
    mode: &'static str,
    #[schema(schema_with = schema::time)]
    expires_at: Timestamp,
    /// The same, from now.
    expires_in_seconds: u64,
    /// Open it in the browser of this very session, once, within 60 seconds.
    handoff_url: String,
}

/// The owner is asked. Repeat the same call once the owner has agreed.
#[derive(Serialize, ToSchema)]
pub struct AskedBody {
    /// The code is `CONSENT_PENDING`.
    #[schema(value_type = ErrorDetail)]
    error: ApiError,
    consent_request: AskedDetail,
}

/// What waits for the owner.
#[derive(Serialize, ToSchema)]
pub struct AskedDetail {
    #[schema(schema_with = schema::consent_request_id)]
    id: ConsentRequestId,
    /// The reason that the owner reads. Repeat the call with this very reason.
    reason: String,
    #[schema(schema_with = schema::time)]
    expires_at: Timestamp,
    /// The same, from now.
    expires_in_seconds: u64,
}

/// Start a visit to a tenant, or ask its owner for it.
#[utoipa::path(
    post, path = "/api/admin/tenants/{id}/impersonate", tag = "impersonations", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.", example = "acme")),
    request_body = MintBody,
    responses(
        (status = 201, description = "The visit has begun.", body = MintedBody),
        (status = 202, description = "The owner wants to be asked, and is.", body = AskedBody),
        Refusals, Conflict
    )
)]
pub async fn start(
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
        consent_request_id,
    } = body;
    let request = MintRequest {
        tenant,
        user_id,
        reason,
        ticket_ref,
        ttl_seconds,
        consent_request: consent_request_id,
    };
    match impersonation::mint(&op, &request).await {
        Ok(Mint::Begun(minted)) => begun(&op, *minted),
        Ok(Mint::Asked(request)) => asked(&op, *request),
        Err(error) => refuse(&op, &error),
    }
}

fn begun(op: &StaffOp, minted: Minted) -> Response {
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

fn asked(op: &StaffOp, request: ConsentRequest) -> Response {
    let until = match request.state {
        ConsentState::Pending { until } | ConsentState::Approved { until } => until,
        ConsentState::Over { at, .. } => at,
    };
    let error = ApiError::new(
        Code::ConsentPending,
        "The owner of this tenant wants to be asked first, and is. Repeat the call once they have agreed.",
        op.request_id().to_string(),
    );
    let consent_request = AskedDetail {
        id: request.id,
        reason: request.reason,
        expires_at: until,
        expires_in_seconds: until.since(op.now()).as_secs(),
    };
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::ACCEPTED);
    let body = AskedBody {
        error,
        consent_request,
    };
    (status, Json(body)).into_response()
}

/// End a visit: one's own, or another's where the role allows it.
#[utoipa::path(
    post, path = "/api/admin/impersonations/{id}/end", tag = "impersonations", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The visit.", example = "imp_01kajt7c0me3vbxtr4cq3p6ahm")),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn end(Extension(op): Extension<StaffOp>, PathId(id): PathId<ImpersonationId>) -> Response {
    match impersonation::end_from_console(&op, id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}
