//! The dialogs that change staff: each names the person, says what ends, and asks why.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{PostLine, ScopeLine, StaffPage, TaskLine};

use super::scope_words;
use crate::routes::staff;
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Ask, Clock, Field, ask, text_field, typed, wrong};

type Place<'a> = (&'a str, String);

/// Somebody is to be invited.
pub(super) fn invite(
    sub_roles: &[PostLine],
    flash: Option<&Flash>,
    clock: &Clock,
    (dialog, closed): Place<'_>,
) -> AnyView {
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
        hidden: vec![("zone", clock.zone_name.clone()), ("dialog", dialog.to_owned())],
        fields: view! {
            {text_field(email)}
            {text_field(name)}
            {roles(chosen)}
            {sub_role(sub_roles, typed(flash, "sub_role"), wrong(flash, "sub_role"))}
            {tenants(typed(flash, "tenants"), wrong(flash, "tenants"))}
            {end(ACCOUNT, typed(flash, "temporary_until"), wrong(flash, "temporary_until"))}
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

/// Another name, role, sub-role, tenants or end, some of it perhaps for a time.
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
        about: format!(
            "With another role or other tenants, their sessions end at once; they sign in anew. What is given only until a day falls back by itself: to {}, and to {}.",
            now.role, now.scope
        ),
        action: staff::CHANGE_STAFF,
        hidden: vec![
            ("staff_id", row.id.to_string()),
            ("role_was", row.role.as_str().to_owned()),
            ("sub_role_was", row.sub_role.clone().unwrap_or_default()),
            ("role_until_was", now.role_until.clone()),
            (
                "role_until_at",
                moment(row.role_term.as_ref().map(|term| term.until)),
            ),
            ("tenants_were", now.tenants.clone()),
            ("tenants_until_was", now.scope_until.clone()),
            (
                "tenants_until_at",
                moment(row.scope_term.as_ref().map(|term| term.until)),
            ),
            ("until_was", now.until.clone()),
            ("zone", clock.zone_name.clone()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: view! {
            {text_field(name)}
            {roles(role)}
            {sub_role(
                &view.sub_roles,
                or("sub_role", row.sub_role.clone().unwrap_or_default()),
                wrong(flash, "sub_role"),
            )}
            {end(ROLE, or("role_until", now.role_until), wrong(flash, "role_until"))}
            {tenants(or("tenants", now.tenants), wrong(flash, "tenants"))}
            {end(SCOPE, or("tenants_until", now.scope_until), wrong(flash, "tenants_until"))}
            {end(ACCOUNT, or("temporary_until", now.until), wrong(flash, "temporary_until"))}
            {text_field(Field::reason("Why", flash))}
        }
        .into_any(),
        submit: ("Change".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

/// The very moment behind a day that is shown.
fn moment(end: Option<Timestamp>) -> String {
    end.map(|end| end.to_string()).unwrap_or_default()
}

/// What the fields say of somebody as they are; left so, they change nothing.
struct Now {
    tenants: String,
    until: String,
    role_until: String,
    scope_until: String,
    /// What role and tenants fall back to, in words.
    role: String,
    scope: String,
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
        let day = |end: Timestamp| clock.date(end.minus(std::time::Duration::from_secs(1)));
        let row = &view.row;
        let own = PostLine {
            role: row.role,
            sub_role: row.sub_role.clone(),
        };
        let role = row.role_term.as_ref().map_or(&own, |term| &term.back_to);
        let scope = row.scope_term.as_ref().map_or(&row.scope, |term| &term.back_to);
        Self {
            tenants,
            until: row.until.map(day).unwrap_or_default(),
            role_until: row
                .role_term
                .as_ref()
                .map(|term| day(term.until))
                .unwrap_or_default(),
            scope_until: row
                .scope_term
                .as_ref()
                .map(|term| day(term.until))
                .unwrap_or_default(),
            role: role.words(),
            scope: scope_words(scope),
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

/// An end that can be given: the form's name for it, its label and its hint.
type End = (&'static str, &'static str, &'static str);

const ACCOUNT: End = (
    "temporary_until",
    "Temporary until the end of",
    "The account ends by itself. Empty is permanent.",
);
const ROLE: End = (
    "role_until",
    "Role only until the end of",
    "Then it falls back by itself. Empty is for good.",
);
const SCOPE: End = (
    "tenants_until",
    "Scope only until the end of",
    "Then it falls back by itself. Empty is for good.",
);

fn end((name, label, hint): End, value: String, error: Option<String>) -> AnyView {
    let invalid = error.is_some().then_some("true");
    let fine = error.is_none();
    let (error_id, hint_id) = (format!("{name}-error"), format!("{name}-hint"));
    let described = format!("{hint_id} {error_id}");
    view! {
        <div class="grid gap-[5px]">
            <label for=name>{label}</label>
            <input class="in" type="date" id=name name=name value=value aria-invalid=invalid aria-describedby=described />
            <p class="err" id=error_id role="alert" hidden=fine>
                {error}
            </p>
            <p class="hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
    .into_any()
}

/// The sub-roles under the role that each narrows; the service refuses one of another role.
fn sub_role(all: &[PostLine], chosen: String, error: Option<String>) -> AnyView {
    let whole = Options {
        heading: None,
        items: vec![(String::new(), "none, the whole role".to_owned())],
    };
    let of = |role: &StaffRole| {
        let own = all.iter().filter(|one| one.role == *role);
        let names = own.filter_map(|one| one.sub_role.clone());
        let items: Vec<_> = names.map(|name| (name.clone(), name)).collect();
        (!items.is_empty()).then(|| Options {
            heading: Some(role.label().to_owned()),
            items,
        })
    };
    let options = std::iter::once(whole).chain(StaffRole::ALL.iter().filter_map(of));
    choice(Choice {
        name: "sub_role",
        label: "Sub-role",
        options: options.collect(),
        chosen,
        error,
        ..Choice::default()
    })
}
