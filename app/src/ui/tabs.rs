//! Tabs: ways to the parts of one page, each with an address of its own.

use leptos::prelude::*;

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is the open one.
    pub current: bool,
}

/// A row of tabs; `label` names the landmark.
pub fn tabs(label: &'static str, all: Vec<Tab>) -> AnyView {
    let links = all
        .into_iter()
        .map(|tab| {
            view! {
                <a href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
    .into_any()
}
