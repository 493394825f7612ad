//! The Audit log: what happened, newest first, one readable sentence a line, each with all that is known behind it.

mod histogram;
mod timeline;

use leptos::prelude::*;
use stagedoor_core::view::Total;
use stagedoor_core::view::audit::AuditView;
use stagedoor_service::StaffOp;
use stagedoor_service::audit::AuditRequest;

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::query::{has_filter, with_filter};
use crate::routes::{AuditQuery, ConsolePage, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{Act, Icon, State, chip, icon, link_button, page_head, pager, search_box, state};

pub use histogram::histogram;
pub use timeline::timeline;

const QUERY_ERROR: &str = "query-error";

/// Filters that are asked for often, and what they are called.
const QUICK: [(&str, &str); 4] = [
    ("Denied only", "outcome:denied"),
    ("Impersonation", "action:impersonation.*"),
    ("Sign-ins", "action:staff.sign_in"),
    ("Last 24 hours", "since:24h"),
];

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around, query: &AuditQuery) -> Result<Content, AppError> {
    let request = AuditRequest {
        tenant: query.tenant.clone(),
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        ..AuditRequest::default()
    };
    let view = stagedoor_service::audit::page(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Audit log".to_owned(),
        main: audit_page(&view, around, query),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub fn audit_page(view: &AuditView, around: &Around, query: &AuditQuery) -> AnyView {
    let lead = format!(
        "{} events, kept {} days. Times are in {}.",
        view.all, view.kept_days, around.clock.zone_name
    );
    let error = view.query_error.clone().map(|text| {
        view! {
            <p class="err px-3 py-2" id=QUERY_ERROR role="alert">
                {text}
            </p>
        }
    });
    let list = if view.page.items.is_empty() {
        nothing(view, query).into_any()
    } else {
        let pivot = |q: &str| {
            href(AuditQuery {
                q: q.to_owned(),
                tenant: query.tenant.clone(),
                ..AuditQuery::default()
            })
        };
        timeline(&view.page.items, &around.clock, query.open.as_deref(), &pivot)
    };
    let first = query.cursor.is_some().then(|| {
        href(AuditQuery {
            cursor: None,
            ..listing(query)
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(AuditQuery {
            cursor: Some(next),
            ..listing(query)
        })
    });
    view! {
        {page_head("Audit log", lead, ())}
        <section class="card" aria-label="Entries">
            {bar(view, query)}
            {error}
            {histogram(&view.bars, &around.clock)}
            {list}
            {pager(first, next, "Older entries")}
        </section>
    }
    .into_any()
}

fn href(query: AuditQuery) -> String {
    ConsolePage::Audit(query).href()
}

/// The list without an opened entry.
fn listing(query: &AuditQuery) -> AuditQuery {
    AuditQuery {
        open: None,
        ..query.clone()
    }
}

fn bar(view: &AuditView, query: &AuditQuery) -> AnyView {
    let search = SearchBox {
        action: staff::AUDIT,
        label: "Search the audit log",
        placeholder: "actor:jess outcome:denied since:7d",
        query: view.query.clone(),
        keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
        error_id: view.query_error.is_some().then_some(QUERY_ERROR),
    };
    let chips = view
        .chips
        .iter()
        .map(|filter| {
            let without = AuditQuery {
                q: filter.without.clone(),
                cursor: None,
                ..listing(query)
            };
            chip(&filter.label, href(without))
        })
        .collect_view();
    view! {
        <div class="bar flex-wrap">
            {search_box(search)}
            {chips}
            {quick_filters(query)}
            <span class="spacer"></span>
            <span class="small muted num">{found(view)}</span>
        </div>
    }
    .into_any()
}

fn found(view: &AuditView) -> String {
    match (view.matching, view.all) {
        (matching, all) if matching == all => match all {
            Total::Exact(1) => "1 entry".to_owned(),
            _ => format!("{all} entries"),
        },
        (matching, all) => format!("{matching} of {all}"),
    }
}

fn quick_filters(query: &AuditQuery) -> AnyView {
    let links = QUICK
        .iter()
        .filter(|(_, filter)| !has_filter(&query.q, filter))
        .map(|(label, filter)| {
            let target = AuditQuery {
                q: with_filter(&query.q, filter),
                cursor: None,
                ..listing(query)
            };
            view! {
                <li>
                    <a class="item" href=href(target)>
                        {*label}
                        <span class="spacer"></span>
                        <span class="mono faint">{*filter}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="drop">
            <summary class="chip off">{icon(Icon::Filter)} "Add filter"</summary>
            <ul class="w-[290px]">{links}</ul>
        </details>
    }
    .into_any()
}

fn nothing(view: &AuditView, query: &AuditQuery) -> AnyView {
    let (title, text) = if view.query.is_empty() {
        (
            "Nothing recorded yet",
            "Everything that staff do, and try to do, appears here by itself.",
        )
    } else {
        (
            "Nothing matches",
            "No entry that you may see fits the search and its filters.",
        )
    };
    let clear = (!view.query.is_empty()).then(|| {
        let all = AuditQuery {
            tenant: query.tenant.clone(),
            ..AuditQuery::default()
        };
        link_button(Act::Plain, href(all), "Clear the search")
    });
    state(
        State {
            icon: Icon::Scroll,
            title: title.to_owned(),
            text: text.to_owned(),
        },
        clear,
    )
}
