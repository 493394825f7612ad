//! What each sub-role narrows beside permissions: tenants, how many visits at once, how long one may last.

use leptos::prelude::*;
use stagedoor_core::view::role::SubRoleLine;
use stagedoor_core::view::staff::ScopeLine;

use crate::console::staff::scope_words;

/// Draws the card.
pub(super) fn narrowed(lines: &[SubRoleLine]) -> AnyView {
    let rows = lines.iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="sub-roles" tabindex="0">
            <h2 class="sect" id="sub-roles">
                "What sub-roles narrow beside"
            </h2>
            <table aria-label="What sub-roles narrow beside">
                <thead>
                    <tr>
                        <th scope="col">"Sub-role"</th>
                        <th scope="col">"Tenants"</th>
                        <th scope="col">"Visits"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(line: &SubRoleLine) -> AnyView {
    view! {
        <tr>
            <th scope="row" class="mono wrap">
                {line.name.clone()}
            </th>
            <td class="wrap">{tenants(&line.tenants)}</td>
            <td class="wrap">{visits(line)}</td>
        </tr>
    }
    .into_any()
}

/// Nobody reaches more by a sub-role: these are of each person's own.
fn tenants(line: &ScopeLine) -> AnyView {
    match line {
        ScopeLine::All => view! { <span class="muted">"all of one's own"</span> }.into_any(),
        ScopeLine::Only { .. } => format!("of one's own: {}", scope_words(line)).into_any(),
    }
}

fn visits(line: &SubRoleLine) -> AnyView {
    let most = line.visits.map(|most| format!("{most} at once"));
    let long = line.visit_minutes.map(|minutes| format!("{minutes} min at most"));
    let words: Vec<String> = most.into_iter().chain(long).collect();
    match words.is_empty() {
        true => view! { <span class="muted">"as the platform allows"</span> }.into_any(),
        false => words.join(", ").into_any(),
    }
}
