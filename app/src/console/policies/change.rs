//! The part of the simulator's form that says what a guard policy would say: one more, or one that is kept, which is filled
//! with what it says now.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::resource::ResourceKind;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::policy::PolicyCard;

use super::form::{pick, typed};
use super::request::span_text;
use super::{Wrong, href};
use crate::routes::PoliciesQuery;
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Field, link_button, text_field};

/// The way to change a guard policy: the form, filled.
pub(super) fn link(card: &PolicyCard, query: &PoliciesQuery) -> AnyView {
    let change = href(PoliciesQuery {
        kept: card.name.clone(),
        tenant: query.tenant.clone(),
        show: query.show.clone(),
        ..PoliciesQuery::default()
    });
    link_button(Act::Small, format!("{change}#simulator"), "Change")
}

/// The roles that a policy concerns, as the form has them.
fn concerns(card: &PolicyCard) -> String {
    if card.roles.len() == StaffRole::ALL.len() {
        return String::new();
    }
    let roles: Vec<_> = card.roles.iter().map(|role| role.as_str()).collect();
    roles.join(",")
}

/// The form with what a policy says, asked about somebody whom it concerns.
pub(super) fn filled(card: &PolicyCard, usual: PoliciesQuery) -> PoliciesQuery {
    let of = &card.narrowing;
    let words = |words: &Option<Vec<String>>| words.as_ref().map(|words| words.join(",")).unwrap_or_default();
    let span = |seconds: Option<u64>| seconds.map(span_text).unwrap_or_default();
    let said = |is_said: bool, word: &str| if is_said { word.to_owned() } else { String::new() };
    let first = card.actions.as_ref().and_then(|names| names.first());
    let action = first.map_or_else(|| usual.action.clone(), Clone::clone);
    PoliciesQuery {
        kept: card.name.clone(),
        concerns: concerns(card),
        doing: words(&card.actions),
        networks: words(&of.networks),
        factors: words(&of.factors),
        passkey: of.passkey.clone().unwrap_or_default(),
        max_age: span(of.max_age_seconds),
        managed: said(of.managed_device, "managed"),
        danger: said(of.needs_grant, "break_glass"),
        ttl: span(of.session_ttl_seconds),
        max_idle: span(of.session_idle_seconds),
        role: card
            .roles
            .iter()
            .find(|role| role.as_str() == usual.role)
            .or_else(|| card.roles.first())
            .map(|role| role.as_str().to_owned())
            .unwrap_or_default(),
        target: if is_about_a_tenant(&action) {
            usual.target.clone()
        } else {
            String::new()
        },
        action,
        ..usual
    }
}

fn is_about_a_tenant(action: &str) -> bool {
    Action::from_name(action).is_some_and(|action| {
        matches!(
            action.declaration().resource,
            ResourceKind::Tenant | ResourceKind::Visit
        )
    })
}

/// Draws the part. A change is tried on every role that does this action, and on all actions where it is about sessions or
/// passkeys; one that is kept says itself whom and what it concerns.
pub(super) fn change(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let is_kept = !values.kept.is_empty();
    let is_open = is_kept || typed_in(values) || FIELDS.iter().any(|name| wrong.contains_key(*name));
    let summary = if is_kept {
        format!("Change {}", values.kept)
    } else {
        "With a stricter policy beside".to_owned()
    };
    let whole = ["kept", "change", "policies", "name"]
        .into_iter()
        .filter_map(|name| wrong.get(name).cloned())
        .map(|text| view! { <p class="err">{text}</p> })
        .collect_view();
    view! {
        <details class="disc" open=is_open>
            <summary>{summary}</summary>
            {is_kept.then(|| scope(values, wrong))}
            {narrowing(values, wrong)}
            {whole}
        </details>
    }
    .into_any()
}

/// What opens the part when something is wrong with it.
const FIELDS: [&str; 14] = [
    "networks", "factors", "passkey", "max_age", "managed", "danger", "ttl", "max_idle", "concerns", "doing",
    "kept", "change", "policies", "name",
];

fn typed_in(values: &PoliciesQuery) -> bool {
    let texts = [
        &values.networks,
        &values.factors,
        &values.max_age,
        &values.passkey,
        &values.managed,
        &values.danger,
        &values.ttl,
        &values.max_idle,
    ];
    texts.iter().any(|text| !text.is_empty())
}

/// Whom and what a policy that is kept concerns. Its name never changes.
fn scope(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let roles = StaffRole::ALL.iter().map(|role| (role.as_str(), role.label()));
    let roles: Vec<_> = std::iter::once(("", "every role")).chain(roles).collect();
    view! {
        <div class="grid gap-3 mt-[10px]">
            <input type="hidden" name="kept" value=values.kept.clone() />
            {or_as_it_is(("concerns", "Whom it concerns"), &roles, &values.concerns, wrong)}
            {text_field(Field {
                name: "doing",
                label: "Doing what",
                value: values.doing.clone(),
                hint: Some("Names of actions, with commas between. Empty is everything."),
                error: wrong.get("doing").cloned(),
                max: 4_000,
                mono: true,
                ..Field::default()
            })}
        </div>
    }
    .into_any()
}

/// What it takes away.
fn narrowing(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let networks = [
        ("", "as they are"),
        ("vpn", "VPN only"),
        ("corp_ip", "company addresses only"),
        ("corp_ip,vpn", "company addresses or VPN"),
        ("proxy", "identity-aware proxy only"),
    ];
    let factors = [("", "as they are"), ("passkey", "passkey only")];
    let passkeys = [
        ("", "as they are"),
        ("device_bound", "bound to a device"),
        ("attested", "attested by a maker on the list"),
    ];
    let devices = [("", "as it is"), ("managed", "managed only")];
    let dangers = [("", "as it is"), ("break_glass", "a grant of two others")];
    view! {
        <div class="two mt-[10px]">
            {or_as_it_is(("networks", "Networks"), &networks, &values.networks, wrong)}
            {or_as_it_is(("factors", "Factors"), &factors, &values.factors, wrong)}
            {pick(("passkey", "Passkeys at least"), &passkeys, &values.passkey, wrong)}
            {typed(("max_age", "Proof, minutes at most"), &values.max_age, wrong)}
            {pick(("managed", "Device"), &devices, &values.managed, wrong)}
            {pick(("danger", "Two people"), &dangers, &values.danger, wrong)}
            {typed(("ttl", "Session, minutes at most"), &values.ttl, wrong)}
            {typed(("max_idle", "Idle, minutes at most"), &values.max_idle, wrong)}
        </div>
    }
    .into_any()
}

/// One of several, and what is said already where it is none of them: a policy can say more than the form offers.
fn or_as_it_is(
    (name, label): (&'static str, &'static str),
    items: &[(&str, &str)],
    chosen: &str,
    wrong: &Wrong,
) -> AnyView {
    let mut options = Options::plain(items);
    if !items.iter().any(|(value, _)| *value == chosen) {
        let more = Options {
            heading: None,
            items: vec![(chosen.to_owned(), chosen.replace(',', ", "))],
        };
        options.push(more);
    }
    choice(Choice {
        name,
        label,
        options,
        chosen: chosen.to_owned(),
        error: wrong.get(name).cloned(),
        ..Choice::default()
    })
}
