//! How a page looks to its viewer: theme, time zone, and the files it loads.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use leptos::prelude::use_context;
use stagedoor_core::time::Timestamp;

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

/// How the page looks to its viewer.
#[must_use]
pub fn look() -> Look {
    use_context::<Look>().unwrap_or_else(|| Look::new(None, None, String::new(), Assets::default()))
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
