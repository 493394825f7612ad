//! The scope switch: all tenants, or one. A menu of links, so it works without any script.

use leptos::prelude::*;
use stagedoor_core::view::frame::ConsoleFrame;

use crate::routes::ConsolePage;
use crate::ui::{Icon, icon};

/// The switch, leading to the open page in another scope.
pub(super) fn scope_switch(frame: &ConsoleFrame, open: &ConsolePage) -> AnyView {
    let chosen = frame.tenant.as_ref().map(|tenant| tenant.slug.as_str());
    // A session that is narrowed to one tenant never reaches all, whatever the page is scoped to.
    let everywhere = match &frame.narrowed.tenant {
        Some(only) => format!("Only {}", only.name),
        None => "All tenants".to_owned(),
    };
    let name = frame
        .tenant
        .as_ref()
        .map_or_else(|| everywhere.clone(), |tenant| tenant.name.clone());
    let all = item(everywhere, open.scoped(None).href(), chosen.is_none());
    let tenants = frame
        .tenants
        .iter()
        .map(|tenant| {
            let href = open.scoped(Some(&tenant.slug)).href();
            item(tenant.name.clone(), href, chosen == Some(&tenant.slug))
        })
        .collect_view();
    view! {
        <details class="drop" name="top">
            <summary class="scope">
                {icon(Icon::Building)} <span class="sr-only">"Scope: "</span> <span class="truncate max-w-[180px]">{name}</span>
                {icon(Icon::ChevronDown)}
            </summary>
            <ul class="max-h-[60vh] overflow-y-auto">
                {all}
                {tenants}
            </ul>
        </details>
    }
    .into_any()
}

fn item(label: String, href: String, current: bool) -> AnyView {
    view! {
        <li>
            <a class="item" href=href aria-current=current.then_some("true")>
                <span class="truncate">{label}</span>
                <span class="spacer"></span>
                {current.then(|| icon(Icon::Check))}
            </a>
        </li>
    }
    .into_any()
}
