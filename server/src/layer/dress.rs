//! Errors that a framework made, in our own words: every error says its code and its request, whoever found it.
//!
//! What a handler refuses is dressed already. What a router, an extractor or the catcher of panics refuses is a bare status,
//! sometimes with a sentence that means nothing to people.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE};
use stagedoor_core::error::Code;

use crate::edge::{Context, Edge, JsonError, wants_page};
use crate::http::page::gate_error;

/// Dresses bare errors.
pub async fn layer(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    request: Request,
    next: Next,
) -> Response {
    let page = wants_page(request.headers()) && !request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !is_bare(&response) {
        return response;
    }
    let (code, message) = words(response.status());
    let error = JsonError::edge(&context, code, message);
    let mut dressed = if page {
        gate_error(&edge, &context, &jar, &error.0)
    } else {
        error.into_response()
    };
    if let Some(allow) = response.headers().get(ALLOW) {
        dressed.headers_mut().insert(ALLOW, allow.clone());
    }
    dressed
}

fn is_bare(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    is_error && !kind.starts_with("text/html") && !kind.starts_with("application/json")
}

fn words(status: StatusCode) -> (Code, &'static str) {
    match status {
        StatusCode::UNAUTHORIZED => (Code::Unauthenticated, "Sign in first."),
        StatusCode::FORBIDDEN => (Code::Forbidden, "This is not allowed."),
        StatusCode::NOT_FOUND => (Code::NotFound, "There is no such address here."),
        StatusCode::METHOD_NOT_ALLOWED => (
            Code::MethodNotAllowed,
            "This address does not know this method; the header Allow names those it knows.",
        ),
        StatusCode::REQUEST_TIMEOUT => (Code::TooSlow, "The request took too long to arrive. Try again."),
        StatusCode::PAYLOAD_TOO_LARGE => (
            Code::TooLarge,
            "The body is larger than 64 KiB. Nothing was changed.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (Code::Unavailable, "Try again in a moment."),
        status if status.is_client_error() => (
            Code::Invalid,
            "The request is not well formed. Nothing was changed.",
        ),
        _ => (
            Code::Internal,
            "Something went wrong on our side. Quote the request's id to whoever runs this.",
        ),
    }
}
