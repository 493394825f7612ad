//! The console's frame: sidebar, top bar, the message of the last form, and the page.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::offers::Offers;
use stagedoor_core::view::frame::ConsoleFrame;

use super::keys::keys_dialog;
use super::navigation::ways;
use super::palette::{forms, go_href, palette};
use super::scope::scope_switch;
use super::session::session_menu;
use super::trial::trials;
use crate::islands::Hands;
use crate::routes::ConsolePage;
use crate::server::{Theme, on_a_mac};
use crate::ui::mark::Mark;
use crate::ui::{Clock, Icon, flash_note, icon, person_foot, sidebar};

/// What surrounds a page besides its data.
#[derive(Debug, Clone)]
pub struct Around {
    /// What times are told by.
    pub clock: Clock,
    /// The theme the person chose; `None` follows the system.
    pub theme: Option<Theme>,
    /// The page's own path and query, for forms that lead back to it.
    pub back: String,
    /// What may be offered in this session.
    pub offers: Offers,
}

impl Around {
    /// Whether a page offers an action: hiding is a courtesy, and the server decides each call again.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.offers.may(action)
    }
}

/// What is set into the frame.
pub struct Inside {
    /// The page that is open; `None` where no page of the console is.
    pub open: Option<ConsolePage>,
    /// The page.
    pub main: AnyView,
    /// A dialog above it; the page below it is then inert.
    pub dialog: Option<AnyView>,
}

/// Draws the frame around a page.
pub fn console_frame(frame: &ConsoleFrame, around: &Around, inside: Inside) -> AnyView {
    let brand = view! {
        <Mark />
        "Stagedoor"
        {(!frame.installation.is_empty()).then(|| view! { <span class="tag env">{frame.installation.clone()}</span> })}
    };
    let foot = person_foot(&frame.person.name, &frame.person.role);
    let overview = ConsolePage::Overview(None);
    let scoped = inside.open.as_ref().unwrap_or(&overview);
    // A dialog shows the message beside its own fields.
    let flash = frame
        .flash
        .as_ref()
        .filter(|_| inside.dialog.is_none())
        .map(flash_note);
    view! {
        <div class="frame" inert=inside.dialog.is_some()>
            {sidebar("Console", brand, ways(frame, inside.open.as_ref()), foot)}
            <div class="min-w-0">
                <header class="top">
                    {scope_switch(frame, scoped)} {go_link(frame)} <span class="spacer"></span> {narrowed(frame)} {session_menu(frame, around)}
                </header>
                <main class="main" id="main" tabindex="-1">
                    {trials(&frame.trials, around)}
                    {flash}
                    {inside.main}
                </main>
            </div>
        </div>
        {inside.dialog}
        {forms(&around.back)}
        {palette(frame)}
        {keys_dialog(frame, &around.back)}
        <Hands />
    }
    .into_any()
}

/// What the session is narrowed to, where it is; it leads to the page that says how.
fn narrowed(frame: &ConsoleFrame) -> Option<AnyView> {
    let words = frame.narrowed.words();
    (!words.is_empty()).then(|| {
        view! {
            <a class="tag warn min-w-0" href=ConsolePage::Narrow(None).href()>
                {icon(Icon::Lock)}
                <span class="sr-only">"This session is narrowed: "</span>
                <span class="truncate">{words.join(" · ")}</span>
            </a>
        }
        .into_any()
    })
}

/// The way to everything: a page, or with the islands the palette.
fn go_link(frame: &ConsoleFrame) -> AnyView {
    let caps = if on_a_mac() { "⌘ K" } else { "Ctrl K" };
    view! {
        <a class="search" href=go_href(frame) data-palette="" aria-keyshortcuts="Control+K Meta+K">
            {icon(Icon::Search)}
            <span class="truncate">"Search pages, tenants, actions"</span>
            <kbd class="awake" aria-hidden="true">
                {caps}
            </kbd>
        </a>
    }
    .into_any()
}
