//! The browser's side: listens once to the document, and moves what the server has drawn.

mod choose;
mod dom;
mod keys;
mod palette;
mod recent;

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

use self::choose::Chosen;
use self::palette::Palette;
use super::Single;

/// Begins to listen. The listeners stay for as long as the page does.
pub(super) fn attach() {
    let Some(dialog) = dom::find("#palette") else {
        return;
    };
    let single = match dom::is(&dialog, "[data-single=off]") {
        true => Single::Off,
        false => Single::On,
    };
    keys::listen(single);
    choose::listen();
    let Some(palette) = Palette::attach(dialog) else {
        return;
    };
    let mut chosen = Chosen::default();
    let heard = move |event: Event| {
        if let Some(event) = event.dyn_ref::<MouseEvent>() {
            clicked(event, &palette, &mut chosen);
        }
    };
    dom::on(&document(), "click", Box::new(heard));
}

fn clicked(event: &MouseEvent, palette: &Palette, chosen: &mut Chosen) {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let within =
        |selector: &str| -> Option<HtmlElement> { target.closest(selector).ok().flatten()?.dyn_into().ok() };
    dom::close_menus_but(within("details.drop").as_deref());
    if within("[data-palette]").is_some() {
        if plain(event) {
            event.prevent_default();
            palette.open();
        }
    } else if within("[data-keys]").is_some() {
        event.prevent_default();
        keys::show_list();
    } else if let Some(button) = within("[data-copy]") {
        choose::copy(&button);
    } else if let Some(all) = within("[data-pick-all]") {
        choose::all(&all);
    } else if let Some(one) = within("[data-pick]") {
        chosen.clicked(one, event.shift_key());
    }
}

/// A click that would open the link in this very tab.
fn plain(event: &MouseEvent) -> bool {
    !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}
