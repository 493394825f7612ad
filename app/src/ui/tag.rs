//! A word with a status colour. The word says it all; the colour only helps the eye.

use leptos::prelude::*;
use stagedoor_core::view::Tone;

use super::icon::{Icon, icon};

/// The classes of a tag in a tone.
const fn tag_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "tag",
        Tone::Accent => "tag acc",
        Tone::Ok => "tag ok",
        Tone::Warn => "tag warn",
        Tone::Danger => "tag danger",
        Tone::Info => "tag info",
    }
}

/// The class that colours plain text, or a spark line, in a tone.
#[must_use]
pub const fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "muted",
        Tone::Accent => "t-acc",
        Tone::Ok => "t-ok",
        Tone::Warn => "t-warn",
        Tone::Danger => "t-danger",
        Tone::Info => "t-info",
    }
}

/// A tag.
pub fn tag(tone: Tone, text: impl Into<String>) -> AnyView {
    view! { <span class=tag_class(tone)>{text.into()}</span> }.into_any()
}

/// A tag for where something stands: with a dot before the word.
pub fn status_tag(tone: Tone, text: impl Into<String>) -> AnyView {
    view! {
        <span class=tag_class(tone)>
            <span class="dot" aria-hidden="true"></span>
            {text.into()}
        </span>
    }
    .into_any()
}

/// Words in the colour of a tone, without a box.
pub fn tone_text(tone: Tone, text: impl Into<String>) -> AnyView {
    view! { <span class=tone_class(tone)>{text.into()}</span> }.into_any()
}

/// The classes of a box in a tone, beside the box's own.
const fn box_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral | Tone::Accent => "tbox",
        Tone::Ok => "tbox ok",
        Tone::Warn => "tbox warn",
        Tone::Danger => "tbox danger",
        Tone::Info => "tbox info",
    }
}

/// A picture in a box of its tone, beside words that say the same.
pub fn tone_box(tone: Tone, picture: Icon) -> AnyView {
    view! { <span class=box_class(tone)>{icon(picture)}</span> }.into_any()
}

/// The same at the size of a guardrail's glyph, for lists.
pub fn tone_box_small(tone: Tone, picture: Icon) -> AnyView {
    let class = format!("{} s", box_class(tone));
    view! { <span class=class>{icon(picture)}</span> }.into_any()
}
