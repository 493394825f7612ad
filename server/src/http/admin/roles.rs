//! Roles: the matrix of permissions, and who can do something, and why.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::role::{PermissionRow, SubRoleLine, WhoCan, WhoCanRow};
use stagedoor_service::{StaffOp, roles};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use super::staff::{ReachedTenant, reached};
use crate::http::api::{Refusals, schema};
use crate::http::input::QueryString;

/// The matrix of staff's permissions.
#[derive(Serialize, ToSchema)]
#[schema(as = Matrix)]
pub struct MatrixBody {
    permissions: Vec<PermissionBody>,
    /// Every sub-role, with what it narrows beside permissions.
    sub_roles: Vec<SubRoleBody>,
}

/// A sub-role, with what it narrows beside permissions.
#[derive(Serialize, ToSchema)]
#[schema(as = SubRole)]
pub struct SubRoleBody {
    /// Its name.
    #[schema(example = "support_l1")]
    name: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// What it is for, in a line.
    about: String,
    /// The tenants that it leaves of those that an account reaches, as far as you may know of them; `null` is all of them.
    tenants: Option<Vec<ReachedTenant>>,
    /// How many more it leaves that you may not know of, or that there are not.
    tenants_hidden: u64,
    /// The most visits at once; `null` is as many as the platform allows.
    visits: Option<u32>,
    /// The most minutes of a visit; `null` is as long as the platform allows.
    visit_minutes: Option<u64>,
}

/// A permission, and what each role holds of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Permission)]
pub struct PermissionBody {
    /// Its name.
    name: String,
    /// What it is for, in a line.
    about: String,
    /// Whether it changes anything.
    changes: bool,
    /// Whether two people must agree.
    needs_grant: bool,
    roles: Vec<CellBody>,
    /// What each sub-role leaves of it.
    sub_roles: Vec<SubCellBody>,
}

/// What one sub-role leaves of a permission.
#[derive(Serialize, ToSchema)]
#[schema(as = SubCell)]
pub struct SubCellBody {
    /// The sub-role.
    #[schema(example = "support_l1")]
    sub_role: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    #[schema(schema_with = schema::mark)]
    holds: &'static str,
}

/// What one role holds of a permission.
#[derive(Serialize, ToSchema)]
#[schema(as = Cell)]
pub struct CellBody {
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    #[schema(schema_with = schema::mark)]
    holds: &'static str,
}

/// What is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhoCanQuery {
    /// What they would do, by its name.
    #[param(example = "tenant.suspend")]
    action: String,
    /// The tenant that it is about, by id or slug, where it is about one.
    tenant: Option<String>,
}

/// Who can do something.
#[derive(Serialize, ToSchema)]
#[schema(as = WhoCan)]
pub struct WhoCanBody {
    /// What, by its name.
    action: String,
    #[schema(schema_with = schema::tenant_id_or_null)]
    tenant_id: Option<String>,
    /// Everybody on staff, by address.
    staff: Vec<WhoCanPersonBody>,
}

/// Whether one member of staff can do it.
#[derive(Serialize, ToSchema)]
#[schema(as = WhoCanPerson)]
pub struct WhoCanPersonBody {
    #[schema(schema_with = schema::staff_id)]
    staff_id: StaffId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// The sub-role that narrows it.
    #[schema(example = "support_l1")]
    sub_role: Option<String>,
    #[schema(schema_with = schema::can)]
    can: &'static str,
    /// Why, or why not.
    why: String,
}

impl From<PermissionRow> for PermissionBody {
    fn from(row: PermissionRow) -> Self {
        let cell = |(role, mark): (&StaffRole, stagedoor_core::view::role::Mark)| CellBody {
            role: *role,
            holds: mark.as_str(),
        };
        Self {
            name: row.name,
            about: row.about,
            changes: row.changes,
            needs_grant: row.needs_grant,
            roles: StaffRole::ALL.iter().zip(row.marks).map(cell).collect(),
            sub_roles: row
                .sub_roles
                .into_iter()
                .map(|one| SubCellBody {
                    sub_role: one.name,
                    role: one.of,
                    holds: one.mark.as_str(),
                })
                .collect(),
        }
    }
}

impl From<SubRoleLine> for SubRoleBody {
    fn from(line: SubRoleLine) -> Self {
        let (tenants, tenants_hidden) = reached(line.tenants);
        Self {
            name: line.name,
            role: line.of,
            about: line.about,
            tenants,
            tenants_hidden,
            visits: line.visits,
            visit_minutes: line.visit_minutes,
        }
    }
}

impl From<WhoCanRow> for WhoCanPersonBody {
    fn from(row: WhoCanRow) -> Self {
        Self {
            staff_id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            sub_role: row.sub_role,
            can: row.can.as_str(),
            why: row.why,
        }
    }
}

impl From<WhoCan> for WhoCanBody {
    fn from(view: WhoCan) -> Self {
        Self {
            action: view.action,
            tenant_id: view.tenant.map(|tenant| tenant.id.to_string()),
            staff: view.rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// The matrix of permissions, as it stands.
#[utoipa::path(
    get, path = "/api/admin/roles", tag = "policies", security(("staff_session" = [])),
    responses((status = 200, description = "Every permission of staff, what each role holds of it, and what each sub-role narrows beside.", body = MatrixBody), Refusals)
)]
pub async fn matrix(Extension(op): Extension<StaffOp>) -> Response {
    match roles::matrix(&op).await {
        Ok(view) => Json(MatrixBody {
            permissions: view.permissions.into_iter().map(Into::into).collect(),
            sub_roles: view.sub_roles.into_iter().map(Into::into).collect(),
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Who can do something, and why: each of staff, as the core decides it for their row. Their network, proof and session are
/// taken to be good.
#[utoipa::path(
    get, path = "/api/admin/roles/who-can", tag = "policies", security(("staff_session" = [])),
    params(WhoCanQuery),
    responses((status = 200, description = "Everybody on staff, whether they can, and why.", body = WhoCanBody), Refusals)
)]
pub async fn who_can(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<WhoCanQuery>,
) -> Response {
    match roles::who_can(&op, &query.action, query.tenant.as_deref()).await {
        Ok(view) => Json(WhoCanBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
