//! The pages of this tab, newest first: kept by the browser for as long as the tab is open, never sent anywhere.
//!
//! Only path and tenant are kept, never a search. What another person left in the tab is forgotten.

use leptos::prelude::{document, window};

const KEY: &str = "stagedoor.recent";
/// How many are kept.
const KEPT: usize = 6;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recent {
    pub(super) href: String,
    pub(super) label: String,
}

/// Notes the page that is open, and gives those before it.
pub(super) fn visit(person: &str) -> Vec<Recent> {
    let Some(storage) = window().session_storage().ok().flatten() else {
        return Vec::new();
    };
    let stored = storage.get_item(KEY).ok().flatten().unwrap_or_default();
    let (whose, list) = stored.split_once('\n').unwrap_or_default();
    let mut pages: Vec<Recent> = list
        .lines()
        .filter(|_| whose == person)
        .filter_map(|line| line.split_once('\t'))
        .map(|(href, label)| Recent {
            href: href.to_owned(),
            label: label.to_owned(),
        })
        .collect();
    let Some(here) = here() else { return pages };
    pages.retain(|page| page.href != here.href);
    let before = pages.clone();
    pages.insert(0, here);
    pages.truncate(KEPT);
    let lines: Vec<String> = pages
        .iter()
        .map(|page| format!("{}\t{}", page.href, page.label))
        .collect();
    // A full or forbidden store only means that nothing is remembered.
    let _ = storage.set_item(KEY, &format!("{person}\n{}", lines.join("\n")));
    before
}

/// This page by its path, its tenant, and its name in the tab.
fn here() -> Option<Recent> {
    let location = window().location();
    let (path, search) = (location.pathname().ok()?, location.search().ok()?);
    let tenant = search
        .trim_start_matches('?')
        .split('&')
        .find(|pair| pair.starts_with("tenant="));
    let title = document().title();
    let name = title.trim_end_matches(" · Stagedoor");
    let label = match tenant.and_then(|pair| pair.split_once('=')) {
        Some((_, slug)) if !name.contains(" · ") => format!("{name} · {slug}"),
        _ => name.to_owned(),
    };
    Some(Recent {
        href: tenant.map_or_else(|| path.clone(), |pair| format!("{path}?{pair}")),
        label: label.replace(['\t', '\n'], " "),
    })
}
