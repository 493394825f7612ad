//! The Users page before a tenant is chosen: a directory is one tenant's, so it asks whose.

use leptos::prelude::*;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::initials;

use super::href;
use crate::routes::UsersQuery;
use crate::ui::{Icon, State, icon, page_head, state};

/// Draws the choice.
#[must_use]
pub fn unchosen_page(tenants: &[TenantLabel]) -> AnyView {
    let body = if tenants.is_empty() {
        let none = State {
            icon: Icon::Building,
            title: "No tenant is open to you".to_owned(),
            text: "Your role reaches only the tenants it was given. A super admin can widen it.".to_owned(),
        };
        state(none, ()).into_any()
    } else {
        let rows = tenants.iter().map(choice).collect_view();
        view! {
            <h2 class="sect">"Choose a tenant"</h2>
            <ul class="grid sm:grid-cols-2 xl:grid-cols-3 gap-1 p-2">{rows}</ul>
        }
        .into_any()
    };
    view! {
        {page_head("Users", "A directory belongs to one tenant, and each look into it is recorded there.", ())}
        <section class="card">{body}</section>
    }
    .into_any()
}

fn choice(tenant: &TenantLabel) -> AnyView {
    let letters: String = initials(&tenant.name);
    let (name, slug) = (tenant.name.clone(), tenant.slug.clone());
    let target = href(UsersQuery {
        tenant: Some(tenant.slug.clone()),
        ..UsersQuery::default()
    });
    view! {
        <li>
            <a class="item" href=target>
                <span class="who min-w-0">
                    <i aria-hidden="true">{letters}</i>
                    <b class="truncate">{name}</b>
                </span>
                <span class="mono faint truncate hidden sm:inline">{slug}</span>
                <span class="spacer"></span>
                {icon(Icon::ChevronRight)}
            </a>
        </li>
    }
    .into_any()
}
