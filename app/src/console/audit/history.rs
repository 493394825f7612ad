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
    let body = if lines.is_empty() {
        view! { <p class="p-[14px] muted">"Nothing in the log that you may read."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
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
