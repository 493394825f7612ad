//! Listening, serving, stopping: with a bound on everything that a client could draw out.
//!
//! HTTP/1.1 only, as reverse proxies speak it. A client that is slow to send its request, to send its body, or to read
//! its answer is cut off; the number of connections is bounded; a stop waits for running requests, but not for ever.

mod stall;
mod stop;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use stall::Stall;
pub use stop::Stop;

/// How long to wait after an accept that failed for want of something, most often of file descriptors.
const BREATH: Duration = Duration::from_millis(500);

/// What a client may draw out, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at the same time; further ones wait to be accepted.
    pub connections: usize,
    /// From the first moment a request can come until its head is there. It ends idle connections, too, so a proxy has
    /// to keep its own for less.
    pub head: Duration,
    /// How long an answer may wait for its client to read on.
    pub stall: Duration,
    /// How long running requests may take after the order to stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            head: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            stop: Duration::from_secs(10),
        }
    }
}

/// Bytes of a request's head, and of what is read ahead.
const BUFFER: usize = 64 * 1024;

/// Why the program cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Somebody else has the port.
    #[error(
        "cannot listen on {address}: {why}. Choose another port with --port, or stop what uses this one."
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word for it.
        why: std::io::Error,
    },
    /// The system keeps the order to stop from the process.
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
    /// Serving failed.
    #[error("serving failed: {0}")]
    Serve(std::io::Error),
}

/// Takes the address, before anything is set up that would have to be undone.
///
/// # Errors
/// When the address is taken or forbidden.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, RunError> {
    TcpListener::bind(address)
        .await
        .map_err(|why| RunError::Listen { address, why })
}

/// Serves until the process is asked to stop, then lets running requests finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, app: Router, stop: Stop) -> Result<(), RunError> {
    serve_until(listener, app, Limits::default(), stop.asked()).await
}

/// Serves until `stop` is over.
///
/// # Errors
/// When the listener fails.
pub async fn serve_until(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let room = Arc::new(Semaphore::new(limits.connections));
    let (order, closing) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener, &room) => {
                let Accepted { stream, address, room } = accepted?;
                let connection = converse(stream, address, app.clone(), limits, closing.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(room);
                });
            }
        }
    }
    drop(listener);
    order.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.stop, all).await.is_err() {
        tracing::warn!(target: "stagedoor", open = connections.len(), "connections cut off at the stop");
        connections.shutdown().await;
    }
    Ok(())
}

struct Accepted {
    stream: TcpStream,
    address: SocketAddr,
    room: OwnedSemaphorePermit,
}

/// The next connection, once there is room for it. Failures that come from a client or from a shortage pass.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Result<Accepted, RunError> {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    let closed = |_| RunError::Serve(std::io::Error::other("no room for connections"));
    let room = Arc::clone(room).acquire_owned().await.map_err(closed)?;
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                return Ok(Accepted {
                    stream,
                    address,
                    room,
                });
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ConnectionAborted | ConnectionRefused | ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(target: "stagedoor", %error, "a connection cannot be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// One connection, until either side ends it.
async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    app: Router,
    limits: Limits,
    mut closing: watch::Receiver<bool>,
) {
    // Without it small answers wait for the client's acknowledgements; failing costs only that.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(BUFFER);
    let io = TokioIo::new(Stall::new(stream, limits.stall));
    let mut connection = pin!(http.serve_connection(io, service));
    let ordered = async {
        // The sender lives as long as the listener's loop; without it the order has come, too.
        let _ = closing.wait_for(|closing| *closing).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = ordered => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(target: "stagedoor::http", %address, %error, "a connection ended badly");
    }
}
