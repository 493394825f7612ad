//! Pages: the looks of a page from its viewer's cookies, the gate's error page, and the Leptos roots.

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use leptos::prelude::provide_context;
use stagedoor_app::gate;
use stagedoor_app::server::Look;
use stagedoor_core::error::ApiError;
use stagedoor_service::{StaffOp, TenantOp};

use crate::cookies::{self, THEME, ZONE};
use crate::edge::{Context, Edge};

/// How a page looks to this viewer.
#[must_use]
pub fn look(edge: &Edge, context: &Context, jar: &CookieJar) -> Look {
    let (theme, zone) = (cookies::value(jar, THEME), cookies::value(jar, ZONE));
    Look::new(theme, zone, context.nonce.clone(), edge.assets.clone())
}

/// An error where there is no frame to show it in.
#[must_use]
pub fn gate_error(edge: &Edge, context: &Context, jar: &CookieJar, error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        Html(gate::error_page(error, None, &look(edge, context, jar))),
    )
        .into_response()
}

/// What pages and server functions read from their context: the call, and the looks.
fn provide<Op: Clone + Send + Sync + 'static>(
    edge: &Edge,
    context: &Context,
    jar: &CookieJar,
    op: Op,
) -> impl Fn() + Clone + Send + Sync + 'static + use<Op> {
    let look = look(edge, context, jar);
    move || {
        provide_context(op.clone());
        provide_context(look.clone());
    }
}

/// Any page of the console, the designed 404 included.
pub async fn console(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    request: Request,
) -> Response {
    stagedoor_app::render(
        provide(&edge, &context, &jar, op),
        stagedoor_app::console_root,
        request,
    )
    .await
}

/// Any page of a tenant's portal, the designed 404 included.
pub async fn portal(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<TenantOp>,
    jar: CookieJar,
    request: Request,
) -> Response {
    stagedoor_app::render(
        provide(&edge, &context, &jar, op),
        stagedoor_app::portal_root,
        request,
    )
    .await
}

/// A staff server function.
pub async fn staff_function(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    request: Request,
) -> Response {
    function(provide(&edge, &context, &jar, op), request).await
}

/// A server function of a tenant's host.
pub async fn tenant_function(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<TenantOp>,
    jar: CookieJar,
    request: Request,
) -> Response {
    function(provide(&edge, &context, &jar, op), request).await
}

async fn function(context: impl Fn() + Clone + Send + Sync + 'static, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}
