//! Staff inside tenants now: who, as whom, where, why, until when, and the way to end it.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::overview::VisitRow;

use crate::layout::Around;
use crate::routes::{enter_visit, staff};
use crate::ui::time::span_words;
use crate::ui::{Act, Icon, State, avatar, link_button, post_button, state, tag, titled_card};

/// The card.
pub(super) fn inside_card(visits: &[VisitRow], around: &Around) -> AnyView {
    let body = if visits.is_empty() {
        let nobody = State {
            icon: Icon::Mask,
            title: "Nobody is inside a tenant".to_owned(),
            text: "When staff act as somebody, you see here who, where and why, and can end it.".to_owned(),
        };
        state(nobody, ()).into_any()
    } else {
        let rows = visits.iter().map(|visit| row(visit, around)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    titled_card("inside", "Staff inside tenants now", body)
}

fn row(visit: &VisitRow, around: &Around) -> AnyView {
    let words = match &visit.as_whom {
        Some(whom) => format!("as {whom} in {}", visit.tenant),
        None => format!("in {} as its administrator", visit.tenant),
    };
    let why = match &visit.ticket {
        Some(ticket) => format!("{} · {ticket}", visit.reason),
        None => visit.reason.clone(),
    };
    let tone = if visit.mode == "read only" {
        Tone::Neutral
    } else {
        Tone::Warn
    };
    let open = visit
        .own
        .then(|| link_button(Act::Small, enter_visit(visit.id), "Open"));
    let end = visit.may_end.then(|| end_button(visit, around));
    let name = visit.staff.clone();
    view! {
        <li class="row">
            <div class="who grow basis-[240px]">
                {avatar(&visit.staff)} <div class="min-w-0">
                    <div>
                        <b>{name}</b>
                        " "
                        {words}
                    </div>
                    <div class="small faint">{why}</div>
                </div>
            </div>
            {tag(tone, visit.mode.clone())}
            {left(visit, around)}
            <div class="acts">{open} {end}</div>
        </li>
    }
    .into_any()
}

fn left(visit: &VisitRow, around: &Around) -> AnyView {
    let words = format!("{} left", span_words(visit.until.since(around.clock.now)));
    let exact = around.clock.exact(visit.until);
    view! {
        <time class="num small muted" datetime=visit.until.rfc3339() title=exact>
            {words}
        </time>
    }
    .into_any()
}

fn end_button(visit: &VisitRow, around: &Around) -> AnyView {
    let label = format!("End impersonation by {} in {}", visit.staff, visit.tenant);
    let hidden = vec![
        ("impersonation_id", visit.id.to_string()),
        ("back", around.back.clone()),
    ];
    post_button(
        Act::SmallDanger,
        staff::END_IMPERSONATION,
        hidden,
        ("End", Some(label)),
        None,
    )
}
