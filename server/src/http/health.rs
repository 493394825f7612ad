//! `/healthz` (the process answers) and `/readyz` (the database can be read and the audit written), for any host.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::edge::Edge;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// What is said where requests can be served. A clock that is behind is a complaint and no failure: whoever set it right must not be
/// kept from starting until the old one would have caught up.
async fn ready(edge: &Edge) -> String {
    // An error here is one of the next probe's.
    let Ok(Some(behind)) = edge.service.clock_behind().await else {
        return "ready\n".to_owned();
    };
    let seconds = behind.as_secs();
    tracing::warn!(target: "stagedoor", seconds, "this machine's clock is behind the newest entry of the audit");
    format!(
        "ready\nbut this machine's clock is {seconds} s behind the newest entry of the audit: set it, or that of the machine that wrote it\n"
    )
}

/// Reads are possible, and audited writes that last. No is said within two seconds of the failure, whatever it is.
pub async fn readyz(State(edge): State<Edge>) -> Response {
    match edge.service.ready().await {
        Ok(()) => ready(&edge).await.into_response(),
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
