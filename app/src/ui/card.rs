//! The head of a page: its one `h1`, the line below it, and what can be done with the whole of it. And a card with a title.

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

/// A part of a page under a title of its own, which `id` ties to it.
pub fn titled_card(id: &'static str, title: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! {
        <section class="card" aria-labelledby=id>
            <h2 class="sect" id=id>
                {title}
            </h2>
            {body}
        </section>
    }
    .into_any()
}
