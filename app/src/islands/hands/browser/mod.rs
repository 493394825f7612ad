//! The browser's side: listens once to the document, and moves what the server has drawn.

mod choose;
mod dom;
mod keys;
mod palette;
mod recent;

use std::cell::RefCell;

use leptos::ev;
use leptos::prelude::window_event_listener;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Single;

/// Begins to listen. The listeners stay for as long as the page does.
pub(super) fn attach(single: Single, person: String) {
    keys::listen(single);
    let palette = palette::Palette::attach(recent::visit(&person));
    let chosen = RefCell::new(choose::Chosen::default());
    let _kept = window_event_listener(ev::click, move |event| {
        let Some(target) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        else {
            return;
        };
        dom::close_menus_but(target.closest("details.drop").ok().flatten().as_ref());
        if within(&target, "[data-palette]").is_some() && plain(&event) {
            if let Some(palette) = &palette {
                event.prevent_default();
                palette.open();
            }
        } else if within(&target, "[data-keys]").is_some() {
            event.prevent_default();
            keys::show_list();
        } else if let Some(button) = within(&target, "[data-copy]") {
            choose::copy(&button);
        } else if let Some(all) = within(&target, "[data-pick-all]") {
            choose::all(&all);
        } else if let Some(one) = within(&target, "[data-pick]") {
            chosen.borrow_mut().clicked(&one, event.shift_key());
        }
    });
    choose::listen();
}

fn within(target: &Element, selector: &str) -> Option<HtmlElement> {
    target.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// A click that would open the link in this very tab.
fn plain(event: &web_sys::MouseEvent) -> bool {
    !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}
