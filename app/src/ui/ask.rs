//! A dialog that asks by name before something is done. It is drawn by the server above a page that is inert, so it is a
//! real dialog before any script runs; Cancel is a link back.

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;

use super::button::{Act, Hidden, cancel_link, hidden_fields};
use super::flash::flash_note;

/// What is asked.
pub struct Ask<'a> {
    /// The question, which names what it is about.
    pub title: String,
    /// What will happen.
    pub about: String,
    /// Where the form is sent.
    pub action: &'static str,
    /// What it sends without showing.
    pub hidden: Vec<Hidden>,
    /// Its fields.
    pub fields: AnyView,
    /// The verb on the button, and how much it asks for attention.
    pub submit: (String, Act),
    /// The page without the dialog.
    pub closed: String,
    /// The answer to an earlier try.
    pub flash: Option<&'a Flash>,
}

/// Draws the dialog.
pub fn ask(asked: Ask<'_>) -> AnyView {
    let (verb, act) = asked.submit;
    let inside = view! {
        <form method="post" action=asked.action>
            {hidden_fields(asked.hidden)}
            <header>
                <h2 id="dialog-title">{asked.title}</h2>
            </header>
            <div class="b">
                <p class="muted" id="dialog-about">
                    {asked.about}
                </p>
                {asked.flash.map(flash_note)}
                {asked.fields}
            </div>
            <footer>
                {cancel_link(asked.closed)}
                <button class=act.class()>{verb}</button>
            </footer>
        </form>
    };
    dialog_frame(inside.into_any())
}

/// The frame of a dialog. What is inside names it with `dialog-title`, and says what it is about with `dialog-about`.
pub fn dialog_frame(inside: AnyView) -> AnyView {
    view! {
        <div class="veil">
            <div
                class="dlg"
                role="dialog"
                aria-modal="true"
                aria-labelledby="dialog-title"
                aria-describedby="dialog-about"
            >
                {inside}
            </div>
        </div>
    }
    .into_any()
}
