//! Support access: the owner's choice, the questions that wait, who is inside, and who was.

mod account;
mod choice;

use leptos::prelude::*;
use stagedoor_core::view::portal::{ConsentLine, PortalFrame, SupportView, VisitLine};

use super::frame::clock;
use super::strip::{done_words, end_button, who_acts, why};
use crate::islands::LeftClock;
use crate::routes::{PortalPage, SupportQuery, tenant};
use crate::server::Look;
use crate::ui::time::span_words;
use crate::ui::{
    Act, Clock, Icon, State, avatar, icon, link_button, page_head, pager, post_button, state, tag,
    titled_card,
};

pub(crate) use account::account_page;

/// The page.
pub(crate) fn support_page(
    frame: &PortalFrame,
    view: &SupportView,
    query: &SupportQuery,
    look: &Look,
) -> AnyView {
    let clock = clock(look, view.now);
    let lead = format!(
        "Who of platform support may visit {}, who is here, and what they did.",
        frame.tenant.name
    );
    view! {
        {page_head("Support access", lead, ())}
        <div class="col early">
            <div class="stack">{requests(view, &clock)} {live(view)}</div>
            {choice::choice(frame, view, &clock, look)}
            {past(view, query, &clock)}
        </div>
    }
    .into_any()
}

/// Questions that wait; the owner answers them.
fn requests(view: &SupportView, clock: &Clock) -> Option<AnyView> {
    let rows = view
        .requests
        .iter()
        .map(|request| question(request, view, clock))
        .collect_view();
    (!view.requests.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="asked">
                <h2 class="sect" id="asked">
                    "Platform support asks to come in"
                </h2>
                <ul>{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn question(request: &ConsentLine, view: &SupportView, clock: &Clock) -> AnyView {
    let whom = request
        .as_whom
        .clone()
        .unwrap_or_else(|| "an administrator".to_owned());
    let why = match &request.ticket {
        Some(ticket) => format!("“{}” · {ticket}", request.reason),
        None => format!("“{}”", request.reason),
    };
    let minutes = std::time::Duration::from_secs(request.ttl_seconds);
    let lapses = format!(
        "Asked {}; lapses at {} if nobody answers.",
        crate::ui::time::ago_words(clock.now.since(request.asked)),
        clock.hm(request.until)
    );
    let answers = view.may_choose.then(|| answers(request));
    let waits =
        (!view.may_choose).then(|| view! { <span class="small muted">"Only the owner answers."</span> });
    let staff = request.staff.clone();
    view! {
        <li class="row flex-wrap">
            <div class="who grow basis-[280px]">
                {avatar(&request.staff)} <div class="min-w-0">
                    <div>
                        <b>{staff}</b>
                        {format!(" asks to look at it as {whom}, read only, for {}", span_words(minutes))}
                    </div>
                    <div class="small muted">{why}</div>
                    <div class="small faint">{lapses}</div>
                </div>
            </div>
            <div class="acts">{answers} {waits}</div>
        </li>
    }
    .into_any()
}

fn answers(request: &ConsentLine) -> AnyView {
    let send = |answer: &str| {
        vec![
            ("request_id", request.id.to_string()),
            ("answer", answer.to_owned()),
            ("back", tenant::SUPPORT_ACCESS.to_owned()),
        ]
    };
    let label = |verb: &str| Some(format!("{verb} the visit of {}", request.staff));
    view! {
        {post_button(Act::Small, tenant::ANSWER, send("approve"), ("Approve", label("Approve")), Some(Icon::Check))}
        {post_button(Act::SmallDanger, tenant::ANSWER, send("deny"), ("Deny", label("Deny")), None)}
    }
    .into_any()
}

/// Who is inside now.
fn live(view: &SupportView) -> AnyView {
    let body = if view.live.is_empty() {
        let shown = State {
            icon: Icon::Eye,
            title: "Nobody of platform support is here".to_owned(),
            text: "While somebody is, you see here who, why and for how long, and can end it.".to_owned(),
        };
        state(shown, ())
    } else {
        let rows = view.live.iter().map(|visit| visitor(visit, view)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    titled_card("inside", "Here now", body)
}

fn visitor(visit: &VisitLine, view: &SupportView) -> AnyView {
    let end = view
        .may_end
        .then(|| end_button(Act::SmallDanger, visit, tenant::SUPPORT_ACCESS));
    let href = PortalPage::Visit(visit.id).href();
    view! {
        <li class="row flex-wrap">
            <div class="who grow basis-[280px]">
                {avatar(&visit.staff)} <div class="min-w-0">
                    <div>
                        <b>{who_acts(visit)}</b>
                    </div>
                    <div class="small muted">{why(visit)}</div>
                    <div class="small faint">{format!("{}.", done_words(visit.done))}</div>
                </div>
            </div>
            {tag(mode_tone(&visit.mode), visit.mode.clone())}
            <span class="small muted">
                <LeftClock
                    until_us=visit.until.micros()
                    now_us=view.now.micros()
                    again_href=tenant::SUPPORT_ACCESS.to_owned()
                />
                " left"
            </span>
            <div class="acts">{link_button(Act::Small, href, "See the visit")} {end}</div>
        </li>
    }
    .into_any()
}

pub(super) fn mode_tone(mode: &str) -> stagedoor_core::view::Tone {
    use stagedoor_core::view::Tone;
    if mode == "read only" {
        Tone::Neutral
    } else {
        Tone::Warn
    }
}

/// Who was inside.
fn past(view: &SupportView, query: &SupportQuery, clock: &Clock) -> AnyView {
    let body = if view.past.items.is_empty() {
        let shown = State {
            icon: Icon::Clock,
            title: "No visit so far".to_owned(),
            text: "Each visit stays here with its account: what was seen, changed and refused.".to_owned(),
        };
        state(shown, ())
    } else {
        table(&view.past.items, clock)
    };
    let first = query
        .cursor
        .is_some()
        .then(|| PortalPage::Support(SupportQuery::default()).href());
    let next = view
        .past
        .next
        .clone()
        .map(|cursor| PortalPage::Support(SupportQuery { cursor: Some(cursor) }).href());
    view! {
        <section class="card" aria-labelledby="past">
            <h2 class="sect" id="past">
                "Earlier visits"
            </h2>
            {body}
            {pager(first, next, "Older visits")}
        </section>
    }
    .into_any()
}

fn table(visits: &[VisitLine], clock: &Clock) -> AnyView {
    let rows = visits.iter().map(|visit| row(visit, clock)).collect_view();
    view! {
        <table aria-label="Earlier visits">
            <thead>
                <tr>
                    <th scope="col">"Who"</th>
                    <th scope="col">"As whom"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col">"When"</th>
                    <th scope="col">"Ended"</th>
                    <th scope="col">
                        <span class="sr-only">"Account"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(visit: &VisitLine, clock: &Clock) -> AnyView {
    let whom = visit
        .as_whom
        .clone()
        .unwrap_or_else(|| "an administrator".to_owned());
    let ended = visit
        .ended
        .as_ref()
        .map(|(_, why)| why.clone())
        .unwrap_or_default();
    let ticket = visit.ticket.clone().map(|ticket| format!(" · {ticket}"));
    let label = format!("The account of the visit of {}", visit.staff);
    view! {
        <tr>
            <td>
                <b>{visit.staff.clone()}</b>
            </td>
            <td class="muted">{whom}</td>
            <td class="wrap min-w-[150px]">{visit.reason.clone()} {ticket}</td>
            <td class="muted">{clock.ago(visit.from)}</td>
            <td class="muted wrap min-w-[96px]">{ended}</td>
            <td class="r stays">
                <a class="btn sm" href=PortalPage::Visit(visit.id).href() aria-label=label>
                    {icon(Icon::Scroll)}
                    "Account"
                </a>
            </td>
        </tr>
    }
    .into_any()
}
