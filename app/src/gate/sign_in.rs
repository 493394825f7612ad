//! The staff entrance: the six guardrails as far as they can be told, and the one thing to do next.

use leptos::prelude::*;
use stagedoor_core::view::frame::{GuardStanding, GuardView};
use stagedoor_core::view::sign_in::{OtherWay, ProviderLink, SignInStep, SignInView};

use super::code::{code_form, recovery_form};
use super::document::{heading, page, render};
use super::narrow::narrow;
use super::passkey::{Ceremony, passkey};
use crate::routes::staff;
use crate::server::Look;
use crate::ui::guard::glyph;
use crate::ui::{Icon, flash_note, icon};

const FOOTER: &str =
    "Lost your key? Use a recovery code, or ask a super admin to let you enrol again. Attempts are recorded.";

/// The sign-in page, at whatever step the person is.
#[must_use]
pub fn sign_in_page(view: &SignInView, look: &Look) -> String {
    render(look, || {
        let current = view.current.as_deref();
        let rows = view.guards.iter().map(|guard| row(guard, current)).collect_view();
        let body = view! {
            {heading("Staff entrance", &view.host)}
            <ol class="card" aria-label="Guardrails">
                {rows}
            </ol>
            {view.flash.as_ref().map(flash_note)}
            {step(view, look)}
            <p class="gate-f">{FOOTER}</p>
        };
        page("Staff entrance", body)
    })
}

/// The page after signing out.
#[must_use]
pub fn signed_out_page(host: &str, look: &Look) -> String {
    render(look, || {
        let body = view! {
            {heading("Signed out", host)}
            <div class="note" role="status">
                {icon(Icon::CircleCheck)}
                <p>
                    <b>"Your session has ended."</b>
                    " Impersonations that ran in it have ended with it."
                </p>
            </div>
            <a class="btn pri big" href=staff::SIGN_IN>
                {icon(Icon::SignIn)}
                "Sign in again"
            </a>
            <p class="gate-f">
                "You may still be signed in at your identity provider. On a shared computer, sign out there as well."
            </p>
        };
        page("Signed out", body)
    })
}

/// One guardrail; the one to work on now is accented, unless it is decided already.
fn row(guard: &GuardView, current: Option<&str>) -> impl IntoView + use<> {
    let now = guard.standing == GuardStanding::Open && current == Some(&guard.name);
    view! {
        <li class="gl" aria-current=now.then_some("step") data-guard=guard.name.clone()>
            <span class="gr" aria-hidden="true">
                <span class=standing_class(guard.standing, now)>{icon(glyph(&guard.name))}</span>
            </span>
            <div>
                <b>{guard.label.clone()}</b>
                " "
                <span data-words="">{guard.text.clone()}</span>
            </div>
            <span data-state="">{state(guard.standing, now)}</span>
        </li>
    }
}

const fn standing_class(standing: GuardStanding, now: bool) -> &'static str {
    match standing {
        GuardStanding::Passed => "",
        GuardStanding::Failed => "no",
        GuardStanding::Open if now => "now",
        GuardStanding::Open => "na",
    }
}

/// The state at the end of a row, in words or in a picture with words.
fn state(standing: GuardStanding, now: bool) -> AnyView {
    match standing {
        GuardStanding::Passed => {
            view! { <span class="yes">{icon(Icon::Check)} <span class="sr-only">"passed"</span></span> }
                .into_any()
        }
        GuardStanding::Failed => view! { <span class="fail small">"failed"</span> }.into_any(),
        GuardStanding::Open if now => view! { <span class="faint small">"now"</span> }.into_any(),
        GuardStanding::Open => view! { <span class="sr-only">"not checked yet"</span> }.into_any(),
    }
}

fn step(view: &SignInView, look: &Look) -> AnyView {
    match &view.step {
        SignInStep::Provider(links) => providers(links),
        SignInStep::RegisterPasskey(ways) => view! {
            {ceremony("register", "Register a passkey", look)}
            {ways.iter().map(|way| other_way(*way)).collect_view()}
        }
        .into_any(),
        SignInStep::UsePasskey(ways) => view! {
            {ceremony("authenticate", "Use passkey", look)}
            {ways.iter().map(|way| other_way(*way)).collect_view()}
            {view.narrower.as_ref().map(|narrower| narrow(narrower, view.flash.as_ref()))}
        }
        .into_any(),
        SignInStep::Blocked => blocked(&view.guards, &view.address),
    }
}

fn providers(links: &[ProviderLink]) -> AnyView {
    if links.is_empty() {
        return note(
            "No identity provider is set up.",
            "Nobody can sign in until an administrator adds one in the configuration file.",
        );
    }
    links
        .iter()
        .map(|link| {
            view! {
                <a class="btn pri big" href=link.href.clone()>
                    {icon(Icon::SignIn)}
                    {format!("Sign in with {}", link.name)}
                </a>
            }
        })
        .collect_view()
        .into_any()
}

fn ceremony(kind: &'static str, label: &'static str, look: &Look) -> AnyView {
    let ceremony = Ceremony {
        kind,
        label,
        ..Ceremony::default()
    };
    passkey(ceremony, look)
}

fn other_way(way: OtherWay) -> AnyView {
    match way {
        OtherWay::Code => code_form(staff::SIGN_IN_CODE.to_owned()),
        OtherWay::Recovery => recovery_form(),
    }
}

/// What to do about the guardrails that failed: the words of each are in its row already.
fn blocked(guards: &[GuardView], address: &str) -> AnyView {
    let failed = guards
        .iter()
        .find(|guard| guard.standing == GuardStanding::Failed);
    let kept_out =
        format!("You come from {address}. Connect to the corporate network or VPN, then try again.");
    let advice = match failed.map(|guard| guard.name.as_str()) {
        Some("network") => kept_out.as_str(),
        Some("identity") => "Sign out at your identity provider, then come back with your corporate account.",
        Some("mfa") => {
            "Your role asks for a passkey that you do not have here. A super admin can let you enrol again."
        }
        Some("authz" | "session") => "A super admin can tell you how your account stands.",
        _ => "Talk to a super admin.",
    };
    let title = failed.map_or_else(
        || "You cannot go on from here.".to_owned(),
        |guard| format!("The {} guardrail keeps this closed.", guard.label.to_lowercase()),
    );
    view! {
        {note(&title, advice)}
        <a class="btn big" href=staff::SIGN_IN>"Try again"</a>
    }
    .into_any()
}

fn note(title: &str, advice: &str) -> AnyView {
    view! {
        <div class="note danger" role="alert">
            {icon(Icon::Lock)}
            <p><b>{title.to_owned()}</b>" "{advice.to_owned()}</p>
        </div>
    }
    .into_any()
}
