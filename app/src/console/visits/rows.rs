//! Visits in lists: those that run with the way to end them, those that are over with how long and why they ended.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::visit::{EndView, VisitView};

use crate::islands::LeftClock;
use crate::layout::Around;
use crate::routes::{ConsolePage, VisitsQuery, enter_visit, staff};
use crate::ui::time::span_words;
use crate::ui::{Act, avatar, link_button, post_button, tag, who};

/// The mode as a tag. Writing is what a reader must not miss.
pub(super) fn mode(visit: &VisitView) -> AnyView {
    if visit.mode == "read_only" {
        tag(Tone::Neutral, "read only")
    } else {
        tag(Tone::Warn, "can write")
    }
}

/// The account's address.
fn account(visit: &VisitView, tenant: Option<&str>) -> String {
    let carried = VisitsQuery {
        tenant: tenant.map(str::to_owned),
        ..VisitsQuery::default()
    };
    ConsolePage::Visit(visit.id.to_string(), carried).href()
}

/// As whom and where: `as rod@acme.com in Acme, with role admin`.
pub(super) fn place(visit: &VisitView) -> String {
    let role = visit.role.label();
    match &visit.as_whom {
        Some(whom) => format!("as {whom} in {}, with role {role}", visit.tenant.name),
        None => format!("in {} as its administrator", visit.tenant.name),
    }
}

fn why(visit: &VisitView) -> String {
    match &visit.ticket {
        Some(ticket) => format!("{} · {ticket}", visit.reason),
        None => visit.reason.clone(),
    }
}

/// Visits that run.
pub(crate) fn live_list(visits: &[VisitView], around: &Around, tenant: Option<&str>) -> AnyView {
    let rows = visits
        .iter()
        .map(|visit| live_row(visit, around, tenant))
        .collect_view();
    view! { <ul aria-label="Live visits">{rows}</ul> }.into_any()
}

fn live_row(visit: &VisitView, around: &Around, tenant: Option<&str>) -> AnyView {
    let open = visit
        .own
        .then(|| link_button(Act::Small, enter_visit(visit.id), "Open"));
    let look = view! {
        <a class=Act::Small.class() href=account(visit, tenant) data-open="">
            "Account"
        </a>
    };
    view! {
        <li class="row" data-row="" tabindex="-1">
            <div class="who grow basis-[240px]">
                {avatar(&visit.staff.name)} <div class="min-w-0">
                    <div>
                        <b>{visit.staff.name.clone()}</b>
                        " "
                        {place(visit)}
                    </div>
                    <div class="small faint">{why(visit)}</div>
                </div>
            </div>
            {mode(visit)}
            <span class="small muted num" title=around.clock.exact(visit.until)>
                {left(visit, around)}
                " left"
            </span>
            <div class="acts">{open} {look} {end(visit, around)}</div>
        </li>
    }
    .into_any()
}

/// The time left: it ticks where WebAssembly runs, and looks at the page again at the end.
pub(super) fn left(visit: &VisitView, around: &Around) -> AnyView {
    view! {
        <LeftClock
            until_us=visit.until.micros()
            now_us=around.clock.now.micros()
            again_href=around.back.clone()
        />
    }
    .into_any()
}

/// The way to end it, for who may.
pub(super) fn end(visit: &VisitView, around: &Around) -> Option<AnyView> {
    visit.may_end.then(|| {
        let label = format!(
            "End impersonation by {} in {}",
            visit.staff.name, visit.tenant.name
        );
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
    })
}

/// How long it lasted: `4 min`.
pub(super) fn lasted(visit: &VisitView, ended: &EndView) -> String {
    span_words(ended.at.since(visit.started))
}

/// Visits in a table, whether they run or are over.
pub(crate) fn past_table(
    visits: &[VisitView],
    around: &Around,
    tenant: Option<&str>,
    label: &'static str,
) -> AnyView {
    let rows = visits
        .iter()
        .map(|visit| past_row(visit, around, tenant))
        .collect_view();
    view! {
        <table aria-label=label>
            <thead>
                <tr>
                    <th scope="col">"Who"</th>
                    <th scope="col">"As whom"</th>
                    <th scope="col">"Tenant"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col">"Began"</th>
                    <th scope="col">"Lasted"</th>
                    <th scope="col">"End"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn past_row(visit: &VisitView, around: &Around, tenant: Option<&str>) -> AnyView {
    let clock = &around.clock;
    let whom = visit
        .as_whom
        .clone()
        .unwrap_or_else(|| "the administrator".to_owned());
    let (lasted, end) = match &visit.ended {
        Some(ended) => (
            lasted(visit, ended),
            view! { <span class="muted">{ended.why.clone()}</span> }.into_any(),
        ),
        None => (
            span_words(clock.now.since(visit.started)),
            tag(Tone::Warn, "inside now"),
        ),
    };
    let whole = format!("{whom}, {}", visit.role.label());
    let title = format!("The account of {}'s visit", visit.staff.name);
    let ticket = visit
        .ticket
        .clone()
        .map(|ticket| view! { <span class="mono faint">{ticket} " "</span> });
    view! {
        <tr data-row="" tabindex="-1">
            <td>
                <a href=account(visit, tenant) title=title data-open="">
                    {who(&visit.staff.name, "")}
                </a>
            </td>
            <td class="muted max-w-[220px] truncate" title=whole>
                {whom}
                " "
                <span class="faint small">{visit.role.label()}</span>
            </td>
            <td class="max-w-[160px] truncate">{visit.tenant.name.clone()}</td>
            <td class="muted max-w-[320px] truncate" title=visit.reason.clone()>
                {ticket}
                {visit.reason.clone()}
            </td>
            <td class="muted">{clock.ago(visit.started)}</td>
            <td class="num muted">{lasted}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}
