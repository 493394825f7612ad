//! Server functions of the Staff pages: one call of the service each, then 303; nothing is decided here. A token goes sealed
//! to the one page that shows it.
#![allow(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields cannot be documented"
)]
#![allow(
    clippy::too_many_arguments,
    reason = "each is a field of the form, by its name there"
)]

use leptos::prelude::*;

/// Invites somebody.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "invite_staff")]
pub async fn invite_staff(
    email: String,
    name: String,
    role: String,
    #[server(default)] sub_role: String,
    #[server(default)] role_until: String,
    #[server(default)] tenants: String,
    #[server(default)] tenants_until: String,
    #[server(default)] temporary_until: String,
    #[server(default)] zone: String,
    #[server(default)] identity_verified: String,
    reason: String,
    dialog: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::staff::{Invitee, Verified};

    let op = crate::server::staff_op().await?;
    let typed = [
        ("email", &email),
        ("name", &name),
        ("role", &role),
        ("sub_role", &sub_role),
        ("role_until", &role_until),
        ("tenants", &tenants),
        ("tenants_until", &tenants_until),
        ("temporary_until", &temporary_until),
        ("reason", &reason),
    ];
    let typed = typed.map(|(key, text)| (key.to_owned(), text.clone())).into();
    let read = || {
        let ends = (
            day("role_until", &role_until, &zone)?,
            day("tenants_until", &tenants_until, &zone)?,
            day("temporary_until", &temporary_until, &zone)?,
        );
        Ok((role_of(&role)?, ends))
    };
    let invited = match read() {
        Ok((role, (role_until, tenants_until, end))) => {
            let invitee = Invitee {
                email,
                name,
                role,
                sub_role: Some(sub_role),
                role_until,
                tenants: slugs(&tenants),
                tenants_until,
                until: end,
                identity: match identity_verified.as_str() {
                    "yes" => Verified::OutOfBand,
                    _ => Verified::Not,
                },
                reason,
            };
            stagedoor_service::staff::create(&op, &invitee).await
        }
        Err(error) => Err(error),
    };
    show_token(&op, invited, typed, (&dialog, &dialog)).await
}

/// Changes somebody's name, role, sub-role, tenants or end, some of it perhaps for a time. What stands as it was changes nothing.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "change_staff")]
pub async fn change_staff(
    staff_id: String,
    name: String,
    role: String,
    #[server(default)] role_was: String,
    #[server(default)] sub_role: String,
    #[server(default)] sub_role_was: String,
    #[server(default)] role_until: String,
    #[server(default)] role_until_was: String,
    #[server(default)] role_until_at: String,
    #[server(default)] tenants: String,
    tenants_were: String,
    #[server(default)] tenants_until: String,
    #[server(default)] tenants_until_was: String,
    #[server(default)] tenants_until_at: String,
    #[server(default)] temporary_until: String,
    until_was: String,
    #[server(default)] zone: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::staff::{self, Patch};

    let op = crate::server::staff_op().await?;
    let typed = [
        ("name", &name),
        ("role", &role),
        ("sub_role", &sub_role),
        ("role_until", &role_until),
        ("tenants", &tenants),
        ("tenants_until", &tenants_until),
        ("temporary_until", &temporary_until),
        ("reason", &reason),
    ];
    let typed = typed.map(|(key, text)| (key.to_owned(), text.clone())).into();
    // An end is of what is given with it: where one of them is another, both are said; a day that stands as it was shown is the
    // very moment that it was.
    let role_end = End {
        field: "role_until",
        day: &role_until,
        was: (&role_until_was, &role_until_at),
    };
    let tenants_end = End {
        field: "tenants_until",
        day: &tenants_until,
        was: (&tenants_until_was, &tenants_until_at),
    };
    let of_role = role != role_was || sub_role != sub_role_was || role_until != role_until_was;
    let tenants = tenants.trim();
    let of_tenants = tenants != tenants_were || tenants_until != tenants_until_was;
    let read = || {
        Ok(Patch {
            name: Some(name),
            role: Some(role_of(&role)?).filter(|_| of_role),
            sub_role: of_role.then(|| Some(sub_role).filter(|name| !name.is_empty())),
            role_until: Some(role_end.read(&zone)?).filter(|_| of_role),
            tenants: (tenants != tenants_were).then(|| slugs(tenants)),
            tenants_until: Some(tenants_end.read(&zone)?).filter(|_| of_tenants),
            until: Some(day("temporary_until", &temporary_until, &zone)?)
                .filter(|_| temporary_until != until_was),
        })
    };
    let changed = match (colleague(&staff_id), read()) {
        (Ok(id), Ok(patch)) => staff::change(&op, id, &patch, &reason).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match changed {
        Ok(changed) => {
            let sessions = match changed.ended.sessions {
                0 => String::new(),
                1 => " Their session ended.".to_owned(),
                many => format!(" Their {many} sessions ended."),
            };
            let words = format!("{} was changed.{sessions}", changed.name);
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => refuse(&op, &error, typed, (&dialog, &back)).await?,
    }
    Ok(())
}

/// Makes somebody's enrolment token anew.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "reissue_token")]
pub async fn reissue_token(
    staff_id: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let issued = match colleague(&staff_id) {
        Ok(id) => stagedoor_service::staff::reissue(&op, id, &reason).await,
        Err(error) => Err(error),
    };
    show_token(
        &op,
        issued,
        [("reason".to_owned(), reason)].into(),
        (&dialog, &back),
    )
    .await
}

/// Clears somebody's factors, so that they enrol again.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "reset_factors")]
pub async fn reset_factors(
    staff_id: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    let op = crate::server::staff_op().await?;
    let issued = match colleague(&staff_id) {
        Ok(id) => stagedoor_service::staff::reset(&op, id, &reason).await,
        Err(error) => Err(error),
    };
    show_token(
        &op,
        issued,
        [("reason".to_owned(), reason)].into(),
        (&dialog, &back),
    )
    .await
}

/// Switches somebody off, for ever.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "deactivate_staff")]
pub async fn deactivate_staff(
    staff_id: String,
    reason: String,
    #[server(default)] compromised: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_core::staff::Secrets;

    let op = crate::server::staff_op().await?;
    let secrets = match compromised.as_str() {
        "yes" => Secrets::Compromised,
        _ => Secrets::Safe,
    };
    let deactivated = match colleague(&staff_id) {
        Ok(id) => stagedoor_service::staff::deactivate(&op, id, secrets, &reason).await,
        Err(error) => Err(error),
    };
    match deactivated {
        Ok(gone) => {
            let words = format!(
                "{} is deactivated. Sessions ended: {}; visits: {}; open requests: {}. The checklist is below.",
                gone.name, gone.ended.sessions, gone.ended.visits, gone.ended.requests
            );
            crate::server::done_form(&op, &words, &back).await?;
        }
        Err(error) => {
            let typed = [
                ("reason".to_owned(), reason),
                ("compromised".to_owned(), compromised),
            ];
            refuse(&op, &error, typed.into(), (&dialog, &back)).await?;
        }
    }
    Ok(())
}

/// Notes that secrets which a deactivated person saw may be known.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "secrets_compromised")]
pub async fn secrets_compromised(
    staff_id: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::staff;

    let op = crate::server::staff_op().await?;
    let noted = match colleague(&staff_id) {
        Ok(id) => staff::found_compromised(&op, id, &reason).await,
        Err(error) => Err(error),
    };
    match noted {
        Ok(()) => crate::server::done_form(&op, "It is on the checklist.", &back).await?,
        Err(error) => {
            let typed = [("reason".to_owned(), reason)].into();
            refuse(&op, &error, typed, (&dialog, &back)).await?;
        }
    }
    Ok(())
}

/// Notes that something of a deactivated person's checklist was done.
///
/// # Errors
/// Only when the call itself is missing; refusals go back to the dialog with what was typed.
#[server(prefix = "/api/fn/staff", endpoint = "finish_task")]
pub async fn finish_task(
    staff_id: String,
    task: String,
    reason: String,
    dialog: String,
    back: String,
) -> Result<(), ServerFnError> {
    use stagedoor_service::staff;

    let op = crate::server::staff_op().await?;
    let done = match (colleague(&staff_id), task.parse()) {
        (Ok(id), Ok(task)) => staff::finish_task(&op, id, task, &reason).await,
        (Err(error), _) => Err(error),
        (_, Err(_)) => Err(staff::unknown_task()),
    };
    match done {
        Ok(()) => crate::server::done_form(&op, "It is noted.", &back).await?,
        Err(error) => {
            let typed = [("reason".to_owned(), reason)].into();
            refuse(&op, &error, typed, (&dialog, &back)).await?;
        }
    }
    Ok(())
}

#[cfg(feature = "ssr")]
type Typed = std::collections::BTreeMap<String, String>;

#[cfg(feature = "ssr")]
fn colleague(id: &str) -> Result<stagedoor_core::id::StaffId, stagedoor_service::ServiceError> {
    id.parse().map_err(|_| stagedoor_service::ServiceError::NotFound)
}

#[cfg(feature = "ssr")]
fn role_of(text: &str) -> Result<stagedoor_core::role::StaffRole, stagedoor_service::ServiceError> {
    let error = || stagedoor_core::input::FieldError::new("role", "Choose a role.");
    text.parse()
        .map_err(|_| stagedoor_service::ServiceError::field(error()))
}

/// An end as a form has it: the day that is typed, and the day that was shown with the moment that it stood for.
#[cfg(feature = "ssr")]
struct End<'a> {
    field: &'static str,
    day: &'a str,
    was: (&'a str, &'a str),
}

#[cfg(feature = "ssr")]
impl End<'_> {
    fn read(
        &self,
        zone: &str,
    ) -> Result<Option<stagedoor_core::time::Timestamp>, stagedoor_service::ServiceError> {
        let (shown, at) = self.was;
        match stagedoor_core::time::Timestamp::parse_rfc3339(at) {
            Ok(moment) if self.day == shown => Ok(Some(moment)),
            _ => day(self.field, self.day, zone),
        }
    }
}

/// The end of a day where the form was shown; nothing typed is none. The zone is a field of the form: what a call does must
/// follow from it alone (ADR 0014).
#[cfg(feature = "ssr")]
fn day(
    field: &'static str,
    text: &str,
    zone: &str,
) -> Result<Option<stagedoor_core::time::Timestamp>, stagedoor_service::ServiceError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let error = || stagedoor_core::input::FieldError::new(field, "Write a day such as 2026-11-30.");
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    crate::server::end_of_day(text, &zone)
        .map(Some)
        .ok_or_else(|| stagedoor_service::ServiceError::field(error()))
}

/// Slugs or ids with spaces or commas between; nothing typed is every tenant.
#[cfg(feature = "ssr")]
fn slugs(text: &str) -> Option<Vec<String>> {
    let named: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|slug| !slug.is_empty())
        .map(str::to_owned)
        .collect();
    (!named.is_empty()).then_some(named)
}

/// Only what was typed wrong is for the dialog; what cannot be done at all is for the page.
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

/// Goes on to the person's page, which shows the token, once.
#[cfg(feature = "ssr")]
async fn show_token(
    op: &stagedoor_service::StaffOp,
    issued: Result<stagedoor_service::staff::Invited, stagedoor_service::ServiceError>,
    typed: Typed,
    place: (&str, &str),
) -> Result<(), ServerFnError> {
    use crate::console::staff::TOKEN;
    use crate::routes::{ConsolePage, StaffQuery};

    match issued {
        Ok(invited) => {
            let sealed = stagedoor_service::staff::seal_token(op, &invited.issued);
            let words = format!("The token of {} is below. It is shown this once.", invited.name);
            let page = ConsolePage::Colleague(invited.id.to_string(), StaffQuery::default());
            let values = [(TOKEN.to_owned(), sealed)].into();
            crate::server::done_form_with(op, &words, values, &page.href()).await?;
            Ok(())
        }
        Err(error) => refuse(op, &error, typed, place).await,
    }
}
