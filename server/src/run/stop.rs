//! The order to stop: SIGINT or SIGTERM, heard from the moment a [`Stop`] exists.
//!
//! It must exist before the program says that it is ready: whoever reads that line may send the order at once, and an
//! order that nobody hears kills.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::RunError;

/// Listens for the order to stop.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

#[cfg(unix)]
impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system does not let the process have its signals.
    pub fn listen() -> Result<Self, RunError> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(RunError::Signals)?,
            terminate: signal(SignalKind::terminate()).map_err(RunError::Signals)?,
        })
    }

    /// Waits for the order.
    pub async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Listens; there is nothing to set up.
    ///
    /// # Errors
    /// None here.
    pub fn listen() -> Result<Self, RunError> {
        Ok(Self {})
    }

    /// Waits for the order.
    pub async fn asked(self) {
        // Without the handler the process could not be stopped kindly; it can still be killed.
        let _ = tokio::signal::ctrl_c().await;
    }
}
