//! The last entries about one thing, on its own page.

use leptos::prelude::*;
use stagedoor_core::view::audit::AuditLine;

use super::sentence;
use crate::routes::{AuditQuery, ConsolePage};
use crate::ui::Clock;

/// Draws `lines` under `title`, with the way to all of them. They are those the reader may see, so there may be none.
pub(crate) fn history_card(
    title: &'static str,
    lines: &[AuditLine],
    all: AuditQuery,
    clock: &Clock,
) -> AnyView {
    let body = history_rows(lines, "Nothing in the log that you may read.", clock);
    let all = ConsolePage::Audit(all).href();
    view! {
        <section class="card" aria-labelledby="history">
            <h2 class="sect" id="history">
                {title}
                <span class="spacer"></span>
                <a class="link small" href=all>
                    "Audit log"
                </a>
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
