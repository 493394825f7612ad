//! Server functions of what could lock everybody out: changes of network rules and guard policies, and the ends of their
//! trials. One call of the service each, then 303; nothing is decided here.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]
#![allow(
    clippy::too_many_arguments,
    reason = "each is a field of the form, by its name there"
)]

use leptos::prelude::*;

/// Tries a change of the network rules: `add`, `change` or `remove`.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "change_network")]
pub async fn change_network(
    act: String,
    #[server(default)] rule: String,
    #[server(default)] name: String,
    #[server(default)] kind: String,
    #[server(default)] range: String,
    #[server(default)] note: String,
    #[server(default)] wide: String,
    #[server(default)] elsewhere: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_core::network::{RuleDraft, Wide};
    use stagedoor_service::ServiceError;
    use stagedoor_service::network::{RuleChange, RulePatch, change};

    let op = crate::server::staff_op().await?;
    let wide = match wide.as_str() {
        "yes" => Wide::Meant,
        _ => Wide::Unasked,
    };
    let id = || rule.parse().map_err(|_| ServiceError::NotFound);
    let asked = match act.as_str() {
        "add" => Ok(RuleChange::Add(RuleDraft {
            name,
            kind,
            range,
            note,
            wide,
        })),
        "remove" => id().map(RuleChange::Remove),
        _ => id().map(|id| {
            let patch = RulePatch {
                name: Some(name),
                kind: Some(kind),
                range: Some(range),
                note: Some(note),
                wide,
            };
            RuleChange::Change(id, patch)
        }),
    };
    let begun = match asked {
        Ok(asked) => change(&op, &asked, said(&elsewhere), &reason).await,
        Err(error) => Err(error),
    };
    begun_or_back(&op, begun, reason, (&dialog, &back)).await
}

/// Tries one more guard policy, or with `policy` what that one shall say from now on.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "save_policy")]
pub async fn save_policy(
    #[server(default)] policy: String,
    #[server(default)] name: String,
    #[server(default)] about: String,
    #[server(default)] role: String,
    #[server(default)] action: String,
    #[server(default)] networks: String,
    #[server(default)] factors: String,
    #[server(default)] passkey: String,
    #[server(default)] max_age: String,
    #[server(default)] managed: String,
    #[server(default)] danger: String,
    #[server(default)] ttl: String,
    #[server(default)] max_idle: String,
    #[server(default)] elsewhere: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::policies::{ChangeRequest, PolicyChange, save};

    use crate::console::policies::{listed, span_of};

    let op = crate::server::staff_op().await?;
    let some = |text: &str| Some(listed(text)).filter(|list| !list.is_empty());
    // What is no span is one that no policy may ask for: it is refused with the field, and never left out.
    let span = |text: &str| span_of(text).unwrap_or(Some(std::time::Duration::ZERO));
    let says = ChangeRequest {
        roles: listed(&role),
        actions: listed(&action),
        networks: some(&networks),
        factors: some(&factors),
        passkey: Some(passkey).filter(|passkey| !passkey.is_empty()),
        max_age: span(&max_age),
        device: Some(managed).filter(|managed| !managed.is_empty()),
        danger: Some(danger).filter(|danger| !danger.is_empty()),
        session_ttl: span(&ttl),
        session_idle: span(&max_idle),
    };
    let typed = [
        ("name", &name),
        ("about", &about),
        ("role", &role),
        ("reason", &reason),
    ];
    let typed = typed.map(|(key, text)| (key.to_owned(), text.clone())).into();
    let asked = match policy.as_str() {
        "" => PolicyChange::Add(name, about, says),
        _ => PolicyChange::Change(policy, about, says),
    };
    let begun = save(&op, &asked, said(&elsewhere), &reason).await;
    begun_or(&op, begun, typed, (&dialog, &back)).await
}

/// Tries the guard policies without one.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "remove_policy")]
pub async fn remove_policy(
    name: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::policies::{PolicyChange, save};

    let op = crate::server::staff_op().await?;
    let begun = save(&op, &PolicyChange::Remove(name), said(""), &reason).await;
    begun_or_back(&op, begun, reason, (&dialog, &back)).await
}

/// Confirms a trial that the caller began.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "confirm_trial")]
pub async fn confirm_trial(trial_id: String, back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let ended = stagedoor_service::trial::confirm(&op, &trial_id).await;
    ended_or_back(&op, ended, "The change is confirmed, and stays.", &back).await
}

/// Rolls a trial back.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "roll_back_trial")]
pub async fn roll_back_trial(trial_id: String, back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let ended = stagedoor_service::trial::roll_back(&op, &trial_id).await;
    let words = "The change is rolled back. What was before holds again.";
    ended_or_back(&op, ended, words, &back).await
}

#[cfg(feature = "ssr")]
fn said(elsewhere: &str) -> stagedoor_service::network::Elsewhere {
    use stagedoor_service::network::Elsewhere;
    match elsewhere {
        "yes" => Elsewhere::ConfirmFrom,
        _ => Elsewhere::Refuse,
    }
}

#[cfg(feature = "ssr")]
type Begun = Result<stagedoor_core::view::trial::TrialLine, stagedoor_service::ServiceError>;

#[cfg(feature = "ssr")]
async fn begun_or_back(
    op: &stagedoor_service::StaffOp,
    begun: Begun,
    reason: String,
    place: (&str, &str),
) -> Result<(), ServerFnError> {
    let typed = [("reason".to_owned(), reason)].into();
    begun_or(op, begun, typed, place).await
}

/// Only what was typed wrong is for the dialog; what cannot be done at all is for the page.
#[cfg(feature = "ssr")]
async fn begun_or(
    op: &stagedoor_service::StaffOp,
    begun: Begun,
    typed: std::collections::BTreeMap<String, String>,
    (dialog, back): (&str, &str),
) -> Result<(), ServerFnError> {
    match begun {
        Ok(line) => {
            let words = format!("{}. It is on trial: confirm it within five minutes.", line.about);
            crate::server::done_form(op, &words, back).await?;
        }
        Err(error) => {
            let wrong = matches!(error, stagedoor_service::ServiceError::Invalid(_));
            let to = if wrong { dialog } else { back };
            crate::server::refuse_form(op, &error, typed, to).await?;
        }
    }
    Ok(())
}

#[cfg(feature = "ssr")]
async fn ended_or_back(
    op: &stagedoor_service::StaffOp,
    ended: Result<(), stagedoor_service::ServiceError>,
    words: &str,
    back: &str,
) -> Result<(), ServerFnError> {
    match ended {
        Ok(()) => crate::server::done_form(op, words, back).await?,
        Err(error) => crate::server::refuse_form(op, &error, std::collections::BTreeMap::new(), back).await?,
    }
    Ok(())
}
