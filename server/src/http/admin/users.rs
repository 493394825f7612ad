//! People of one tenant.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::MemberId;
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::{MemberRow, MemberStatus, RiskLevel};
use stagedoor_service::directory::PeopleRequest;
use stagedoor_service::{StaffOp, directory};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::edge::Context;
use crate::http::api::{ListBody, Refusals, schema};
use crate::http::input::{QueryString, limit};

/// Parameters of a list of people.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Words of a name or address, and `role:`, `status:`, `risk:`, `factor:`, `seen:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// `name`, `-seen` or `role`.
    sort: Option<String>,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A person of a tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody {
    #[schema(schema_with = schema::user_id)]
    id: MemberId,
    name: String,
    email: String,
    /// `null` once the membership has ended.
    #[schema(schema_with = schema::tenant_role_or_null)]
    role: Option<TenantRole>,
    #[schema(value_type = String, example = "active")]
    status: MemberStatus,
    #[schema(schema_with = schema::time_or_null)]
    last_seen_at: Option<Timestamp>,
    /// What they can sign in with, in words.
    factors: String,
    #[schema(value_type = String, example = "low")]
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

/// The directory of one tenant. Each query is an entry in both logs.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}/users", tag = "users", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug."), UsersQuery),
    responses((status = 200, description = "A page of people.", body = ListBody<UserBody>), Refusals)
)]
pub async fn list(
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
        Ok(people) => Json(ListBody::<UserBody>::from(people.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
