//! The Export menu: what the list shows, as a file. Links, because an export is a look like any other.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// Draws the menu: the words on its button, its links with their words, and what to know before.
pub fn export_menu(label: String, ways: Vec<(String, &'static str)>, note: String) -> AnyView {
    let links = ways
        .into_iter()
        .map(|(href, words)| {
            view! {
                <li>
                    <a class="item" href=href download="">
                        {icon(Icon::Download)}
                        {words}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="drop end">
            <summary class="btn">{icon(Icon::Download)} {label}</summary>
            <div class="w-[290px]">
                <ul>{links}</ul>
                <p class="small muted p-2">{note}</p>
            </div>
        </details>
    }
    .into_any()
}
