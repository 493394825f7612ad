//! What the gate's pages have in common: the small stylesheet, no WebAssembly, a heading beside the mark.

use leptos::prelude::*;

use crate::layout::document::{Islands, Page, Sheet, document};
use crate::server::Look;
use crate::ui::mark::Mark;

/// A gate page that stays where it is.
pub(crate) fn page(title: &str, body: impl IntoView) -> Page {
    let body = view! {
        <main class="gate" id="main" tabindex="-1">
            {body.into_view()}
        </main>
    };
    Page {
        title: title.to_owned(),
        acting: None,
        refresh: None,
        islands: Islands::None,
        body: body.into_any(),
    }
}

/// The finished document of a page that is made outside of a request's rendering.
pub(crate) fn render(look: &Look, draw: impl FnOnce() -> Page) -> String {
    // Views may look for their reactive owner; here there is none yet.
    Owner::new().with(|| document(Sheet::Gate, draw(), look).to_html())
}

/// The mark, the page's heading, and what stands below it.
pub(crate) fn heading(title: impl Into<String>, below: impl Into<String>) -> impl IntoView {
    view! {
        <header class="gate-h">
            <Mark />
            <div>
                <h1>{title.into()}</h1>
                <p class="small muted">{below.into()}</p>
            </div>
        </header>
    }
}
