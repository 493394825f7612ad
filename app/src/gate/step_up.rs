//! The passkey is asked for inside a session: for one call that needs a fresh proof, or to stay signed in.
//!
//! What a form held is never on these pages, but for the reason that was typed. A person who goes back has done nothing.

use leptos::prelude::*;
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::view::step_up::{StayView, StepUpView};

use super::code::code_form;
use super::document::{heading, page, render};
use super::passkey::{Ceremony, passkey};
use crate::routes::{local, staff, step_up_begin, step_up_code, step_up_finish};
use crate::server::Look;
use crate::ui::{Clock, Icon, icon};

const TITLE: &str = "Use your passkey";
const STAY: &str = "Stay signed in";

/// A path of our own to go back to.
fn own(back: Option<&str>) -> String {
    back.and_then(local).unwrap_or(staff::OVERVIEW).to_owned()
}

fn clock(look: &Look, now: stagedoor_core::time::Timestamp) -> Clock {
    Clock {
        now,
        zone: look.zone.clone(),
        zone_name: look.zone_name.clone(),
    }
}

fn row(picture: Icon, label: &'static str, text: AnyView) -> AnyView {
    view! {
        <li class="gl">
            <span class="gr" aria-hidden="true">
                <span class="na">{icon(picture)}</span>
            </span>
            <div>
                <b>{label}</b>
                " "
                {text}
            </div>
        </li>
    }
    .into_any()
}

fn back_link(href: String, label: &'static str) -> AnyView {
    view! {
        <a class="btn big" href=href>
            {label}
        </a>
    }
    .into_any()
}

/// What is about to be done, and the button.
#[must_use]
pub fn step_up_page(view: &StepUpView, look: &Look) -> String {
    render(look, || {
        let target = view
            .target
            .clone()
            .map(|target| row(Icon::Search, "On", target.into_any()));
        let reason = view
            .reason
            .clone()
            .map(|reason| row(Icon::CircleAlert, "Reason", reason.into_any()));
        let ceremony = Ceremony {
            kind: "authenticate",
            label: "Use passkey",
            begin: Some(step_up_begin(&view.id.to_string())),
            finish: Some(step_up_finish(&view.id.to_string())),
            next: None,
        };
        let until = clock(look, view.until).hm(view.until);
        let body = view! {
            {heading(TITLE, "It signs exactly what stands here, once.")}
            <ul class="card" aria-label="What you are about to do">
                {row(Icon::Lock, "You are about to", view.deed.clone().into_any())}
                {target}
                {reason}
            </ul>
            <p class="note">{icon(Icon::Timer)} <span>{view.why.clone()}</span></p>
            {passkey(ceremony, look)}
            {view.code.then(|| code_form(step_up_code(&view.id.to_string())))}
            {back_link(own(view.back.as_deref()), "Cancel")}
            <p class="gate-f">
                "Nothing is done before. It waits until " <time datetime=view.until.rfc3339()>{until}</time> "."
            </p>
        };
        page(TITLE, body)
    })
}

/// What somebody hears who has codes only.
fn no_passkey() -> AnyView {
    view! {
        <div class="note warn" role="note">
            {icon(Icon::Fingerprint)}
            <p>
                <b>"You have no passkey that counts."</b>
                " Only one keeps you signed in, and a code does not. At the end of this session sign in again; a recovery code, or a super admin, lets you register a new passkey."
            </p>
        </div>
    }
    .into_any()
}

/// How long the session lasts, and the button that renews its proof.
#[must_use]
pub fn stay_page(view: &StayView, back: Option<&str>, look: &Look) -> String {
    render(look, || {
        let clocks = view.clocks;
        let clock = clock(look, clocks.now);
        let moment = |at: stagedoor_core::time::Timestamp| {
            view! { <time datetime=at.rfc3339() title=clock.exact(at)>{clock.hm(at)}</time> }
        };
        let ceremony = Ceremony {
            kind: "authenticate",
            label: "Use passkey",
            begin: Some(staff::RENEW_BEGIN.to_owned()),
            finish: Some(staff::RENEW.to_owned()),
            next: Some(own(back)),
        };
        let used = view! { "last used at " {moment(view.factor_at)} };
        let factor = match view.factor {
            FactorKind::Passkey => "Passkey",
            FactorKind::Totp => "One-time code",
        };
        let idle = view! { "ends at " {moment(clocks.idle_until)} " if you do nothing" };
        let end = view! { "at " {moment(clocks.until)} " at the latest, whatever you do" };
        let body = view! {
            {heading(STAY, format!("Times are in {}.", clock.zone_name))}
            <ul class="card" aria-label="Your session">
                {row(Icon::Fingerprint, factor, used.into_any())}
                {row(Icon::Timer, "Session", idle.into_any())}
                {row(Icon::Lock, "Signed out", end.into_any())}
            </ul>
            {match view.passkeys {
                0 => no_passkey(),
                _ => passkey(ceremony, look),
            }}
            {back_link(own(back), "Back")}
            <p class="gate-f">
                "Only a passkey starts the clocks of the proof and of idleness anew, and nothing that of the end. A code of an authenticator app does not."
            </p>
        };
        page(STAY, body)
    })
}
