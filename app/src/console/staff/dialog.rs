//! The dialogs that change staff: each names the person, says what ends, and asks why.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{ScopeLine, StaffPage, TaskLine};

use crate::routes::staff;
use crate::ui::{Act, Ask, Clock, Field, ask, text_field, typed, wrong};

type Place<'a> = (&'a str, String);

/// Somebody is to be invited.
pub(super) fn invite(flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let email = Field {
        name: "email",
        label: "Address at the identity provider",
        value: typed(flash, "email"),
        error: wrong(flash, "email"),
        min: 3,
        max: 254,
        autofocus: true,
        ..Field::default()
    };
    let name = Field {
        name: "name",
        label: "Name",
        value: typed(flash, "name"),
        error: wrong(flash, "name"),
        min: 1,
        max: 100,
        ..Field::default()
    };
    let chosen = typed(flash, "role").parse().unwrap_or(StaffRole::ReadOnly);
    ask(Ask {
        title: "Invite to staff".to_owned(),
        about: "They sign in at the identity provider and bring the token that is shown to you next, once."
            .to_owned(),
        action: staff::INVITE_STAFF,
        hidden: vec![("dialog", dialog.to_owned())],
        fields: view! {
            {text_field(email)}
            {text_field(name)}
            {roles(chosen)}
            {tenants(typed(flash, "tenants"), wrong(flash, "tenants"))}
            {end(typed(flash, "temporary_until"), wrong(flash, "temporary_until"))}
            {text_field(Field::reason("Why they become staff", flash))}
            {verified(flash)}
        }
        .into_any(),
        submit: ("Invite".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn verified(flash: Option<&Flash>) -> AnyView {
    let error = wrong(flash, "identity_verified")
        .map(|words| view! { <p class="err" id="identity_verified-error">{words}</p> });
    let described = error.is_some().then_some("identity_verified-error");
    view! {
        <div class="grid gap-[5px]">
            <label class="check" for="identity_verified">
                <input type="checkbox" id="identity_verified" name="identity_verified" value="yes" required aria-describedby=described />
                <span>"I made sure who this is, by another way than e-mail."</span>
            </label>
            {error}
        </div>
    }
    .into_any()
}

/// Another name, role, tenants or end.
pub(super) fn change(
    view: &StaffPage,
    flash: Option<&Flash>,
    clock: &Clock,
    (dialog, closed): Place<'_>,
) -> AnyView {
    let row = &view.row;
    let or = |key: &str, is: String| match flash.and_then(|flash| flash.values.get(key)) {
        Some(typed) => typed.clone(),
        None => is,
    };
    let name = Field {
        name: "name",
        label: "Name",
        value: or("name", row.name.clone()),
        error: wrong(flash, "name"),
        min: 1,
        max: 100,
        autofocus: true,
        ..Field::default()
    };
    let now = Now::of(view, clock);
    let role = or("role", row.role.as_str().to_owned())
        .parse()
        .unwrap_or(row.role);
    ask(Ask {
        title: format!("Change {}", row.name),
        about: "With another role or other tenants, their sessions end at once; they sign in anew."
            .to_owned(),
        action: staff::CHANGE_STAFF,
        hidden: vec![
            ("staff_id", row.id.to_string()),
            ("tenants_were", now.tenants.clone()),
            ("until_was", now.until.clone()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: view! {
            {text_field(name)}
            {roles(role)}
            {tenants(or("tenants", now.tenants), wrong(flash, "tenants"))}
            {end(or("temporary_until", now.until), wrong(flash, "temporary_until"))}
            {text_field(Field::reason("Why", flash))}
        }
        .into_any(),
        submit: ("Change".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

/// What the fields say of somebody as they are; left so, they change nothing.
struct Now {
    tenants: String,
    until: String,
}

impl Now {
    fn of(view: &StaffPage, clock: &Clock) -> Self {
        let tenants = match &view.row.scope {
            ScopeLine::All => String::new(),
            ScopeLine::Only { known, .. } => {
                let slugs: Vec<&str> = known.iter().map(|tenant| tenant.slug.as_str()).collect();
                slugs.join(" ")
            }
        };
        let day =
            |end: stagedoor_core::time::Timestamp| clock.date(end.minus(std::time::Duration::from_secs(1)));
        Self {
            tenants,
            until: view.row.until.map(day).unwrap_or_default(),
        }
    }
}

/// A fresh token for somebody who has not come.
pub(super) fn reissue(view: &StaffPage, flash: Option<&Flash>, place: Place<'_>) -> AnyView {
    let about = format!(
        "The former token of {} is void at once. The new one is shown to you next, once.",
        view.row.name
    );
    let title = format!("Reissue the token of {}?", view.row.name);
    simple(
        view,
        flash,
        place,
        (title, about, staff::REISSUE_TOKEN),
        ("Reissue", Act::Primary),
    )
}

/// Factors and identity cleared.
pub(super) fn reset(view: &StaffPage, flash: Option<&Flash>, place: Place<'_>) -> AnyView {
    let about = format!(
        "Passkeys and identity of {} are cleared and all sessions end. They enroll again with a token that is shown to you next, once.",
        view.row.name
    );
    let title = format!("Reset the factors of {}?", view.row.name);
    simple(
        view,
        flash,
        place,
        (title, about, staff::RESET_FACTORS),
        ("Reset factors", Act::Danger),
    )
}

fn simple(
    view: &StaffPage,
    flash: Option<&Flash>,
    (dialog, closed): Place<'_>,
    (title, about, action): (String, String, &'static str),
    (verb, act): (&str, Act),
) -> AnyView {
    ask(Ask {
        title,
        about,
        action,
        hidden: hidden(view, dialog, &closed),
        fields: text_field(Field::reason("Why", flash)),
        submit: (verb.to_owned(), act),
        closed,
        flash,
    })
}

/// Switched off, for ever.
pub(super) fn deactivate(view: &StaffPage, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let name = &view.row.name;
    let known = typed(flash, "compromised") == "yes";
    let fields = view! {
        {text_field(Field::reason("Why", flash))}
        <label class="check" for="compromised">
            <input type="checkbox" id="compromised" name="compromised" value="yes" checked=known />
            <span>"Secrets they saw may be known to others."</span>
        </label>
    };
    ask(Ask {
        title: format!("Deactivate {name}?"),
        about: format!(
            "For ever: {name} loses role and passkeys, and sessions, visits and open requests end at once. A checklist with due dates begins."
        ),
        action: staff::DEACTIVATE_STAFF,
        hidden: hidden(view, dialog, &closed),
        fields: fields.into_any(),
        submit: (format!("Deactivate {name}"), Act::Danger),
        closed,
        flash,
    })
}

/// Something of the checklist was done.
pub(super) fn finish(
    view: &StaffPage,
    line: &TaskLine,
    flash: Option<&Flash>,
    (dialog, closed): Place<'_>,
) -> AnyView {
    let mut hidden = hidden(view, dialog, &closed);
    hidden.push(("task", line.task.clone()));
    ask(Ask {
        title: "Note that it is done".to_owned(),
        about: format!("{}.", line.about),
        action: staff::FINISH_TASK,
        hidden,
        fields: text_field(Field::reason("What was done", flash)),
        submit: ("Note it".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn hidden(view: &StaffPage, dialog: &str, closed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("staff_id", view.row.id.to_string()),
        ("dialog", dialog.to_owned()),
        ("back", closed.to_owned()),
    ]
}

fn roles(chosen: StaffRole) -> AnyView {
    let options = StaffRole::ALL
        .iter()
        .map(|role| {
            view! {
                <label>
                    <input type="radio" name="role" value=role.as_str() checked=*role == chosen />
                    <span>{role.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="grid gap-[5px] content-start">
            <legend class="sr-only">"Role"</legend>
            <span class="text-[12px] font-[540] text-ink-2" aria-hidden="true">
                "Role"
            </span>
            <div class="seg">{options}</div>
        </fieldset>
    }
    .into_any()
}

fn tenants(value: String, error: Option<String>) -> AnyView {
    text_field(Field {
        name: "tenants",
        label: "Tenants",
        value,
        hint: Some("Slugs with spaces between; empty is every tenant."),
        error,
        max: 4000,
        mono: true,
        ..Field::default()
    })
}

fn end(value: String, error: Option<String>) -> AnyView {
    let invalid = error.is_some().then_some("true");
    let fine = error.is_none();
    view! {
        <div class="grid gap-[5px]">
            <label for="temporary_until">"Temporary until the end of"</label>
            <input
                class="in"
                type="date"
                id="temporary_until"
                name="temporary_until"
                value=value
                aria-invalid=invalid
                aria-describedby="temporary_until-hint temporary_until-error"
            />
            <p class="err" id="temporary_until-error" role="alert" hidden=fine>
                {error}
            </p>
            <p class="hint" id="temporary_until-hint">
                "The account ends by itself. Empty is permanent."
            </p>
        </div>
    }
    .into_any()
}
