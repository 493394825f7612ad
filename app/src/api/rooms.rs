//! Server functions of the console's rooms, sessions, tenants, risk and alerts: one call of the service each, then 303; nothing is
//! decided here.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]

use leptos::prelude::*;

/// Revokes one session, of staff or of a tenant's person.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "revoke_session")]
pub async fn revoke_staff_session(
    session_id: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::{ServiceError, sessions};

    let op = crate::server::staff_op().await?;
    let revoked = match session_id.parse() {
        Ok(id) => sessions::revoke(&op, id, &reason).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    answer(&op, revoked, [("reason", reason)], (&dialog, &back)).await
}

/// Revokes all sessions of a person, of staff or of a tenant.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "revoke_sessions")]
pub async fn revoke_all_sessions(
    person_id: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_core::view::session::Holder;
    use stagedoor_service::{ServiceError, sessions};

    let op = crate::server::staff_op().await?;
    let staff = person_id.parse().map(Holder::Staff);
    let revoked = match staff.or_else(|_| person_id.parse().map(Holder::Member)) {
        Ok(holder) => sessions::revoke_all(&op, holder, &reason).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    answer(&op, revoked, [("reason", reason)], (&dialog, &back)).await
}

/// Revokes all sessions of several people of a tenant.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "revoke_people")]
pub async fn revoke_sessions_of_people(
    tenant: String,
    #[server(default)] user_ids: Vec<String>,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let revoked = stagedoor_service::sessions::revoke_people(&op, &tenant, &user_ids, &reason).await;
    answer(&op, revoked, [("reason", reason)], (&dialog, &back)).await
}

/// Revokes all sessions that match a filter, of staff or of a tenant's people; whoever sends it typed how many.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "revoke_matching")]
pub async fn revoke_matching_sessions(
    q: String,
    #[server(default)] tenant: String,
    sessions: u64,
    #[server(default)] confirm: String,
    #[server(default)] reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::sessions::{Among, OwnSession, revoke_many_typed};

    let op = crate::server::staff_op().await?;
    let among = Among {
        tenant: Some(tenant),
        q,
        own: OwnSession::Kept,
    };
    let revoked = revoke_many_typed(&op, &among, (sessions, &confirm), &reason).await;
    answer(
        &op,
        revoked,
        [("reason", reason), ("confirm", confirm)],
        (&dialog, &back),
    )
    .await
}

/// What a revocation answers. Whoever revoked their own session has no page to go back to.
#[cfg(feature = "ssr")]
async fn answer<const TYPED: usize>(
    op: &stagedoor_service::StaffOp,
    revoked: Result<stagedoor_service::sessions::Revoked, stagedoor_service::ServiceError>,
    typed: [(&'static str, String); TYPED],
    (dialog, back): (&str, &str),
) -> Result<(), ServerFnError> {
    match revoked {
        Ok(revoked) if revoked.own => crate::server::redirect_303("/signed-out"),
        Ok(revoked) => {
            let sessions = match revoked.sessions {
                1 => "The session".to_owned(),
                many => format!("{many} sessions"),
            };
            let visits = match revoked.visits {
                0 => String::new(),
                1 => " One visit ended with it.".to_owned(),
                many => format!(" {many} visits ended with it."),
            };
            let words = format!(
                "{sessions} of {} ended. The next request is refused.{visits}",
                revoked.name
            );
            crate::server::done_form(op, &words, back).await?;
        }
        Err(error) => {
            let values = typed.map(|(name, value)| (name.to_owned(), value)).into();
            // Only what was typed wrong is for the dialog; what cannot be done any more is for the list.
            let wrong = matches!(error, stagedoor_service::ServiceError::Invalid(_));
            let to = if wrong { dialog } else { back };
            crate::server::refuse_form(op, &error, values, to).await?;
        }
    }
    Ok(())
}

/// Closes a tenant for a time.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "suspend_tenant")]
pub async fn suspend_tenant(
    tenant: String,
    reason: String,
    ticket_ref: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let changed = stagedoor_service::tenants::suspend(&op, &tenant, &reason, &ticket_ref).await;
    changed_state(&op, changed, (reason, ticket_ref), (&dialog, &back)).await
}

/// Opens a suspended tenant again.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "restore_tenant")]
pub async fn restore_tenant(
    tenant: String,
    reason: String,
    ticket_ref: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let changed = stagedoor_service::tenants::restore(&op, &tenant, &reason, &ticket_ref).await;
    changed_state(&op, changed, (reason, ticket_ref), (&dialog, &back)).await
}

#[cfg(feature = "ssr")]
async fn changed_state(
    op: &stagedoor_service::StaffOp,
    changed: Result<stagedoor_service::tenants::Changed, stagedoor_service::ServiceError>,
    (reason, ticket): (String, String),
    (dialog, back): (&str, &str),
) -> Result<(), ServerFnError> {
    use stagedoor_core::tenant::TenantState;

    match changed {
        Ok(changed) => {
            let name = &changed.tenant.name;
            let words = match changed.state {
                TenantState::Suspended => {
                    format!("{name} is suspended. Nobody is signed in there, and nobody can sign in.")
                }
                TenantState::Active => format!("{name} is restored. Its people sign in anew."),
            };
            crate::server::done_form(op, &words, back).await?;
        }
        Err(error) => {
            let values = [("reason".to_owned(), reason), ("ticket_ref".to_owned(), ticket)];
            let wrong = matches!(error, stagedoor_service::ServiceError::Invalid(_));
            let to = if wrong { dialog } else { back };
            crate::server::refuse_form(op, &error, values.into(), to).await?;
        }
    }
    Ok(())
}

/// Gives a tenant another name.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "rename_tenant")]
pub async fn rename_tenant(
    tenant: String,
    name: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::tenants::rename(&op, &tenant, &name).await {
        Ok(changed) => {
            let words = format!("The tenant is called {} now.", changed.tenant.name);
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => {
            let values = [("name".to_owned(), name)].into();
            crate::server::refuse_form(&op, &error, values, &dialog).await?;
        }
    }
    Ok(())
}

/// Takes a step on a risk event.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the event with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "triage_risk")]
pub async fn triage_risk(
    risk_id: String,
    version: u64,
    step: String,
    note: String,
    assignee: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_core::risk::RiskState;
    use stagedoor_service::risk::{TriageRequest, triage};

    let op = crate::server::staff_op().await?;
    let request = TriageRequest {
        step,
        version,
        note,
        assignee,
    };
    match triage(&op, &risk_id, &request).await {
        Ok(state) => {
            let words = match (request.step.as_str(), state) {
                ("note", _) => "Your note is kept.",
                ("assign", _) => "The risk event is given over.",
                (_, RiskState::Open) => "The risk event is open.",
                (_, RiskState::Acknowledged) => {
                    "You took note of the risk event. It is yours if nobody had it."
                }
                (_, RiskState::Resolved) => "The risk event is resolved.",
                (_, RiskState::FalsePositive) => "The risk event is closed as a false positive.",
            };
            crate::server::done_form(&op, words, &back).await?;
        }
        Err(error) => {
            let values = [
                ("step".to_owned(), request.step),
                ("note".to_owned(), request.note),
                ("assignee".to_owned(), request.assignee),
            ];
            crate::server::refuse_form(&op, &error, values.into(), &back).await?;
        }
    }
    Ok(())
}

/// Takes note of an alert.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "acknowledge_alert")]
pub async fn acknowledge_alert(alert_id: String, back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::alerts::acknowledge(&op, &alert_id).await {
        Ok(_) => crate::server::done_form(&op, "The alert is acknowledged.", &back).await?,
        Err(error) => crate::server::refuse_form(&op, &error, [].into(), &back).await?,
    }
    Ok(())
}

/// Sends a test alert to every super admin, over every channel.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the page.
#[server(prefix = "/api/fn/staff", endpoint = "test_alert")]
pub async fn test_alert(back: String) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    match stagedoor_service::alerts::test(&op).await {
        Ok(_) => {
            let words = "The test alert is on its way to every super admin. How it goes stands beside it.";
            crate::server::done_form(&op, words, &back).await?;
        }
        Err(error) => crate::server::refuse_form(&op, &error, [].into(), &back).await?,
    }
    Ok(())
}
