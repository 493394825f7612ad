//! The palette: what fits stays, tenants are asked for while one types, arrows move, Enter goes.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use leptos::wasm_bindgen::prelude::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, Response};

use super::super::{fits, moved};
use super::dom;
use super::recent::Recent;

/// How long typing must rest before tenants are asked for.
const REST_MS: u32 = 150;
const TENANTS_SHOWN: u32 = 8;

/// The palette of the page.
#[derive(Clone)]
pub(super) struct Palette(Rc<Parts>);

struct Parts {
    dialog: HtmlDialogElement,
    field: HtmlInputElement,
    list: Element,
    /// The question that was asked last; an answer to an earlier one is too late.
    asked: Cell<u32>,
}

impl Palette {
    /// The palette of the document, if it has one.
    pub(super) fn attach(recent: Vec<Recent>) -> Option<Self> {
        let dialog: HtmlDialogElement = dom::find("#palette")?;
        let field = dialog.query_selector("input").ok().flatten()?.dyn_into().ok()?;
        let list = dialog.query_selector("[role=listbox]").ok().flatten()?;
        let palette = Self(Rc::new(Parts {
            dialog,
            field,
            list,
            asked: Cell::new(0),
        }));
        palette.fill(
            "[data-recent]",
            "go-r",
            recent
                .iter()
                .map(|page| (page.href.clone(), page.label.clone(), String::new())),
        );
        palette.listen();
        Some(palette)
    }

    fn listen(&self) {
        let palette = self.clone();
        on(&self.0.field, "input", move |_| palette.typed());
        let palette = self.clone();
        on(&self.0.field, "keydown", move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                palette.key(event);
            }
        });
        // An action that leads away, or opens the list of keys: the palette has done its part.
        let palette = self.clone();
        on(&self.0.list, "click", move |_| palette.0.dialog.close());
    }

    /// Opens it, empty; a second time closes it.
    pub(super) fn open(&self) {
        if self.0.dialog.open() {
            self.0.dialog.close();
            return;
        }
        dom::close_menus_but(None);
        self.0.field.set_value("");
        if dom::show("palette").is_some() {
            self.typed();
        }
    }

    fn typed(&self) {
        let typed = self.0.field.value();
        self.fill("[data-found]", "go-t", std::iter::empty());
        self.show_fitting(&typed);
        self.ask(typed.trim().to_owned());
    }

    /// Hides what does not fit, and the headings of what is hidden; the first that is left is the one that Enter takes.
    fn show_fitting(&self, typed: &str) {
        for option in self.options() {
            let words = option.get_attribute("data-words").unwrap_or_default();
            set_hidden(&option, !fits(&words, typed));
        }
        for group in elements(&self.0.list, "[role=group]") {
            let left = group.query_selector("[role=option]:not([hidden])");
            set_hidden(&group, !matches!(left, Ok(Some(_))));
        }
        self.point_at(Some(0));
        let count = self.left().len();
        let words = match count {
            0 => "Nothing of that name.".to_owned(),
            1 => "1 result".to_owned(),
            many => format!("{many} results"),
        };
        if let Ok(Some(status)) = self.0.dialog.query_selector("[data-count]") {
            status.set_text_content(Some(&words));
        }
    }

    fn options(&self) -> Vec<Element> {
        elements(&self.0.list, "[role=option]")
    }

    fn left(&self) -> Vec<Element> {
        elements(&self.0.list, "[role=option]:not([hidden])")
    }

    fn key(&self, event: &KeyboardEvent) {
        let left = self.left();
        let at = left.iter().position(is_pointed_at);
        match event.key().as_str() {
            "ArrowDown" => self.point_at(moved(at, 1, left.len())),
            "ArrowUp" => self.point_at(moved(at, -1, left.len())),
            "Enter" => {
                if let Some(chosen) = at.and_then(|at| left.get(at)?.dyn_ref::<HtmlElement>()) {
                    chosen.click();
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn point_at(&self, place: Option<usize>) {
        for option in self.options() {
            let _ = option.set_attribute("aria-selected", "false");
        }
        let left = self.left();
        let _ = match place.and_then(|place| left.get(place)) {
            Some(option) => {
                let _ = option.set_attribute("aria-selected", "true");
                let nearest = web_sys::ScrollIntoViewOptions::new();
                nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&nearest);
                self.0.field.set_attribute("aria-activedescendant", &option.id())
            }
            None => self.0.field.remove_attribute("aria-activedescendant"),
        };
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
            let found = palette.fetch(&typed).await.unwrap_or_default();
            if palette.0.asked.get() == question {
                let before = palette
                    .0
                    .list
                    .get_attribute("data-tenant-href")
                    .unwrap_or_default();
                palette.fill(
                    "[data-found]",
                    "go-t",
                    found
                        .into_iter()
                        .map(|(slug, name)| (format!("{before}{slug}"), name, slug)),
                );
                palette.show_fitting(&typed);
            }
        });
    }

    /// Tenants as slug and name.
    async fn fetch(&self, typed: &str) -> Result<Vec<(String, String)>, JsValue> {
        let address = self.0.list.get_attribute("data-tenants").unwrap_or_default();
        let typed = js_sys::encode_uri_component(typed);
        let address = format!("{address}?q={}&limit={TENANTS_SHOWN}", String::from(typed));
        let response: Response = JsFuture::from(window().fetch_with_str(&address))
            .await?
            .dyn_into()?;
        if !response.ok() {
            return Ok(Vec::new());
        }
        let body = JsFuture::from(response.json()?).await?;
        let items = js_sys::Reflect::get(&body, &"items".into())?;
        let text = |item: &JsValue, name: &str| js_sys::Reflect::get(item, &name.into()).ok()?.as_string();
        Ok(js_sys::Array::from(&items)
            .iter()
            .filter_map(|item| Some((text(&item, "slug")?, text(&item, "name")?)))
            .collect())
    }

    /// Puts links into a group in place of those that were there: address, words, hint.
    fn fill(&self, group: &str, id: &str, items: impl Iterator<Item = (String, String, String)>) {
        let Ok(Some(group)) = self.0.list.query_selector(group) else {
            return;
        };
        for old in elements(&group, "[role=option]") {
            old.remove();
        }
        for (at, (href, label, hint)) in items.enumerate() {
            if let Ok(link) = link(&format!("{id}-{at}"), &href, &label, &hint) {
                let _ = group.append_child(&link);
            }
        }
    }
}

fn link(id: &str, href: &str, label: &str, hint: &str) -> Result<Element, JsValue> {
    let link = document().create_element("a")?;
    let words = format!("{label} {hint}");
    for (name, value) in [
        ("class", "item"),
        ("role", "option"),
        ("tabindex", "-1"),
        ("id", id),
        ("href", href),
        ("data-words", &words),
    ] {
        link.set_attribute(name, value)?;
    }
    for (class, text) in [("truncate", label), ("small faint truncate", hint)] {
        let part = document().create_element("span")?;
        part.set_attribute("class", class)?;
        part.set_text_content(Some(text));
        link.append_child(&part)?;
    }
    Ok(link)
}

fn elements(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.item(at)?.dyn_into().ok())
        .collect()
}

fn set_hidden(element: &Element, hidden: bool) {
    let _ = if hidden {
        element.set_attribute("hidden", "")
    } else {
        element.remove_attribute("hidden")
    };
}

fn is_pointed_at(option: &Element) -> bool {
    option.get_attribute("aria-selected").as_deref() == Some("true")
}

/// Listens for as long as the page is there.
fn on(target: &Element, name: &str, heard: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(heard);
    let _ = target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    // The page is never left but by a navigation, which takes the listener with it.
    heard.forget();
}
