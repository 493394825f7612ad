//! Server functions of what is one's own: passkeys, the authenticator app, recovery codes, responsibilities.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]

use leptos::prelude::*;

/// Gives one of the caller's passkeys another name.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "rename_passkey")]
pub async fn rename_passkey(
    passkey_id: String,
    name: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::{ServiceError, passkeys};

    let op = crate::server::staff_op().await?;
    let renamed = match passkey_id.parse() {
        Ok(id) => passkeys::rename(&op, id, &name).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    match renamed {
        Ok(()) => crate::server::done_form(&op, "The passkey has its new name.", &back).await?,
        Err(error) => {
            let wrong = matches!(error, ServiceError::Invalid(_));
            let values = std::collections::BTreeMap::from([("name".to_owned(), name)]);
            let to = if wrong { &dialog } else { &back };
            crate::server::refuse_form(&op, &error, values, to).await?;
        }
    }
    Ok(())
}

/// Revokes one of the caller's passkeys, and ends the other sessions that it proved.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "revoke_passkey")]
pub async fn revoke_passkey(passkey_id: String, back: String) -> Result<(), ServerFnError> {
    use stagedoor_service::{ServiceError, passkeys};

    let op = crate::server::staff_op().await?;
    let revoked = match passkey_id.parse() {
        Ok(id) => passkeys::revoke(&op, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    match revoked {
        Ok(ended) => {
            let others = match ended {
                0 => String::new(),
                1 => " One other session that it proved ended.".to_owned(),
                many => format!(" {many} other sessions that it proved ended."),
            };
            crate::server::done_form(&op, &format!("The passkey is revoked.{others}"), &back).await?;
        }
        Err(error) => {
            crate::server::refuse_form(&op, &error, std::collections::BTreeMap::new(), &back).await?;
        }
    }
    Ok(())
}

/// Begins to enrol an authenticator app, and goes on to its dialog.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "begin_app")]
pub async fn begin_app(dialog: String, back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::codes::begin_app(&op).await {
        Ok(_) => crate::server::redirect_303(crate::server::own_path(&dialog)),
        Err(error) => {
            crate::server::refuse_form(&op, &error, std::collections::BTreeMap::new(), &back).await?;
        }
    }
    Ok(())
}

/// Enrols the app by its first code.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog.
#[server(prefix = "/api/fn/staff", endpoint = "confirm_app")]
pub async fn confirm_app(code: String, dialog: String, back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::codes::confirm_app(&op, &code).await {
        Ok(()) => {
            crate::server::done_form(&op, "The authenticator app is set up: its codes count.", &back).await?;
        }
        Err(error) => {
            let wrong = matches!(error, stagedoor_service::ServiceError::Invalid(_));
            let to = if wrong { &dialog } else { &back };
            crate::server::refuse_form(&op, &error, std::collections::BTreeMap::new(), to).await?;
        }
    }
    Ok(())
}

/// Removes the caller's authenticator app.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "remove_app")]
pub async fn remove_app(back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::codes::remove_app(&op).await {
        Ok(_) => crate::server::done_form(&op, "The authenticator app is removed.", &back).await?,
        Err(error) => {
            crate::server::refuse_form(&op, &error, std::collections::BTreeMap::new(), &back).await?;
        }
    }
    Ok(())
}

/// Makes the caller's recovery codes anew, and goes on to the page that shows them, once.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "renew_recovery")]
pub async fn renew_recovery(back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::codes::renew_recovery(&op).await {
        Ok(codes) => {
            let sealed = stagedoor_service::codes::seal_codes(&op, &codes);
            let values = [(crate::console::passkeys::CODES.to_owned(), sealed)].into();
            let words = "Your new recovery codes are below. They are shown this once.";
            crate::server::done_form_with(&op, words, values, &back).await?;
        }
        Err(error) => {
            crate::server::refuse_form(&op, &error, std::collections::BTreeMap::new(), &back).await?;
        }
    }
    Ok(())
}

/// What a person typed as their backup contact, for the page again.
#[cfg(feature = "ssr")]
fn as_typed(typed: stagedoor_service::duties::TypedContact) -> std::collections::BTreeMap<String, String> {
    [
        ("contact_name".to_owned(), typed.name),
        ("contact".to_owned(), typed.contact),
    ]
    .into()
}

/// Acknowledges the caller's responsibilities in a version, leaves a backup contact, and goes on to the console.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "acknowledge_duties")]
pub async fn acknowledge_duties(
    #[server(default)] version: String,
    #[server(default)] contact_name: String,
    #[server(default)] contact: String,
) -> Result<(), ServerFnError> {
    use crate::routes::staff::{OVERVIEW, RESPONSIBILITIES};
    use stagedoor_service::duties::{self, TypedContact};

    let op = crate::server::staff_op().await?;
    let typed = TypedContact {
        name: contact_name,
        contact,
    };
    match duties::acknowledge(&op, &version, &typed).await {
        Ok(()) => {
            let words = "You have acknowledged your responsibilities.";
            crate::server::done_form(&op, words, OVERVIEW).await?;
        }
        Err(error) => crate::server::refuse_form(&op, &error, as_typed(typed), RESPONSIBILITIES).await?,
    }
    Ok(())
}

/// Changes the caller's backup contact.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "change_backup_contact")]
pub async fn change_backup_contact(
    #[server(default)] contact_name: String,
    #[server(default)] contact: String,
) -> Result<(), ServerFnError> {
    use crate::routes::staff::RESPONSIBILITIES;
    use stagedoor_service::duties::{self, TypedContact};

    let op = crate::server::staff_op().await?;
    let typed = TypedContact {
        name: contact_name,
        contact,
    };
    match duties::change_contact(&op, &typed).await {
        Ok(()) => {
            crate::server::done_form(&op, "Your backup contact is saved.", RESPONSIBILITIES).await?;
        }
        Err(error) => crate::server::refuse_form(&op, &error, as_typed(typed), RESPONSIBILITIES).await?,
    }
    Ok(())
}
