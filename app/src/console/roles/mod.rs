//! Roles: the matrix of permissions as the core holds it, and "who can do this, on what, and why", answered by the core for
//! each row of staff.

mod matrix;
mod sub_roles;
#[cfg(test)]
mod tests;
mod who_can;

use leptos::prelude::*;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::role::RolesView;
use stagedoor_service::{ServiceError, StaffOp, roles};

use super::Content;
use super::policies::slugs;
use crate::error::AppError;
use crate::routes::RolesQuery;
use crate::ui::page_head;
use who_can::Asked;

const TITLE: &str = "Roles";

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    query: &RolesQuery,
) -> Result<Content, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    let view = roles::matrix(op).await.map_err(public)?;
    let asked = who_can::ask(op, query).await.map_err(public)?;
    Ok(Content {
        title: TITLE.to_owned(),
        main: roles_page(&view, &asked, &slugs(frame), query),
        dialog: None,
    })
}

/// Draws the page.
fn roles_page(roles: &RolesView, asked: &Asked, tenants: &[(String, String)], query: &RolesQuery) -> AnyView {
    view! {
        {page_head(
            TITLE,
            "A closed set of roles. This is the table that the core decides by; what is not in it is denied.",
            (),
        )}
        <div class="col early">
            <div class="stack">{who_can::answer(asked)} {matrix::matrix(&roles.permissions)}</div>
            <div class="stack">
                {who_can::form(asked, tenants, query)} {matrix::legend()} {sub_roles::narrowed(&roles.sub_roles)}
            </div>
        </div>
    }
    .into_any()
}
