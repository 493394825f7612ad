//! The passkey inside a session, as pages: for one form that needs a fresh proof, and to stay signed in.

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::header::REFERER;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use stagedoor_app::gate;
use stagedoor_core::id::StepUpId;
use stagedoor_service::{StaffOp, step_up};

use crate::edge::{Context, Edge};
use crate::http::input::{PathId, QueryString};
use crate::http::page::{gate_error, look};

/// GET `/step-up/{id}`: what is about to be done, and the button.
pub async fn page(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    PathId(id): PathId<StepUpId>,
) -> Response {
    let look = look(&edge, &context, &jar);
    match step_up::show(&op, id).await {
        Ok(view) => Html(gate::step_up_page(&view, &look)).into_response(),
        Err(error) => {
            let public = op.public(&error);
            let status =
                StatusCode::from_u16(public.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let page = gate::error_page(&public, Some(("/", "Back to the overview")), &look);
            let mut response = (status, Html(page)).into_response();
            response.extensions_mut().insert(public.code);
            response
        }
    }
}

/// Where to go back to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    #[serde(default)]
    back: Option<String>,
}

/// The page of ours that the link was on. It is no more than an address to go back to.
fn came_from(edge: &Edge, headers: &HeaderMap) -> Option<String> {
    let page = headers.get(REFERER)?.to_str().ok()?;
    let path = page.strip_prefix(&edge.service.settings().origins.staff)?;
    Some(path.to_owned())
}

/// GET `/stay`: how long the session lasts, and the button that renews its proof.
pub async fn stay(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    headers: HeaderMap,
    QueryString(stay): QueryString<Stay>,
) -> Response {
    let back = stay.back.or_else(|| came_from(&edge, &headers));
    match step_up::stay(&op).await {
        Ok(view) => Html(gate::stay_page(
            &view,
            back.as_deref(),
            &look(&edge, &context, &jar),
        ))
        .into_response(),
        Err(error) => gate_error(&edge, &context, &jar, &op.public(&error)),
    }
}
