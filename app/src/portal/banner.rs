//! The red banner: who acts as whom, where, within which bounds, why, until when, and the way out. It has no way to be
//! dismissed.

use leptos::prelude::*;
use stagedoor_core::view::portal::VisitBanner;

use crate::islands::VisitClock;
use crate::routes::tenant;
use crate::ui::{Clock, Icon, icon};

/// The banner, and the frame in its colour around the whole window.
pub(super) fn banner(visit: &VisitBanner, clock: &Clock) -> impl IntoView + use<> {
    let (reason, reason_text) = (visit.reason.clone(), visit.reason.clone());
    // A long reason is cut short; the ticket beside it never is.
    let ticket = visit
        .ticket
        .as_ref()
        .map(|ticket| view! { <span class="ticket">{ticket.clone()}</span> });
    let window = format!("{} → {}", clock.hm(visit.from), clock.hm(visit.until));
    let exact = format!(
        "From {} until {}",
        clock.exact(visit.from),
        clock.exact(visit.until)
    );
    view! {
        <section class="imp" aria-label="Impersonation">
            {icon(Icon::Mask)}
            {whom(visit)}
            {bounds(visit)}
            {set_aside(visit)}
            <span class="sep" aria-hidden="true"></span>
            <span class="why" title=reason>
                {reason_text}
            </span>
            {ticket}
            <span class="spacer"></span>
            <span class="k num window" title=exact>
                {window}
            </span>
            <span class="k">"ends in"</span>
            <VisitClock
                until_us=visit.until.micros()
                now_us=visit.now.micros()
                over_href=tenant::VISIT_OVER.to_owned()
            />
            <form method="post" action=tenant::END_IMPERSONATION>
                <button class="btn">"End impersonation"</button>
            </form>
        </section>
        <div class="ring" aria-hidden="true"></div>
    }
}

/// That the browser also holds a sign-in of its own here, which the visit goes before.
fn set_aside(visit: &VisitBanner) -> Option<impl IntoView + use<>> {
    let whose = visit.sets_aside.as_ref()?;
    let title =
        format!("This browser is also signed in here as {whose}. The visit goes before it until it ends.");
    Some(view! {
        <span class="k" title=title>
            {format!("not as {whose}")}
        </span>
    })
}

fn whom(visit: &VisitBanner) -> impl IntoView + use<> {
    let whom = match &visit.as_whom {
        Some(email) => view! { <b>{email.clone()}</b> }.into_any(),
        None => "its administrator".into_any(),
    };
    let title = format!("{} acts with the role {}.", visit.staff, visit.role.label());
    view! {
        <span class="whom" title=title>
            {format!("{} as ", visit.staff)}
            {whom}
            {format!(" in {}", visit.tenant)}
        </span>
    }
}

/// What the visit and its role may not, in words; and that nothing goes unseen.
fn bounds(visit: &VisitBanner) -> impl IntoView + use<> {
    let mut words = visit.limits.clone();
    words.push("in both logs".to_owned());
    let words = words.join(" · ");
    let title = format!(
        "Role {}: {words}. Everything seen and done is recorded in both logs.",
        visit.role.label()
    );
    view! {
        <span class="sep" aria-hidden="true"></span>
        <span class="k bounds" title=title>
            {icon(Icon::Eye)}
            " "
            {words}
        </span>
    }
}
