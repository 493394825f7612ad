//! Before and after, line by line. The signs say it as well as the colours.

use leptos::prelude::*;
use stagedoor_core::view::audit::DiffLine;

/// The lines of a change.
pub fn diff(lines: &[DiffLine]) -> AnyView {
    let rows = lines.iter().map(line).collect_view();
    view! { <div class="diff">{rows}</div> }.into_any()
}

fn line(line: &DiffLine) -> AnyView {
    let before = line.before.as_ref().map(|value| {
        let text = format!("- {}: {value}", line.field);
        view! { <div class="m">{text}</div> }
    });
    let after = line.after.as_ref().map(|value| {
        let text = format!("+ {}: {value}", line.field);
        view! { <div class="p">{text}</div> }
    });
    view! {
        {before}
        {after}
    }
    .into_any()
}
