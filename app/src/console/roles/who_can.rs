//! "Who can do this, on what, and why": a GET form, and the core's answer for everybody on staff.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::role::{Can, WhoCan, WhoCanRow};
use stagedoor_service::{ServiceError, StaffOp, roles};

use crate::console::policies::{TENANTS, actions};
use crate::routes::{RolesQuery, staff};
use crate::ui::choice::{Choice, choice};
use crate::ui::{Act, Field, status_tag, text_field};

/// What came of asking.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// Nothing was asked.
    Nothing,
    /// The core's answer.
    Answered(WhoCan),
    /// It could not be asked: the field, and what is wrong with it.
    Wrong(&'static str, String),
}

/// Asks, where the address does.
pub(super) async fn ask(op: &StaffOp, query: &RolesQuery) -> Result<Asked, ServiceError> {
    if query.action.is_empty() {
        return Ok(Asked::Nothing);
    }
    let target = Some(query.target.trim()).filter(|text| !text.is_empty());
    match roles::who_can(op, &query.action, target).await {
        Ok(view) => Ok(Asked::Answered(view)),
        Err(ServiceError::Invalid(fields)) => Ok(match fields.into_iter().next() {
            Some(error) => Asked::Wrong(error.field, error.message),
            None => Asked::Nothing,
        }),
        Err(error) => Err(error),
    }
}

/// Draws the form.
pub(super) fn form(asked: &Asked, tenants: &[(String, String)], query: &RolesQuery) -> AnyView {
    let wrong = |field: &str| match asked {
        Asked::Wrong(at, message) if *at == field => Some(message.clone()),
        _ => None,
    };
    let (action, target) = match query.action.as_str() {
        "" => (
            Action::TenantSuspend.name(),
            query.tenant.clone().unwrap_or_default(),
        ),
        action => (action, query.target.clone()),
    };
    let known = tenants
        .iter()
        .map(|(slug, name)| view! { <option value=slug.clone()>{name.clone()}</option> })
        .collect_view();
    let carried = query
        .tenant
        .clone()
        .map(|slug| view! { <input type="hidden" name="tenant" value=slug /> });
    view! {
        <section class="card" aria-labelledby="who-can">
            <h2 class="sect" id="who-can">
                "Who can …"
            </h2>
            <form class="form p-[14px]" method="get" action=staff::ROLES aria-label="Who can">
                {carried}
                {choice(Choice {
                    name: "action",
                    label: "Action",
                    options: actions(),
                    chosen: action.to_owned(),
                    error: wrong("action"),
        ..Choice::default()
    })}
                {text_field(Field {
                    name: "target",
                    label: "Tenant, if about one",
                    value: target,
                    hint: Some("Its slug or id."),
                    error: wrong("tenant"),
                    max: 64,
                    list: Some(TENANTS),
                    ..Field::default()
                })}
                <datalist id=TENANTS>{known}</datalist>
                <div class="acts">
                    <button class=Act::Primary.class()>"Ask"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// Draws the answer, where there is one.
pub(super) fn answer(asked: &Asked) -> Option<AnyView> {
    let Asked::Answered(view) = asked else {
        return None;
    };
    let on = view.tenant.as_ref().map(|tenant| format!(" on {}", tenant.name));
    let able = view.rows.iter().filter(|row| row.can != Can::No).count();
    let rows = view.rows.iter().map(person).collect_view();
    let answer = view! {
        <section class="card" aria-labelledby="answer" tabindex="0">
            <h2 class="sect" id="answer">
                <span>"Who can " <span class="mono">{view.action.clone()}</span> {on}</span>
                <span class="spacer"></span>
                <span class="small muted font-[450] num">{format!("{able} of {}", view.rows.len())}</span>
            </h2>
            <table aria-label="Who can">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Can"</th>
                        <th scope="col">"Why"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    };
    Some(answer.into_any())
}

fn person(row: &WhoCanRow) -> AnyView {
    let (tone, word) = match row.can {
        Can::Yes => (Tone::Ok, "yes"),
        Can::OwnOnly => (Tone::Info, "own only"),
        Can::WithGrant => (Tone::Warn, "with a grant"),
        Can::No => (Tone::Neutral, "no"),
    };
    let sub_role = row
        .sub_role
        .clone()
        .map(|name| view! { <span class="small muted mono">{name}</span> });
    view! {
        <tr>
            <th scope="row" class="wrap">
                {row.name.clone()} <br /> <span class="small muted font-[450]">{row.email.clone()}</span>
            </th>
            <td>{row.role.label()} {sub_role}</td>
            <td>{status_tag(tone, word)}</td>
            <td class="wrap muted min-w-[190px]">{row.why.clone()}</td>
        </tr>
    }
    .into_any()
}
