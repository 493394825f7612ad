//! The search box and the filters below it, as chips that can be taken away.

use leptos::prelude::*;

use super::button::{Hidden, kept_fields};
use super::icon::{Icon, icon};

/// A filter in force; its cross leads to the same list without it.
pub fn chip(label: &str, without_href: String) -> AnyView {
    let (label, remove) = (label.to_owned(), format!("Remove filter: {label}"));
    view! {
        <span class="chip">
            {label} <a href=without_href aria-label=remove>
                {icon(Icon::Cross)}
            </a>
        </span>
    }
    .into_any()
}

/// What a search box needs to know.
#[derive(Debug, Clone, Default)]
pub struct SearchBox {
    /// The list's path; the form is sent there by GET.
    pub action: &'static str,
    /// What is searched, for assistive technology: `Search users`.
    pub label: &'static str,
    /// An example of a query.
    pub placeholder: &'static str,
    /// The query as it was typed.
    pub query: String,
    /// The state of the list that a new search keeps.
    pub keep: Vec<Hidden>,
    /// The id of the element that says what is wrong with the query, if something is.
    pub error_id: Option<&'static str>,
}

/// A search box: a form that is sent by Enter, so it works without any script.
pub fn search_box(search: SearchBox) -> AnyView {
    let invalid = search.error_id.map(|_| "true");
    view! {
        <form method="get" action=search.action role="search" class="max-w-full">
            {kept_fields(search.keep)}
            <span class="search">
                {icon(Icon::Search)}
                <input
                    type="search"
                    name="q"
                    maxlength="400"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=search.label
                    aria-invalid=invalid
                    aria-describedby=search.error_id
                    placeholder=search.placeholder
                    value=search.query
                />
            </span>
            <button class="sr-only">"Search"</button>
        </form>
    }
    .into_any()
}
