//! Listening, serving, stopping.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;

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
pub async fn serve(listener: TcpListener, app: Router) -> Result<(), RunError> {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(asked_to_stop())
        .await
        .map_err(RunError::Serve)
}

async fn asked_to_stop() {
    let interrupt = async {
        // Without the handler the process could not be stopped kindly; it can still be killed.
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
