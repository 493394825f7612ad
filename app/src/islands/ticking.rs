//! The browser's side of a countdown: looks at the clock whenever another second is due, and whenever the page is seen
//! again.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Performance, PerformanceResourceTiming};

use super::{millis_left, millis_to_change, seconds_shown};

/// Microseconds in a millisecond.
const MICROS: f64 = 1000.0;

/// Keeps `shown` at the seconds that are left until `until_us`, and leaves for `over_href` at the end.
pub(super) fn watch(until_us: i64, now_us: i64, shown: RwSignal<i64>, over_href: String) {
    let ahead = server_ahead_us(now_us);
    let look = move || {
        let left = millis_left(until_us, browser_us(js_sys::Date::now()).saturating_add(ahead));
        shown.try_set(seconds_shown(left));
        if left == 0 {
            leave(&over_href);
        }
        left
    };
    on_seen_again(look.clone());
    spawn_local(async move {
        loop {
            let left = look();
            if left == 0 {
                break;
            }
            TimeoutFuture::new(millis_to_change(left)).await;
        }
    });
}

/// A laptop that slept, a tab that was throttled, a page out of the back-forward cache: look at once.
fn on_seen_again(look: impl Fn() -> i64 + Clone + 'static) {
    for event in ["visibilitychange", "pageshow"] {
        let look = look.clone();
        // The page is never left but by a navigation, which takes the listener with it.
        let _kept = window_event_listener_untyped(event, move |_| {
            look();
        });
    }
}

/// How far the server's clock is ahead of the browser's, in microseconds.
///
/// The server's time was read just before the answer was sent, so it is compared with the browser's at the answer's first
/// byte: however late the module woke, it makes no difference.
fn server_ahead_us(now_us: i64) -> i64 {
    let received = window()
        .performance()
        .and_then(|performance| received_at(&performance))
        .unwrap_or_else(js_sys::Date::now);
    now_us.saturating_sub(browser_us(received))
}

/// When the page's first byte came, in the browser's milliseconds since the epoch; `None` where it does not say.
fn received_at(performance: &Performance) -> Option<f64> {
    let entry = performance.get_entries_by_type("navigation").get(0);
    let started = entry
        .dyn_into::<PerformanceResourceTiming>()
        .ok()?
        .response_start();
    (started > 0.0).then(|| performance.time_origin() + started)
}

// Milliseconds since the epoch are whole far below 2^53, and `as` saturates: nothing can overflow here.
fn browser_us(millis: f64) -> i64 {
    (millis * MICROS) as i64
}

/// Leaves the page for good: the address left behind is not to be gone back to.
fn leave(href: &str) {
    // A browser that refuses to navigate would be a broken one; the page's own `refresh` is the second way out.
    let _ = window().location().replace(href);
}
