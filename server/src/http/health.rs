//! `/healthz` (the process answers) and `/readyz` (the database can be read and the audit written), for any host.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::edge::Edge;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Reads and audited writes are possible.
pub async fn readyz(State(edge): State<Edge>) -> Response {
    match edge.service.db().ping().await {
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
