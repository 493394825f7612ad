//! The interactive leaves: what HTML alone cannot do, compiled for the server and for the browser alike.
//!
//! An island shows the same words on the server as in the browser, decides nothing, and fetches nothing that a person may
//! not see. Without WebAssembly it stands still, and the page still works.

// `#[island]` writes a props struct that no comment of ours can reach; the props themselves are documented.
#![allow(missing_docs)]

mod countdown;
pub mod hands;
#[cfg(feature = "hydrate")]
mod ticking;

use leptos::prelude::*;

pub use hands::Hands;

pub use countdown::{WARN_SECONDS, clock, millis_left, millis_to_change, seconds_shown, session_words};

/// The time left of a visit. At the end the page leaves the tenant by itself.
///
/// Where WebAssembly does not run, the page's own `refresh` does the same (see the portal's frame).
#[island]
pub fn VisitClock(
    /// The visit's end, microseconds since the epoch, UTC.
    until_us: i64,
    /// The server's clock when the page was made.
    now_us: i64,
    /// Where the page goes at the end.
    over_href: String,
) -> impl IntoView {
    let left = RwSignal::new(seconds_shown(millis_left(until_us, now_us)));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| ticking::watch(until_us, now_us, left, over_href.clone()));
    #[cfg(not(feature = "hydrate"))]
    let _ = over_href;
    let shown = Memo::new(move |_| clock(left.get()));
    let ending = Memo::new(move |_| left.get() <= WARN_SECONDS);
    view! {
        <span class="t" class:last=move || ending.get() role="timer" aria-label="Time left">
            {move || shown.get()}
        </span>
        <span class="sr-only" aria-live="polite">
            {move || if ending.get() { "Less than a minute is left of this impersonation." } else { "" }}
        </span>
    }
}

/// The time left of somebody's visit, for those who look on. At the end the page is looked at again.
#[island]
pub fn LeftClock(
    /// The visit's end, microseconds since the epoch, UTC.
    until_us: i64,
    /// The server's clock when the page was made.
    now_us: i64,
    /// Where the page goes at the end: to itself.
    again_href: String,
) -> impl IntoView {
    let left = RwSignal::new(seconds_shown(millis_left(until_us, now_us)));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| ticking::watch(until_us, now_us, left, again_href.clone()));
    #[cfg(not(feature = "hydrate"))]
    let _ = again_href;
    let shown = Memo::new(move |_| clock(left.get()));
    view! { <span class="num">{move || shown.get()}</span> }
}

/// The time left of a staff session, absolute and idle. At the end of either the page goes to the staff entrance.
#[island]
pub fn SessionClock(
    /// The absolute end, microseconds since the epoch, UTC.
    until_us: i64,
    /// The end by idleness, if nothing more happens.
    idle_until_us: i64,
    /// The server's clock when the page was made.
    now_us: i64,
    /// Where the page goes at the end.
    over_href: String,
) -> impl IntoView {
    let left = RwSignal::new(seconds_shown(millis_left(until_us, now_us)));
    let idle = RwSignal::new(seconds_shown(millis_left(idle_until_us, now_us)));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        ticking::watch(until_us, now_us, left, over_href.clone());
        ticking::watch(idle_until_us, now_us, idle, over_href.clone());
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = over_href;
    let shown = Memo::new(move |_| session_words(left.get(), idle.get()));
    view! { <span class="num">{move || shown.get()}</span> }
}
