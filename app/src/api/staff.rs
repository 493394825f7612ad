//! Server functions of the staff host: what its forms post to. One call of the service each, then 303; nothing is
//! decided here.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]

use leptos::prelude::*;

/// Starts an impersonation from its dialog, and goes on to the tenant's host by a page of our own.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "impersonate")]
pub async fn start_impersonation(
    tenant: String,
    user_id: String,
    reason: String,
    ticket_ref: String,
    ttl_seconds: String,
    back: String,
) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_service::impersonation::{Mint, MintRequest, mint};

    let op = crate::server::staff_op().await?;
    let values = BTreeMap::from([
        ("reason".to_owned(), reason.clone()),
        ("ticket_ref".to_owned(), ticket_ref.clone()),
        ("ttl_seconds".to_owned(), ttl_seconds.clone()),
    ]);
    // What is no number is as wrong as one that is too large: the service names the field.
    let ttl_seconds = Some(ttl_seconds.parse().unwrap_or(0));
    let request = MintRequest {
        tenant,
        user_id: Some(user_id),
        reason,
        ticket_ref: Some(ticket_ref),
        ttl_seconds,
        // The latest question about this person, if there is one.
        consent_request: None,
    };
    match mint(&op, &request).await {
        Ok(Mint::Begun(minted)) => {
            crate::server::redirect_303(&format!("/impersonations/{}/enter", minted.visit.id))
        }
        // The dialog itself says what is waited for, and until when.
        Ok(Mint::Asked(_)) => crate::server::redirect_303(crate::server::own_path(&back)),
        Err(error) => crate::server::refuse_form(&op, &error, values, &back).await?,
    }
    Ok(())
}

/// Ends an impersonation from the console: one's own, or another's where the role allows it.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "end_impersonation")]
pub async fn end_impersonation(impersonation_id: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_service::{ServiceError, impersonation};

    let op = crate::server::staff_op().await?;
    let ended = match impersonation_id.parse() {
        Ok(id) => impersonation::end_from_console(&op, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    match ended {
        Ok(()) => crate::server::done_form(&op, "The impersonation has ended.", &back).await?,
        Err(error) => crate::server::refuse_form(&op, &error, BTreeMap::new(), &back).await?,
    }
    Ok(())
}

/// Chooses light, dark, or what the system says.
///
/// # Errors
/// Never; an unknown word is the system's.
#[server(prefix = "/api/fn/staff", endpoint = "theme")]
pub async fn choose_theme(theme: String, back: String) -> Result<(), ServerFnError> {
    crate::server::set_theme(&theme);
    crate::server::redirect_303(crate::server::own_path(&back));
    Ok(())
}

/// Chooses which columns of a list are shown, and leads back to it with them in its address.
///
/// # Errors
/// Never; a list or a column that is none is passed over.
#[server(prefix = "/api/fn/staff", endpoint = "columns")]
pub async fn choose_columns(
    list: String,
    #[server(default)] cols: Vec<String>,
    #[server(default)] usual: String,
    back: String,
) -> Result<(), ServerFnError> {
    use crate::routes::columns::{AuditColumn, Column, UserColumn};
    use crate::server::remember_columns;

    let usual = !usual.is_empty();
    let text = match list.as_str() {
        UserColumn::LIST => remember_columns::<UserColumn>(&cols, usual),
        AuditColumn::LIST => remember_columns::<AuditColumn>(&cols, usual),
        _ => None,
    };
    let back = crate::routes::with_param(crate::server::own_path(&back), "cols", text.as_deref());
    crate::server::redirect_303(&back);
    Ok(())
}

/// Switches single keys off or on.
///
/// # Errors
/// Never; what is not `off` is on.
#[server(prefix = "/api/fn/staff", endpoint = "keys")]
pub async fn choose_keys(single: String, back: String) -> Result<(), ServerFnError> {
    crate::server::set_single_keys(single != "off");
    crate::server::redirect_303(crate::server::own_path(&back));
    Ok(())
}
