//! Signing out: our session first, then the page that says so. The provider's own session is not ended here.

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use stagedoor_app::gate;
use stagedoor_core::error::Code;
use stagedoor_service::{StaffOp, session};

use crate::cookies::{self, SESSION};
use crate::edge::{Context, Edge, see_other};
use crate::http::page::{gate_error, look};

/// POST `/sign-out`.
pub async fn sign_out(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
) -> Response {
    match session::sign_out(&op).await {
        Ok(()) => (jar.add(cookies::removed(SESSION)), see_other("/signed-out")).into_response(),
        Err(error) => {
            let public = op.public(&error);
            if public.code == Code::Conflict {
                // Ended meanwhile: what was asked for is so.
                return (jar.add(cookies::removed(SESSION)), see_other("/signed-out")).into_response();
            }
            gate_error(&edge, &context, &jar, &public)
        }
    }
}

/// GET `/signed-out`.
pub async fn signed_out(State(edge): State<Edge>, context: Context, jar: CookieJar) -> Response {
    let host = edge.service.settings().origins.staff_authority().to_owned();
    Html(gate::signed_out_page(&host, &look(&edge, &context, &jar))).into_response()
}
