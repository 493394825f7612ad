//! Designed states: nothing here yet, nothing found, not allowed, not there. Each says what it means and what to do.

use leptos::prelude::*;

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
