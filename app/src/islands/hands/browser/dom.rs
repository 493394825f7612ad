//! The few questions that are asked of the document, and the one way to listen to it.
//!
//! Every element is an `HtmlElement` here, whatever more it may be: one shape keeps the module small.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::Closure;
use web_sys::{
    Element, Event, EventTarget, HtmlDialogElement, HtmlElement, HtmlInputElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// The first element of a selector below another.
pub(super) fn find_in(within: &Element, selector: &str) -> Option<HtmlElement> {
    within.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// The first element of a selector.
pub(super) fn find(selector: &str) -> Option<HtmlElement> {
    find_in(&document().document_element()?, selector)
}

/// Every element of a selector below another, in the order of the document.
pub(super) fn all_in(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.item(at)?.dyn_into().ok())
        .collect()
}

/// Every element of a selector.
pub(super) fn all(selector: &str) -> Vec<HtmlElement> {
    document()
        .document_element()
        .map_or_else(Vec::new, |root| all_in(&root, selector))
}

/// An element that the server drew as an `input`.
pub(super) fn input(element: &HtmlElement) -> &HtmlInputElement {
    // INVARIANT: only elements of `input` selectors come here; another would lack the fields, and nothing else.
    element.unchecked_ref()
}

/// What has the focus.
pub(super) fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Whether an element is one of a selector.
pub(super) fn is(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or(false)
}

/// Whether keys belong to the element: a field for text, or a choice that letters move in.
pub(super) fn takes_text(element: &Element) -> bool {
    is(
        element,
        "textarea,select,[contenteditable],input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=reset])",
    )
}

/// An attribute's text; empty where there is none.
pub(super) fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Sets an attribute. It fails for names that are none only, and ours are.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Brings an element into sight, by no more than it takes.
pub(super) fn reveal(element: &Element) {
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&nearest);
}

/// Opens one of our dialogs above everything; the browser keeps the focus inside, and gives it back at the end.
pub(super) fn show(dialog: &HtmlElement) -> bool {
    let dialog: &HtmlDialogElement = dialog.unchecked_ref();
    dialog.open() || dialog.show_modal().is_ok()
}

/// Closes every open menu but this one. The button of one that was open.
pub(super) fn close_menus_but(kept: Option<&Element>) -> Option<HtmlElement> {
    let mut button = None;
    for menu in all("details.drop[open]") {
        if kept != Some(&menu) {
            let _ = menu.remove_attribute("open");
            button = find_in(&menu, "summary");
        }
    }
    button
}

/// Presses the first element of a selector as a mouse would; whether there is one.
pub(super) fn press(selector: &str) -> bool {
    let found = find(selector);
    found.inspect(HtmlElement::click).is_some()
}

/// Listens for as long as the page is there. A page is never left but by a navigation, which takes the listener with it.
pub(super) fn on(target: &EventTarget, name: &str, heard: Box<dyn FnMut(Event)>) {
    let heard = Closure::wrap(heard);
    let _ = target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    heard.forget();
}
