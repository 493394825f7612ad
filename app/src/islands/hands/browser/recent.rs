//! The pages of this tab, newest first: kept by the browser for as long as the tab is open, never sent anywhere.
//!
//! Only path and tenant are kept, never a search. What another person left in the tab is forgotten.

use leptos::prelude::{document, window};

const KEY: &str = "stagedoor.recent";
/// How many are kept.
const KEPT: usize = 6;

/// A page: where it is, and its name in the tab.
pub(super) type Recent = (String, String);

/// Notes the page that is open, and gives those before it.
pub(super) fn visit(person: &str) -> Vec<Recent> {
    let Some(storage) = window().session_storage().ok().flatten() else {
        return Vec::new();
    };
    let stored = storage.get_item(KEY).ok().flatten().unwrap_or_default();
    let mut lines = stored.split('\n');
    let own = lines.next() == Some(person);
    let (here, name) = here();
    let mut kept = person.to_owned();
    let mut before = Vec::new();
    add(&mut kept, &here, &name);
    while let (true, Some(href), Some(name)) = (own && before.len() < KEPT, lines.next(), lines.next()) {
        if href != here {
            add(&mut kept, href, name);
            before.push((href.to_owned(), name.to_owned()));
        }
    }
    // A full or forbidden store only means that nothing is remembered.
    let _ = storage.set_item(KEY, &kept);
    before
}

fn add(lines: &mut String, href: &str, name: &str) {
    for part in [href, name] {
        lines.push('\n');
        lines.push_str(part);
    }
}

/// This page by its path and tenant, and its name in the tab. An address has no line feed in it, and a title none.
fn here() -> Recent {
    let location = window().location();
    let mut href = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    let tenant = query.split(['?', '&']).find(|pair| pair.starts_with("tenant="));
    let mut name = document().title();
    if let Some(pair) = tenant {
        href.push('?');
        href.push_str(pair);
    }
    // The product's name stands behind each.
    if let Some(end) = name.rfind('·') {
        name.truncate(end);
    }
    (href, name)
}
