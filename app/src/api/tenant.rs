//! Server functions of a tenant's host: what its forms post to. One call of the service each, then 303; the tenant is
//! the host's.
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

/// The owner chooses whether platform support may visit; a window is open until the end of a day in the viewer's zone.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page with what was typed.
#[server(prefix = "/api/fn/tenant", endpoint = "consent")]
pub async fn choose_consent(choice: String, until: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_service::ServiceError;
    use stagedoor_service::support_access::{ConsentChoice, change_consent};

    let op = crate::server::tenant_op().await?;
    // A day that was left in the form beside another choice means nothing.
    let until_day = until.clone();
    let end = match choice.as_str() {
        "window" => crate::server::end_of_day(&until_day, &crate::server::look().zone),
        _ => None,
    };
    let done = match ConsentChoice::parse(&choice, end) {
        Ok(choice) => change_consent(&op, choice).await,
        Err(error) => Err(ServiceError::field(error)),
    };
    let values = BTreeMap::from([("choice".to_owned(), choice), ("until".to_owned(), until)]);
    let words = || "Support access is as you chose. What it no longer allows has ended.".to_owned();
    crate::server::answer_inside(&op, done.map(|()| words()), values, &back).await?;
    Ok(())
}

/// The owner answers a question of platform support: `approve` or `deny`.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/tenant", endpoint = "answer_request")]
pub async fn answer_request(request_id: String, answer: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_core::consent::Answer;
    use stagedoor_service::{ServiceError, support_access};

    let op = crate::server::tenant_op().await?;
    let (answer, words) = match answer.as_str() {
        "approve" => (
            Answer::Approve,
            "You agreed. The visit can begin once, as it was asked for.",
        ),
        // What is no answer agrees to nothing.
        _ => (Answer::Deny, "You refused. Platform support is told so."),
    };
    let done = match request_id.parse() {
        Ok(id) => support_access::answer(&op, id, answer).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    crate::server::answer_inside(&op, done.map(|()| words.to_owned()), BTreeMap::new(), &back).await?;
    Ok(())
}

/// The owner or an administrator ends a visit of platform support.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/tenant", endpoint = "end_visit")]
pub async fn end_visit(impersonation_id: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_service::{ServiceError, impersonation};

    let op = crate::server::tenant_op().await?;
    let done = match impersonation_id.parse() {
        Ok(id) => impersonation::end_by_tenant(&op, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    let words = "The visit has ended. Its next step is refused.".to_owned();
    crate::server::answer_inside(&op, done.map(|()| words), BTreeMap::new(), &back).await?;
    Ok(())
}

/// Ends one session on this host: one's own, or another's where the role allows it.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/tenant", endpoint = "revoke_session")]
pub async fn revoke_session(session_id: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    use stagedoor_service::{ServiceError, tenant_session};

    let op = crate::server::tenant_op().await?;
    let done = match session_id.parse() {
        Ok(id) => tenant_session::revoke(&op, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    let words = "The session has ended.".to_owned();
    crate::server::answer_inside(&op, done.map(|()| words), BTreeMap::new(), &back).await?;
    Ok(())
}

/// Ends all sessions of a person on this host.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/tenant", endpoint = "revoke_sessions")]
pub async fn revoke_sessions(user_id: String, back: String) -> Result<(), ServerFnError> {
    use std::collections::BTreeMap;

    let op = crate::server::tenant_op().await?;
    let done = stagedoor_service::tenant_session::revoke_all(&op, &user_id).await;
    let words = |count| match count {
        1 => "One session has ended.".to_owned(),
        many => format!("{many} sessions have ended."),
    };
    crate::server::answer_inside(&op, done.map(words), BTreeMap::new(), &back).await?;
    Ok(())
}
