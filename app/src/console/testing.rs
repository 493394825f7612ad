//! What the tests of the console's rooms draw with, and the portal's where it draws the same: one moment, one zone, and
//! the text of what is drawn.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::{AuditLine, AuditView};
use stagedoor_core::view::{Page, Total};

use super::Around;
use crate::ui::Clock;

/// The moment at which everything is drawn.
pub(super) fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T12:14:10Z").expect("a time")
}

/// The platform's log with these entries, and nothing else to say of it.
pub(crate) fn audit_view(items: Vec<AuditLine>) -> AuditView {
    AuditView {
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        all: Total::Exact(items.len() as u64),
        matching: Total::Exact(items.len() as u64),
        kept_days: 365,
        signed_at: None,
        witnessed: false,
        bars: Vec::new(),
        page: Page { items, next: None },
        now: now(),
    }
}

/// A frame's facts for a page whose forms lead back to an address.
pub(super) fn around(back: &str) -> Around {
    Around {
        clock: Clock {
            now: now(),
            zone: TimeZone::UTC,
            zone_name: "UTC".to_owned(),
        },
        theme: None,
        back: back.to_owned(),
    }
}

/// What is sent to the browser.
pub(super) fn html(draw: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| draw().to_html())
}
