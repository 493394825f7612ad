//! `/healthz` (the process answers) and `/readyz` (the database can be read and the audit written), for any host.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::edge::Edge;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Reads are possible, and audited writes that last. No is said within two seconds of the failure, whatever it is.
pub async fn readyz(State(edge): State<Edge>) -> Response {
    match edge.service.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "not ready: the database cannot be used\n",
            )
                .into_response()
        }
    }
}
