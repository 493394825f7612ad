//! The sidebar of the console and of the portal. On narrow screens the same element is a menu behind a button.

use leptos::prelude::*;
use stagedoor_core::view::grouped;

use super::avatar::avatar;
use super::icon::{Icon, icon};

/// One way to a page.
#[derive(Debug, Clone)]
pub struct NavLink {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: &'static str,
    /// Its picture.
    pub icon: Icon,
    /// The number at its right, where one helps.
    pub count: Option<u64>,
    /// Whether that number needs a person.
    pub hot: bool,
    /// Whether it is the page that is open.
    pub current: bool,
}

/// Draws a way to a page.
pub fn nav_link(link: NavLink) -> AnyView {
    let count = link
        .count
        .map(|count| view! { <b class:hot=link.hot>{grouped(count)}</b> });
    view! {
        <a class="nav" href=link.href aria-current=link.current.then_some("page")>
            {icon(link.icon)}
            {link.label}
            {count}
        </a>
    }
    .into_any()
}

/// A way that is closed to this role, with the reason on hover; a lock instead of its picture.
pub fn nav_locked(label: &'static str, why: impl Into<String>) -> AnyView {
    view! {
        <span class="nav off" aria-disabled="true" title=why.into()>
            {icon(Icon::Lock)}
            {label}
        </span>
    }
    .into_any()
}

/// A heading above some ways.
pub fn nav_heading(label: &'static str) -> AnyView {
    view! { <div class="nav-h">{label}</div> }.into_any()
}

/// The sidebar: the brand on top, the ways, and who is signed in at the foot. `label` names the landmark.
pub fn sidebar(
    label: &'static str,
    brand: impl IntoView,
    ways: impl IntoView,
    foot: impl IntoView,
) -> AnyView {
    view! {
        <aside class="side" aria-label="Sidebar">
            <div class="brand">{brand}</div>
            <details class="menu">
                <summary>{icon(Icon::Menu)} "Menu"</summary>
                <nav class="grid gap-[2px]" aria-label=label>
                    {ways}
                </nav>
                {foot}
            </details>
        </aside>
    }
    .into_any()
}

/// The foot of the sidebar: a person and what they are here.
pub fn person_foot(name: &str, role: &str) -> AnyView {
    let (name_text, role) = (name.to_owned(), role.to_owned());
    view! {
        <div class="foot who">
            {avatar(name)} <div class="small min-w-0">
                <b>{name_text}</b>
                <div class="muted">{role}</div>
            </div>
        </div>
    }
    .into_any()
}
