//! What stands above every list: its search box, the filters in force, how many there are, and what can be done with them;
//! and below it, when the query could not be read, what is wrong with it.

use leptos::prelude::*;
use stagedoor_core::view::directory::Chip;

use super::chip::{SearchBox, chip, search_box};
use super::icon::{Icon, icon};
use crate::query::{has_filter, with_filter};

const QUERY_ERROR: &str = "query-error";

/// What stands above a list.
pub struct SearchBar {
    /// The search box. What is wrong with its query is said here, not there.
    pub search: SearchBox,
    /// What is wrong with the query.
    pub error: Option<String>,
    /// What stands beside the chips: more filters.
    pub beside: Option<AnyView>,
    /// How many there are: `1–50 of 142`.
    pub found: String,
    /// What stands at the end: the choice of columns.
    pub end: Option<AnyView>,
}

/// Filters that are asked for often, each with its name, but for those in force. `with` is the list's address with another
/// query.
pub fn add_filter(
    quick: &[(&'static str, &'static str)],
    query: &str,
    with: &dyn Fn(&str) -> String,
) -> AnyView {
    let links = quick
        .iter()
        .filter(|(_, filter)| !has_filter(query, filter))
        .map(|(label, filter)| {
            view! {
                <li>
                    <a class="item" href=with(&with_filter(query, filter))>
                        {*label}
                        <span class="spacer"></span>
                        <span class="mono faint">{*filter}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="drop">
            <summary class="chip off">{icon(Icon::Filter)} "Add filter"</summary>
            <ul class="w-[290px]">{links}</ul>
        </details>
    }
    .into_any()
}

/// Draws it. `without` is the list's address with another query, for the crosses of the chips.
pub fn search_bar(bar: SearchBar, chips: &[Chip], without: &dyn Fn(&str) -> String) -> AnyView {
    let chips = chips
        .iter()
        .map(|filter| chip(&filter.label, without(&filter.without)))
        .collect_view();
    let search = SearchBox {
        error_id: bar.error.as_ref().map(|_| QUERY_ERROR),
        ..bar.search
    };
    let error = bar.error.map(|text| {
        view! {
            <p class="err px-3 py-2" id=QUERY_ERROR role="alert">
                {text}
            </p>
        }
    });
    view! {
        <div class="bar flex-wrap">
            {search_box(search)}
            {chips}
            {bar.beside}
            <span class="spacer"></span>
            <span class="small muted num">{bar.found}</span>
            {bar.end}
        </div>
        {error}
    }
    .into_any()
}
