//! The message that is shown once, after a form was sent. It is text: what was typed is never markup.

use leptos::prelude::*;
use stagedoor_core::view::frame::{Flash, FlashKind};

use super::icon::{Icon, icon};

/// Draws the message. An error is announced at once, a success when there is a pause.
pub fn flash_note(flash: &Flash) -> AnyView {
    let (message, id) = (flash.message.clone(), flash.request_id.clone());
    let (role, symbol) = match flash.kind {
        FlashKind::Done => ("status", Icon::CircleCheck),
        FlashKind::Error => ("alert", Icon::CircleAlert),
    };
    view! {
        <div class=flash_class(flash.kind) role=role>
            {icon(symbol)} <div class="min-w-0">
                {message}
                {id.map(|id| {
                    view! {
                        <span class="faint small">
                            " Request " <span class="mono">{id}</span>
                        </span>
                    }
                })}
            </div>
        </div>
    }
    .into_any()
}

/// What was typed into a field of the form that came back; empty where it did not come back.
pub fn typed(flash: Option<&Flash>, name: &str) -> String {
    flash
        .and_then(|flash| flash.values.get(name))
        .cloned()
        .unwrap_or_default()
}

/// What is wrong with a field of the form that came back.
pub fn wrong(flash: Option<&Flash>, name: &str) -> Option<String> {
    flash
        .filter(|flash| flash.kind == FlashKind::Error)
        .and_then(|flash| flash.fields.get(name))
        .cloned()
}

const fn flash_class(kind: FlashKind) -> &'static str {
    match kind {
        FlashKind::Done => "flash ok",
        FlashKind::Error => "flash danger",
    }
}
