//! The Users page: one tenant's people, found, filtered, sorted, and the way to act as one of them.

mod chosen;
mod dialog;
mod one;
mod people;
mod revoke;
#[cfg(test)]
mod tests;
mod unchosen;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::directory::UsersView;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::grouped;
use stagedoor_service::StaffOp;
use stagedoor_service::directory::DirectoryRequest;
use stagedoor_service::export::ROWS_MAX;

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::islands::hands::Does;
use crate::layout::{Around, keys_hint};
use crate::routes::{ConsolePage, UsersQuery, export_of};
use crate::ui::{export_menu, kpis, page_head};

/// The keys that the page knows.
const KEYS: &[Does] = &[
    Does::Next,
    Does::Previous,
    Does::Select,
    Does::Open,
    Does::Search,
    Does::Help,
];

/// Loads the page; without a tenant it asks for one.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    query: &UsersQuery,
) -> Result<Content, AppError> {
    let Some(tenant) = query.tenant.clone() else {
        return Ok(Content {
            title: "Users".to_owned(),
            main: unchosen::unchosen_page(&frame.tenants),
            dialog: None,
        });
    };
    let request = DirectoryRequest {
        tenant,
        q: query.q.clone(),
        sort: query.sort.map(|sort| sort.as_str().to_owned()),
        cursor: query.cursor.clone(),
        impersonate: query.impersonate.clone(),
    };
    let view = stagedoor_service::directory::page(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let dialog = view.dialog.as_ref().and_then(|person| {
        let closed = UsersQuery {
            impersonate: None,
            ..query.clone()
        };
        unless_refused(around, Action::TenantImpersonate, href(closed.clone()), |_| {
            let flash = frame.flash.as_ref();
            Some(dialog::impersonate_dialog(&view, person, flash, &closed))
        })
    });
    Ok(Content {
        title: format!("Users · {}", view.tenant.name),
        main: users_page(&view, frame.role, around, query),
        dialog,
    })
}

/// Draws the page.
#[must_use]
pub fn users_page(view: &UsersView, role: StaffRole, around: &Around, query: &UsersQuery) -> AnyView {
    let lead = view! {
        {view.tenant.name.clone()}
        " · "
        {count(view.people, "person", "people")}
        ", "
        {count(view.roles, "role", "roles")}
        ". Viewing as "
        <b>{role.label()}</b>
        "."
    };
    let impersonates = around.may(Action::TenantImpersonate);
    let columns = query.cols.clone().unwrap_or_else(crate::server::columns);
    view! {
        {page_head("Users", lead, export(view, query))}
        {(!view.kpis.is_empty()).then(|| kpis(&view.kpis, "Key figures"))}
        {people::people_card(view, around, query, &columns, impersonates)}
        {keys_hint(KEYS)}
    }
    .into_any()
}

/// What the list shows, as a file.
fn export(view: &UsersView, query: &UsersQuery) -> Option<AnyView> {
    let page = ConsolePage::Users(query.clone());
    let ways = ["csv", "jsonl"].map(|format| export_of(&page, format));
    let [Some(csv), Some(lines)] = ways else {
        return None;
    };
    let note = format!(
        "All that the search and its filters show, at most {} rows. {} reads in its own log that you exported it.",
        grouped(ROWS_MAX),
        view.tenant.name
    );
    Some(export_menu(
        format!("Export {}", view.matching),
        vec![
            (csv, "As CSV, for spreadsheets"),
            (lines, "As JSON Lines, for programs"),
        ],
        note,
    ))
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// The address of the page in another state.
fn href(query: UsersQuery) -> String {
    ConsolePage::Users(query).href()
}

pub use dialog::impersonate_dialog;
pub(crate) use one::load_one;
pub(crate) use revoke::load_revoke;
pub use unchosen::unchosen_page;
