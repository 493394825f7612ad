//! The palette: what fits stays, tenants are asked for while one types, arrows move, Enter goes.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JsString, Reflect};
use leptos::prelude::window;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlTemplateElement, KeyboardEvent, Response};

use super::super::{fits, moved};
use super::{dom, recent};

/// How long typing must rest before tenants are asked for.
const REST_MS: u32 = 150;
const LEFT: &str = "[role=option]:not([hidden])";
const POINTED: &str = "[aria-selected=true]";

/// The palette of the page.
#[derive(Clone)]
pub(super) struct Palette(Rc<Parts>);

struct Parts {
    dialog: HtmlElement,
    field: HtmlElement,
    list: HtmlElement,
    /// The question that was asked last; an answer to an earlier one is too late.
    asked: Cell<u32>,
}

impl Palette {
    /// The palette that the server drew.
    pub(super) fn attach(dialog: HtmlElement) -> Option<Self> {
        let palette = Self(Rc::new(Parts {
            field: dom::find_in(&dialog, "input")?,
            list: dom::find_in(&dialog, "[role=listbox]")?,
            asked: Cell::new(0),
            dialog,
        }));
        let person = dom::attribute(&palette.0.dialog, "data-person");
        for (at, (href, name)) in recent::visit(&person).into_iter().enumerate() {
            palette.add("[data-recent]", ["go-r", &at.to_string(), &href, &name, ""]);
        }
        palette.listen();
        Some(palette)
    }

    fn listen(&self) {
        let palette = self.clone();
        dom::on(&self.0.field, "input", Box::new(move |_| palette.typed()));
        let palette = self.clone();
        let key = move |event: web_sys::Event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                && palette.key(&event.key())
            {
                event.prevent_default();
            }
        };
        dom::on(&self.0.field, "keydown", Box::new(key));
        // What is chosen leads away, or opens the list of keys: the palette has done its part.
        let palette = self.clone();
        dom::on(&self.0.list, "click", Box::new(move |_| palette.dialog().close()));
    }

    fn dialog(&self) -> &HtmlDialogElement {
        self.0.dialog.unchecked_ref()
    }

    /// Opens it, empty; a second time closes it.
    pub(super) fn open(&self) {
        if self.dialog().open() {
            return self.dialog().close();
        }
        dom::close_menus_but(None);
        dom::input(&self.0.field).set_value("");
        if dom::show(&self.0.dialog) {
            self.typed();
        }
    }

    fn typed(&self) {
        let typed = small(&dom::input(&self.0.field).value());
        for old in dom::all_in(&self.0.list, "[data-found] [role=option]") {
            old.remove();
        }
        self.show_fitting(&typed);
        self.ask(typed);
    }

    /// Hides what does not fit, and the headings of what is hidden; the first that is left is the one that Enter takes.
    fn show_fitting(&self, typed: &str) {
        for option in dom::all_in(&self.0.list, "[role=option]") {
            option.set_hidden(!fits(&dom::attribute(&option, "data-words"), typed));
        }
        for group in dom::all_in(&self.0.list, "[role=group]") {
            group.set_hidden(dom::find_in(&group, LEFT).is_none());
        }
        self.point_at(Some(0));
        let count = self.left().len();
        let words = match count {
            0 => "Nothing of that name.".to_owned(),
            1 => "1 result".to_owned(),
            many => many.to_string() + " results",
        };
        if let Some(status) = dom::find_in(&self.0.dialog, "[data-count]") {
            status.set_text_content(Some(&words));
        }
    }

    fn left(&self) -> Vec<HtmlElement> {
        dom::all_in(&self.0.list, LEFT)
    }

    fn pointed(&self) -> Option<HtmlElement> {
        dom::find_in(&self.0.list, POINTED)
    }

    /// Whether the key was one of ours.
    fn key(&self, key: &str) -> bool {
        match key {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "Enter" => self.pointed().iter().for_each(HtmlElement::click),
            _ => return false,
        }
        true
    }

    fn step(&self, by: isize) {
        let left = self.left();
        let at = self
            .pointed()
            .and_then(|pointed| left.iter().position(|option| *option == pointed));
        self.point_at(moved(at, by, left.len()));
    }

    fn point_at(&self, place: Option<usize>) {
        if let Some(former) = self.pointed() {
            dom::set(&former, "aria-selected", "false");
        }
        let left = self.left();
        let option = place.and_then(|place| left.get(place));
        if let Some(option) = option {
            dom::set(option, "aria-selected", "true");
            dom::reveal(option);
        }
        let id = option.map(|option| option.id()).unwrap_or_default();
        dom::set(&self.0.field, "aria-activedescendant", &id);
    }

    /// Asks for tenants, once typing rests. What was typed meanwhile makes the answer too late.
    fn ask(&self, typed: String) {
        let question = self.0.asked.get().wrapping_add(1);
        self.0.asked.set(question);
        if typed.is_empty() {
            return;
        }
        let palette = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(REST_MS).await;
            if palette.0.asked.get() != question {
                return;
            }
            // A server that does not answer leaves what is there already.
            if let Ok(found) = palette.fetch(&typed).await
                && palette.0.asked.get() == question
            {
                palette.found(&found);
                palette.show_fitting(&typed);
            }
        });
    }

    async fn fetch(&self, typed: &str) -> Result<JsValue, JsValue> {
        let typed = String::from(js_sys::encode_uri_component(typed));
        let address = dom::attribute(&self.0.list, "data-tenants") + &typed;
        let response: Response = JsFuture::from(window().fetch_with_str(&address))
            .await?
            .dyn_into()?;
        JsFuture::from(response.json()?).await
    }

    /// An answer of the API: its tenants become options. A refusal has none.
    fn found(&self, answer: &JsValue) {
        let text = |item: &JsValue, name: &str| {
            let value = Reflect::get(item, &name.into()).ok();
            value.and_then(|value| value.as_string()).unwrap_or_default()
        };
        let Ok(items) = Reflect::get(answer, &"items".into()) else {
            return;
        };
        let before = dom::attribute(&self.0.list, "data-tenant-href");
        for (at, item) in Array::from(&items).iter().enumerate() {
            let (slug, name) = (text(&item, "slug"), text(&item, "name"));
            let href = before.clone() + &slug;
            self.add("[data-found]", ["go-t", &at.to_string(), &href, &name, &slug]);
        }
    }

    /// Adds an option to a group, made of the group's own blank: two parts of its id, its address, its words, its hint.
    fn add(&self, group: &str, [kind, number, href, label, hint]: [&str; 5]) {
        let Some(group) = dom::find_in(&self.0.list, group) else {
            return;
        };
        let Some(option) = blank(&group) else { return };
        for (name, value) in [
            ("id", [kind, number].concat().as_str()),
            ("href", href),
            ("data-words", &small(&[label, " ", hint].concat())),
        ] {
            dom::set(&option, name, value);
        }
        for (part, text) in dom::all_in(&option, "span").iter().zip([label, hint]) {
            part.set_text_content(Some(text));
        }
        let _ = group.append_child(&option);
    }
}

/// A copy of what the server drew for a group to be filled with.
fn blank(group: &Element) -> Option<HtmlElement> {
    let template: HtmlTemplateElement = group.query_selector("template").ok().flatten()?.dyn_into().ok()?;
    let option = template.content().first_element_child()?;
    option.clone_node_with_deep(true).ok()?.dyn_into().ok()
}

/// A text in small letters, by the browser's own knowledge of them.
fn small(text: &str) -> String {
    String::from(JsString::from(text).to_lower_case())
}
