//! Server functions of a tenant's host.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]

use leptos::prelude::*;

/// The visitor ends their own visit, and goes back to the console by a page of our own.
///
/// # Errors
/// Only when the call itself is missing, or the end could not be recorded.
#[server(prefix = "/api/fn/tenant", endpoint = "end_impersonation")]
pub async fn end_own_impersonation() -> Result<(), ServerFnError> {
    let op = crate::server::tenant_op().await?;
    match stagedoor_service::impersonation::end_own(&op).await {
        // Ended meanwhile: what was asked for is so.
        Ok(()) | Err(stagedoor_service::ServiceError::Conflict(_)) => {
            crate::server::redirect_303("/visit/over")
        }
        Err(error) => {
            let public = op.public(&error);
            crate::server::set_status(public.code.status());
            return Err(ServerFnError::new(public.to_string()));
        }
    }
    Ok(())
}
