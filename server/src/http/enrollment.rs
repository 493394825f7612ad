//! Enrolment: a proven identity brings its token. A plain form, so that it works without any script.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use stagedoor_app::gate;
use stagedoor_core::error::ApiError;
use stagedoor_service::enrolment::EnrolmentPage;
use stagedoor_service::sign_in::IDENTIFIED_TTL;

use crate::cookies::{self, SIGN_IN};
use crate::edge::{Context, Edge, see_other};
use crate::http::page::{gate_error, look};
use crate::layer::strangers::recorded;

/// GET `/enrollment`.
pub async fn page(State(edge): State<Edge>, context: Context, jar: CookieJar) -> Response {
    show(&edge, &context, &jar, None).await
}

async fn show(edge: &Edge, context: &Context, jar: &CookieJar, error: Option<ApiError>) -> Response {
    let look = look(edge, context, jar);
    match edge.service.enrolment_page(cookies::value(jar, SIGN_IN)).await {
        Ok(EnrolmentPage::Open(mut view)) => {
            let status = error.as_ref().map_or(200, |error| error.code.status());
            view.error = error.map(|error| {
                let words = error.fields.get("enrollment_token").cloned();
                (words.unwrap_or(error.message), error.request_id)
            });
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            (status, Html(gate::enrollment_page(&view, &look))).into_response()
        }
        Ok(EnrolmentPage::NotUnderWay) => {
            let host = edge.service.settings().origins.staff_authority();
            let request = context.visitor.request.to_string();
            let page = gate::enrollment_closed_page(host, &request, &look);
            (StatusCode::UNAUTHORIZED, Html(page)).into_response()
        }
        Err(error) => gate_error(edge, context, jar, &error.public(context.visitor.request)),
    }
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    #[serde(default)]
    enrollment_token: String,
}

/// POST `/enrollment`: the account is claimed, and the passkey comes next.
pub async fn enrol(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    form: Result<Form<Token>, FormRejection>,
) -> Response {
    // A form that is none is as wrong as an empty one: the field is named either way.
    let token = form.map_or_else(|_| String::new(), |form| form.0.enrollment_token);
    let cookie = cookies::value(&jar, SIGN_IN);
    match edge.service.enrol(&context.visitor, cookie, &token).await {
        Ok(claimed) => {
            let now = edge.service.now();
            let cookie = cookies::until(SIGN_IN, &claimed.reference, now, now.plus(IDENTIFIED_TTL));
            (jar.add(cookie), see_other("/sign-in")).into_response()
        }
        Err(error) => {
            let public = error.public(context.visitor.request);
            if public.code.status() >= 500 {
                return gate_error(&edge, &context, &jar, &public);
            }
            recorded(&error, show(&edge, &context, &jar, Some(public)).await)
        }
    }
}
