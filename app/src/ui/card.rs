//! The head of a page: its one `h1`, the line below it, and what can be done with the whole of it.

use leptos::prelude::*;

/// A page's head. `lead` is the line below the title, `acts` what stands at the right.
pub fn page_head(title: impl Into<String>, lead: impl IntoView, acts: impl IntoView) -> AnyView {
    view! {
        <div class="h">
            <div class="grow">
                <h1>{title.into()}</h1>
                <p>{lead}</p>
            </div>
            {acts}
        </div>
    }
    .into_any()
}
