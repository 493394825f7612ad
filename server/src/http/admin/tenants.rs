//! Tenants.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::TenantId;
use stagedoor_core::view::Page;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_service::{StaffOp, frame};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::edge::Context;
use crate::http::api::{ListBody, Refusals, schema};
use crate::http::input::{QueryString, limit};

/// What tenants are found by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TenantsQuery {
    /// The beginning of a word of the name, or of the slug.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// Most rows, 50 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantBody {
    #[schema(schema_with = schema::tenant_id)]
    id: TenantId,
    /// Its name in addresses, which never changes.
    slug: String,
    /// Its name.
    name: String,
}

impl From<TenantLabel> for TenantBody {
    fn from(label: TenantLabel) -> Self {
        Self {
            id: label.id,
            slug: label.slug,
            name: label.name,
        }
    }
}

/// The first tenants by name that fit, of those the person may know of.
#[utoipa::path(
    get, path = "/api/admin/tenants", tag = "tenants", security(("staff_session" = [])),
    params(TenantsQuery),
    responses((status = 200, description = "Tenants.", body = ListBody<TenantBody>), Refusals)
)]
pub async fn list(
    context: Context,
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<TenantsQuery>,
) -> Response {
    let limit = match limit(&context, query.limit) {
        Ok(limit) => limit,
        Err(error) => return error.into_response(),
    };
    match frame::find_tenants(&op, &query.q, limit).await {
        Ok(items) => Json(ListBody::<TenantBody>::from(Page { items, next: None })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
