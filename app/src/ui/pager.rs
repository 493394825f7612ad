//! Keyset paging: on to the next page, or back to the first. There are no page numbers, for they would be guesses.

use std::fmt::Display;

use leptos::prelude::*;
use stagedoor_core::view::grouped;

use super::icon::{Icon, icon};

/// Which rows a page shows: `1–50 of 142`. Without any, `none` says so: `0 people`.
pub fn span(first: u64, rows: usize, matching: impl Display, none: &str) -> String {
    match rows as u64 {
        0 => none.to_owned(),
        rows => format!("{}–{} of {matching}", grouped(first), grouped(first + rows - 1)),
    }
}

/// The pager's two ways; where there is neither it draws nothing. `next_label` says what comes: `Next 50`, `Older entries`.
pub fn pager(
    first_href: Option<String>,
    next_href: Option<String>,
    next_label: impl Into<String>,
) -> Option<AnyView> {
    if first_href.is_none() && next_href.is_none() {
        return None;
    }
    let next_label = next_label.into();
    let first = first_href.map(|href| {
        view! {
            <a class="btn sm" href=href>
                {icon(Icon::ArrowLeft)}
                "First page"
            </a>
        }
    });
    let next = next_href.map(|href| {
        view! {
            <a class="btn sm" href=href rel="next">
                {next_label}
                {icon(Icon::ArrowRight)}
            </a>
        }
    });
    Some(
        view! {
            <nav class="pager" aria-label="Pages">
                {first}
                <span class="spacer"></span>
                {next}
            </nav>
        }
        .into_any(),
    )
}
