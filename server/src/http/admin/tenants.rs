//! Tenants: the list, one of them, suspending, restoring and renaming one.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::TenantId;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;
use stagedoor_core::view::tenant::TenantRow;
use stagedoor_service::tenants::{self, Changed, TenantRequest, TenantsRequest};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, Limit, QueryString};

/// What tenants are found by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TenantsQuery {
    /// Words: each the beginning of a word of the name or of the slug, or the id; and `state:`, `consent:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Most rows, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
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
    /// `active` or `suspended`.
    #[schema(value_type = String, example = "active")]
    state: TenantState,
    /// Its people, those whose membership has ended left out; counted up to 10,000.
    members: u64,
    /// Whether there are more than that.
    members_more: bool,
    /// The owner's choice about visits: `off`, `ask`, `window` or `on`. Nothing lets staff change it.
    #[schema(example = "on")]
    consent: String,
    #[schema(schema_with = schema::time_or_null)]
    consent_until: Option<Timestamp>,
    /// Whether a visit could begin now without asking.
    allow_staff_impersonation: bool,
    #[schema(schema_with = schema::time_or_null)]
    last_visit_at: Option<Timestamp>,
    #[schema(schema_with = schema::time)]
    created_at: Timestamp,
}

impl From<TenantRow> for TenantBody {
    fn from(row: TenantRow) -> Self {
        Self {
            id: row.label.id,
            slug: row.label.slug,
            name: row.label.name,
            state: row.state,
            members: row.members.floor(),
            members_more: matches!(row.members, Total::AtLeast(_)),
            consent: row.consent.choice,
            consent_until: row.consent.until,
            allow_staff_impersonation: row.consent.open,
            last_visit_at: row.visited,
            created_at: row.created,
        }
    }
}

/// Tenants by name, of those the person may know of.
#[utoipa::path(
    get, path = "/api/admin/tenants", tag = "tenants", security(("staff_session" = [])),
    params(TenantsQuery),
    responses((status = 200, description = "A page of tenants.", body = ListBody<TenantBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<TenantsQuery>,
) -> Response {
    let request = TenantsRequest {
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match tenants::list(&op, &request).await {
        Ok(view) => Json(ListBody::<TenantBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// One tenant.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}", tag = "tenants", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    responses((status = 200, description = "The tenant.", body = TenantBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, Path(tenant): Path<String>) -> Response {
    let request = TenantRequest { tenant, cursor: None };
    match tenants::page(&op, &request).await {
        Ok(view) => Json(TenantBody::from(view.tenant)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Why a tenant is suspended or restored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateBody {
    /// Why; the tenant reads it.
    #[schema(min_length = 10)]
    reason: String,
    /// The ticket it is for.
    #[serde(default)]
    ticket_ref: Option<String>,
}

/// A tenant after a change.
#[derive(Serialize, ToSchema)]
pub struct ChangedBody {
    #[schema(schema_with = schema::tenant_id)]
    id: TenantId,
    /// Its name in addresses, which never changes.
    slug: String,
    /// Its name as it is now.
    name: String,
    /// `active` or `suspended`, as it is now.
    #[schema(value_type = String, example = "suspended")]
    state: TenantState,
    /// Visits of staff that ended with it.
    visits_ended: u64,
}

fn changed(op: &StaffOp, changed: Result<Changed, ServiceError>) -> Response {
    match changed {
        Ok(changed) => Json(ChangedBody {
            id: changed.tenant.id,
            slug: changed.tenant.slug,
            name: changed.tenant.name,
            state: changed.state,
            visits_ended: changed.visits,
        })
        .into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Suspend a tenant: its people's sessions and the visits inside end at once, and nobody signs in.
#[utoipa::path(
    post, path = "/api/admin/tenants/{id}/suspend", tag = "tenants", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    request_body = StateBody,
    responses((status = 200, description = "It is suspended.", body = ChangedBody), Refusals, Conflict)
)]
pub async fn suspend(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    JsonBody(body): JsonBody<StateBody>,
) -> Response {
    let ticket = body.ticket_ref.unwrap_or_default();
    changed(&op, tenants::suspend(&op, &tenant, &body.reason, &ticket).await)
}

/// Restore a suspended tenant. What ended stays ended.
#[utoipa::path(
    post, path = "/api/admin/tenants/{id}/restore", tag = "tenants", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    request_body = StateBody,
    responses((status = 200, description = "It is in use again.", body = ChangedBody), Refusals, Conflict)
)]
pub async fn restore(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    JsonBody(body): JsonBody<StateBody>,
) -> Response {
    let ticket = body.ticket_ref.unwrap_or_default();
    changed(&op, tenants::restore(&op, &tenant, &body.reason, &ticket).await)
}

/// What of a tenant can be changed; the slug never.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateBody {
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
}

/// Give a tenant another name.
#[utoipa::path(
    patch, path = "/api/admin/tenants/{id}", tag = "tenants", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.")),
    request_body = UpdateBody,
    responses((status = 200, description = "It has the name.", body = ChangedBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    JsonBody(body): JsonBody<UpdateBody>,
) -> Response {
    changed(&op, tenants::rename(&op, &tenant, &body.name).await)
}
