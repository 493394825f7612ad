//! What the core says of a simulated request: the end, the six guardrails, and the declaration that it was held against;
//! beside it the same with the change that was asked about.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::policy::{Answer, Ending, Simulation};

use super::shut_out::shut_out;
use crate::ui::time::span_words;
use crate::ui::{Clock, glyph_list, status_tag};

/// Draws the answer.
pub(super) fn answer(simulation: &Simulation, clock: &Clock) -> AnyView {
    let tenant = simulation
        .tenant
        .as_ref()
        .map(|tenant| format!(" on {}", tenant.name));
    let from = simulation.address.map_or_else(
        || "an address that nobody knows".to_owned(),
        |address| address.to_string(),
    );
    let narrowed = match simulation.narrowed.words() {
        words if words.is_empty() => String::new(),
        words => format!(", in a session narrowed: {}", words.join(", ")),
    };
    let changed = simulation
        .changed
        .as_ref()
        .map(|answer| part("With the change", answer));
    let shut_out = simulation.shut_out.as_ref().map(|shut| {
        let whom = shut_out(shut);
        view! { <div class="px-[14px] pb-[14px]">{whom}</div> }
    });
    let sides = if changed.is_some() {
        "two p-[14px]"
    } else {
        "grid p-[14px]"
    };
    view! {
        <section class="card" aria-labelledby="answer">
            <h2 class="sect" id="answer">
                "What the core says"
            </h2>
            <p class="px-[14px] pt-3 muted">
                <b>{simulation.who.clone()}</b>
                ", "
                <span class="mono">{simulation.action.clone()}</span>
                {tenant}
                ", from "
                <span class="mono">{from}</span>
                {narrowed}
                ", "
                {clock.exact(simulation.at)}
            </p>
            <div class=sides>{part("In force", &simulation.present)} {changed}</div>
            {shut_out}
        </section>
    }
    .into_any()
}

const fn words(ending: Ending) -> (Tone, &'static str) {
    match ending {
        Ending::Permit => (Tone::Ok, "Permitted"),
        Ending::Challenge => (Tone::Warn, "A fresh passkey is asked for"),
        Ending::Deny => (Tone::Danger, "Refused"),
    }
}

fn part(title: &'static str, answer: &Answer) -> AnyView {
    let (tone, ending) = words(answer.ending);
    let fresh = answer.max_age_seconds.map(|seconds| {
        format!(
            " A proof of the last {} will do.",
            span_words(std::time::Duration::from_secs(seconds))
        )
    });
    let code = answer.code.clone().map(|code| {
        view! {
            <span class="mono small faint">{code}</span>
        }
    });
    view! {
        <section class="grid content-start gap-2 min-w-0" aria-label=title>
            <h3>{title}</h3>
            <p>{status_tag(tone, ending)} " " {code}</p>
            <p class="muted">{answer.text.clone()} {fresh}</p>
            {glyph_list(&answer.guards)}
            <p class="code">{answer.guard.declaration.clone()}</p>
        </section>
    }
    .into_any()
}
