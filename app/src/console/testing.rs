//! What the tests of the console's rooms draw with, and the portal's where it draws the same: one moment, one zone, and
//! the text of what is drawn.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::decision::Reason;
use stagedoor_core::guard_policy::ActionSet;
use stagedoor_core::offers::Offers;
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

/// A frame's facts for a page whose forms lead back to an address, in a session that may do everything.
pub(super) fn around(back: &str) -> Around {
    Around {
        clock: Clock {
            now: now(),
            zone: TimeZone::UTC,
            zone_name: "UTC".to_owned(),
        },
        theme: None,
        back: back.to_owned(),
        offers: Offers::only(ActionSet::ALL, Reason::PermissionMissing),
    }
}

/// The same in a session that is kept from some actions, for it only reads.
pub(super) fn kept_from(back: &str, actions: &[Action]) -> Around {
    let left = Action::ALL
        .iter()
        .copied()
        .filter(|action| !actions.contains(action));
    Around {
        offers: Offers::only(left.collect(), Reason::NarrowedReads),
        ..around(back)
    }
}

/// What is sent to the browser.
pub(super) fn html(draw: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| draw().to_html())
}
