//! The list of keys: drawn from the table that the islands act by, and the pages' letters from the navigation.

use leptos::prelude::*;
use stagedoor_core::view::frame::ConsoleFrame;

use super::navigation::places;
use crate::islands::hands::{BINDINGS, Binding, Does, GO};
use crate::routes::staff;
use crate::server::single_keys;

/// The dialog that `?` opens. `back` is the page to come back to.
pub(super) fn keys_dialog(frame: &ConsoleFrame, back: &str) -> AnyView {
    view! {
        <dialog class="dlg" id="keys" aria-labelledby="keys-title" closedby="any">
            <header>
                <h2 id="keys-title">"Keyboard shortcuts"</h2>
            </header>
            <div class="b">{key_lists(frame)}</div>
            <footer>
                {switch(back)}
                <span class="spacer"></span>
                <form method="dialog">
                    <button class="btn" autofocus>
                        "Close"
                    </button>
                </form>
            </footer>
        </dialog>
    }
    .into_any()
}

/// Both lists: what keys do, and where `g` goes.
pub(crate) fn key_lists(frame: &ConsoleFrame) -> AnyView {
    let does = BINDINGS
        .iter()
        .map(|binding| row(caps(binding), binding.words.to_owned()))
        .collect_view();
    let goes = places(frame)
        .into_iter()
        .filter_map(|place| Some((place.key?, place.label)))
        .map(|(key, label)| row(vec![GO.to_string(), key.to_string()], label.to_owned()))
        .collect_view();
    view! {
        <dl class="keylist">{does}</dl>
        <h3>"Go to"</h3>
        <dl class="keylist">{goes}</dl>
    }
    .into_any()
}

fn row(keys: Vec<String>, words: String) -> AnyView {
    let caps = keys
        .into_iter()
        .map(|key| view! { <kbd>{key}</kbd> })
        .collect_view();
    view! {
        <div>
            <dt>{words}</dt>
            <dd class="keycaps">{caps}</dd>
        </div>
    }
    .into_any()
}

fn caps(binding: &Binding) -> Vec<String> {
    binding.keys.iter().map(|key| (*key).to_owned()).collect()
}

/// The switch of single keys (WCAG 2.1.4): somebody who dictates would set them off by talking.
pub(crate) fn switch(back: &str) -> AnyView {
    let (value, words) = if single_keys() {
        ("off", "Switch single keys off")
    } else {
        ("on", "Switch single keys on")
    };
    view! {
        <form method="post" action=staff::KEYS>
            <input type="hidden" name="back" value=back.to_owned() />
            <button class="btn" name="single" value=value>
                {words}
            </button>
        </form>
    }
    .into_any()
}

/// The line below a list that says the keys it knows; nothing where single keys are switched off.
pub(crate) fn keys_hint(does: &[Does]) -> Option<AnyView> {
    let hints = BINDINGS
        .iter()
        .filter(|binding| does.contains(&binding.does))
        .map(|binding| {
            let caps = binding.keys.first().map(|key| view! { <kbd>{*key}</kbd> });
            view! {
                <span class="keycaps">
                    {caps}
                    {binding.short}
                </span>
            }
        })
        .collect_view();
    single_keys().then(|| view! { <p class="keys awake">{hints}</p> }.into_any())
}
