//! The banner of a change on trial, above every page of whoever may do something about it: what, by whom, how long still, and
//! the two ways out. Two forms, so that it works without WebAssembly; it stands where it stands from the first byte on.

use leptos::prelude::*;
use stagedoor_core::view::trial::TrialLine;

use super::Around;
use crate::routes::staff;
use crate::ui::time::span_words;
use crate::ui::{Act, Icon, icon, post_button};

/// Draws the banners.
pub(super) fn trials(lines: &[TrialLine], around: &Around) -> AnyView {
    lines
        .iter()
        .map(|line| banner(line, around))
        .collect_view()
        .into_any()
}

fn banner(line: &TrialLine, around: &Around) -> AnyView {
    let hidden = || vec![("trial_id", line.id.to_string()), ("back", around.back.clone())];
    let button = |act, action, verb| post_button(act, action, hidden(), (verb, None), None);
    let confirm = line
        .own
        .then(|| button(Act::Primary, staff::CONFIRM_TRIAL, "Confirm"));
    let who = if line.own {
        "you".to_owned()
    } else {
        line.by.clone()
    };
    let left = span_words(line.until.since(around.clock.now));
    view! {
        <section class="note warn mb-4" aria-label="Change on trial">
            {icon(Icon::Timer)}
            <div class="grow">
                <b>{format!("A change of the {} is on trial: {}.", line.label, line.about)}</b>
                {format!(" Begun by {who}. It rolls back by itself at {}, in {left}.", around.clock.hms(line.until))}
            </div>
            <div class="acts">{confirm} {button(Act::Plain, staff::ROLL_BACK_TRIAL, "Roll back")}</div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use stagedoor_core::decision::Reason;
    use stagedoor_core::guard_policy::ActionSet;
    use stagedoor_core::id::{Id, TrialId};
    use stagedoor_core::offers::Offers;
    use stagedoor_core::time::Timestamp;
    use stagedoor_core::trial::TRIAL_SPAN;

    use super::*;
    use crate::ui::Clock;

    fn drawn(own: bool) -> String {
        let now = Timestamp::parse_rfc3339("2026-11-21T12:14:10Z").expect("a time");
        let around = Around {
            clock: Clock {
                now,
                zone: TimeZone::UTC,
                zone_name: "UTC".to_owned(),
            },
            theme: None,
            back: "/users?tenant=acme".to_owned(),
            offers: Offers::only(ActionSet::ALL, Reason::PermissionMissing),
        };
        let line = TrialLine {
            id: TrialId::new(1, 1),
            kind: "network_rules".to_owned(),
            label: "network rules".to_owned(),
            about: "vpn-berlin is added".to_owned(),
            reason: String::new(),
            by: "<Kim>".to_owned(),
            own,
            started: now,
            until: now.plus(TRIAL_SPAN),
            state: "pending".to_owned(),
            ended: None,
            why: None,
        };
        Owner::new().with(|| trials(&[line], &around).to_html())
    }

    #[test]
    fn who_began_it_may_confirm_and_others_only_roll_back() {
        let (own, theirs) = (drawn(true), drawn(false));
        assert!(own.contains(staff::CONFIRM_TRIAL) && own.contains(staff::ROLL_BACK_TRIAL));
        assert!(!theirs.contains(staff::CONFIRM_TRIAL) && theirs.contains(staff::ROLL_BACK_TRIAL));
        assert!(theirs.contains("&lt;Kim&gt;"), "{theirs}");
        assert!(own.contains("12:19:10") && own.contains("5 min"), "{own}");
    }
}
