//! The six guardrails: always the same glyphs in the same order, filled when passed, hollow when not evaluated, struck
//! when failed. The same part on the sign-in page, in the session menu, on a decision and on an entry of the audit.
//!
//! A page may show hundreds of them, so each picture stands once in [`glyph_sprite`] and is referred to everywhere else.

use leptos::prelude::*;
use stagedoor_core::guard::Guardrail;
use stagedoor_core::view::frame::{GuardStanding, GuardView};

use super::icon::Icon;

/// The picture of a guardrail.
#[must_use]
pub const fn picture(guardrail: Guardrail) -> Icon {
    match guardrail {
        Guardrail::Network => Icon::Network,
        Guardrail::Identity => Icon::IdCard,
        Guardrail::Mfa => Icon::Fingerprint,
        Guardrail::Authz => Icon::Shield,
        Guardrail::Danger => Icon::Siren,
        Guardrail::Session => Icon::Timer,
    }
}

/// The picture of a guardrail by its name on the wire.
#[must_use]
pub fn glyph(name: &str) -> Icon {
    let guardrail = Guardrail::ALL
        .into_iter()
        .find(|guardrail| guardrail.as_str() == name);
    guardrail.map_or(Icon::Info, picture)
}

/// The six pictures, once a page. The document's shell holds them; nothing is seen of them there.
pub fn glyph_sprite() -> AnyView {
    let pictures = Guardrail::ALL
        .map(|guardrail| {
            let id = format!("g-{}", guardrail.as_str());
            view! { <path id=id d=picture(guardrail).path() /> }
        })
        .collect_view();
    view! {
        <svg class="sr-only" aria-hidden="true">
            <defs>{pictures}</defs>
        </svg>
    }
    .into_any()
}

/// The six in a row, with one description for assistive technology.
pub fn glyphs(guards: &[GuardView]) -> AnyView {
    let words: Vec<String> = guards
        .iter()
        .map(|guard| format!("{}: {}", guard.label, guard.text))
        .collect();
    let label = format!("Guardrails. {}", words.join(", "));
    let row = guards.iter().map(mark).collect_view();
    view! {
        <span class="gr" role="img" aria-label=label>
            {row}
        </span>
    }
    .into_any()
}

/// One of the six, by reference to the sprite.
fn mark(guard: &GuardView) -> AnyView {
    let title = format!("{}: {}", guard.label, guard.text);
    let picture = format!("#g-{}", guard.name);
    view! {
        <span class=standing_class(guard.standing) title=title>
            <svg
                viewBox="0 0 24 24"
                fill="none"
                stroke="currentColor"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
            >
                <use_ href=picture />
            </svg>
        </span>
    }
    .into_any()
}

const fn standing_class(standing: GuardStanding) -> &'static str {
    match standing {
        GuardStanding::Passed => "",
        GuardStanding::Failed => "no",
        GuardStanding::Open => "na",
    }
}

/// The six one below the other, each with its words.
pub fn glyph_list(guards: &[GuardView]) -> AnyView {
    let rows = guards
        .iter()
        .map(|guard| {
            let (label, text) = (guard.label.clone(), guard.text.clone());
            view! {
                <li class="flex items-start gap-2 py-[3px]">
                    <span class="gr" aria-hidden="true">
                        {mark(guard)}
                    </span>
                    <span class="min-w-0">
                        <b>{label}</b>
                        " "
                        <span class="muted">{text}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="small">{rows}</ul> }.into_any()
}
