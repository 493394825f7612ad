//! Designed states: nothing here yet, nothing found, not allowed, not there. Each says what it means and what to do.

use leptos::prelude::*;

use super::button::{Act, link_button};
use super::icon::{Icon, icon};

/// A state of a page or of a list.
#[derive(Debug, Clone)]
pub struct State {
    /// Its picture.
    pub icon: Icon,
    /// What is the case.
    pub title: String,
    /// What it means, and what to do.
    pub text: String,
}

/// Draws a state; `acts` are its buttons and whatever else belongs below the text.
pub fn state(shown: State, acts: impl IntoView) -> AnyView {
    view! {
        <div class="empty">
            {icon(shown.icon)} <h2>{shown.title}</h2> <p>{shown.text}</p> {acts}
        </div>
    }
    .into_any()
}

/// A list without rows: its picture, what is the case and what that means, and the way back to all of it where it was
/// searched.
pub fn no_rows(icon: Icon, (title, text): (&str, &str), cleared: Option<String>) -> AnyView {
    let shown = State {
        icon,
        title: title.to_owned(),
        text: text.to_owned(),
    };
    state(
        shown,
        cleared.map(|all| link_button(Act::Plain, all, "Clear the search")),
    )
}
