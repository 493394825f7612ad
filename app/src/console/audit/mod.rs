//! The Audit log: what happened, newest first, one readable sentence a line, each with all that is known behind it.

mod histogram;
mod history;
mod proof;
#[cfg(test)]
mod tests;
mod timeline;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::audit::AuditView;
use stagedoor_core::view::{Total, grouped};
use stagedoor_service::StaffOp;
use stagedoor_service::audit::AuditRequest;
use stagedoor_service::export::ROWS_MAX;

use super::Content;
use crate::error::AppError;
use crate::islands::hands::Does;
use crate::layout::{Around, columns_of, keys_hint};
use crate::routes::columns::{AuditColumn, Shown};
use crate::routes::{AuditQuery, ConsolePage, export_of, staff};
use crate::ui::chip::SearchBox;
use crate::ui::time::span_words;
use crate::ui::{Icon, SearchBar, add_filter, export_menu, no_rows, page_head, pager, search_bar};

pub use histogram::histogram;
pub(crate) use history::{history_card, history_rows};
pub use proof::{receipt_of_platform, receipt_of_tenant, templates};
pub(crate) use timeline::sentence;
pub use timeline::{Pivot, timeline};

/// Filters that are asked for often, and what they are called.
const QUICK: [(&str, &str); 4] = [
    ("Denied only", "outcome:denied"),
    ("Impersonation", "action:impersonation.*"),
    ("Sign-ins", "action:staff.sign_in"),
    ("Last 24 hours", "since:24h"),
];

/// The keys that the page knows.
const KEYS: &[Does] = &[Does::Next, Does::Previous, Does::Open, Does::Search, Does::Help];

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
    let exports = around.may(Action::AuditExport);
    let lead = format!(
        "{} events, kept {} days.{} Times are in {}.",
        view.all,
        view.kept_days,
        signed(view),
        around.clock.zone_name
    );
    let columns = query.cols.clone().unwrap_or_else(crate::server::columns);
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
        timeline(
            &view.page.items,
            &around.clock,
            query.open.as_deref(),
            &columns,
            Some(&pivot),
            Some(receipt_of_platform),
        )
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
        {page_head("Audit log", lead, exports.then(|| export(view, query)))}
        <section class="card" aria-label="Entries">
            {bar(view, query, &columns)}
            {histogram(&view.bars, &around.clock)}
            {list}
            {pager(first, next, "Older entries")}
        </section>
        {templates("platform", view, &around.clock.zone_name, &crate::server::look())}
        {keys_hint(KEYS)}
    }
    .into_any()
}

/// When the log was last signed, as a sentence; nothing before the first time.
pub(crate) fn signed(view: &AuditView) -> String {
    view.signed_at.map_or_else(String::new, |at| {
        format!(" Last checkpoint {} ago.", span_words(view.now.since(at)))
    })
}

/// What the list shows, as a file.
fn export(view: &AuditView, query: &AuditQuery) -> Option<AnyView> {
    let page = ConsolePage::Audit(query.clone());
    let ways = ["csv", "jsonl"].map(|format| export_of(&page, format));
    let [Some(csv), Some(lines)] = ways else {
        return None;
    };
    let note = format!(
        "All that the search and its filters show, the newest {} entries at most. The export is an entry itself.",
        grouped(ROWS_MAX)
    );
    Some(export_menu(
        format!("Export {}", view.matching),
        vec![
            (csv, "As CSV, for spreadsheets"),
            (lines, "As JSON Lines, with proofs"),
        ],
        note,
    ))
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

fn bar(view: &AuditView, query: &AuditQuery, columns: &Shown<AuditColumn>) -> AnyView {
    let cols = query.cols.as_ref().map(Shown::text).unwrap_or_default();
    let bar = SearchBar {
        search: SearchBox {
            action: staff::AUDIT,
            label: "Search the audit log",
            placeholder: "actor:jess outcome:denied since:7d",
            query: view.query.clone(),
            keep: vec![
                ("tenant", query.tenant.clone().unwrap_or_default()),
                ("cols", cols),
            ],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: Some(quick_filters(query)),
        found: found(view),
        end: Some(columns_of(columns, &href(listing(query)))),
    };
    search_bar(bar, &view.chips, &|q| {
        href(AuditQuery {
            q: q.to_owned(),
            cursor: None,
            ..listing(query)
        })
    })
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
    add_filter(&QUICK, &query.q, &|q| {
        href(AuditQuery {
            q: q.to_owned(),
            cursor: None,
            ..listing(query)
        })
    })
}

fn nothing(view: &AuditView, query: &AuditQuery) -> AnyView {
    let words = if view.query.is_empty() {
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
    let all = AuditQuery {
        tenant: query.tenant.clone(),
        ..AuditQuery::default()
    };
    no_rows(Icon::Scroll, words, (!view.query.is_empty()).then(|| href(all)))
}
