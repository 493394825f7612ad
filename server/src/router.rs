//! Every route of every host, and the layers they stand behind.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use stagedoor_core::error::Code;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::assets;
use crate::config::Surface;
use crate::doors::{Door, Doors};
use crate::edge::{Context, Edge, JsonError};
use crate::http::{
    admin, api, back_channel, enrollment, handoff, health, narrow, page, responsibilities, sign_in, sign_out,
    step_up as step_up_pages, tenant as tenant_api, tenant_sign_in,
};
use crate::layer::host::{Hosts, dispatch};
use crate::layer::{context, dress, host, limits, origin, patience, staff, step_up, strangers, tenant};
use crate::metrics;

/// The largest body that is read.
const BODY_MAX: usize = 64 * 1024;

/// The whole program behind its hosts.
pub fn app(edge: &Edge, others: Vec<(String, Router)>) -> Router {
    // Pages are rendered on this runtime. Set up once a process; a second router finds it done.
    let _ = any_spawner::Executor::init_tokio();
    let hosts = Hosts {
        staff: (edge.surface != Surface::Tenant).then(|| staff_host(edge)),
        tenant: (edge.surface != Surface::Staff).then(|| tenant_host(edge)),
        others,
        health: any_host().into_router().with_state(edge.clone()),
        nowhere: nowhere(edge),
        origins: edge.service.settings().origins.clone(),
    };
    Router::new().fallback(move |request| dispatch(hosts.clone(), request))
}

/// What the staff console's host answers to somebody signed in.
fn staff_rooms() -> Doors {
    Doors::default()
        .post("/sign-out", sign_out::sign_out)
        .get("/step-up/{id}", step_up_pages::show)
        .post("/step-up/{id}/code", step_up_pages::code)
        .post("/narrow/session", narrow::narrow)
        .get("/stay", step_up_pages::stay)
        .get("/responsibilities", responsibilities::show)
        .get("/impersonations/{id}/enter", handoff::leave)
        .get("/impersonations/{id}/handoff", handoff::bounce)
        .api(admin::routes())
}

/// What it answers to anybody.
fn staff_entrance() -> Doors {
    Doors::default()
        .get("/sign-in", sign_in::entrance)
        .get("/sign-in/start", sign_in::start)
        .get("/sign-in/callback", sign_in::callback)
        .get("/sign-in/callback/{id}", sign_in::own_callback)
        .post("/sign-in/passkey/begin", sign_in::begin)
        .post("/sign-in/passkey/finish", sign_in::finish)
        .post("/sign-in/code", sign_in::code)
        .post("/sign-in/recovery", sign_in::recovery)
        .post("/sign-in/narrow", sign_in::narrow)
        .get("/enrollment", enrollment::page)
        .post("/enrollment", enrollment::enrol)
        .get("/signed-out", sign_out::signed_out)
        .merge(every_host())
}

/// What it answers to programs of others, which have neither cookie nor origin and prove themselves by what they send.
fn staff_machines() -> Doors {
    Doors::default().api(back_channel::routes())
}

fn staff_host(edge: &Edge) -> Router {
    let rooms = staff_rooms()
        .into_router()
        .route("/api/fn/staff/{*function}", post(page::staff_function))
        .route("/api/{*rest}", any(no_such_route))
        .fallback(get(page::console))
        .layer(from_fn(step_up::layer))
        .layer(from_fn_with_state(edge.clone(), staff::layer));
    let entrance = staff_entrance()
        .into_router()
        .layer(from_fn_with_state(edge.clone(), limits::entrance));
    let machines = staff_machines()
        .into_router()
        .layer(from_fn_with_state(edge.clone(), limits::entrance))
        .layer(from_fn_with_state(patience::BODY, patience::body));
    finish(entrance.merge(rooms), machines, edge, "staff")
}

/// What a tenant's host answers to somebody inside.
fn tenant_rooms() -> Doors {
    Doors::default()
        .post("/sign-out", tenant_sign_in::sign_out)
        .api(tenant_api::routes())
}

/// What it answers to anybody.
fn tenant_entrance() -> Doors {
    Doors::default()
        .get("/sign-in", tenant_sign_in::entrance)
        .post("/sign-in", tenant_sign_in::sign_in)
        .get("/visit/over", handoff::over)
        .get("/visit/{id}", handoff::landing)
        .get("/visit/{id}/enter", handoff::enter)
        .merge(every_host())
}

fn tenant_host(edge: &Edge) -> Router {
    let rooms = tenant_rooms()
        .into_router()
        .route("/api/fn/tenant/{*function}", post(page::tenant_function))
        .route("/api/{*rest}", any(no_such_route))
        .fallback(get(page::portal))
        .layer(from_fn_with_state(edge.clone(), tenant::inside));
    let known = tenant_entrance()
        .into_router()
        .layer(from_fn_with_state(edge.clone(), limits::entrance))
        .merge(rooms)
        .layer(from_fn_with_state(edge.clone(), tenant::known));
    finish(known, Router::new(), edge, "tenant")
}

/// The description of the API, the same on either host.
fn every_host() -> Doors {
    Doors::default()
        .get("/api/openapi.json", api::serve)
        .merge(api::reference())
}

/// The browser's files, which no cookie and no origin matters to.
fn files() -> Doors {
    Doors::default().get("/assets/{name}", assets::serve)
}

/// What answers any host, for whoever looks after the process.
fn any_host() -> Doors {
    Doors::default()
        .get("/healthz", health::healthz)
        .get("/readyz", health::readyz)
}

/// Where a request goes whose host is none of ours.
fn nowhere(edge: &Edge) -> Router {
    Router::new()
        .fallback(host::unknown)
        .layer(from_fn_with_state(edge.clone(), strangers::layer))
        .layer(from_fn_with_state(edge.clone(), context::layer))
        .with_state(edge.clone())
}

/// Who gets past a door's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behind {
    /// The staff host, open to anybody.
    StaffEntrance,
    /// The staff host, behind a staff session.
    StaffRooms,
    /// The staff host, open to programs of others: no origin is asked for.
    StaffMachines,
    /// A tenant's host, open to anybody.
    TenantEntrance,
    /// A tenant's host, behind what is signed in there.
    TenantRooms,
    /// Every host of ours, open to anybody: files.
    EveryHost,
    /// Any host at all: health.
    AnyHost,
}

/// Every door there is but pages and server functions, which the pages' own crate lists.
#[must_use]
pub fn doors() -> Vec<(Behind, Door)> {
    [
        (Behind::StaffEntrance, staff_entrance()),
        (Behind::StaffRooms, staff_rooms()),
        (Behind::StaffMachines, staff_machines()),
        (Behind::TenantEntrance, tenant_entrance()),
        (Behind::TenantRooms, tenant_rooms()),
        (Behind::EveryHost, files()),
        (Behind::AnyHost, any_host()),
    ]
    .into_iter()
    .flat_map(|(behind, doors)| {
        doors
            .list()
            .iter()
            .map(move |door| (behind, door.clone()))
            .collect::<Vec<_>>()
    })
    .collect()
}

/// What every host has: its files, and the outer layers. The first one named is the innermost. Where a call comes from is
/// asked of all but the machines' doors.
fn finish(router: Router<Edge>, machines: Router<Edge>, edge: &Edge, surface: &'static str) -> Router {
    router
        .layer(from_fn_with_state(patience::BODY, patience::body))
        .layer(from_fn_with_state(edge.clone(), origin::layer))
        .merge(machines)
        .merge(files().into_router())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(edge.clone(), strangers::layer))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(patience::ANSWER, patience::answer))
        .layer(from_fn_with_state(edge.clone(), dress::layer))
        // Pages hold no secret that a compressed length could betray: references live in cookies alone.
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(edge.clone(), context::layer))
        .layer(from_fn_with_state((edge.clone(), surface), log))
        .with_state(edge.clone())
}

async fn no_such_route(context: Context) -> Response {
    JsonError::edge(&context, Code::NotFound, "There is no such address in this API.").into_response()
}

/// One line a request: method, path, status. Never the query, which may carry a code.
async fn log(State((edge, surface)): State<(Edge, &'static str)>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let clock = edge.service.clock();
    let before = clock.monotonic();
    let response = next.run(request).await;
    metrics::answered(
        surface,
        &method,
        response.status(),
        clock.monotonic().saturating_sub(before),
    );
    tracing::debug!(target: "stagedoor::http", %method, path, status = response.status().as_u16(), "answered");
    response
}
