//! Keys go down: what the table says is done to the page as it is.

use std::cell::RefCell;

use leptos::ev;
use leptos::prelude::window_event_listener;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::super::{Does, Keymap, Press, Single, moved};
use super::{choose, dom};

const ROW: &str = "[data-row]";
/// The class of the row that keys act upon.
const AT: &str = "at";

/// Begins to listen.
pub(super) fn listen(single: Single) {
    let keymap = RefCell::new(Keymap::new(single));
    let _kept = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let does = asked(&mut keymap.borrow_mut(), &event);
        if does.is_some_and(done) {
            event.prevent_default();
        }
    });
}

fn asked(keymap: &mut Keymap, event: &KeyboardEvent) -> Option<Does> {
    let (key, focused) = (event.key(), dom::focused());
    keymap.press(Press {
        key: &key,
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        typing: focused.as_ref().is_some_and(dom::takes_text),
        on_row: focused.is_some_and(|element| element.matches(ROW).unwrap_or(false)),
        at_ms: event.time_stamp(),
    })
}

/// Does it; whether there was something to do. In a dialog, keys are the dialog's.
fn done(does: Does) -> bool {
    match does {
        Does::Palette => dom::press("[data-palette]"),
        _ if dom::dialog_is_open() => false,
        Does::Close => close(),
        _ if dom::find::<Element>(".veil").is_some() => false,
        Does::Next => step(1),
        Does::Previous => step(-1),
        Does::Select => in_row("[data-pick]"),
        Does::Open => in_row("[data-open],summary,button[name=impersonate]"),
        Does::Search => search(),
        Does::Help => show_list(),
        Does::Go(letter) => dom::press(&format!("[data-go={letter}]")),
    }
}

/// The list of keys.
pub(super) fn show_list() -> bool {
    dom::show("keys").is_some()
}

fn rows() -> (Vec<HtmlElement>, Option<usize>) {
    let rows = dom::all::<HtmlElement>(ROW);
    let at = rows.iter().position(|row| row.class_list().contains(AT));
    (rows, at)
}

fn step(by: isize) -> bool {
    let (rows, at) = rows();
    let Some(row) = moved(at, by, rows.len()).and_then(|to| rows.get(to)) else {
        return false;
    };
    leave_row();
    let _ = row.class_list().add_1(AT);
    // A line that opens is focused by its own button, which says what it is; a table's row by itself.
    let button: Option<HtmlElement> = row
        .query_selector("summary")
        .ok()
        .flatten()
        .and_then(|button| button.dyn_into().ok());
    let _ = button.as_ref().unwrap_or(row).focus();
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&nearest);
    true
}

fn leave_row() -> bool {
    let (rows, at) = rows();
    let row = at.and_then(|at| rows.get(at));
    row.is_some_and(|row| row.class_list().remove_1(AT).is_ok())
}

fn in_row(selector: &str) -> bool {
    let (rows, at) = rows();
    let found = at
        .and_then(|at| rows.get(at))
        .and_then(|row| row.query_selector(selector).ok().flatten());
    match found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        Some(control) => {
            control.click();
            true
        }
        None => false,
    }
}

fn search() -> bool {
    let Some(field) = dom::find::<web_sys::HtmlInputElement>("main input[type=search]") else {
        return false;
    };
    field.select();
    field.focus().is_ok()
}

/// Closes what is open, from the nearest to the farthest: a menu, a dialog of the server's, the field, the selection, the row.
fn close() -> bool {
    if let Some(button) = dom::close_menus_but(None) {
        return button.focus().is_ok();
    }
    if dom::press("[data-cancel]") {
        return true;
    }
    let field = dom::focused().filter(dom::takes_text);
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        return field.blur().is_ok();
    }
    choose::clear() || leave_row()
}
