//! Choosing rows: one, a run of them with Shift, the whole page; how many they are; and their addresses for elsewhere.

use leptos::prelude::{window, window_event_listener_untyped};
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::super::between;
use super::dom;

const BOX: &str = "[data-pick]";

/// Where the last click was.
#[derive(Default)]
pub(super) struct Chosen {
    last: Option<HtmlInputElement>,
}

impl Chosen {
    /// A box was clicked, and has its new state already. With Shift all from the last click on get the same.
    pub(super) fn clicked(&mut self, clicked: &HtmlElement, shift: bool) {
        let Some(clicked) = clicked.dyn_ref::<HtmlInputElement>() else {
            return;
        };
        if shift {
            self.run_to(clicked);
        }
        self.last = Some(clicked.clone());
        tell();
    }

    fn run_to(&self, clicked: &HtmlInputElement) {
        let boxes = dom::all::<HtmlInputElement>(BOX);
        let place = |wanted: &HtmlInputElement| boxes.iter().position(|found| found == wanted);
        let (Some(from), Some(to)) = (self.last.as_ref().and_then(place), place(clicked)) else {
            return;
        };
        for found in boxes.get(between(from, to)).unwrap_or_default() {
            found.set_checked(clicked.checked());
        }
    }
}

/// A form that is reset forgets what was chosen; a page that comes back may have boxes ticked.
pub(super) fn listen() {
    // The boxes are empty only when the event has been through.
    let _kept = window_event_listener_untyped("reset", |_| spawn_local(async { tell() }));
    let _kept = window_event_listener_untyped("pageshow", |_| tell());
    tell();
}

/// The box of the whole page was clicked.
pub(super) fn all(clicked: &HtmlElement) {
    let on = clicked
        .dyn_ref::<HtmlInputElement>()
        .is_some_and(HtmlInputElement::checked);
    for found in dom::all::<HtmlInputElement>(BOX) {
        found.set_checked(on);
    }
    tell();
}

/// Forgets what is chosen; whether something was.
pub(super) fn clear() -> bool {
    let chosen = chosen();
    for found in &chosen {
        found.set_checked(false);
    }
    tell();
    !chosen.is_empty()
}

fn chosen() -> Vec<HtmlInputElement> {
    let boxes = dom::all::<HtmlInputElement>(BOX);
    boxes.into_iter().filter(HtmlInputElement::checked).collect()
}

/// Says how many are chosen, and keeps the box of the whole page in step.
fn tell() {
    let (all, chosen) = (dom::all::<Element>(BOX).len(), chosen().len());
    say(&format!("{chosen} selected"));
    if let Some(whole) = dom::find::<HtmlInputElement>("[data-pick-all]") {
        whole.set_checked(all > 0 && chosen == all);
        whole.set_indeterminate(chosen > 0 && chosen < all);
    }
}

fn say(words: &str) {
    if let Some(place) = dom::find::<Element>("[data-chosen]") {
        place.set_text_content(Some(words));
    }
}

/// Copies addresses or ids of the chosen, one a line.
pub(super) fn copy(button: &HtmlElement) {
    let ids = button.get_attribute("data-copy").as_deref() == Some("id");
    let values: Vec<String> = chosen()
        .iter()
        .map(|chosen| {
            if ids {
                chosen.value()
            } else {
                chosen.get_attribute("data-email").unwrap_or_default()
            }
        })
        .collect();
    let what = if ids { "ids" } else { "addresses" };
    let count = values.len();
    let copying = window().navigator().clipboard().write_text(&values.join("\n"));
    spawn_local(async move {
        say(&match JsFuture::from(copying).await {
            Ok(_) => format!("{count} {what} copied"),
            Err(_) => "The browser did not allow copying".to_owned(),
        });
    });
}
