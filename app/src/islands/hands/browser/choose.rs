//! Choosing rows: one, a run of them with Shift, the whole page; how many they are; and their addresses for elsewhere.

use leptos::prelude::window;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use super::super::between;
use super::dom;

const BOX: &str = "input[data-pick]";
const CHOSEN: &str = "input[data-pick]:checked";

/// Where the last click was.
#[derive(Default)]
pub(super) struct Chosen {
    last: Option<HtmlElement>,
}

impl Chosen {
    /// A box was clicked, and has its new state already. With Shift all from the last click on get the same.
    pub(super) fn clicked(&mut self, clicked: HtmlElement, shift: bool) {
        if let Some(last) = self.last.as_ref().filter(|_| shift) {
            run(last, &clicked);
        }
        self.last = Some(clicked);
        tell();
    }
}

fn run(from: &HtmlElement, to: &HtmlElement) {
    let boxes = dom::all(BOX);
    let place = |wanted: &HtmlElement| boxes.iter().position(|found| found == wanted);
    if let (Some(from), Some(last)) = (place(from), place(to)) {
        let run = boxes.get(between(from, last)).unwrap_or_default();
        check(run, dom::input(to).checked());
    }
}

fn check(boxes: &[HtmlElement], on: bool) {
    for found in boxes {
        dom::input(found).set_checked(on);
    }
}

/// A form that is reset forgets what was chosen; a page that comes back may have boxes ticked.
pub(super) fn listen() {
    // The boxes are empty only when the event has been through.
    dom::on(&window(), "reset", Box::new(|_| spawn_local(async { tell() })));
    dom::on(&window(), "pageshow", Box::new(|_| tell()));
    tell();
}

/// The box of the whole page was clicked.
pub(super) fn all(clicked: &HtmlElement) {
    check(&dom::all(BOX), dom::input(clicked).checked());
    tell();
}

/// Forgets what is chosen; whether something was.
pub(super) fn clear() -> bool {
    let chosen = dom::all(CHOSEN);
    check(&chosen, false);
    tell();
    !chosen.is_empty()
}

/// Says how many are chosen, and keeps the box of the whole page in step.
fn tell() {
    let (all, chosen) = (dom::all(BOX).len(), dom::all(CHOSEN).len());
    say(chosen, " selected");
    if let Some(whole) = dom::find("input[data-pick-all]") {
        let whole = dom::input(&whole);
        whole.set_checked(all > 0 && chosen == all);
        whole.set_indeterminate(chosen > 0 && chosen < all);
    }
}

fn say(count: usize, words: &str) {
    if let Some(place) = dom::find("[data-chosen]") {
        place.set_text_content(Some(&(count.to_string() + words)));
    }
}

/// Copies addresses or ids of the chosen, one a line.
pub(super) fn copy(button: &HtmlElement) {
    let chosen = dom::all(CHOSEN);
    let ids = dom::is(button, "[data-copy=id]");
    let mut lines = String::new();
    for one in &chosen {
        lines.push_str(&dom::attribute(one, if ids { "value" } else { "data-email" }));
        lines.push('\n');
    }
    let copying = window().navigator().clipboard().write_text(&lines);
    spawn_local(async move {
        let copied = JsFuture::from(copying).await.is_ok();
        say(
            chosen.len(),
            match (copied, ids) {
                (true, true) => " ids copied",
                (true, false) => " addresses copied",
                (false, _) => " selected. The browser did not allow copying.",
            },
        );
    });
}
