//! Every route of every host, and the layers they stand behind.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use stagedoor_core::error::Code;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::assets;
use crate::edge::{Context, Edge, JsonError};
use crate::http::{admin, handoff, health, page, sign_in, sign_out, tenant as tenant_api};
use crate::layer::host::{Hosts, dispatch};
use crate::layer::{context, origin, staff, tenant};

/// The largest body that is read.
const BODY_MAX: usize = 64 * 1024;

/// The whole program behind its hosts.
pub fn app(edge: &Edge, others: Vec<(String, Router)>) -> Router {
    // Pages are rendered on this runtime. Set up once a process; a second router finds it done.
    let _ = any_spawner::Executor::init_tokio();
    let hosts = Hosts {
        staff: staff_host(edge),
        tenant: tenant_host(edge),
        others,
        health: Router::new()
            .route("/healthz", get(health::healthz))
            .route("/readyz", get(health::readyz))
            .with_state(edge.clone()),
        origins: edge.service.settings().origins.clone(),
    };
    Router::new().fallback(move |request| dispatch(hosts.clone(), request))
}

/// The staff console's host.
fn staff_host(edge: &Edge) -> Router {
    let signed_in = Router::new()
        .route("/sign-out", post(sign_out::sign_out))
        .route("/impersonations/{id}/enter", get(handoff::leave))
        .route("/impersonations/{id}/handoff", get(handoff::bounce))
        .route("/api/admin/session", get(admin::session))
        .route("/api/admin/tenants/{id}/impersonate", post(admin::impersonate))
        .route("/api/admin/tenants/{id}/users", get(admin::users))
        .route("/api/admin/impersonations/{id}/end", post(admin::end))
        .route("/api/admin/audit-logs", get(admin::audit_logs))
        .route("/api/fn/staff/{*function}", post(page::staff_function))
        .route("/api/{*rest}", axum::routing::any(no_such_route))
        .fallback(get(page::console))
        .layer(from_fn_with_state(edge.clone(), staff::layer));
    let open = Router::new()
        .route("/sign-in", get(sign_in::entrance))
        .route("/sign-in/start", get(sign_in::start))
        .route("/sign-in/callback", get(sign_in::callback))
        .route("/sign-in/passkey/begin", post(sign_in::begin))
        .route("/sign-in/passkey/finish", post(sign_in::finish))
        .route("/signed-out", get(sign_out::signed_out));
    finish(open.merge(signed_in), edge)
}

/// A tenant's host.
fn tenant_host(edge: &Edge) -> Router {
    let inside = Router::new()
        .route("/api/tenant/impersonation/end", post(tenant_api::end))
        .route("/api/tenant/users", get(tenant_api::users))
        .route("/api/tenant/audit-logs", get(tenant_api::audit_logs))
        .route("/api/fn/tenant/{*function}", post(page::tenant_function))
        .route("/api/{*rest}", axum::routing::any(no_such_route))
        .fallback(get(page::portal))
        .layer(from_fn_with_state(edge.clone(), tenant::inside));
    let open = Router::new()
        .route("/visit/over", get(handoff::over))
        .route("/visit/{id}", get(handoff::landing))
        .route("/visit/{id}/enter", get(handoff::enter));
    let known = open
        .merge(inside)
        .layer(from_fn_with_state(edge.clone(), tenant::known));
    finish(known, edge)
}

/// What every host has: its files, and the outer layers. The first one named is the innermost.
fn finish(router: Router<Edge>, edge: &Edge) -> Router {
    router
        .layer(from_fn_with_state(edge.clone(), origin::layer))
        .route("/assets/{name}", get(assets::serve))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::new())
        // Pages hold no secret that a compressed length could betray: references live in cookies alone.
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(edge.clone(), context::layer))
        .layer(from_fn(log))
        .with_state(edge.clone())
}

async fn no_such_route(context: Context) -> Response {
    JsonError::edge(&context, Code::NotFound, "There is no such address in this API.").into_response()
}

/// One line a request: method, path, status. Never the query, which may carry a code.
async fn log(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    tracing::debug!(target: "stagedoor::http", %method, path, status = response.status().as_u16(), "answered");
    response
}
