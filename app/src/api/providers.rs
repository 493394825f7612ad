//! Server functions of the Identity providers pages: one call of the service each, then 303; nothing is decided here. A
//! client secret never goes back to a page.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]

mod fields;

use leptos::prelude::*;

pub use fields::ProviderFields;
#[cfg(feature = "ssr")]
use fields::{Typed, kept};

/// Adds a provider.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "add_provider")]
pub async fn add_provider(
    issuer: String,
    #[server(flatten)] fields: ProviderFields,
    #[server(default)] client_secret: String,
    reason: String,
    dialog: String,
) -> Result<(), ServerFnError> {
    use crate::routes::{ConsolePage, ProvidersQuery};
    use stagedoor_service::identity_providers::{self, NewProvider};

    let op = crate::server::staff_op().await?;
    let typed = fields.kept(&[("issuer", &issuer), ("reason", &reason)]);
    let new = NewProvider {
        draft: fields.draft(issuer),
        client_secret: Some(client_secret).filter(|secret| !secret.is_empty()),
    };
    match identity_providers::create(&op, &new, &reason).await {
        Ok(row) => {
            let page = ConsolePage::Provider(row.id.to_string(), ProvidersQuery::default());
            let words = format!("{} was added. Test its connection before you trust it.", row.name);
            crate::server::done_form(&op, &words, &page.href()).await?;
        }
        Err(error) => refuse(&op, &error, typed, (&dialog, &dialog)).await?,
    }
    Ok(())
}

/// Changes a provider's settings. A secret that is left empty stays.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "change_provider")]
pub async fn change_provider(
    provider_id: String,
    #[server(flatten)] fields: ProviderFields,
    #[server(default)] client_secret: String,
    #[server(default)] left_out: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::identity_providers::{self, LeftOut, ProviderPatch};

    let op = crate::server::staff_op().await?;
    let typed = fields.kept(&[("reason", &reason)]);
    let patch = ProviderPatch {
        client_secret: Some(client_secret).filter(|secret| !secret.is_empty()).map(Some),
        left_out: match left_out.as_str() {
            "yes" => LeftOut::Meant,
            _ => LeftOut::Refuse,
        },
        ..fields.patch()
    };
    let changed = match known(&provider_id) {
        Ok(id) => identity_providers::change(&op, id, &patch, &reason).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(row) => {
            let words = match row.trial {
                Some(_) => on_trial(&row.name),
                None => format!("{} was changed.", row.name),
            };
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => refuse(&op, &error, typed, (&dialog, &back)).await?,
    }
    Ok(())
}

/// Says whether a provider's word counts.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "trust_provider")]
pub async fn trust_provider(
    provider_id: String,
    trusted: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_core::guard::ProviderTrust;
    use stagedoor_service::identity_providers::{self, ProviderPatch};

    let op = crate::server::staff_op().await?;
    let typed = kept(&[("reason", &reason)]);
    let trust = match trusted.as_str() {
        "yes" => ProviderTrust::Trusted,
        _ => ProviderTrust::Untrusted,
    };
    let patch = ProviderPatch {
        trust: Some(trust),
        ..ProviderPatch::default()
    };
    let changed = match known(&provider_id) {
        Ok(id) => identity_providers::change(&op, id, &patch, &reason).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(row) => {
            crate::server::done_form(&op, &on_trial(&row.name), &back).await?;
        }
        Err(error) => refuse(&op, &error, typed, (&dialog, &back)).await?,
    }
    Ok(())
}

/// Tests the connection to a provider.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "test_provider")]
pub async fn test_provider(provider_id: String, back: String) -> Result<(), ServerFnError> {
    use stagedoor_service::identity_providers;

    let op = crate::server::staff_op().await?;
    let tested = match known(&provider_id) {
        Ok(id) => identity_providers::test(&op, id).await,
        Err(error) => Err(error),
    };
    match tested {
        Ok(row) => {
            let words = match row.test.is_some_and(|test| test.passed) {
                true => format!("The connection to {} works.", row.name),
                false => format!(
                    "The connection to {} does not work; the steps below say why.",
                    row.name
                ),
            };
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => refuse(&op, &error, kept(&[]), (&back, &back)).await?,
    }
    Ok(())
}

/// Holds a sample of claims against a provider's rules. The claims are kept nowhere.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "preview_claims")]
pub async fn preview_claims(provider_id: String, claims: String, back: String) -> Result<(), ServerFnError> {
    use stagedoor_service::{ServiceError, identity_providers};

    let op = crate::server::staff_op().await?;
    let preview = match known(&provider_id) {
        Ok(id) => identity_providers::preview(&op, id, &claims).await,
        Err(error) => Err(error),
    };
    match preview {
        Ok(preview) => {
            let read = preview
                .attributes
                .iter()
                .map(|one| match (&one.value, &one.fault) {
                    (Some(value), _) => format!("{}: {value}", one.attribute),
                    // It begins with the claim, which often has the attribute's name.
                    (None, Some(fault)) if one.claim == one.attribute => {
                        fault.trim_end_matches('.').to_owned()
                    }
                    (None, Some(fault)) => format!("{}: {}", one.attribute, fault.trim_end_matches('.')),
                    (None, None) => format!("{}: nothing", one.attribute),
                });
            let read = read.collect::<Vec<_>>().join("; ");
            let words = match preview.refused {
                None => format!("{} Read: {read}.", preview.words),
                Some(code) => format!(
                    "They would not be let in ({code}): {} Read: {read}.",
                    preview.words
                ),
            };
            crate::server::done_form(&op, &words, &back).await?;
        }
        // The page has no field that the words could stand at.
        Err(ServiceError::Invalid(fields)) => {
            let words = fields
                .into_iter()
                .map(|field| field.message)
                .next()
                .unwrap_or_default();
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => refuse(&op, &error, kept(&[]), (&back, &back)).await?,
    }
    Ok(())
}

#[cfg(feature = "ssr")]
fn on_trial(name: &str) -> String {
    format!("{name}: the change is on trial. Confirm it within five minutes.")
}

#[cfg(feature = "ssr")]
fn known(id: &str) -> Result<stagedoor_core::id::ProviderId, stagedoor_service::ServiceError> {
    id.parse().map_err(|_| stagedoor_service::ServiceError::NotFound)
}

/// Back to the dialog where something typed is wrong, else to the page.
#[cfg(feature = "ssr")]
async fn refuse(
    op: &stagedoor_service::StaffOp,
    error: &stagedoor_service::ServiceError,
    typed: Typed,
    (dialog, back): (&str, &str),
) -> Result<(), ServerFnError> {
    let wrong = matches!(error, stagedoor_service::ServiceError::Invalid(_));
    let to = if wrong { dialog } else { back };
    crate::server::refuse_form(op, error, typed, to).await?;
    Ok(())
}
