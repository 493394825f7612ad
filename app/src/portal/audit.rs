//! The tenant's own audit log: a sentence for each entry, what platform support did among them, with its badge.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::audit::AuditView;
use stagedoor_core::view::grouped;
use stagedoor_core::view::portal::PortalFrame;
use stagedoor_service::export::ROWS_MAX;

use super::frame::clock;
use super::rooms::closed;
use crate::console::audit::{receipt_of_tenant, signed, templates, timeline};
use crate::routes::columns::Shown;
use crate::routes::{AuditQuery, PortalPage, export_of_tenant, tenant};
use crate::server::Look;
use crate::ui::chip::SearchBox;
use crate::ui::{
    Act, Icon, SearchBar, State, export_menu, icon, link_button, page_head, pager, search_bar, state,
};

/// The page.
pub(crate) fn audit_page(frame: &PortalFrame, view: &AuditView, query: &AuditQuery, look: &Look) -> AnyView {
    let clock = clock(look, view.now);
    let lead = format!(
        "Everything that happened in {} in the last {} days, platform support included.{} Times are in {}.",
        frame.tenant.name,
        view.kept_days,
        signed(view),
        clock.zone_name
    );
    let list = if view.page.items.is_empty() {
        nothing(view)
    } else {
        timeline(
            &view.page.items,
            &clock,
            query.open.as_deref(),
            &Shown::default(),
            Some(&search_href),
            Some(receipt_of_tenant),
        )
    };
    view! {
        {page_head("Audit log", lead, export(frame, view))}
        <section class="card" aria-label="Entries">
            {bar(view)}
            {list}
            {pages(view, query)}
        </section>
        {templates(&frame.tenant.name, view, &clock.zone_name, look)}
    }
    .into_any()
}

fn search_href(q: &str) -> String {
    PortalPage::Audit(AuditQuery {
        q: q.to_owned(),
        ..AuditQuery::default()
    })
    .href()
}

/// What the list shows, as a file; locked for whoever may not, with the reason beside it.
fn export(frame: &PortalFrame, view: &AuditView) -> AnyView {
    if closed(Action::TenantAuditExport, frame).is_some() {
        return export_locked(frame).into_any();
    }
    let way = |format| export_of_tenant(&view.query, format);
    let note = format!(
        "All that the search shows, the newest {} entries at most. The export is an entry itself.",
        grouped(ROWS_MAX)
    );
    let ways = vec![
        (way("csv"), "As CSV, for spreadsheets"),
        (way("jsonl"), "As JSON Lines, with proofs"),
    ];
    export_menu(format!("Export {}", view.matching), ways, note).into_any()
}

fn export_locked(frame: &PortalFrame) -> impl IntoView + use<> {
    let why = match frame.banner {
        Some(_) => "export is off while impersonating",
        None => "your role does not export",
    };
    view! {
        <span class="small muted" id="export-why">
            {why}
        </span>
        <button class="btn" type="button" disabled aria-describedby="export-why">
            {icon(Icon::Lock)}
            "Export"
        </button>
    }
}

fn bar(view: &AuditView) -> AnyView {
    let bar = SearchBar {
        search: SearchBox {
            action: tenant::AUDIT,
            label: "Search the audit log",
            placeholder: "Words, or action:impersonation.* since:24h",
            query: view.query.clone(),
            ..SearchBox::default()
        },
        error: view.query_error.clone(),
        beside: None,
        found: match view.query.as_str() {
            "" => String::new(),
            _ => format!("{} of {}", view.matching, view.all),
        },
        end: None,
    };
    search_bar(bar, &view.chips, &search_href)
}

fn nothing(view: &AuditView) -> AnyView {
    if view.query.is_empty() {
        let shown = State {
            icon: Icon::Scroll,
            title: "Nothing happened yet".to_owned(),
            text: "Sign-ins, changes and every visit of platform support are listed here.".to_owned(),
        };
        return state(shown, ()).into_any();
    }
    let shown = State {
        icon: Icon::Search,
        title: "No entry matches".to_owned(),
        text: format!(
            "Nothing in the last {} days matches “{}”.",
            view.kept_days, view.query
        ),
    };
    state(
        shown,
        link_button(Act::Plain, search_href(""), "Show all entries"),
    )
    .into_any()
}

fn pages(view: &AuditView, query: &AuditQuery) -> impl IntoView + use<> {
    let at = |cursor| {
        PortalPage::Audit(AuditQuery {
            q: view.query.clone(),
            cursor,
            ..AuditQuery::default()
        })
        .href()
    };
    let first = query.cursor.is_some().then(|| at(None));
    let next = view.page.next.clone().map(|cursor| at(Some(cursor)));
    pager(first, next, "Older entries")
}
