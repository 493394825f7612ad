//! What stands where a dialog would end in a refusal: the very words of it, and the way to widen the session where that is what
//! keeps it closed. No button leads here; an address may.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::narrowed;

use crate::layout::Around;
use crate::routes::staff;
use crate::ui::{Act, Icon, dialog_frame, icon, post_button};

/// The dialog of an action, or why there is none in this session. `closed` is the page without it.
pub(crate) fn unless_refused(
    around: &Around,
    action: Action,
    closed: String,
    draw: impl FnOnce(String) -> Option<AnyView>,
) -> Option<AnyView> {
    match around.offers.refusal(action) {
        Some(reason) => Some(refused(reason.explain(), closed)),
        None => draw(closed),
    }
}

/// Says why it would be refused.
pub(crate) fn refused(words: &str, closed: String) -> AnyView {
    let widen = narrowed::tells(words).then(widen);
    let words = words.to_owned();
    let inside = view! {
        <header>
            <h2 id="dialog-title">"This would be refused"</h2>
        </header>
        <div class="b">
            <p class="note warn" id="dialog-about">
                {icon(Icon::Lock)}
                <span>{words}</span>
            </p>
        </div>
        <footer>
            <a class="btn" href=closed data-cancel="">
                "Close"
            </a>
            {widen}
        </footer>
    };
    dialog_frame(inside.into_any())
}

/// The way to a wider session: out of this one, and in again.
pub(crate) fn widen() -> AnyView {
    let words = ("Sign out, to sign in again", None);
    post_button(Act::Primary, staff::SIGN_OUT, Vec::new(), words, None)
}
