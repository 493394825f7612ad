//! Signing out: our session first, then on to the provider's (OpenID Connect RP-Initiated Logout 1.0), by a page of our own:
//! a form may not be redirected to another host.

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use stagedoor_app::gate::{self, Hop};
use stagedoor_core::error::Code;
use stagedoor_service::sign_in::leaving;
use stagedoor_service::{StaffOp, session};

use crate::cookies::{self, LEAVING, SESSION};
use crate::edge::{Context, Edge, see_other};
use crate::http::page::{gate_error, look};

/// POST `/sign-out`.
pub async fn sign_out(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
) -> Response {
    let leaving = leaving(&op).await;
    let over = match session::sign_out(&op).await {
        Ok(()) => Ok(()),
        // Ended meanwhile: what was asked for is so.
        Err(error) => match op.public(&error) {
            public if public.code == Code::Conflict => Ok(()),
            public => Err(public),
        },
    };
    match over {
        Ok(()) => {
            let leaving = cookies::leaving(&leaving);
            let jar = jar.add(cookies::removed(SESSION)).add(leaving);
            (jar, see_other("/signed-out")).into_response()
        }
        Err(public) => gate_error(&edge, &context, &jar, &public),
    }
}

/// GET `/signed-out`: on to the provider, once, where it can end its own session; it leads back here.
pub async fn signed_out(State(edge): State<Edge>, context: Context, jar: CookieJar) -> Response {
    let look = look(&edge, &context, &jar);
    let leaving = cookies::value(&jar, LEAVING).and_then(|id| id.parse().ok());
    let onward = match leaving {
        Some(leaving) => edge.service.way_out(&leaving).await,
        None => None,
    };
    let Some(onward) = onward else {
        let host = edge.service.settings().origins.staff_authority().to_owned();
        return Html(gate::signed_out_page(&host, &look)).into_response();
    };
    let hop = Hop {
        title: "Signing out".to_owned(),
        words: format!("Your session has ended. {} ends its own next.", onward.name),
        href: onward.href,
        label: format!("Sign out at {}", onward.name),
    };
    let jar = jar.add(cookies::removed(LEAVING));
    (jar, Html(gate::hop_page(&hop, &look))).into_response()
}
