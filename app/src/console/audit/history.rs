//! The last entries about one thing, on its own page.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::audit::AuditLine;

use super::sentence;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage};
use crate::ui::Clock;

/// Draws `lines` under `title`, with the way to all of them. They are those the reader may see, so there may be none.
pub(crate) fn history_card(
    title: &'static str,
    lines: &[AuditLine],
    all: AuditQuery,
    around: &Around,
) -> AnyView {
    let body = history_rows(lines, "Nothing in the log that you may read.", &around.clock);
    let all = around.may(Action::AuditReadTenant).then(|| {
        view! {
            <a class="link small" href=ConsolePage::Audit(all).href()>
                "Audit log"
            </a>
        }
    });
    view! {
        <section class="card" aria-labelledby="history">
            <h2 class="sect" id="history">
                {title}
                <span class="spacer"></span>
                {all}
            </h2>
            {body}
        </section>
    }
    .into_any()
}

/// The lines themselves, each with how long ago it was; or the words for none.
pub(crate) fn history_rows(lines: &[AuditLine], none: &'static str, clock: &Clock) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="p-[14px] muted">{none}</p> }.into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <li class="row">
                    <span class="min-w-0 grow break-words">{sentence(&line.sentence)}</span>
                    <span class="small muted">{clock.ago(line.at)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul>{rows}</ul> }.into_any()
}
