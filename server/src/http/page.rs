//! Pages: the looks of a page from its viewer's cookies, the gate's error page, and the Leptos roots.

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use leptos::prelude::provide_context;
use stagedoor_app::gate;
use stagedoor_app::routes::step_up;
use stagedoor_app::server::Look;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::step_up::Proof;
use stagedoor_service::step_up::Form;
use stagedoor_service::{StaffOp, TenantOp};

use crate::cookies::{self, THEME, ZONE};
use crate::edge::{Context, Edge, JsonError, see_other};
use crate::layer::step_up::again;

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
    let page = Html(gate::error_page(error, None, &look(edge, context, jar)));
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(error.code);
    response
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
    let provided = provide(&edge, &context, &jar, op.clone());
    let answer = function(context, provided, request).await;
    challenged(&op).unwrap_or(answer)
}

/// A form whose call was challenged leads to the page that asks for the passkey, whatever the function made of it.
fn challenged(op: &StaffOp) -> Option<Response> {
    op.challenge().map(|id| see_other(&step_up(&id.to_string())))
}

/// Sends a form again that was kept for its proof: the same function, fields and person. Returns its cookies, and where it
/// leads.
///
/// # Errors
/// What it answered, where it leads nowhere.
pub async fn repeat(
    (edge, context, jar): (&Edge, Context, &CookieJar),
    (op, proof): (StaffOp, Proof),
    form: &Form,
    by: &HeaderMap,
) -> Result<(HeaderMap, String), Response> {
    let Some((request, incoming)) = again(form, by) else {
        let message = "This form could not be sent again. Nothing was done.";
        return Err(JsonError::edge(&context, Code::Internal, message).into_response());
    };
    let op = op.with_call(incoming).with_proof(proof);
    let provided = provide(edge, &context, jar, op.clone());
    let answer = function(context, provided, request).await;
    let answer = challenged(&op).unwrap_or(answer);
    let location = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    let Some(location) = location.map(str::to_owned) else {
        return Err(answer);
    };
    let cookies = answer.headers().get_all(SET_COOKIE).iter();
    Ok((
        cookies.map(|cookie| (SET_COOKIE, cookie.clone())).collect(),
        location,
    ))
}

/// A server function of a tenant's host.
pub async fn tenant_function(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<TenantOp>,
    jar: CookieJar,
    request: Request,
) -> Response {
    let provided = provide(&edge, &context, &jar, op);
    function(context, provided, request).await
}

/// Runs a server function. What its framework calls the server's error when the arguments are wrong, or of another type
/// than a form's, is the caller's.
async fn function(
    known: Context,
    provided: impl Fn() + Clone + Send + Sync + 'static,
    request: Request,
) -> Response {
    let response = leptos_axum::handle_server_fns_with_context(provided, request)
        .await
        .into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(words) = axum::body::to_bytes(body, WORDS_MAX).await else {
        return parts.status.into_response();
    };
    if CALLERS_FAULTS.iter().any(|fault| words.starts_with(fault)) {
        let message = "This form was not sent as its page would send it. Nothing was changed.";
        return JsonError::edge(&known, Code::Invalid, message).into_response();
    }
    tracing::error!(request = %known.visitor.request, "a server function failed");
    parts.status.into_response()
}

/// The longest error of a server function that is looked at.
const WORDS_MAX: usize = 16 * 1024;
/// How the errors begin that come from what was sent.
const CALLERS_FAULTS: [&[u8]; 4] = [
    b"Args|",
    b"MissingArg|",
    b"Deserialization|",
    b"UnsupportedRequestMethod|",
];
