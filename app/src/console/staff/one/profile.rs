//! Who somebody is, what they hold, and until when.

use leptos::prelude::*;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Tone;
use stagedoor_core::view::staff::{StaffPage, StaffRow};

use crate::console::staff::contact::contact;
use crate::console::staff::{role, scope, scope_words, until};
use crate::layout::Around;
use crate::ui::{Clock, tag, titled_card};

pub(super) fn profile(view: &StaffPage, around: &Around) -> AnyView {
    let clock = &around.clock;
    let row = &view.row;
    let gone = view.deactivated.as_ref().map(|deactivated| {
        view! {
            <dt>"Deactivated"</dt>
            <dd>{clock.ago(deactivated.at)} ": " {deactivated.why.clone()}</dd>
        }
    });
    let token = row.token_until.map(|until| {
        view! {
            <dt>"Token holds until"</dt>
            <dd class="num">{clock.exact(until)}</dd>
        }
    });
    let named = row.named.then(|| {
        view! {
            <dt>"Configuration"</dt>
            <dd>{tag(Tone::Info, "named in the file")}</dd>
        }
    });
    let contact = contact(&view.contact, &around.back);
    let (role_term, scope_term) = fallbacks(row, clock);
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Role"</dt>
            <dd>{role(row)}</dd>
            {role_term}
            <dt>"Tenants"</dt>
            <dd>{scope(&row.scope, row.is_deactivated())}</dd>
            {scope_term}
            <dt>"Account"</dt>
            <dd>{until(row, clock)}</dd>
            {named}
            {token}
            {gone}
            {contact}
            <dt>"Why it exists"</dt>
            <dd class="break-words">{view.justification.clone()}</dd>
            <dt>"Created"</dt>
            <dd class="num">{clock.exact(row.created)}</dd>
            <dt>"Id"</dt>
            <dd class="mono">{row.id.to_string()}</dd>
        </dl>
    };
    titled_card("profile", "Profile", body)
}

/// What of the role and of the tenants is given for a time.
fn fallbacks(row: &StaffRow, clock: &Clock) -> (Option<AnyView>, Option<AnyView>) {
    let role_term = row.role_term.as_ref().map(|term| {
        falls_back(
            "Role until",
            (term.until, &term.why),
            &term.back_to.words(),
            clock,
        )
    });
    let scope_term = row.scope_term.as_ref().map(|term| {
        falls_back(
            "Tenants until",
            (term.until, &term.why),
            &scope_words(&term.back_to),
            clock,
        )
    });
    (role_term, scope_term)
}

/// Until when something is given, why, and what it falls back to.
fn falls_back(label: &'static str, (until, why): (Timestamp, &str), back: &str, clock: &Clock) -> AnyView {
    let words = format!(", then {back} again: {why}");
    view! {
        <dt>{label}</dt>
        <dd class="break-words">
            <time class="num" datetime=until.rfc3339() title=clock.exact(until)>
                {clock.day_hm(until)}
            </time>
            {words}
        </dd>
    }
    .into_any()
}
