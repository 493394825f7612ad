//! The one button of a ceremony, and the page's one script behind it.

use leptos::prelude::*;

use crate::server::Look;
use crate::ui::{Icon, icon};

/// A ceremony that a page asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Ceremony {
    /// `register` or `authenticate`.
    pub(super) kind: &'static str,
    /// The words of the button.
    pub(super) label: &'static str,
    /// Where it begins and where it is finished; without them, the entrance's own.
    pub(super) begin: Option<String>,
    pub(super) finish: Option<String>,
    /// Where it leads; without it, where the answer says.
    pub(super) next: Option<String>,
}

/// The button, which the script enables: a press that nobody hears would be lost.
pub(super) fn passkey(ceremony: Ceremony, look: &Look) -> AnyView {
    view! {
        <button
            type="button"
            class="btn pri big"
            data-passkey=ceremony.kind
            data-begin=ceremony.begin
            data-finish=ceremony.finish
            data-next=ceremony.next
            disabled
        >
            {icon(Icon::Fingerprint)}
            {ceremony.label}
        </button>
        <p class="note danger" role="alert" data-passkey-error="" hidden></p>
        <noscript>
            <p class="note warn">
                "A passkey needs JavaScript, which is off in this browser. This page has one small script of its own, and nothing else."
            </p>
        </noscript>
        <script type="module" src=look.assets.url("passkey.js") nonce=look.nonce.clone()></script>
    }
    .into_any()
}
