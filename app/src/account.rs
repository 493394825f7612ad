//! The parts of an account of a visit that both sides draw alike: what was viewed, and what the log tells besides.

use leptos::prelude::*;
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::grouped;
use stagedoor_core::view::visit::ViewedLine;

use crate::console::audit::{Pivot, timeline};
use crate::routes::columns::Shown;
use crate::ui::{Clock, Icon, State, state, titled_card};

/// Each page that was viewed, with how often and how many records.
pub(crate) fn viewed(lines: &[ViewedLine], clock: &Clock) -> AnyView {
    let body = if lines.is_empty() {
        let shown = State {
            icon: Icon::Eye,
            title: "Nothing was viewed".to_owned(),
            text: "Each page that is opened is told here, with how many records were on it.".to_owned(),
        };
        state(shown, ())
    } else {
        let rows = lines
            .iter()
            .map(|line| {
                view! {
                    <tr>
                        <td>
                            <b>{line.what.clone()}</b>
                        </td>
                        <td class="num r">{grouped(line.times)}</td>
                        <td class="num r">{grouped(line.rows)}</td>
                        <td class="muted">{clock.moment(line.last)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <table aria-label="What was viewed">
                <thead>
                    <tr>
                        <th scope="col">"Page"</th>
                        <th scope="col" class="r">
                            "Times"
                        </th>
                        <th scope="col" class="r">
                            "Records"
                        </th>
                        <th scope="col">"Last"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    titled_card("viewed", "What was viewed", body)
}

/// Entries of a visit under a title. `pivot` gives the address of a query of the log, where the reader may ask it.
pub(crate) fn told(
    id: &'static str,
    (title, none): (&'static str, &'static str),
    lines: &[AuditLine],
    clock: &Clock,
    pivot: Option<Pivot<'_>>,
) -> AnyView {
    let body = if lines.is_empty() {
        view! { <p class="p-[14px] muted">{format!("{none}.")}</p> }.into_any()
    } else {
        timeline(lines, clock, None, &Shown::default(), pivot, None)
    };
    titled_card(id, title, body)
}
