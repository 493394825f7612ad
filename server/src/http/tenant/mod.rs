//! `/api/tenant`: the portal's operations in JSON, for what is signed in on a tenant's host.
//!
//! A route is added in [`routes`] alone, and only with its description, as in [`crate::http::admin`].

pub mod audit_export;
pub mod audit_logs;
pub mod impersonation;
pub mod receipt;
pub mod sessions;
pub mod support_access;
pub mod users;

use axum::response::{IntoResponse, Response};
use stagedoor_service::{ServiceError, TenantOp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::edge::{Edge, JsonError};

/// Every operation of a tenant's host.
#[must_use]
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::default()
        .routes(routes!(users::list))
        .routes(routes!(audit_logs::list))
        .routes(routes!(audit_export::export))
        .routes(routes!(receipt::show))
        .routes(routes!(impersonation::end))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
        .routes(routes!(sessions::revoke_all))
        .routes(routes!(support_access::show))
        .routes(routes!(support_access::choose))
        .routes(routes!(support_access::approve))
        .routes(routes!(support_access::deny))
        .routes(routes!(support_access::end))
}

fn refuse(op: &TenantOp, error: &ServiceError) -> Response {
    JsonError(op.public(error)).into_response()
}
