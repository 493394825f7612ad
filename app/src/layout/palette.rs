//! The command palette: every page that the person may open, tenants by name, and what can be done from anywhere.
//!
//! It is drawn twice from the same items: as a dialog that the islands open, and as the page `/go`, which works without
//! WebAssembly. What it lists is hidden by the matrix, not guarded: each page decides again.

use leptos::prelude::*;
use stagedoor_core::view::frame::{ConsoleFrame, TenantLabel};

use super::navigation::places;
use crate::islands::hands::{fits, spelt};
use crate::routes::{ConsolePage, GoQuery, TenantQuery, staff};
use crate::server::single_keys;
use crate::ui::{Icon, icon};

/// The forms that the actions belong to. They stand beside the dialog, once.
const THEME_FORM: &str = "go-theme";
const SIGN_OUT_FORM: &str = "go-sign-out";

/// Most tenants that are found while one types.
const TENANTS_SHOWN: u32 = 8;

/// Something to choose.
pub(crate) struct Item {
    label: String,
    icon: Icon,
    hint: String,
    way: Way,
}

enum Way {
    /// A page, with the letter that goes there after `g`.
    Page(String, Option<char>),
    /// The list of keys: a part of `/go`, or a dialog.
    Keys(String),
    /// A button of a form, with its name and value.
    Button(&'static str, &'static str, &'static str),
}

/// Some items below a heading.
pub(crate) struct Group {
    heading: &'static str,
    items: Vec<Item>,
}

/// All there is to choose, but for tenants.
pub(crate) fn groups(frame: &ConsoleFrame) -> Vec<Group> {
    let pages = places(frame).into_iter().map(|place| Item {
        label: place.label.to_owned(),
        icon: place.icon,
        hint: String::new(),
        way: Way::Page(place.href, place.key),
    });
    vec![
        Group {
            heading: "Pages",
            items: pages.collect(),
        },
        Group {
            heading: "Actions",
            items: actions(frame),
        },
    ]
}

fn actions(frame: &ConsoleFrame) -> Vec<Item> {
    let action = |label: &str, icon, way| Item {
        label: label.to_owned(),
        icon,
        hint: String::new(),
        way,
    };
    let theme = |value| Way::Button(THEME_FORM, "theme", value);
    let mut all = vec![
        action("Light theme", Icon::Sun, theme("light")),
        action("Dark theme", Icon::Moon, theme("dark")),
        action("Theme of the system", Icon::Monitor, theme("system")),
        action(
            "Keyboard shortcuts",
            Icon::Keyboard,
            Way::Keys(format!("{}#keys-list", go_href(frame))),
        ),
    ];
    all.push(Item {
        hint: frame.person.email.clone(),
        ..action("Sign out", Icon::SignOut, Way::Button(SIGN_OUT_FORM, "", ""))
    });
    all
}

/// Tenants as items.
pub(crate) fn tenants(found: &[TenantLabel]) -> Group {
    let items = found.iter().map(|tenant| Item {
        label: tenant.name.clone(),
        icon: Icon::Building,
        hint: tenant.slug.clone(),
        way: Way::Page(tenant_href(&tenant.slug), None),
    });
    Group {
        heading: "Tenants",
        items: items.collect(),
    }
}

/// Where a tenant is opened.
fn tenant_href(slug: &str) -> String {
    ConsolePage::Tenant(slug.to_owned(), TenantQuery::default()).href()
}

/// The page `/go`, with the chosen tenant kept.
pub(crate) fn go_href(frame: &ConsoleFrame) -> String {
    ConsolePage::Go(GoQuery {
        tenant: frame.tenant.as_ref().map(|tenant| tenant.slug.clone()),
        ..GoQuery::default()
    })
    .href()
}

impl Group {
    /// Only what fits to what was typed.
    pub(crate) fn fitting(mut self, query: &str) -> Self {
        let typed = spelt(query);
        self.items.retain(|item| fits(&item.words(), &typed));
        self
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// As a part of the page `/go`.
    pub(crate) fn section(&self) -> AnyView {
        let items = self
            .items
            .iter()
            .map(|item| view! { <li>{item.draw(None)}</li> })
            .collect_view();
        view! {
            <section>
                <h2 class="sect">{self.heading}</h2>
                <ul class="p-2">{items}</ul>
            </section>
        }
        .into_any()
    }

    /// As a part of the dialog's list. `number` is that of the group.
    fn options(&self, number: usize) -> AnyView {
        let heading = format!("go-{number}");
        let labelled = heading.clone();
        let items = self
            .items
            .iter()
            .enumerate()
            .map(|(at, item)| item.draw(Some(format!("go-{number}-{at}"))))
            .collect_view();
        view! {
            <div role="group" aria-labelledby=labelled>
                <div class="nav-h" id=heading role="presentation">
                    {self.heading}
                </div>
                {items}
            </div>
        }
        .into_any()
    }
}

impl Item {
    /// What it is found by.
    fn words(&self) -> String {
        spelt(&format!("{} {}", self.label, self.hint))
    }

    /// Draws it; with an id as an option of the dialog's list, which the caret's field points to.
    fn draw(&self, option: Option<String>) -> AnyView {
        let role = option.as_ref().map(|_| "option");
        let selected = option.as_ref().map(|_| "false");
        let tabindex = option.as_ref().map(|_| "-1");
        let words = option.as_ref().map(|_| self.words());
        let inside = self.inside();
        match &self.way {
            Way::Page(href, key) => {
                let go = option.as_ref().and(*key).map(String::from);
                view! {
                    <a class="item" href=href.clone() role=role id=option aria-selected=selected tabindex=tabindex data-words=words data-go=go>
                        {inside}
                    </a>
                }
                .into_any()
            }
            Way::Keys(href) => view! {
                <a class="item" href=href.clone() role=role id=option aria-selected=selected tabindex=tabindex data-words=words data-keys="">
                    {inside}
                </a>
            }
            .into_any(),
            Way::Button(form, name, value) => {
                let (name, value) = (named(name), named(value));
                view! {
                    <button class="item" form=*form name=name value=value role=role id=option aria-selected=selected tabindex=tabindex data-words=words>
                        {inside}
                    </button>
                }
                .into_any()
            }
        }
    }

    fn inside(&self) -> AnyView {
        let keys = match self.way {
            Way::Page(_, Some(key)) => Some(view! {
                <span class="spacer"></span>
                <span class="keycaps awake" aria-hidden="true">
                    <kbd>"g"</kbd>
                    <kbd>{key}</kbd>
                </span>
            }),
            _ => None,
        };
        let hint = (!self.hint.is_empty())
            .then(|| view! { <span class="small faint truncate">{self.hint.clone()}</span> });
        view! {
            {icon(self.icon)}
            <span class="truncate">{self.label.clone()}</span>
            {hint}
            {keys}
        }
        .into_any()
    }
}

fn named(text: &'static str) -> Option<&'static str> {
    (!text.is_empty()).then_some(text)
}

/// The forms that the actions are buttons of. `back` is the page to come back to.
pub(super) fn forms(back: &str) -> AnyView {
    view! {
        <form id=THEME_FORM method="post" action=staff::THEME hidden>
            <input type="hidden" name="back" value=back.to_owned() />
        </form>
        <form id=SIGN_OUT_FORM method="post" action=staff::SIGN_OUT hidden></form>
    }
    .into_any()
}

/// The dialog. Closed, it is nothing; the islands open it, find tenants for it, and send what is chosen.
pub(super) fn palette(frame: &ConsoleFrame) -> AnyView {
    let groups = groups(frame);
    let single = if single_keys() { "on" } else { "off" };
    let options = groups
        .iter()
        .enumerate()
        .map(|(number, group)| group.options(number))
        .collect_view();
    view! {
        <dialog
            class="dlg pal"
            id="palette"
            aria-label="Go to"
            closedby="any"
            data-person=frame.person.email.clone()
            data-single=single
        >
            <div class="search">
                {icon(Icon::Search)}
                <input
                    type="text"
                    role="combobox"
                    aria-label="Page, tenant or action"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="80"
                    placeholder="Page, tenant or action"
                />
                <kbd>"Esc"</kbd>
            </div>
            // The field points into the list; a list that scrolls must not become a stop of its own, where typing is lost.
            <div class="list" id="palette-list" role="listbox" tabindex="-1" aria-label="What to go to" data-tenants=format!("{}?limit={TENANTS_SHOWN}&q=", staff::FIND_TENANTS) data-tenant-href=format!("{}/", staff::TENANTS)>
                <div role="group" aria-labelledby="go-recent" data-recent="" hidden>
                    <div class="nav-h" id="go-recent" role="presentation">
                        "Recent"
                    </div>
                    {blank(Icon::Clock)}
                </div>
                {options}
                <div role="group" aria-labelledby="go-tenants" data-found="" hidden>
                    <div class="nav-h" id="go-tenants" role="presentation">
                        "Tenants"
                    </div>
                    {blank(Icon::Building)}
                </div>
            </div>
            <p class="small muted p-3" role="status" data-count=""></p>
        </dialog>
    }
    .into_any()
}

/// What the islands make options of that the server does not know of yet.
fn blank(picture: Icon) -> AnyView {
    view! {
        <template>
            <a class="item" role="option" aria-selected="false" tabindex="-1">
                {icon(picture)}
                <span class="truncate"></span>
                <span class="small faint truncate"></span>
            </a>
        </template>
    }
    .into_any()
}
