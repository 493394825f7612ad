//! `/api/admin`: the console's operations in JSON. Each handler extracts, calls the service once, and answers.
//!
//! A route is added in [`routes`] alone, and only with its description: what is served is what is documented. Which
//! refusals a route can give is documented by [`crate::http::api`].

pub mod audit_export;
pub mod audit_logs;
pub mod event;
pub mod impersonations;
pub mod passkeys;
pub mod person;
pub mod policies;
pub mod receipt;
pub mod risk;
pub mod roles;
pub mod session;
pub mod sessions;
pub mod staff;
pub mod step_up;
pub mod system;
pub mod tenants;
pub mod users;
pub mod visits;

use axum::response::{IntoResponse, Response};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::edge::{Edge, JsonError};

/// Every operation of the staff host.
#[must_use]
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::default()
        .routes(routes!(session::show))
        .routes(routes!(passkeys::list, passkeys::add))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::rename, passkeys::revoke))
        .routes(routes!(passkeys::renew))
        .routes(routes!(passkeys::begin_renewal))
        .routes(routes!(step_up::begin))
        .routes(routes!(step_up::finish))
        .routes(routes!(tenants::list))
        .routes(routes!(tenants::show, tenants::update))
        .routes(routes!(tenants::suspend))
        .routes(routes!(tenants::restore))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::preview, sessions::revoke_matching))
        .routes(routes!(sessions::show, sessions::revoke))
        .routes(routes!(sessions::of_tenant))
        .routes(routes!(sessions::revoke_people))
        .routes(routes!(staff::list, staff::create))
        .routes(routes!(staff::show, staff::update))
        .routes(routes!(staff::deactivate))
        .routes(routes!(staff::reissue))
        .routes(routes!(staff::reset))
        .routes(routes!(staff::finish))
        .routes(routes!(visits::list))
        .routes(routes!(visits::show))
        .routes(routes!(risk::list))
        .routes(routes!(risk::show, risk::triage))
        .routes(routes!(system::queues))
        .routes(routes!(person::show))
        .routes(routes!(users::list))
        .routes(routes!(users::export))
        .routes(routes!(impersonations::start))
        .routes(routes!(impersonations::end))
        .routes(routes!(audit_logs::list))
        .routes(routes!(audit_export::export))
        .routes(routes!(receipt::show))
        .routes(routes!(policies::list))
        .routes(routes!(policies::simulate))
        .routes(routes!(roles::matrix))
        .routes(routes!(roles::who_can))
}

fn refuse(op: &StaffOp, error: &ServiceError) -> Response {
    JsonError(op.public(error)).into_response()
}
