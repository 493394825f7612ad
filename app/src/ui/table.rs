//! The head of a column that sorts: a link to the same list in another order. It sorts nothing itself; the order is
//! the database's.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// By another column.
    No,
    /// Smallest, or first in the alphabet, on top.
    Ascending,
    /// Largest, or newest, on top.
    Descending,
}

impl Sorted {
    const fn aria(self) -> &'static str {
        match self {
            Self::No => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }

    const fn arrow(self) -> Option<Icon> {
        match self {
            Self::No => None,
            Self::Ascending => Some(Icon::ArrowUp),
            Self::Descending => Some(Icon::ArrowDown),
        }
    }
}

/// The head of a column that sorts; its link leads to the list in that order.
pub fn sort_header(label: &'static str, href: String, sorted: Sorted) -> AnyView {
    view! {
        <th scope="col" aria-sort=sorted.aria()>
            <a href=href>{label} {sorted.arrow().map(icon)}</a>
        </th>
    }
    .into_any()
}
