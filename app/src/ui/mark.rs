//! Stagedoor's mark, in the colours of the theme: a door, ajar.

use leptos::prelude::*;

/// The mark. It stands beside the name, so it is hidden from assistive technology.
#[component]
pub fn Mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
            <rect x="1" y="1" width="18" height="18" rx="5" fill="var(--text)" />
            <path
                d="M6.2 15.5V5.6c0-.6.5-1.1 1.1-1.1h5.4c.6 0 1.1.5 1.1 1.1v9.9"
                fill="none"
                stroke="var(--bg)"
                stroke-width="1.5"
            />
            <path d="M8.6 15.5V7.2l3.2-1.1v9.4" fill="var(--accent)" />
        </svg>
    }
    .into_any()
}
