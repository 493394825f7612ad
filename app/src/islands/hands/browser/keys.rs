//! Keys go down: what the table says is done to the page as it is.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::super::{Does, Keymap, Press, Single, moved};
use super::{choose, dom};

const ROW: &str = "[data-row]";
/// The class of the row that keys act upon.
const AT: &str = "at";

/// Begins to listen.
pub(super) fn listen(single: Single) {
    let mut keymap = Keymap::new(single);
    let heard = move |event: Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if event.default_prevented() || event.is_composing() {
            return;
        }
        if asked(&mut keymap, event).is_some_and(done) {
            event.prevent_default();
        }
    };
    dom::on(&document(), "keydown", Box::new(heard));
}

fn asked(keymap: &mut Keymap, event: &KeyboardEvent) -> Option<Does> {
    let (key, focused) = (event.key(), dom::focused());
    keymap.press(Press {
        key: &key,
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        typing: focused.as_ref().is_some_and(|element| dom::takes_text(element)),
        on_row: focused.is_some_and(|element| dom::is(&element, ROW)),
        at_ms: event.time_stamp(),
    })
}

/// Does it; whether there was something to do. In a dialog, keys are the dialog's.
fn done(does: Does) -> bool {
    if does == Does::Palette {
        return dom::press("a[data-palette]");
    }
    if dom::find("dialog[open]").is_some() {
        return false;
    }
    if does == Does::Close {
        return close();
    }
    if dom::find(".veil").is_some() {
        return false;
    }
    match does {
        Does::Next => step(1),
        Does::Previous => step(-1),
        Does::Select => in_row("[data-pick]"),
        Does::Open => in_row("[data-open],summary,button[name=impersonate]"),
        Does::Search => search(),
        Does::Help => show_list(),
        Does::Go(letter) => dom::press(&["[data-go=", letter.encode_utf8(&mut [0; 4]), "]"].concat()),
        Does::Palette | Does::Close => false,
    }
}

/// The list of keys.
pub(super) fn show_list() -> bool {
    dom::find("#keys").is_some_and(|list| dom::show(&list))
}

/// The row that keys act upon.
fn row() -> Option<HtmlElement> {
    dom::find("[data-row].at")
}

fn step(by: isize) -> bool {
    let rows = dom::all(ROW);
    let at = row().and_then(|row| rows.iter().position(|found| *found == row));
    let Some(next) = moved(at, by, rows.len()).and_then(|to| rows.get(to)) else {
        return false;
    };
    leave_row();
    let _ = next.class_list().add_1(AT);
    // A line that opens is focused by its own button, which says what it is; a table's row by itself.
    let button = dom::find_in(next, "summary");
    let _ = button.as_ref().unwrap_or(next).focus();
    dom::reveal(next);
    true
}

fn leave_row() -> bool {
    row().is_some_and(|row| row.class_list().remove_1(AT).is_ok())
}

fn in_row(selector: &str) -> bool {
    let found = row().and_then(|row| dom::find_in(&row, selector));
    found.inspect(HtmlElement::click).is_some()
}

fn search() -> bool {
    let found = dom::find("main input[type=search]");
    found.is_some_and(|field| {
        dom::input(&field).select();
        field.focus().is_ok()
    })
}

/// Closes what is open, from the nearest to the farthest: a menu, a dialog of the server's, the field, the selection, the row.
fn close() -> bool {
    if let Some(button) = dom::close_menus_but(None) {
        return button.focus().is_ok();
    }
    if dom::press("[data-cancel]") {
        return true;
    }
    match dom::focused().filter(|element| dom::takes_text(element)) {
        Some(field) => field.blur().is_ok(),
        None => choose::clear() || leave_row(),
    }
}
