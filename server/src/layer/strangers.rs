//! Refusals of nobody in particular are counted here, on their way out; the service writes one entry a minute and source
//! (decision 14).
//!
//! A refusal whose caller is known, or which stands in the log already, carries [`Told`] and is none of these. A browser
//! without a session that is led to the entrance was refused nothing.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use stagedoor_core::error::Code;
use stagedoor_service::refusals::AnonymousRefusal;
use stagedoor_service::{ServiceError, SignInFailure};

use crate::edge::{Context, Edge};
use crate::metrics;

/// On an answer: its caller is known, or its refusal is an entry of its own.
#[derive(Debug, Clone, Copy)]
pub struct Told;

/// What stands for every address that is no route.
const ELSEWHERE: &str = "any other address";

/// Counts what is refused to strangers.
pub async fn layer(State(edge): State<Edge>, context: Context, request: Request, next: Next) -> Response {
    let door = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    if let Some(code) = refused(&response) {
        metrics::refused(code);
        edge.service.note_refusal(AnonymousRefusal {
            address: context.visitor.address,
            code,
            door: door.as_ref().map_or(ELSEWHERE, MatchedPath::as_str),
        });
    }
    response
}

fn refused(response: &Response) -> Option<Code> {
    let by_status = match response.status() {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::Forbidden,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
        _ => return None,
    };
    let said = response.extensions().get::<Code>().copied();
    let told = response.extensions().get::<Told>().is_some();
    (!told).then_some(said.unwrap_or(by_status))
}

/// What a sign-in or an enrolment under way is refused is an entry of its own; where none is, the stranger is counted.
#[must_use]
pub fn recorded(error: &ServiceError, response: Response) -> Response {
    match error {
        ServiceError::SignIn(SignInFailure::NotUnderWay) | ServiceError::NotFound => response,
        _ => told(response),
    }
}

/// Marks an answer: nothing more has to be counted.
#[must_use]
pub fn told(mut response: Response) -> Response {
    response.extensions_mut().insert(Told);
    response
}
