//! The session menu: how the six guardrails stand, how long the session lasts, the theme, and the way out.

use leptos::prelude::*;
use stagedoor_core::view::frame::ConsoleFrame;

use super::console::Around;
use super::navigation::own_places;
use crate::islands::SessionClock;
use crate::routes::staff;
use crate::server::Theme;
use crate::ui::{Icon, glyph_list, glyphs, icon};

/// The menu at the right of the top bar.
pub(super) fn session_menu(frame: &ConsoleFrame, around: &Around) -> AnyView {
    let session = frame.session;
    let zone = around.clock.zone_name.clone();
    let (ends, exact) = (around.clock.hm(session.until), around.clock.exact(session.until));
    let own = own_places(frame)
        .into_iter()
        .map(|place| {
            view! {
                <a class="item" href=place.href>
                    {icon(place.icon)}
                    <span>{place.label}</span>
                </a>
            }
        })
        .collect_view();
    view! {
        <details class="drop end" name="top">
            <summary class="flex items-center gap-2 rounded-md">
                <span class="sr-only">"Session: "</span>
                {glyphs(&frame.guards)}
                <span class="tag">
                    {icon(Icon::Timer)}
                    <SessionClock
                        until_us=session.until.micros()
                        idle_until_us=session.idle_until.micros()
                        now_us=session.now.micros()
                        over_href=staff::SIGN_IN.to_owned()
                    />
                </span>
            </summary>
            <div class="w-[320px]">
                <div class="grid gap-3 p-2">
                    <div>
                        <b>{frame.person.name.clone()}</b>
                        <div class="small muted">{frame.person.email.clone()} " · " {frame.person.role.clone()}</div>
                        <div class="small muted">{place(frame)}</div>
                        {narrowed(frame)}
                    </div>
                    {glyph_list(&frame.guards)}
                    <p class="small muted">"Ends at " <time class="num" datetime=session.until.rfc3339() title=exact>{ends}</time> " at the latest. Times are in " {zone} "."</p>
                    <nav class="grid gap-[2px]" aria-label="Your account">
                        <a class="item" href=staff::STAY>
                            {icon(Icon::Fingerprint)}
                            <span>"Stay signed in"</span>
                        </a>
                        {own}
                        <a class="item" href=staff::RESPONSIBILITIES>
                            {icon(Icon::Lock)}
                            <span>"Your responsibilities"</span>
                        </a>
                    </nav>
                    {theme_switch(around)}
                    <form method="post" action=staff::SIGN_OUT>
                        <button class="btn w-full justify-center">{icon(Icon::SignOut)} "Sign out"</button>
                    </form>
                </div>
            </div>
        </details>
    }
    .into_any()
}

/// What the session is narrowed to, where it is.
fn narrowed(frame: &ConsoleFrame) -> Option<AnyView> {
    let words = frame.narrowed.words();
    let told = format!("Narrowed: {}", words.join(", "));
    (!words.is_empty()).then(|| view! { <div class="small muted">{told}</div> }.into_any())
}

/// Where the person is: the host, and the network that let them in.
fn place(frame: &ConsoleFrame) -> String {
    match &frame.network {
        Some(network) => format!("{} from {network}", frame.host),
        None => frame.host.clone(),
    }
}

fn theme_switch(around: &Around) -> AnyView {
    let chosen = around.theme;
    let buttons = [
        ("light", "Light", Icon::Sun, Some(Theme::Light)),
        ("dark", "Dark", Icon::Moon, Some(Theme::Dark)),
        ("system", "System", Icon::Monitor, None),
    ]
    .map(|(value, label, picture, theme)| {
        let on = theme == chosen;
        view! {
            <button name="theme" value=value class="bg-transparent p-0" aria-pressed=if on { "true" } else { "false" }>
                <span class:on=on>{icon(picture)} " " {label}</span>
            </button>
        }
    })
    .collect_view();
    view! {
        <form method="post" action=staff::THEME>
            <input type="hidden" name="back" value=around.back.clone() />
            <div class="seg" role="group" aria-label="Theme">
                {buttons}
            </div>
        </form>
    }
    .into_any()
}
