//! The owner's choice: four answers to one question, each with what it means. Whoever may not choose reads it.

use leptos::prelude::*;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_core::view::portal::{ConsentView, PortalFrame, SupportView};

use crate::routes::tenant;
use crate::server::Look;
use crate::ui::{Clock, Icon, icon};

/// One answer: its name on the wire, its label, what it means.
struct Answer {
    name: &'static str,
    label: &'static str,
    means: &'static str,
}

const ANSWERS: [Answer; 4] = [
    Answer {
        name: "off",
        label: "Off",
        means: "Nobody of platform support comes in. When you need help here, open it first.",
    },
    Answer {
        name: "ask",
        label: "Ask each time",
        means: "Each visit waits for your answer. A question lapses after 30 minutes.",
    },
    Answer {
        name: "window",
        label: "Until a date",
        means: "Open until the end of that day, then closed by itself.",
    },
    Answer {
        name: "on",
        label: "On",
        means: "Platform support may come in for a reason, for at most 30 minutes, and is seen doing it.",
    },
];

/// The card.
pub(super) fn choice(frame: &PortalFrame, view: &SupportView, clock: &Clock, look: &Look) -> AnyView {
    let body = if view.may_choose {
        form(frame, view, clock)
    } else {
        reading(frame, view, clock)
    };
    let _ = look;
    view! {
        <section class="card" aria-labelledby="choice">
            <h2 class="sect" id="choice">
                "May platform support visit?"
            </h2>
            <div class="grid gap-[14px] p-[14px]">
                {body}
                {always()}
            </div>
        </section>
    }
    .into_any()
}

const fn name_of(consent: ConsentView) -> &'static str {
    match consent {
        ConsentView::Off => "off",
        ConsentView::Ask => "ask",
        ConsentView::Window { .. } => "window",
        ConsentView::On => "on",
    }
}

fn form(frame: &PortalFrame, view: &SupportView, clock: &Clock) -> AnyView {
    let flash = frame
        .flash
        .as_ref()
        .filter(|flash| flash.kind == FlashKind::Error);
    let typed = |name: &str| flash.and_then(|flash| flash.values.get(name)).cloned();
    let chosen = typed("choice").unwrap_or_else(|| name_of(view.consent).to_owned());
    let until = typed("until").unwrap_or_else(|| match view.consent {
        ConsentView::Window { until } => day_of_end(clock, until),
        ConsentView::Off | ConsentView::Ask | ConsentView::On => String::new(),
    });
    let options = ANSWERS
        .map(|answer| {
            let id = format!("choice-{}", answer.name);
            let hint = format!("{id}-means");
            let label_for = id.clone();
            let checked = answer.name == chosen;
            view! {
                <div class="grid gap-[2px]">
                    <label class="check" for=label_for>
                        <input type="radio" name="choice" id=id value=answer.name checked=checked aria-describedby=hint.clone() />
                        <span>{answer.label}</span>
                    </label>
                    <p class="hint pl-[23px]" id=hint>
                        {answer.means}
                    </p>
                </div>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=tenant::CONSENT class="grid gap-[12px]">
            <input type="hidden" name="back" value=tenant::SUPPORT_ACCESS />
            <fieldset class="grid gap-[10px]">
                <legend class="sr-only">"May platform support visit?"</legend>
                {options}
            </fieldset>
            {until_field(until, flash, clock)}
            <button class="btn pri justify-center">"Save the choice"</button>
        </form>
    }
    .into_any()
}

fn until_field(until: String, flash: Option<&Flash>, clock: &Clock) -> AnyView {
    let error = flash.and_then(|flash| flash.fields.get("until")).cloned();
    let invalid = error.is_some().then_some("true");
    let fine = error.is_none();
    let hint = format!(
        "The last day of the window, in {}. Only for “Until a date”.",
        clock.zone_name
    );
    view! {
        <div class="grid gap-[5px]">
            <label for="until">"Open until the end of"</label>
            <input
                class="in"
                type="date"
                id="until"
                name="until"
                value=until
                aria-invalid=invalid
                aria-describedby="until-hint until-error"
            />
            <p class="err" id="until-error" role="alert" hidden=fine>
                {error}
            </p>
            <p class="hint" id="until-hint">
                {hint}
            </p>
        </div>
    }
    .into_any()
}

/// The day whose end a window is open until.
fn day_of_end(clock: &Clock, until: stagedoor_core::time::Timestamp) -> String {
    clock.date(until.minus(std::time::Duration::from_secs(1)))
}

fn reading(frame: &PortalFrame, view: &SupportView, clock: &Clock) -> AnyView {
    let name = name_of(view.consent);
    let answer = ANSWERS.iter().find(|answer| answer.name == name);
    let until = match view.consent {
        ConsentView::Window { until } => Some(format!("Open until {}.", clock.exact(until))),
        ConsentView::Off | ConsentView::Ask | ConsentView::On => None,
    };
    let why = match frame.banner {
        Some(_) => "Out of bounds while impersonating, in every mode: only the owner changes this.",
        None => "Only the owner changes this.",
    };
    view! {
        <div>
            <b>{answer.map(|answer| answer.label)}</b>
            <p class="small muted">{answer.map(|answer| answer.means)}</p>
            <p class="small muted num">{until}</p>
        </div>
        <div class="note">
            {icon(Icon::Lock)}
            <p>{why}</p>
        </div>
    }
    .into_any()
}

/// What holds whatever is chosen.
fn always() -> AnyView {
    view! {
        <p class="small muted">
            "Whatever you choose: a visitor never sees billing or sign-in settings, never acts as an owner, and everything seen and done stands in your audit log with the name of who did it."
        </p>
    }
    .into_any()
}
