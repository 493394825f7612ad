//! The laws of alerts: what is tried again, for how long, and how an entry becomes an alert.

use proptest::prelude::*;
use stagedoor_core::actor::Actor;
use stagedoor_core::alert::{Alerting, Attempt, Cause, Channel, DUE, If, Standing, State};
use stagedoor_core::audit::{Entry, Event, EventScope, LogScope};
use stagedoor_core::id::{EventId, Id, RequestId, SessionId, StaffId};
use stagedoor_core::time::{Timestamp, hours};

const RAISED: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

proptest! {
    #[test]
    fn a_delivery_is_tried_again_within_the_hour_until_a_day_is_over(tries in 1u64..5_000, after in 0u64..200_000, random: u64) {
        let now = RAISED.plus(std::time::Duration::from_secs(after));
        let next = Attempt::Failed.next((tries, RAISED), now, random);
        match next.again {
            Some(again) => {
                prop_assert_eq!(next.state, State::Failed);
                prop_assert!(again > now && again <= now.plus(hours(1)));
                prop_assert!(again <= RAISED.plus(hours(24)), "the last try is at the end of the day");
            }
            None => {
                prop_assert_eq!(next.state, State::GivenUp);
                prop_assert!(after >= 86_400);
            }
        }
    }

    #[test]
    fn the_wait_grows_with_the_tries(tries in 1u64..10, random: u64) {
        let wait = |tries, random| Attempt::Failed.next((tries, RAISED), RAISED, random).again.unwrap().since(RAISED);
        prop_assert!(wait(tries, random) >= wait(tries, 0));
        prop_assert_eq!(wait(tries + 1, 0), wait(tries, 0) * 2);
        prop_assert!(wait(tries, u64::MAX) <= wait(tries, 0) * 2);
    }
}

#[test]
fn what_was_taken_or_cannot_be_sent_is_over() {
    let over = [(Attempt::Delivered, State::Sent), (Attempt::NotSetUp, State::Off)];
    for (how, state) in over {
        let next = how.next((1, RAISED), RAISED.plus(hours(30)), 7);
        assert_eq!((next.state, next.again), (state, None));
        assert!(!state.is_open());
    }
    assert!(Channel::ALL.iter().all(|one| one.to_string().parse() == Ok(*one)));
    assert!(State::ALL.iter().all(|one| one.to_string().parse() == Ok(*one)));
}

#[test]
fn an_alert_is_late_a_day_after_it_was_raised() {
    let due = RAISED.plus(DUE);
    assert_eq!(Standing::of(None, due, RAISED.plus(hours(23))), Standing::Waiting);
    assert_eq!(Standing::of(None, due, due), Standing::Overdue);
    assert_eq!(
        Standing::of(Some(RAISED), due, due),
        Standing::Acknowledged(RAISED)
    );
}

/// Typed in from the specification: what super admins must learn of, beside the copied passkey.
#[test]
fn the_events_that_alert_are_these() {
    let named = |how: Alerting| -> Vec<&str> {
        let those = Event::ALL.iter().filter(|event| event.alerting() == how);
        those.map(|event| event.name()).collect()
    };
    assert_eq!(
        named(Alerting::Always),
        [
            "recovery.use",
            "codes.lock",
            "admin.staff.deactivate",
            "admin.staff.reset_factors",
            "admin.staff.bootstrap",
            "admin.staff.recover",
            "admin.staff.declare",
            "admin.alert.test",
            "admin.identity_provider.update",
        ]
    );
    assert_eq!(
        named(Alerting::AboutSuperAdmins),
        [
            "staff.register_passkey",
            "totp.enrol",
            "recovery.renew",
            "staff.enrol",
            "admin.staff.manage",
            "admin.staff.create",
            "admin.staff.expire",
            "admin.staff.lapse",
            "admin.staff.reissue_enrollment",
        ]
    );
    assert_eq!(named(Alerting::AboutPasskeys), ["risk.raise"]);
    let tenants = Event::ALL
        .iter()
        .filter(|event| event.scope() == EventScope::Tenant);
    for event in tenants {
        assert_eq!(event.alerting(), Alerting::Nobody, "{}", event.name());
    }
}

#[test]
fn an_alert_has_the_number_of_its_entry() {
    let cause = Cause {
        entry: EventId::new(7, 9),
        event: Event::StaffReset,
        only: If::Sure,
        about: None,
        concerned: None,
    };
    assert_eq!(cause.alert().as_uuid(), cause.entry.as_uuid());
    assert_eq!(cause.alert().to_string().split('_').next(), Some("ntf"));
}

/// A way in that somebody gives themselves is about them, and they hear of it, too. The passkey of an enrolment, or after a recovery
/// code, follows from what alerts by itself.
#[test]
fn another_way_in_is_about_its_owner() {
    let staff = StaffId::new(1, 2);
    let entry = |event, session| {
        let (id, actor) = (EventId::new(7, 9), Actor::Staff { staff, session });
        Entry::new(id, LogScope::Platform, event, actor, RequestId::new(1, 1))
    };
    let inside = Some(SessionId::new(3, 4));
    for event in [Event::PasskeyRegister, Event::TotpEnrol, Event::RecoveryRenew] {
        let cause = Cause::of(&entry(event, inside)).unwrap();
        assert_eq!(
            (cause.only, cause.about, cause.concerned),
            (If::SuperAdmin(staff), Some(staff), Some(staff)),
            "{}",
            event.name()
        );
    }
    assert_eq!(Cause::of(&entry(Event::PasskeyRegister, None)), None);
    assert_eq!(Cause::of(&entry(Event::PasskeyRename, inside)), None);
}
