//! `/api/admin`: the console's operations in JSON. Each handler extracts, calls the service once, and answers.
//!
//! A route is added in [`routes`] alone, and only with its description: what is served is what is documented. Which
//! refusals a route can give is documented by [`crate::http::api`].

pub mod alerts;
pub mod audit_export;
pub mod audit_logs;
pub mod codes;
pub mod event;
pub mod identity_providers;
pub mod impersonations;
pub mod narrow;
pub mod network;
pub mod overview;
pub mod passkeys;
pub mod person;
pub mod policies;
pub mod policy_changes;
pub mod receipt;
pub mod responsibilities;
pub mod risk;
pub mod roles;
pub mod session;
pub mod sessions;
pub mod simulate;
pub mod staff;
pub mod step_up;
pub mod system;
pub mod tenants;
pub mod trials;
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
        .routes(routes!(narrow::narrow))
        .routes(routes!(passkeys::list, passkeys::add))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::rename, passkeys::revoke))
        .routes(routes!(passkeys::renew))
        .routes(routes!(passkeys::begin_renewal))
        .routes(routes!(responsibilities::show, responsibilities::acknowledge))
        .routes(routes!(responsibilities::change_contact))
        .routes(routes!(codes::show))
        .routes(routes!(codes::begin_app))
        .routes(routes!(codes::confirm_app, codes::remove_app))
        .routes(routes!(codes::renew_recovery))
        .routes(routes!(codes::prove))
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
        .routes(routes!(staff::compromised))
        .routes(routes!(visits::list))
        .routes(routes!(visits::show))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::test))
        .routes(routes!(alerts::show))
        .routes(routes!(alerts::acknowledge))
        .routes(routes!(risk::list))
        .routes(routes!(risk::show, risk::triage))
        .routes(routes!(system::queues))
        .routes(routes!(overview::show))
        .routes(routes!(person::show))
        .routes(routes!(users::list))
        .routes(routes!(users::export))
        .routes(routes!(impersonations::start))
        .routes(routes!(impersonations::end))
        .routes(routes!(audit_logs::list))
        .routes(routes!(audit_export::export))
        .routes(routes!(receipt::show))
        .routes(routes!(identity_providers::list, identity_providers::create))
        .routes(routes!(identity_providers::show, identity_providers::update))
        .routes(routes!(identity_providers::test))
        .routes(routes!(identity_providers::people))
        .routes(routes!(identity_providers::preview))
        .routes(routes!(policies::list, policy_changes::add))
        .routes(routes!(policy_changes::update, policy_changes::remove))
        .routes(routes!(simulate::simulate))
        .routes(routes!(network::list, network::add))
        .routes(routes!(network::update, network::remove))
        .routes(routes!(network::preview))
        .routes(routes!(trials::list))
        .routes(routes!(trials::confirm))
        .routes(routes!(trials::roll_back))
        .routes(routes!(roles::matrix))
        .routes(routes!(roles::who_can))
}

fn refuse(op: &StaffOp, error: &ServiceError) -> Response {
    JsonError(op.public(error)).into_response()
}
