//! The few questions that are asked of the document.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement};

/// The first element of a selector.
pub(super) fn find<T: JsCast>(selector: &str) -> Option<T> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()?
        .dyn_into()
        .ok()
}

/// Every element of a selector, in the order of the document.
pub(super) fn all<T: JsCast>(selector: &str) -> Vec<T> {
    let Ok(list) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.item(at)?.dyn_into().ok())
        .collect()
}

/// What has the focus.
pub(super) fn focused() -> Option<Element> {
    document().active_element()
}

/// Whether keys belong to the element: a field for text, or a choice that letters move in.
pub(super) fn takes_text(element: &Element) -> bool {
    let quiet = "[type=checkbox],[type=radio],[type=button],[type=submit],[type=reset]";
    element
        .matches("textarea,select,[contenteditable]")
        .unwrap_or(false)
        || element.matches("input").unwrap_or(false) && !element.matches(quiet).unwrap_or(true)
}

/// Opens one of our dialogs above everything; the browser keeps the focus inside, and gives it back at the end.
pub(super) fn show(id: &str) -> Option<HtmlDialogElement> {
    let dialog: HtmlDialogElement = document().get_element_by_id(id)?.dyn_into().ok()?;
    if !dialog.open() {
        dialog.show_modal().ok()?;
    }
    Some(dialog)
}

/// Whether one of our dialogs is open.
pub(super) fn dialog_is_open() -> bool {
    find::<Element>("dialog[open]").is_some()
}

/// Closes every open menu but this one. Whether there was one, and its button.
pub(super) fn close_menus_but(kept: Option<&Element>) -> Option<HtmlElement> {
    let mut button = None;
    for menu in all::<Element>("details.drop[open]") {
        if Some(&menu) != kept {
            let _ = menu.remove_attribute("open");
            button = menu.query_selector("summary").ok().flatten();
        }
    }
    button?.dyn_into().ok()
}

/// Presses an element as a mouse would.
pub(super) fn press(selector: &str) -> bool {
    match find::<HtmlElement>(selector) {
        Some(element) => {
            element.click();
            true
        }
        None => false,
    }
}
