//! The Users page: one tenant's people, found, filtered, sorted, and the way to act as one of them.

mod dialog;
mod people;
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

use super::Content;
use crate::error::AppError;
use crate::layout::{Around, may};
use crate::routes::{ConsolePage, UsersQuery};
use crate::ui::{kpis, page_head};

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
    let dialog = view.dialog.as_ref().map(|person| {
        let closed = UsersQuery {
            impersonate: None,
            ..query.clone()
        };
        dialog::impersonate_dialog(&view, person, frame.flash.as_ref(), &closed)
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
    let impersonates = may(role, Action::TenantImpersonate);
    view! {
        {page_head("Users", lead, ())}
        {(!view.kpis.is_empty()).then(|| kpis(&view.kpis, "Key figures"))}
        {people::people_card(view, around, query, impersonates)}
    }
    .into_any()
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// The address of the page in another state.
fn href(query: UsersQuery) -> String {
    ConsolePage::Users(query).href()
}

pub use dialog::impersonate_dialog;
pub use unchosen::unchosen_page;
