//! What Prometheus reads, on a listener of its own for the inside only: counts and times, never a name or an address.

use std::convert::Infallible;
use std::future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use stagedoor_core::error::Code;
use tokio::task::JoinHandle;

use crate::run::{self, Limits, RunError};

const REQUESTS: &str = "stagedoor_http_requests_total";
const REFUSALS: &str = "stagedoor_http_refusals_total";
const DURATION: &str = "stagedoor_http_request_seconds";
/// Bounds of the histogram, in seconds.
const BOUNDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// How often measurements are put into their buckets.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// The inside asks seldom, and no client of it may take what the public listener needs.
const LIMITS: Limits = Limits {
    connections: 32,
    head: Duration::from_secs(30),
    stall: Duration::from_secs(30),
    stop: Duration::from_secs(1),
};

/// The listener; it ends with this value.
#[derive(Debug)]
pub struct Metrics(JoinHandle<()>);

impl Drop for Metrics {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts counting and listening; nothing where no address is given.
///
/// # Errors
/// When the address is taken.
pub async fn start(address: Option<SocketAddr>) -> Result<Option<Metrics>, RunError> {
    let Some(address) = address else {
        return Ok(None);
    };
    let listener = run::listen(address).await?;
    // A second recorder in one process (as in tests) counts into the first one's numbers, which nobody reads here.
    let handle = install();
    let asked = handle.clone();
    let app = Router::new().route("/metrics", get(move || render(asked.clone())));
    Ok(Some(Metrics(tokio::spawn(async move {
        tokio::select! {
            served = run::serve_until(listener, app, LIMITS, future::pending()) => {
                if let Err(error) = served {
                    tracing::error!(%error, "metrics are not served any more");
                }
            }
            never = upkeep(handle) => match never {},
        }
    }))))
}

/// Puts what was measured into its buckets, also when nobody ever asks: until then each measurement takes its own room.
async fn upkeep(handle: Option<PrometheusHandle>) -> Infallible {
    let mut turns = tokio::time::interval(UPKEEP_EVERY);
    loop {
        turns.tick().await;
        if let Some(handle) = &handle {
            handle.run_upkeep();
        }
    }
}

fn install() -> Option<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets(BOUNDS).ok()?;
    let handle = builder.install_recorder().ok()?;
    metrics::describe_counter!(
        REQUESTS,
        "Answered requests by surface, method and class of status."
    );
    metrics::describe_counter!(
        REFUSALS,
        "Refusals of requests that came from nobody known, by code."
    );
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "Time to the first byte of the answer."
    );
    Some(handle)
}

async fn render(handle: Option<PrometheusHandle>) -> Result<String, StatusCode> {
    let handle = handle.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(handle.render())
}

/// Notes what was refused to somebody who is nobody to us.
pub fn refused(code: Code) {
    metrics::counter!(REFUSALS, "code" => code.as_str()).increment(1);
}

/// Notes an answered request.
pub fn answered(surface: &'static str, method: &http::Method, status: StatusCode, took: Duration) {
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let class = format!("{}xx", status.as_u16() / 100);
    metrics::counter!(REQUESTS, "surface" => surface, "method" => method, "status" => class).increment(1);
    metrics::histogram!(DURATION, "surface" => surface).record(took.as_secs_f64());
}
