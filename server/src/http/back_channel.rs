//! The identity provider's word that somebody signed out there (OpenID Connect Back-Channel Logout 1.0, section 2.5).
//!
//! It comes from a program: there is no cookie, and no origin is asked for. The token in the body is all that counts, and
//! what is wrong with one is told to nobody but the audit.

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_service::ServiceError;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::edge::{Context, Edge, JsonError};
use crate::http::api::ErrorBody;

/// What the provider sends.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LogoutForm {
    /// The logout token: signed by a trusted provider for our client id there, at most two minutes old, and good once.
    logout_token: String,
}

/// Nothing was ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogoutRefused {
    /// Always `invalid_request`, whatever is wrong.
    #[schema(example = "invalid_request")]
    error: &'static str,
    /// The same in words, with the request's id. Why is in the audit log.
    #[schema(
        example = "The logout token is not accepted. Nothing was ended. Request req_01kajt7c0me3vbxtr4cq3p6ahm."
    )]
    error_description: String,
}

/// The operations that programs of others call.
#[must_use]
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::default().routes(routes!(log_out))
}

/// The identity provider says that somebody signed out there
///
/// What came from that session there ends: the staff session, its impersonations, the sign-ins under way. A token that
/// names only a person ends all of theirs.
#[utoipa::path(
    post, path = "/api/oidc/back-channel-logout", tag = "identity provider",
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What the token names has ended, or had ended before."),
        (status = 400, description = "The token is not believed, or was used before.", body = LogoutRefused),
        (status = 429, description = "Too often; `Retry-After` says when.", body = ErrorBody),
        (status = 503, description = "The database or the audit cannot be used. Nothing was changed.", body = ErrorBody),
    )
)]
pub async fn log_out(
    State(edge): State<Edge>,
    context: Context,
    form: Result<Form<LogoutForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return refused(&context);
    };
    let service = &edge.service;
    match service
        .back_channel_logout(&context.visitor, &form.logout_token)
        .await
    {
        Ok(()) => StatusCode::OK.into_response(),
        Err(ServiceError::SignIn(_)) => refused(&context),
        Err(error) => JsonError::of(&context, &error).into_response(),
    }
}

fn refused(context: &Context) -> Response {
    let request = context.visitor.request;
    let body = LogoutRefused {
        error: "invalid_request",
        error_description: format!("The logout token is not accepted. Nothing was ended. Request {request}."),
    };
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
