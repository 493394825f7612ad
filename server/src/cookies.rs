//! Our cookies: each with its own name, `__Host-`, `HttpOnly`, `Lax`.
//!
//! `Lax` and not `Strict`, because a session must survive the navigation that comes back from the identity provider's
//! or the staff console's host; mutations are decided by Origin and Sec-Fetch-Site instead. A value is an opaque
//! reference, never anything that means something by itself.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_service::sign_in::Leaving;

/// A staff session, on the staff host.
pub const SESSION: &str = "__Host-stagedoor_staff";
/// A sign-in on its way, on the staff host.
pub const SIGN_IN: &str = "__Host-stagedoor_sign_in";
/// The provider that somebody who signed out goes on to, on the staff host. Its id is no secret, and what else is in it is sealed.
pub const LEAVING: &str = "__Host-stagedoor_leaving";
/// A visit, on a tenant's host. Never the name of a tenant user's own cookie.
pub const VISIT: &str = "__Host-stagedoor_visit";
/// A person's own session, on a tenant's host.
pub const MEMBER: &str = "__Host-stagedoor_tenant";
/// The nonce of a visit on its way, on a tenant's host.
pub const NONCE: &str = "__Host-stagedoor_nonce";
pub use stagedoor_app::server::{THEME_COOKIE as THEME, ZONE_COOKIE as ZONE};

/// A cookie for a reference, until a moment.
#[must_use]
pub fn until(name: &'static str, reference: &Reference, now: Timestamp, until: Timestamp) -> Cookie<'static> {
    let seconds = i64::try_from(until.since(now).as_secs()).unwrap_or(i64::MAX);
    build(name, reference.expose(), Some(seconds))
}

/// Where somebody who signed out goes on to. A minute: they go at once.
#[must_use]
pub fn leaving(leaving: &Leaving) -> Cookie<'static> {
    build(LEAVING, leaving.to_string(), Some(60))
}

/// The cookie that takes another away.
#[must_use]
pub fn removed(name: &'static str) -> Cookie<'static> {
    build(name, String::new(), Some(0))
}

/// A cookie that is no secret: theme or zone. A year.
#[must_use]
pub fn preference(name: &'static str, value: String) -> Cookie<'static> {
    build(name, value, Some(365 * 24 * 3600))
}

fn build(name: &'static str, value: String, max_age: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    if let Some(seconds) = max_age {
        cookie.set_max_age(time::Duration::seconds(seconds));
    }
    cookie
}

/// A cookie's value.
#[must_use]
pub fn value<'a>(jar: &'a CookieJar, name: &str) -> Option<&'a str> {
    jar.get(name).map(Cookie::value)
}

/// Whether a cookie has the form of a reference: without one there is nobody to look for.
#[must_use]
pub fn may_open(jar: &CookieJar, name: &str) -> bool {
    value(jar, name).and_then(Reference::parse).is_some()
}
