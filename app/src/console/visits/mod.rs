//! Impersonations: who is inside a tenant now and who was; and the account of one visit.

mod one;
mod rows;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::view::grouped;
use stagedoor_core::view::visit::{BudgetView, VisitsView};
use stagedoor_service::StaffOp;
use stagedoor_service::impersonation::{self, VisitsRequest};

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, VisitsQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{Icon, SearchBar, no_rows, page_head, pager, search_bar};

pub(crate) use one::load_one;
pub(crate) use rows::{live_list, past_table};

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around, query: &VisitsQuery) -> Result<Content, AppError> {
    let request = VisitsRequest {
        tenant: query.tenant.clone(),
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = impersonation::visits(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: match &view.tenant {
            Some(tenant) => format!("Impersonations · {}", tenant.name),
            None => "Impersonations".to_owned(),
        },
        main: visits_page(&view, around, query),
        dialog: None,
    })
}

fn href(query: VisitsQuery) -> String {
    ConsolePage::Visits(query).href()
}

/// Draws the page.
#[must_use]
pub fn visits_page(view: &VisitsView, around: &Around, query: &VisitsQuery) -> AnyView {
    let lead = match &view.tenant {
        Some(tenant) => format!(
            "Visits of staff to {}, with all that was seen and done in each.",
            tenant.name
        ),
        None => "Visits of staff to tenants, with all that was seen and done in each.".to_owned(),
    };
    let first = query.cursor.is_some().then(|| {
        href(VisitsQuery {
            cursor: None,
            ..query.clone()
        })
    });
    let next = view.past.next.clone().map(|next| {
        href(VisitsQuery {
            cursor: Some(next),
            ..query.clone()
        })
    });
    let past = if view.past.items.is_empty() {
        none_past(view, query)
    } else {
        past_table(&view.past.items, around, query.tenant.as_deref(), "Past visits")
    };
    view! {
        {page_head("Impersonations", lead, view.budget.map(meter))}
        <div class="stack">
            <section class="card" aria-labelledby="live">
                <h2 class="sect" id="live">
                    "Inside now"
                </h2>
                {live(view, around, query)}
            </section>
            <section class="card" aria-label="Past visits">
                {bar(view, query)}
                {past}
                {pager(first, next, "Older visits")}
            </section>
        </div>
    }
    .into_any()
}

/// What the reader has used of what they may use: a meter with its words.
fn meter(budget: BudgetView) -> AnyView {
    let words = format!("{} of {} live", budget.live, budget.allowed);
    let today = match budget.tenants_today {
        1 => "1 tenant in 24 h".to_owned(),
        many => format!("{} tenants in 24 h", grouped(many)),
    };
    view! {
        <div class="grid gap-1 sm:justify-items-end" role="group" aria-label="Your visits">
            <span class="small muted">"Your visits: " <b class="num">{words}</b> ", " <span class="num">{today}</span></span>
            <meter
                class="meter"
                min="0"
                max=budget.allowed.to_string()
                value=budget.live.to_string()
                aria-label="Live visits of yours"
            ></meter>
        </div>
    }
    .into_any()
}

fn live(view: &VisitsView, around: &Around, query: &VisitsQuery) -> AnyView {
    if view.live.is_empty() {
        let quiet = (
            "Nobody is inside a tenant",
            "When staff act as somebody, you see here who, where and why, and can end it.",
        );
        return no_rows(Icon::Mask, quiet, None);
    }
    live_list(&view.live, around, query.tenant.as_deref())
}

fn bar(view: &VisitsView, query: &VisitsQuery) -> AnyView {
    let search = SearchBar {
        search: SearchBox {
            action: staff::IMPERSONATIONS,
            label: "Search visits",
            placeholder: "a colleague's name, ticket:#4218",
            query: view.query.clone(),
            keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: None,
        found: format!("{} past", view.matching),
        end: None,
    };
    let without = |q: &str| {
        href(VisitsQuery {
            q: q.to_owned(),
            cursor: None,
            ..query.clone()
        })
    };
    search_bar(search, &view.chips, &without)
}

fn none_past(view: &VisitsView, query: &VisitsQuery) -> AnyView {
    let words = if view.query.is_empty() {
        (
            "No visit is over yet",
            "Each visit stays here after its end, with the account of what was seen and done.",
        )
    } else {
        ("Nothing matches", "No visit fits the search and its filters.")
    };
    let all = VisitsQuery {
        tenant: query.tenant.clone(),
        ..VisitsQuery::default()
    };
    no_rows(Icon::Scroll, words, (!view.query.is_empty()).then(|| href(all)))
}
