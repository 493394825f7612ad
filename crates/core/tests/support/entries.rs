//! Arbitrary audit entries, for laws that must hold for each of them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use stagedoor_core::actor::{Actor, Represented};
use stagedoor_core::audit::{
    Change, Entry, Event, Field, Flag, LogScope, Outcome, Personal, Read, Slot, Target,
};
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{Verdict, Verdicts};
use stagedoor_core::id::{EventId, RequestId, TenantId};
use stagedoor_core::time::Timestamp;

/// The string of RFC 8785 section 3.2.2, and every other character that encoders disagree about.
pub(crate) const WEIRD: &str = "\u{20ac}$\u{f}\nA'B\"\\\\\"/ \u{0}\u{8}\t\u{c}\r\u{1f}\u{7f}\u{80} \u{2028}\u{2029} \u{fb33} 😂 𐐷 é e\u{301} \u{feff}\u{fffd}";

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), Just(WEIRD.to_owned()), "[ -~]{0,20}"]
}

fn any_id<I: stagedoor_core::id::Id + std::fmt::Debug>() -> impl Strategy<Value = I> {
    any::<u128>().prop_map(I::from_uuid)
}

fn actor() -> impl Strategy<Value = Actor> {
    let represented =
        (any_id::<TenantId>(), prop::option::of(any_id())).prop_map(|(tenant, member)| match member {
            Some(member) => Represented::Member { tenant, member },
            None => Represented::Tenant(tenant),
        });
    prop_oneof![
        (any_id(), prop::option::of(any_id())).prop_map(|(staff, session)| Actor::Staff { staff, session }),
        (represented, any_id(), any_id(), any_id()).prop_map(|(subject, act, session, grant)| {
            Actor::OnBehalf {
                subject,
                act,
                session,
                grant,
            }
        }),
        (any_id(), any_id()).prop_map(|(tenant, member)| Actor::Member { tenant, member }),
        Just(Actor::System),
        Just(Actor::Anonymous),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        any_id().prop_map(Target::Tenant),
        any_id().prop_map(Target::Organization),
        any_id().prop_map(Target::Member),
        any_id().prop_map(Target::Staff),
        any_id().prop_map(Target::Session),
        text().prop_map(|name| Target::Other("flag", name)),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let denied = select(Reason::ALL).prop_map(Outcome::Denied);
    prop_oneof![Just(Outcome::Success), denied, Just(Outcome::Failed("conflict"))]
}

fn some_verdicts() -> impl Strategy<Value = Verdicts> {
    let one = prop_oneof![
        Just(Verdict::Pass),
        Just(Verdict::NotRequired),
        select(Reason::ALL).prop_map(Verdict::Fail)
    ];
    prop::collection::vec(one, 6).prop_map(|list| Verdicts::from_fn(|guardrail| list[guardrail as usize]))
}

type Lists = (
    Vec<Change>,
    Vec<Read>,
    BTreeMap<Field, String>,
    Vec<Flag>,
    Vec<Personal>,
);

fn lists() -> impl Strategy<Value = Lists> {
    let change = (text(), prop::option::of(text()), prop::option::of(text()))
        .prop_map(|(field, before, after)| Change { field, before, after });
    // Counts stay below 2^53, where RFC 8785's numbers stop being exact.
    let read = (text(), 0_u64..1 << 53).prop_map(|(what, rows)| Read { what, rows });
    let slots = subsequence(vec![Slot::Actor, Slot::Subject, Slot::Target], 0..=3);
    let personal = (slots, text(), any::<Vec<u8>>()).prop_map(|(slots, subject, ciphertext)| {
        slots
            .into_iter()
            .map(|slot| Personal {
                slot,
                subject: subject.clone(),
                ciphertext: ciphertext.clone(),
            })
            .collect()
    });
    (
        prop::collection::vec(change, 0..3),
        prop::collection::vec(read, 0..3),
        prop::collection::btree_map(select(Field::ALL), text(), 0..4),
        subsequence(Flag::ALL.to_vec(), 0..=3),
        personal,
    )
}

pub(crate) fn entry() -> impl Strategy<Value = Entry> {
    let scope = prop_oneof![Just(LogScope::Platform), any_id().prop_map(LogScope::Tenant)];
    let essentials = (
        any_id::<EventId>(),
        scope,
        select(Event::ALL),
        actor(),
        any_id::<RequestId>(),
    );
    let words = (prop::option::of(text()), prop::option::of(text()));
    let about = (
        outcome(),
        prop::option::of(target()),
        prop::option::of(some_verdicts()),
    );
    (essentials, words, about, lists()).prop_map(
        |((id, scope, event, actor, request), words, about, lists)| {
            let mut entry = Entry::new(id, scope, event, actor, request);
            (entry.reason, entry.ticket) = words;
            (entry.outcome, entry.target, entry.verdicts) = about;
            (
                entry.changes,
                entry.reads,
                entry.facts,
                entry.flags,
                entry.personal,
            ) = lists;
            entry
        },
    )
}

/// From the epoch to the year 9999, to the microsecond.
pub(crate) fn at() -> impl Strategy<Value = Timestamp> {
    (0_i64..253_402_207_200_000_000).prop_map(Timestamp::from_micros)
}
