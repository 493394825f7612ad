//! The dialogs that say what somebody shall hold: inviting them, and changing it.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{PostLine, ScopeLine, StaffPage};

use super::Place;
use super::fields::{ACCOUNT, ROLE, SCOPE, end, roles, sub_role, tenants};
use crate::console::staff::scope_words;
use crate::routes::staff;
use crate::ui::{Act, Ask, Clock, Field, ask, text_field, typed, wrong};

/// Somebody is to be invited.
pub(in crate::console::staff) fn invite(
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
        about: "They sign in at the identity provider and bring the token that is shown to you next, once. What is given only until a day falls back by itself: to read only, and to no tenant."
            .to_owned(),
        action: staff::INVITE_STAFF,
        hidden: vec![("zone", clock.zone_name.clone()), ("dialog", dialog.to_owned())],
        fields: view! {
            {text_field(email)}
            {text_field(name)}
            {roles(chosen)}
            {sub_role(sub_roles, typed(flash, "sub_role"), wrong(flash, "sub_role"))}
            {end(ROLE, typed(flash, "role_until"), wrong(flash, "role_until"))}
            {tenants(typed(flash, "tenants"), wrong(flash, "tenants"))}
            {end(SCOPE, typed(flash, "tenants_until"), wrong(flash, "tenants_until"))}
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
pub(in crate::console::staff) fn change(
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
        let day = |end: Timestamp| clock.date(end.minus(Duration::from_secs(1)));
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
