//! Times for people: relative, with the exact local and UTC time on hover, in the viewer's zone.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use leptos::prelude::*;
use stagedoor_core::time::Timestamp;

/// What a page tells times by: the server's clock when it was made, and the viewer's zone.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The server's clock.
    pub now: Timestamp,
    /// The viewer's zone.
    pub zone: TimeZone,
    /// Its name, for labels: `Europe/Lisbon`, `UTC`.
    pub zone_name: String,
}

impl Clock {
    /// The civil time of a point in the viewer's zone; `None` outside the years that calendars know.
    fn civil(&self, at: Timestamp) -> Option<Zoned> {
        let time = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
        Some(time.to_zoned(self.zone.clone()))
    }

    fn format(&self, at: Timestamp, pattern: &str) -> String {
        self.civil(at)
            .map_or_else(|| at.rfc3339(), |time| time.strftime(pattern).to_string())
    }

    /// `12:14:02`.
    #[must_use]
    pub fn hms(&self, at: Timestamp) -> String {
        self.format(at, "%H:%M:%S")
    }

    /// `12:14`.
    #[must_use]
    pub fn hm(&self, at: Timestamp) -> String {
        self.format(at, "%H:%M")
    }

    /// `2026-11-21`, as a form's date field wants it.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        self.format(at, "%F")
    }

    /// `21 Nov, 12:14`.
    #[must_use]
    pub fn day_hm(&self, at: Timestamp) -> String {
        self.format(at, "%-d %b, %H:%M")
    }

    /// `Sat 12:14`.
    #[must_use]
    pub fn weekday_hm(&self, at: Timestamp) -> String {
        self.format(at, "%a %H:%M")
    }

    /// The hour of now, 0–23, for a greeting.
    #[must_use]
    pub fn hour(&self) -> i8 {
        self.civil(self.now).map_or(12, |time| time.hour())
    }

    /// `Today`, `Yesterday`, `Thursday 19 November`, with the year where it is not this one.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let (Some(then), Some(now)) = (self.civil(at), self.civil(self.now)) else {
            return at.rfc3339();
        };
        if then.date() == now.date() {
            return "Today".to_owned();
        }
        if now
            .date()
            .checked_sub(1.day())
            .is_ok_and(|yesterday| yesterday == then.date())
        {
            return "Yesterday".to_owned();
        }
        let pattern = if then.year() == now.year() {
            "%A %-d %B"
        } else {
            "%A %-d %B %Y"
        };
        then.strftime(pattern).to_string()
    }

    /// Local and UTC: `Sat 21 Nov 2026, 12:14:02 Europe/Lisbon (12:14:02 UTC)`.
    #[must_use]
    pub fn exact(&self, at: Timestamp) -> String {
        let local = self.format(at, "%a %-d %b %Y, %H:%M:%S");
        if self.zone_name == "UTC" {
            return format!("{local} UTC");
        }
        let utc = Self {
            zone: TimeZone::UTC,
            ..self.clone()
        };
        let same_day = utc.format(at, "%F") == self.format(at, "%F");
        let pattern = if same_day { "%H:%M:%S" } else { "%-d %b %H:%M:%S" };
        format!("{local} {} ({} UTC)", self.zone_name, utc.format(at, pattern))
    }

    /// `2 min ago`, with the exact time on hover.
    pub fn ago(&self, at: Timestamp) -> AnyView {
        self.time_element(at, ago_words(self.now.since(at)), false)
    }

    /// `in 22 h`, or how long ago it has been, with the exact time on hover.
    pub fn due(&self, at: Timestamp) -> AnyView {
        let words = if at > self.now {
            format!("in {}", span_words(at.since(self.now)))
        } else {
            ago_words(self.now.since(at))
        };
        self.time_element(at, words, false)
    }

    /// `12:14:02`, in the typeface of tables, with the exact time on hover.
    pub fn moment(&self, at: Timestamp) -> AnyView {
        self.time_element(at, self.hms(at), true)
    }

    fn time_element(&self, at: Timestamp, text: String, mono: bool) -> AnyView {
        let title = self.exact(at);
        view! {
            <time class="num" class:mono=mono datetime=at.rfc3339() title=title>
                {text}
            </time>
        }
        .into_any()
    }
}

/// How long ago, in one unit: `now`, `2 min ago`, `3 h ago`, `14 d ago`.
#[must_use]
pub fn ago_words(span: Duration) -> String {
    match span.as_secs() {
        0..60 => "now".to_owned(),
        _ => format!("{} ago", span_words(span)),
    }
}

/// A span in its largest whole unit: `40 s`, `2 min`, `3 h`, `14 d`.
#[must_use]
pub fn span_words(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// How long is left, in one unit or two: `40 s`, `14 min`, `3 h 59 min`, `2 d 4 h`. One unit alone would take an hour off what
/// ends in four.
#[must_use]
pub fn left_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let rest = match seconds {
        0..3_600 => 0,
        3_600..86_400 => seconds % 3_600,
        _ => seconds % 86_400,
    };
    match (span_words(span), rest) {
        (whole, 0..60) => whole,
        (whole, 60..3_600) if seconds >= 86_400 => whole,
        (whole, rest) => format!("{whole} {}", span_words(Duration::from_secs(rest))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagedoor_core::time::{hours, minutes};

    fn clock() -> Clock {
        let now = Timestamp::parse_rfc3339("2026-11-21T00:30:00Z").expect("a time");
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        Clock {
            now,
            zone,
            zone_name: "Europe/Berlin".to_owned(),
        }
    }

    #[test]
    fn spans_have_one_unit() {
        assert_eq!(ago_words(Duration::from_secs(59)), "now");
        assert_eq!(ago_words(minutes(2)), "2 min ago");
        assert_eq!(ago_words(hours(3)), "3 h ago");
        assert_eq!(ago_words(hours(24 * 14)), "14 d ago");
        assert_eq!(span_words(Duration::from_secs(40)), "40 s");
    }

    #[test]
    fn what_is_left_has_two_units_where_one_would_lie() {
        let left = |seconds| left_words(Duration::from_secs(seconds));
        assert_eq!(left(899), "14 min");
        assert_eq!(left(3 * 3_600 + 59 * 60 + 49), "3 h 59 min");
        assert_eq!(left(4 * 3_600 + 30), "4 h");
        assert_eq!(left(86_400 + 1_800), "1 d");
        assert_eq!(left(2 * 86_400 + 4 * 3_600), "2 d 4 h");
    }

    #[test]
    fn days_are_those_of_the_viewers_zone() {
        let clock = clock();
        assert_eq!(clock.day(clock.now), "Today");
        assert_eq!(clock.day(clock.now.minus(hours(1))), "Today");
        assert_eq!(clock.day(clock.now.minus(hours(2))), "Yesterday");
        assert_eq!(clock.day(clock.now.minus(hours(48))), "Thursday 19 November");
        assert_eq!(
            clock.day(clock.now.minus(hours(24 * 400))),
            "Friday 17 October 2025"
        );
        assert_eq!(clock.hour(), 1);
    }

    #[test]
    fn the_exact_time_names_both_zones() {
        let clock = clock();
        assert_eq!(
            clock.exact(clock.now),
            "Sat 21 Nov 2026, 01:30:00 Europe/Berlin (00:30:00 UTC)"
        );
        let earlier = clock.now.minus(hours(1));
        assert_eq!(
            clock.exact(earlier),
            "Sat 21 Nov 2026, 00:30:00 Europe/Berlin (20 Nov 23:30:00 UTC)"
        );
    }
}
