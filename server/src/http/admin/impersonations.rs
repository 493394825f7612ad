//! Impersonations: starting one, ending one.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::{ImpersonationId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_service::impersonation::MintRequest;
use stagedoor_service::{StaffOp, impersonation};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Conflict, Refusals, schema};
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
    /// How long: 900 unless said, at most 1800.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 1800)]
    ttl_seconds: Option<u64>,
    #[serde(default)]
    mode: Option<ReadOnly>,
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
    #[schema(example = "read_only")]
    mode: &'static str,
    #[schema(schema_with = schema::time)]
    expires_at: Timestamp,
    expires_in_seconds: u64,
    /// Open it in the browser of this very session, once, within 60 seconds.
    handoff_url: String,
}

/// Start a visit to a tenant.
#[utoipa::path(
    post, path = "/api/admin/tenants/{id}/impersonate", tag = "impersonations", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    request_body = MintBody,
    responses((status = 201, description = "The visit has begun.", body = MintedBody), Refusals, Conflict)
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

/// End a visit: one's own, or another's where the role allows it.
#[utoipa::path(
    post, path = "/api/admin/impersonations/{id}/end", tag = "impersonations", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The visit.")),
    responses((status = 204, description = "It has ended; its next request is refused."), Refusals, Conflict)
)]
pub async fn end(Extension(op): Extension<StaffOp>, PathId(id): PathId<ImpersonationId>) -> Response {
    match impersonation::end_from_console(&op, id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}
