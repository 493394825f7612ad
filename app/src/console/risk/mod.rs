//! Risk events: what may go wrong with an account, how high, who is at it; and one event's own page.

mod one;
#[cfg(test)]
mod tests;
mod triage;

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::risk::{RiskRow, RiskSubject, RisksView};
use stagedoor_service::StaffOp;
use stagedoor_service::risk::{self, RisksRequest};

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, RisksQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{
    Clock, Icon, SearchBar, add_filter, avatar, no_rows, page_head, pager, search_bar, span, status_tag, tag,
};

pub(crate) use one::load_one;

/// Filters that are asked for often.
const QUICK: [(&str, &str); 5] = [
    ("Open", "status:open"),
    ("Given to me", "assignee:me"),
    ("Nobody is at it", "assignee:none"),
    ("High and critical", "level:high,critical"),
    ("Copied passkeys", "kind:passkey_copied"),
];

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around, query: &RisksQuery) -> Result<Content, AppError> {
    let request = RisksRequest {
        tenant: query.tenant.clone(),
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = risk::view(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Risk events".to_owned(),
        main: risks_page(&view, around, query),
        dialog: None,
    })
}

fn href(query: RisksQuery) -> String {
    ConsolePage::Risks(query).href()
}

/// Draws the page.
#[must_use]
pub fn risks_page(view: &RisksView, around: &Around, query: &RisksQuery) -> AnyView {
    let lead = match (view.open, &view.tenant) {
        (0, None) => "Nothing is open.".to_owned(),
        (0, Some(tenant)) => format!("Nothing is open at {}.", tenant.name),
        (1, None) => "One is open: somebody should look at it.".to_owned(),
        (1, Some(tenant)) => format!("One is open at {}: somebody should look at it.", tenant.name),
        (open, None) => format!("{open} are open: somebody should look at them."),
        (open, Some(tenant)) => format!(
            "{open} are open at {}: somebody should look at them.",
            tenant.name
        ),
    };
    let first = query.cursor.is_some().then(|| {
        href(RisksQuery {
            cursor: None,
            ..query.clone()
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(RisksQuery {
            cursor: Some(next),
            ..query.clone()
        })
    });
    let list = if view.page.items.is_empty() {
        nothing(view, query)
    } else {
        table(view, around, query)
    };
    view! {
        {page_head("Risk events", lead, ())}
        <section class="card" aria-label="Risk events">
            {bar(view, query)}
            {list}
            {pager(first, next, "Next 50")}
        </section>
    }
    .into_any()
}

fn bar(view: &RisksView, query: &RisksQuery) -> AnyView {
    let with = |q: &str| {
        href(RisksQuery {
            q: q.to_owned(),
            cursor: None,
            ..query.clone()
        })
    };
    let search = SearchBar {
        search: SearchBox {
            action: staff::RISK,
            label: "Search risk events",
            placeholder: "person, cause or id, status:open, level:high",
            query: view.query.clone(),
            keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: Some(add_filter(&QUICK, &query.q, &with)),
        found: span(view.first, view.page.items.len(), view.matching, "0 risk events"),
        end: None,
    };
    search_bar(search, &view.chips, &with)
}

fn table(view: &RisksView, around: &Around, query: &RisksQuery) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|risk| row(risk, &around.clock, query))
        .collect_view();
    view! {
        <table aria-label="Risk events">
            <thead>
                <tr>
                    <th scope="col">"About"</th>
                    <th scope="col">"Level"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Assignee"</th>
                    <th scope="col">"Raised"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(risk: &RiskRow, clock: &Clock, query: &RisksQuery) -> AnyView {
    let own = ConsolePage::Risk(
        risk.id.to_string(),
        RisksQuery {
            cursor: None,
            ..query.clone()
        },
    );
    view! {
        <tr data-row="" tabindex="-1">
            <td>
                <a class="who" href=own.href() data-open="">
                    {avatar(risk.subject.name())}
                    <div class="min-w-0">
                        <b>{risk.subject.name().to_owned()}</b>
                        " "
                        <span>{place(&risk.subject)}</span>
                    </div>
                </a>
            </td>
            <td>{level(risk)}</td>
            <td class="wrap">{risk.cause.clone()}</td>
            <td>{standing(&risk.state)}</td>
            <td>{assignee(risk)}</td>
            <td class="muted">{clock.ago(risk.raised)}</td>
        </tr>
    }
    .into_any()
}

/// Where the one it is about belongs: to staff, or to a tenant.
fn place(subject: &RiskSubject) -> String {
    match subject {
        RiskSubject::Staff { .. } => "staff".to_owned(),
        RiskSubject::Member { tenant, .. } => tenant.name.clone(),
        RiskSubject::Tenant(_) => "the tenant as such".to_owned(),
    }
}

/// Its level as a tag, with the score beside it.
fn level(risk: &RiskRow) -> AnyView {
    let tone = match risk.level.as_str() {
        "low" => Tone::Neutral,
        "elevated" => Tone::Warn,
        _ => Tone::Danger,
    };
    view! {
        {tag(tone, risk.level.clone())}
        " "
        <span class="num faint" title="Score, of 100">
            {risk.score}
        </span>
    }
    .into_any()
}

/// Where it is in its life, as a tag.
fn standing(state: &str) -> AnyView {
    match state {
        "open" => status_tag(Tone::Warn, "open"),
        "acknowledged" => status_tag(Tone::Info, "acknowledged"),
        "resolved" => status_tag(Tone::Ok, "resolved"),
        _ => status_tag(Tone::Neutral, "false positive"),
    }
}

fn assignee(risk: &RiskRow) -> AnyView {
    match &risk.assignee {
        Some(assignee) => assignee.name.clone().into_any(),
        None => view! { <span class="faint">"nobody"</span> }.into_any(),
    }
}

fn nothing(view: &RisksView, query: &RisksQuery) -> AnyView {
    let words = if view.query.is_empty() {
        (
            "No risk events",
            "They appear here when something about an account looks wrong, and stay after they are closed.",
        )
    } else {
        (
            "Nothing matches",
            "No risk event that you may know of fits the search and its filters.",
        )
    };
    let all = RisksQuery {
        tenant: query.tenant.clone(),
        ..RisksQuery::default()
    };
    no_rows(Icon::Warning, words, (!view.query.is_empty()).then(|| href(all)))
}
