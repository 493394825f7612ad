//! The steps that go from a risk event. Each button is a step of its own; the note goes with all of them.

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::risk::{Assignee, RiskView};
use stagedoor_service::risk::NOTE_MAX;

use crate::layout::Around;
use crate::routes::staff;
use crate::ui::button::hidden_fields;
use crate::ui::{Act, typed, wrong};

/// The card that takes a step.
pub(super) fn triage(
    view: &RiskView,
    people: &[Assignee],
    flash: Option<&Flash>,
    (around, open): (&Around, bool),
) -> AnyView {
    let risk = &view.risk;
    let acknowledge = (risk.state == "open").then(|| step("acknowledge", "Acknowledge"));
    let close = open.then(|| {
        view! {
            {step("resolve", "Resolve")}
            {step("false_positive", "False positive")}
        }
    });
    let give = match open {
        true => assignee(people, flash),
        false => view! { <input type="hidden" name="assignee" value="" /> }.into_any(),
    };
    let hidden = vec![
        ("risk_id", risk.id.to_string()),
        ("version", risk.version.to_string()),
        ("back", around.back.clone()),
    ];
    view! {
        <section class="card" aria-labelledby="triage">
            <h2 class="sect" id="triage">
                "What to do"
            </h2>
            <form class="grid gap-3 p-[14px]" method="post" action=staff::TRIAGE_RISK>
                {hidden_fields(hidden)}
                {note(flash)}
                <p class="hint">"To resolve it, or to call it a false positive, say why."</p>
                <div class="acts">
                    {step("note", "Add note")}
                    {acknowledge}
                    {close}
                </div>
                {give}
            </form>
        </section>
    }
    .into_any()
}

/// The button of a step.
fn step(value: &'static str, label: &'static str) -> AnyView {
    view! {
        <button class=Act::Plain.class() name="step" value=value>
            {label}
        </button>
    }
    .into_any()
}

/// What is written with a step.
fn note(flash: Option<&Flash>) -> AnyView {
    let error = wrong(flash, "note").map(|text| {
        view! {
            <p class="err" id="note-error">
                {text}
            </p>
        }
    });
    let invalid = error.is_some().then_some("true");
    let described = error.is_some().then_some("note-error");
    view! {
        <label>
            "Note"
            <textarea
                class="in"
                name="note"
                maxlength=NOTE_MAX
                rows="3"
                aria-invalid=invalid
                aria-describedby=described
            >
                {typed(flash, "note")}
            </textarea>
        </label>
        {error}
    }
    .into_any()
}

/// Whom it is given to, where it is still open.
fn assignee(people: &[Assignee], flash: Option<&Flash>) -> AnyView {
    let chosen = typed(flash, "assignee");
    let options = people
        .iter()
        .map(|one| {
            let id = one.id.to_string();
            let selected = id == chosen;
            view! {
                <option value=id selected=selected>
                    {one.name.clone()}
                </option>
            }
        })
        .collect_view();
    view! {
        <label>
            "Assignee"
            <select class="in" name="assignee">
                <option value="">"Me"</option>
                {options}
            </select>
        </label>
        <div class="acts">{step("assign", "Assign")}</div>
    }
    .into_any()
}
