//! What people press: links that look like buttons, and one-button forms.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One of several.
    Plain,
    /// The one thing to do here.
    Primary,
    /// Ends or takes away something.
    Danger,
    /// As little as possible.
    Ghost,
    /// As [`Self::Plain`], in a row.
    Small,
    /// As [`Self::Danger`], in a row.
    SmallDanger,
}

impl Act {
    /// Its classes.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn pri",
            Self::Danger => "btn danger",
            Self::Ghost => "btn ghost",
            Self::Small => "btn sm",
            Self::SmallDanger => "btn sm danger",
        }
    }
}

/// A link that looks like a button: for going somewhere, never for changing something.
pub fn link_button(act: Act, href: impl Into<String>, label: impl Into<String>) -> AnyView {
    view! {
        <a class=act.class() href=href.into()>
            {label.into()}
        </a>
    }
    .into_any()
}

/// The way out of a dialog that the server drew: a link, which Escape follows, too.
pub fn cancel_link(href: impl Into<String>) -> AnyView {
    view! {
        <a class="btn" href=href.into() data-cancel="">
            "Cancel"
        </a>
    }
    .into_any()
}

/// A name and a value that a form sends without showing.
pub type Hidden = (&'static str, String);

/// A form of one button. `label` is what assistive technology hears when the visible `text` is too short on its own
/// ("End" beside a name).
pub fn post_button(
    act: Act,
    action: &'static str,
    hidden: Vec<Hidden>,
    words: (&'static str, Option<String>),
    before: Option<Icon>,
) -> AnyView {
    let (text, label) = words;
    view! {
        <form method="post" action=action>
            {hidden_fields(hidden)}
            <button class=act.class() aria-label=label>
                {before.map(icon)}
                {text}
            </button>
        </form>
    }
    .into_any()
}

/// The fields of a form that are sent but not shown. Empty ones are sent, too: who receives the form waits for each.
pub fn hidden_fields(hidden: Vec<Hidden>) -> AnyView {
    hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
        .into_any()
}

/// What a form that makes an address keeps of the present one; what is empty would only make it longer.
pub fn kept_fields(mut kept: Vec<Hidden>) -> AnyView {
    kept.retain(|(_, value)| !value.is_empty());
    hidden_fields(kept)
}
