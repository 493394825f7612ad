//! The request's context: the only file that reads it.
//!
//! The edge puts the call and the looks of the page here before Leptos runs; pages and server functions take them out
//! again. A page without its context is a mistake in the router, and answers 500 rather than anything else.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum_extra::extract::CookieJar;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use jiff::tz::TimeZone;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_service::{StaffOp, TenantOp};

use crate::error::AppError;
use crate::routes::columns::{Column, Shown};

/// The cookie that remembers the theme, on either host. No secret.
pub const THEME_COOKIE: &str = "stagedoor_theme";
/// The cookie that remembers the viewer's time zone. No secret.
pub const ZONE_COOKIE: &str = "stagedoor_zone";

/// The cookie that says whether single keys do anything. No secret.
const KEYS_COOKIE: &str = "stagedoor_keys";
const OFF: &str = "off";

/// The browser's files, by their logical names.
#[derive(Debug, Clone, Default)]
pub struct Assets(Arc<HashMap<String, String>>);

impl Assets {
    /// From logical names to paths.
    #[must_use]
    pub fn new(paths: HashMap<String, String>) -> Self {
        Self(Arc::new(paths))
    }

    /// The path of a file, e.g. of `console.css`.
    #[must_use]
    pub fn url(&self, logical: &str) -> String {
        self.0
            .get(logical)
            .cloned()
            .unwrap_or_else(|| format!("/assets/{logical}"))
    }
}

/// Light or dark, where the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme` and of the cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a cookie.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == name)
    }
}

/// How a page looks to its viewer, and what it needs to load.
#[derive(Debug, Clone)]
pub struct Look {
    /// The theme, where the person chose; else the system's.
    pub theme: Option<Theme>,
    /// The viewer's time zone.
    pub zone: TimeZone,
    /// Its name, as it is shown.
    pub zone_name: String,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
    /// The browser's files.
    pub assets: Assets,
}

impl Look {
    /// The look of a viewer whose cookies said this; unknown zones are UTC.
    #[must_use]
    pub fn new(theme: Option<&str>, zone: Option<&str>, nonce: String, assets: Assets) -> Self {
        let named = zone.and_then(|name| Some((TimeZone::get(name).ok()?, name.to_owned())));
        let (zone, zone_name) = named.unwrap_or((TimeZone::UTC, "UTC".to_owned()));
        Self {
            theme: theme.and_then(Theme::from_name),
            zone,
            zone_name,
            nonce,
            assets,
        }
    }
}

/// Whether a name is a time zone that pages can show.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    name.len() <= 64 && TimeZone::get(name).is_ok()
}

fn missing() -> AppError {
    AppError::from(ApiError::new(
        Code::Internal,
        "Something went wrong on our side. Nothing was changed.",
        String::new(),
    ))
}

/// The call of the signed-in member of staff.
///
/// # Errors
/// Internal when the route has no such call: then it is mounted in the wrong place.
pub async fn staff_op() -> Result<StaffOp, AppError> {
    use_context::<StaffOp>().ok_or_else(missing)
}

/// The call on a tenant's host.
///
/// # Errors
/// Internal when the route has no such call: then it is mounted in the wrong place.
pub async fn tenant_op() -> Result<TenantOp, AppError> {
    use_context::<TenantOp>().ok_or_else(missing)
}

/// How the page looks to its viewer.
#[must_use]
pub fn look() -> Look {
    use_context::<Look>().unwrap_or_else(|| Look::new(None, None, String::new(), Assets::default()))
}

/// The part of the request's address behind `?`.
#[must_use]
pub fn query() -> String {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.uri.query().map(str::to_owned))
        .unwrap_or_default()
}

/// Sets the answer's status.
pub fn set_status(code: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code)) {
        response.set_status(status);
    }
}

/// Answers a form: look there with GET.
pub fn redirect_303(path: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        response.insert_header(LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// A path of our own that a form names as the way back; anything else is the front page.
#[must_use]
pub fn own_path(path: &str) -> &str {
    crate::routes::local(path).unwrap_or("/")
}

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

/// Answers a form that was refused: back to its page, with what went wrong and what was typed; or, where a fresh proof would
/// do, to the page that asks for it. Nothing typed is lost.
///
/// # Errors
/// When the message could not be kept.
pub async fn refuse_form(
    op: &StaffOp,
    error: &stagedoor_service::ServiceError,
    values: BTreeMap<String, String>,
    back: &str,
) -> Result<(), AppError> {
    // The form itself is kept: it is sent again when its person has used their passkey.
    if let Some(id) = op.challenge() {
        redirect_303(&crate::routes::step_up(&id.to_string()));
        return Ok(());
    }
    let public = op.public(error);
    let flash = Flash {
        kind: FlashKind::Error,
        message: public.message.clone(),
        request_id: Some(public.request_id.clone()),
        fields: public.fields.clone(),
        values,
    };
    keep(op, &flash).await?;
    redirect_303(own_path(back));
    Ok(())
}

/// Answers a form that was done: back to its page, with the words.
///
/// # Errors
/// When the message could not be kept.
pub async fn done_form(op: &StaffOp, words: &str, back: &str) -> Result<(), AppError> {
    keep(
        op,
        &Flash {
            message: words.to_owned(),
            ..Flash::default()
        },
    )
    .await?;
    redirect_303(own_path(back));
    Ok(())
}

/// The same, with values for that page: never a secret, unless sealed.
///
/// # Errors
/// When the message could not be kept.
pub async fn done_form_with(
    op: &StaffOp,
    words: &str,
    values: BTreeMap<String, String>,
    page: &str,
) -> Result<(), AppError> {
    let flash = Flash {
        message: words.to_owned(),
        values,
        ..Flash::default()
    };
    keep(op, &flash).await?;
    redirect_303(own_path(page));
    Ok(())
}

async fn keep(op: &StaffOp, flash: &Flash) -> Result<(), AppError> {
    let kept = op.service().put_flash(&op.session().id.to_string(), flash).await;
    kept.map_err(|error| AppError::from(op.public(&error)))
}

/// Answers a form of a tenant's host, done or refused: back to its page, with the words, and with what was typed where it
/// was refused.
///
/// # Errors
/// When the message could not be kept.
pub async fn answer_inside(
    op: &TenantOp,
    done: Result<String, stagedoor_service::ServiceError>,
    values: BTreeMap<String, String>,
    back: &str,
) -> Result<(), AppError> {
    let flash = match done {
        Ok(message) => Flash {
            message,
            ..Flash::default()
        },
        Err(error) => {
            let public = op.public(&error);
            Flash {
                kind: FlashKind::Error,
                message: public.message,
                request_id: Some(public.request_id),
                fields: public.fields,
                values,
            }
        }
    };
    let kept = op.service().put_flash(&op.owner_key(), &flash).await;
    kept.map_err(|error| AppError::from(op.public(&error)))?;
    redirect_303(own_path(back));
    Ok(())
}

/// The end of a civil day (`2026-11-30`) in a zone; `None` for what is no day.
#[must_use]
pub fn end_of_day(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let day: jiff::civil::Date = text.trim().parse().ok()?;
    let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(next.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_viewer_is() {
        let zone = TimeZone::get("Europe/Lisbon").expect("a zone");
        let end = |text| end_of_day(text, &zone).map(Timestamp::rfc3339);
        assert_eq!(end("2026-07-01").as_deref(), Some("2026-07-01T23:00:00.000000Z"));
        assert_eq!(end("2026-12-01").as_deref(), Some("2026-12-02T00:00:00.000000Z"));
        assert_eq!((end(""), end("tomorrow"), end("2026-02-30")), (None, None, None));
    }

    #[test]
    fn an_unknown_zone_is_utc_and_an_unknown_theme_the_systems() {
        let look = Look::new(
            Some("purple"),
            Some("Mars/Olympus"),
            String::new(),
            Assets::default(),
        );
        assert_eq!((look.theme, look.zone_name.as_str()), (None, "UTC"));
        let look = Look::new(
            Some("dark"),
            Some("Europe/Berlin"),
            String::new(),
            Assets::default(),
        );
        assert_eq!(
            (look.theme, look.zone_name.as_str()),
            (Some(Theme::Dark), "Europe/Berlin")
        );
    }
}
