//! The fields that a role, a sub-role, tenants and ends are typed into: the same for whoever is invited and whoever is changed.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::staff::PostLine;

use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Field, text_field};

pub(super) fn roles(chosen: StaffRole) -> AnyView {
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

pub(super) fn tenants(value: String, error: Option<String>) -> AnyView {
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
pub(super) type End = (&'static str, &'static str, &'static str);

pub(super) const ACCOUNT: End = (
    "temporary_until",
    "Temporary until the end of",
    "The account ends by itself. Empty is permanent.",
);
pub(super) const ROLE: End = (
    "role_until",
    "Role only until the end of",
    "Then it falls back by itself. Empty is for good.",
);
pub(super) const SCOPE: End = (
    "tenants_until",
    "Scope only until the end of",
    "Then it falls back by itself. Empty is for good.",
);

pub(super) fn end((name, label, hint): End, value: String, error: Option<String>) -> AnyView {
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
pub(super) fn sub_role(all: &[PostLine], chosen: String, error: Option<String>) -> AnyView {
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
