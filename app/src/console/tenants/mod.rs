//! Tenants: found by name, slug or id, with who is in them and how they stand towards visits; and one tenant's own page.

mod dialog;
mod one;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::Tone;
use stagedoor_core::view::tenant::{ConsentLine, TenantRow, TenantsView};
use stagedoor_service::StaffOp;
use stagedoor_service::tenants::{self, TenantsRequest};

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, TenantQuery, TenantsQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{
    Clock, Icon, SearchBar, add_filter, avatar, no_rows, page_head, pager, search_bar, span, status_tag, tag,
};

pub(crate) use one::load_one;

/// Filters that are asked for often.
const QUICK: [(&str, &str); 3] = [
    ("Suspended", "state:suspended"),
    ("Support access closed", "consent:off"),
    ("Asks each time", "consent:ask"),
];

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around, query: &TenantsQuery) -> Result<Content, AppError> {
    let request = TenantsRequest {
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = tenants::view(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Tenants".to_owned(),
        main: tenants_page(&view, around, query),
        dialog: None,
    })
}

fn href(query: TenantsQuery) -> String {
    ConsolePage::Tenants(query).href()
}

/// Draws the page.
#[must_use]
pub fn tenants_page(view: &TenantsView, around: &Around, query: &TenantsQuery) -> AnyView {
    let lead = if view.everywhere {
        "Every tenant of this installation."
    } else {
        "The tenants that your role reaches. Others are not shown."
    };
    let first = query.cursor.is_some().then(|| {
        href(TenantsQuery {
            cursor: None,
            ..query.clone()
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(TenantsQuery {
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
        {page_head("Tenants", lead, ())}
        <section class="card" aria-label="Tenants">
            {bar(view, query)}
            {list}
            {pager(first, next, "Next 50")}
        </section>
    }
    .into_any()
}

fn bar(view: &TenantsView, query: &TenantsQuery) -> AnyView {
    let with = |q: &str| {
        href(TenantsQuery {
            q: q.to_owned(),
            cursor: None,
            ..query.clone()
        })
    };
    let search = SearchBar {
        search: SearchBox {
            action: staff::TENANTS,
            label: "Search tenants",
            placeholder: "name, slug or id, state:suspended",
            query: view.query.clone(),
            keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: Some(add_filter(&QUICK, &query.q, &with)),
        found: span(view.first, view.page.items.len(), view.matching, "0 tenants"),
        end: None,
    };
    search_bar(search, &view.chips, &with)
}

fn table(view: &TenantsView, around: &Around, query: &TenantsQuery) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|tenant| row(tenant, &around.clock, query))
        .collect_view();
    view! {
        <table aria-label="Tenants">
            <thead>
                <tr>
                    <th scope="col">"Tenant"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="r">
                        "Members"
                    </th>
                    <th scope="col">"Support access"</th>
                    <th scope="col">"Last staff visit"</th>
                    <th scope="col">"Created"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(tenant: &TenantRow, clock: &Clock, query: &TenantsQuery) -> AnyView {
    let own = ConsolePage::Tenant(
        tenant.label.slug.clone(),
        TenantQuery {
            tenant: query.tenant.clone(),
            ..TenantQuery::default()
        },
    );
    let (name, slug) = (tenant.label.name.clone(), tenant.label.slug.clone());
    view! {
        <tr data-row="" tabindex="-1">
            <td>
                <a class="who" href=own.href() data-open="">
                    {avatar(&tenant.label.name)}
                    <div class="min-w-0">
                        <b>{name}</b>
                        " "
                        <span class="mono">{slug}</span>
                    </div>
                </a>
            </td>
            <td>{standing(tenant.state)}</td>
            <td class="r num">{tenant.members.to_string()}</td>
            <td>{consent(&tenant.consent, clock)}</td>
            <td class="muted">{visited(tenant, clock)}</td>
            <td class="muted">{clock.ago(tenant.created)}</td>
        </tr>
    }
    .into_any()
}

/// Whether it is in use, as a tag.
pub(super) fn standing(state: TenantState) -> AnyView {
    match state {
        TenantState::Active => status_tag(Tone::Ok, "active"),
        TenantState::Suspended => status_tag(Tone::Danger, "suspended"),
    }
}

/// The owner's choice, in words of people; with the end of a window.
pub(super) fn consent(line: &ConsentLine, clock: &Clock) -> AnyView {
    let until = line.until.map(|until| {
        let words = if line.open { "until" } else { "closed since" };
        view! {
            <span class="small muted num" title=clock.exact(until)>
                {format!(" {words} {}", clock.day_hm(until))}
            </span>
        }
    });
    let (tone, words) = match line.choice.as_str() {
        "on" => (Tone::Ok, "open"),
        "window" if line.open => (Tone::Ok, "open for a time"),
        "window" => (Tone::Neutral, "was open for a time"),
        "ask" => (Tone::Warn, "asks each time"),
        _ => (Tone::Neutral, "closed"),
    };
    view! {
        {tag(tone, words)}
        {until}
    }
    .into_any()
}

pub(super) fn visited(tenant: &TenantRow, clock: &Clock) -> AnyView {
    match tenant.visited {
        Some(at) => clock.ago(at),
        None => view! { <span class="faint">"never"</span> }.into_any(),
    }
}

fn nothing(view: &TenantsView, query: &TenantsQuery) -> AnyView {
    let words = match (view.query.is_empty(), view.everywhere) {
        (false, _) => (
            "Nothing matches",
            "No tenant that you may know of fits the search and its filters.",
        ),
        (true, true) => ("No tenants yet", "They appear here when they are created."),
        (true, false) => (
            "No tenant is open to you",
            "Your role reaches only the tenants it was given. A super admin can widen it.",
        ),
    };
    let all = TenantsQuery {
        tenant: query.tenant.clone(),
        ..TenantsQuery::default()
    };
    no_rows(Icon::Building, words, (!view.query.is_empty()).then(|| href(all)))
}
