//! What the edge knows of a request before anybody is known, and how it says no.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, LINK, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_service::{Service, ServiceError, Visitor};

use stagedoor_app::server::Assets;

use crate::config::Surface;
use crate::layer::address::Proxies;
use crate::layer::limits::{Limits, Rates};

/// What every handler shares.
#[derive(Clone)]
pub struct Edge {
    /// The service.
    pub service: Service,
    /// The browser's files.
    pub assets: Assets,
    /// The proxies in front.
    pub proxies: Proxies,
    /// The hosts that this process serves.
    pub surface: Surface,
    /// How often callers may call.
    pub limits: Limits,
}

impl Edge {
    /// Both surfaces, with no proxy in front.
    #[must_use]
    pub fn new(service: Service, assets: Assets) -> Self {
        Self {
            limits: Limits::new(Rates::default(), service.clock()),
            service,
            assets,
            proxies: Proxies::default(),
            surface: Surface::All,
        }
    }
}

/// The request's own facts, made by [`crate::layer::context`].
#[derive(Clone)]
pub struct Context {
    /// Id, address, agent.
    pub visitor: Visitor,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
}

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        // Every route stands behind the layer that puts it there; without it nothing can be answered.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// An error on its way out of the JSON API: `{"error": {…}}`.
#[derive(Debug)]
pub struct JsonError(pub ApiError);

impl JsonError {
    /// The public form of a service's error.
    #[must_use]
    pub fn of(context: &Context, error: &ServiceError) -> Self {
        Self(error.public(context.visitor.request))
    }

    /// An error that the edge itself found.
    #[must_use]
    pub fn edge(context: &Context, code: Code, message: &str) -> Self {
        Self(ApiError::new(code, message, context.visitor.request.to_string()))
    }
}

impl IntoResponse for JsonError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let challenge = (self.0.code == Code::StepUpRequired)
            .then(|| step_up(&self.0))
            .flatten();
        let mut response = (status, Json(serde_json::json!({ "error": self.0 }))).into_response();
        response.extensions_mut().insert(self.0.code);
        if let Some(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if self.0.code == Code::ResponsibilitiesRequired {
            response.headers_mut().insert(LINK, RESPONSIBILITIES);
        }
        response
    }
}

/// Where a person acknowledges them, for programs (RFC 8288, RFC 6903).
const RESPONSIBILITIES: HeaderValue =
    HeaderValue::from_static("</responsibilities>; rel=\"terms-of-service\"");

/// The challenge of RFC 9470, section 3.
fn step_up(error: &ApiError) -> Option<HeaderValue> {
    // A proof that did not count says nothing of how fresh another one must be.
    let max_age = error
        .max_age_seconds
        .map_or_else(String::new, |seconds| format!(", max_age=\"{seconds}\""));
    let (acr_values, needed) = match error.acr_values {
        Some(context) => (format!(", acr_values=\"{}\"", context.as_str()), "passkey check"),
        None => (String::new(), "check"),
    };
    let text = format!(
        "Bearer error=\"insufficient_user_authentication\", error_description=\"A fresh {needed} is needed\"{acr_values}{max_age}"
    );
    HeaderValue::from_str(&text).ok()
}

/// Whether a browser navigates, and wants a page rather than JSON.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// 303: look there with GET.
#[must_use]
pub fn see_other(location: &str) -> Response {
    Redirect::to(location).into_response()
}
