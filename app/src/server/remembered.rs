//! What a browser remembers of its viewer's choices, in cookies: theme, time zone, single keys, columns. None of them is a secret, and
//! nothing is decided by them.

use axum_extra::extract::CookieJar;
use http::HeaderValue;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::look::Theme;
use crate::routes::columns::{Column, Shown};

/// The cookie that remembers the theme, on either host. No secret.
pub const THEME_COOKIE: &str = "stagedoor_theme";
/// The cookie that remembers the viewer's time zone. No secret.
pub const ZONE_COOKIE: &str = "stagedoor_zone";

/// The cookie that says whether single keys do anything. No secret.
const KEYS_COOKIE: &str = "stagedoor_keys";
const OFF: &str = "off";

/// Remembers the theme in the browser; an unknown word forgets it, and the system decides.
pub fn set_theme(name: &str) {
    remember(THEME_COOKIE, Theme::from_name(name).map(Theme::as_str));
}

/// Remembers a preference in the browser for a year, or forgets it. The value is no secret, and a word of our own.
fn remember(cookie: &str, value: Option<&str>) {
    let (value, age) = value.map_or(("", 0), |value| (value, 31_536_000));
    let cookie = format!("{cookie}={value}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax");
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

/// A preference that the browser remembers.
fn remembered(cookie: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let jar = CookieJar::from_headers(&parts.headers);
    Some(jar.get(cookie)?.value().to_owned())
}

/// Whether the browser says that it runs where ⌘ is the key for commands.
#[must_use]
pub fn on_a_mac() -> bool {
    use_context::<http::request::Parts>()
        .and_then(|parts| {
            parts
                .headers
                .get(http::header::USER_AGENT)?
                .to_str()
                .ok()
                .map(str::to_owned)
        })
        .is_some_and(|agent| agent.contains("Mac OS") || agent.contains("iPhone"))
}

/// Whether single keys do something for this person (WCAG 2.1.4): they do, unless switched off.
#[must_use]
pub fn single_keys() -> bool {
    remembered(KEYS_COOKIE).is_none_or(|value| value != OFF)
}

/// Switches single keys off, or on again.
pub fn set_single_keys(on: bool) {
    remember(KEYS_COOKIE, (!on).then_some(OFF));
}

/// The columns of a list that this person chose before; else the usual ones.
#[must_use]
pub fn columns<C: Column>() -> Shown<C> {
    remembered(&columns_cookie::<C>())
        .map_or_else(Shown::default, |text| Shown::parse(&text.replace('.', ",")))
}

/// Remembers the columns of a list; none forgets them, and the usual ones are shown.
fn set_columns<C: Column>(shown: Option<&Shown<C>>) {
    // A comma may not stand in a cookie's value (RFC 6265).
    let text = shown.map(|shown| shown.text().replace(',', "."));
    remember(&columns_cookie::<C>(), text.as_deref());
}

/// Remembers the columns of some names, or forgets them for the usual ones. What is chosen, as an address writes it.
pub fn remember_columns<C: Column>(names: &[String], usual: bool) -> Option<String> {
    let chosen = (!usual).then(|| Shown::<C>::named(names.iter().map(String::as_str)));
    set_columns(chosen.as_ref());
    chosen.map(|shown| shown.text())
}

fn columns_cookie<C: Column>() -> String {
    format!("stagedoor_columns_{}", C::LIST)
}
