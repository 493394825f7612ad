//! Where a visit lands that is over, by whatever end: what ended it, and the way back. The tenant is behind it, so it
//! shows no more of it than its name.

use leptos::prelude::*;
use stagedoor_core::view::portal::VisitOverView;

use crate::gate::{heading, page, render};
use crate::server::Look;
use crate::ui::{Icon, icon};

/// The page.
#[must_use]
pub fn visit_over_page(view: &VisitOverView, look: &Look) -> String {
    render(look, || {
        let body = view! {
            {heading("This impersonation has ended", view.tenant.clone())}
            <div class="note" role="status">
                {icon(Icon::Timer)}
                <p>
                    <b>{format!("You have left {}: {}.", view.tenant, view.why)}</b>
                    " What was seen and done is in both logs. A new impersonation needs a new reason."
                </p>
            </div>
            <a class="btn pri big" href=view.console.clone()>
                {icon(Icon::ArrowLeft)}
                "Back to the console"
            </a>
        };
        page("Impersonation ended", body)
    })
}
