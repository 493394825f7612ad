//! The lives of a session and of a visit, against a model of three numbers.

mod support;

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use stagedoor_core::action::Action;
use stagedoor_core::consent::{Answer, ConsentState};
use stagedoor_core::decide::decide;
use stagedoor_core::guard::{AccountFact, Guardrail, SessionFact, Verdict};
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::{Id, StaffId};
use stagedoor_core::impersonation::{VISIT_MIN_TTL, VisitEnd, VisitLimits, VisitState};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts, VisitStanding};
use stagedoor_core::resource::{Resource, SessionTarget};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::session::{REVOKED_AT_ONCE, SessionEnd, SessionState, revoking};
use stagedoor_core::sub_role::{Draft, SubRoleName, SubRoles};
use stagedoor_core::time::Timestamp;

use support::NOW;

/// What may happen to either.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// Time goes by, in microseconds; a clock that is set back makes it negative.
    Wait(i64),
    /// The person does something.
    Touch,
    /// Somebody or something ends it.
    End,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let idle = i64::try_from(IDLE.as_micros()).expect("a short span");
    let waits = prop_oneof![
        select(vec![0, 1, idle - 1, idle, idle + 1, 10 * idle]),
        -idle..2 * idle,
    ];
    let one = prop_oneof![
        4 => waits.prop_map(Happening::Wait),
        4 => Just(Happening::Touch),
        1 => Just(Happening::End),
    ];
    prop::collection::vec(one, 0..40)
}

const IDLE: Duration = Duration::from_secs(300);
const TTL: Duration = Duration::from_secs(900);

/// All there is to know: the end, the last activity, and whether it was ended.
#[derive(Debug, Clone, Copy)]
struct Life {
    until: i64,
    last_seen: i64,
    ended: bool,
}

impl Life {
    fn starting(until: Timestamp) -> Self {
        Self {
            until: until.micros(),
            last_seen: NOW.micros(),
            ended: false,
        }
    }

    fn expired(&self, now: Timestamp) -> bool {
        now.micros() >= self.until
    }

    fn idle(&self, now: Timestamp) -> bool {
        now.micros() - self.last_seen >= i64::try_from(IDLE.as_micros()).expect("a short span")
    }

    fn runs(&self, now: Timestamp) -> bool {
        !self.ended && !self.expired(now) && !self.idle(now)
    }
}

fn wait(now: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(now.micros() + micros)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_session_lives_as_its_model_does(happenings in happenings(), why in select(vec![SessionEnd::SignedOut, SessionEnd::Revoked])) {
        let (mut now, mut session) = (NOW, SessionState::start(NOW, TTL));
        let mut life = Life::starting(NOW.plus(TTL));
        for happening in happenings {
            match happening {
                Happening::Wait(micros) => now = wait(now, micros),
                Happening::Touch => match session.touch(now, IDLE) {
                    Ok(touched) => {
                        prop_assert!(life.runs(now), "only what runs is touched");
                        life.last_seen = life.last_seen.max(now.micros());
                        session = touched;
                    }
                    Err(over) => {
                        prop_assert!(!life.runs(now), "what runs is touched");
                        prop_assert_eq!(over.why, expected_end(&life, now, why));
                    }
                },
                Happening::End => {
                    let ended = session.end(now, why);
                    prop_assert_eq!(ended.is_ok(), !life.ended, "it ends once");
                    life.ended = true;
                    session = ended.unwrap_or(session);
                }
            }
            let due = (!life.ended && !life.runs(now)).then(|| expected_end(&life, now, why));
            prop_assert_eq!(session.due(now, IDLE), due);
            let (until, last_seen) = (Timestamp::from_micros(life.until), Timestamp::from_micros(life.last_seen));
            let fact = if life.ended { SessionFact::Ended } else { SessionFact::Live { since: NOW, until, last_seen } };
            prop_assert_eq!(session.fact(NOW), fact, "the absolute end never moves, and it never reopens");
        }
    }

    #[test]
    fn a_session_runs_by_its_narrowed_clocks_just_while_the_guardrail_lets_it(
        ages in (0_u64..20_000, 0_u64..2_000, 1_u64..20_000, 1_u64..20_000, 1_u64..2_000),
        account in prop::option::of(0_u64..20_000),
    ) {
        let (age, quiet, stored, ttl, idle) = ages;
        let seconds = Duration::from_secs;
        let since = NOW.minus(seconds(age));
        let account_until = account.map(|after| since.plus(seconds(after)));
        let state = SessionState::Active { until: since.plus(seconds(stored)), last_seen: NOW.minus(seconds(quiet)) };
        let rule = SessionRule { ttl: seconds(ttl), idle: seconds(idle) };
        let policy = Policy { session_ttl: rule.ttl, session_idle: rule.idle, ..Policy::default() };
        let staff = StaffFacts { id: StaffId::new(1, 1), role: StaffRole::Support, sub_role: None, scope: &Scope::All, account: AccountFact::Active { until: account_until }, acknowledged: None, narrowed: Narrowed::nothing() };
        let decision = decide(&policy, &Request {
            principal: Principal::Staff(staff),
            action: Action::SessionViewOwn,
            resource: SessionTarget { id: None, owner: staff.id }.facts(),
            facts: Facts { session: state.fact(since), ..Facts::unknown(NOW) },
        });
        let runs = state.narrowed(since, rule.ttl, account_until).due(NOW, rule.idle).is_none();
        prop_assert_eq!(runs, decision.verdicts.get(Guardrail::Session) == Verdict::Pass);
    }

    #[test]
    fn a_visit_lives_as_its_model_does(happenings in happenings(), parent_seconds in 0_u64..1_800, why in select(VisitEnd::ALL)) {
        let session_until = NOW.plus(Duration::from_secs(parent_seconds));
        let (mut now, mut visit) = (NOW, VisitState::start(NOW, TTL, session_until));
        let mut life = Life::starting(NOW.plus(TTL).min(session_until));
        for happening in happenings {
            match happening {
                Happening::Wait(micros) => now = wait(now, micros),
                Happening::Touch => match visit.touch(now, IDLE) {
                    Ok(touched) => {
                        prop_assert!(life.runs(now), "only what runs is touched");
                        prop_assert!(now < session_until, "it never outlives its session");
                        life.last_seen = life.last_seen.max(now.micros());
                        visit = touched;
                    }
                    Err(_) => prop_assert!(!life.runs(now), "what runs is touched"),
                },
                Happening::End => {
                    let ended = visit.end(now, why);
                    prop_assert_eq!(ended.is_ok(), !life.ended, "it ends once");
                    life.ended = true;
                    visit = ended.unwrap_or(visit);
                }
            }
            let clock = if life.expired(now) { VisitEnd::Expired } else { VisitEnd::Idle };
            prop_assert_eq!(visit.due(now, IDLE), (!life.ended && !life.runs(now)).then_some(clock));
            let (until, last_seen) = (Timestamp::from_micros(life.until), Timestamp::from_micros(life.last_seen));
            let standing = if life.ended { VisitStanding::Ended } else { VisitStanding::Live { until, last_seen } };
            prop_assert_eq!(visit.standing(), standing, "the end never moves, and it never reopens");
        }
    }

    #[test]
    fn a_visit_is_as_long_as_was_asked_or_refused(seconds in prop::option::of(0_u64..4_000)) {
        for (sub_role, usual, longest) in [(None, 900, 1_800), (Some("short"), 600, 600)] {
            match limits(sub_role).ttl(seconds) {
                Ok(ttl) => {
                    prop_assert_eq!(ttl, Duration::from_secs(seconds.unwrap_or(usual)), "never clamped");
                    prop_assert!(ttl >= VISIT_MIN_TTL && ttl.as_secs() <= longest);
                }
                Err(error) => {
                    prop_assert_eq!(error.field, "ttl_seconds");
                    prop_assert!(error.message.contains(&format!("to {longest} seconds")), "{}", error.message);
                    prop_assert!(seconds.is_some_and(|seconds| !(60..=longest).contains(&seconds)));
                }
            }
        }
    }
}

/// Why a session that does not run is over: what was written down, else the absolute end before idleness.
fn expected_end(life: &Life, now: Timestamp, written: SessionEnd) -> SessionEnd {
    if life.ended {
        written
    } else if life.expired(now) {
        SessionEnd::Expired
    } else {
        SessionEnd::Idle
    }
}

#[test]
fn the_clocks_of_a_session_strike_to_the_microsecond() {
    let tick = Duration::from_micros(1);
    let session = SessionState::start(NOW, TTL);
    assert_eq!(session.due(NOW.plus(IDLE).minus(tick), IDLE), None);
    assert_eq!(session.due(NOW.plus(IDLE), IDLE), Some(SessionEnd::Idle));
    let later = NOW.plus(TTL);
    assert_eq!(session.due(later.minus(tick), TTL * 2), None);
    assert_eq!(session.due(later, TTL * 2), Some(SessionEnd::Expired));
}

#[test]
fn the_clocks_of_a_visit_strike_to_the_microsecond() {
    let tick = Duration::from_micros(1);
    let visit = VisitState::start(NOW, TTL, NOW.plus(TTL * 2));
    assert_eq!(visit.due(NOW.plus(IDLE).minus(tick), IDLE), None);
    assert_eq!(visit.due(NOW.plus(IDLE), IDLE), Some(VisitEnd::Idle));
    let later = NOW.plus(TTL);
    assert_eq!(visit.due(later.minus(tick), TTL * 2), None);
    assert_eq!(visit.due(later, TTL * 2), Some(VisitEnd::Expired));
    let short = VisitState::start(NOW, TTL, NOW.plus(tick));
    assert_eq!(
        short.due(NOW.plus(tick), IDLE),
        Some(VisitEnd::Expired),
        "its session ends"
    );
}

#[test]
fn the_sixth_visit_is_one_too_many() {
    let most = limits(None);
    assert!(most.admit(4));
    assert!(!most.admit(5));
    assert!(!most.admit(u32::MAX));
    let fewer = limits(Some("short"));
    assert!(fewer.admit(1) && !fewer.admit(2));
}

/// What somebody of support may visit: all of it, or as much as a sub-role of theirs leaves.
fn limits(sub_role: Option<&str>) -> VisitLimits {
    let short = Draft {
        name: "short".to_owned(),
        about: String::new(),
        of: StaffRole::Support,
        permissions: vec!["tenant.list".to_owned(), "tenant.impersonate".to_owned()],
        tenants: None,
        visits: Some(2),
        visit_minutes: Some(10),
    };
    let declared = vec![short.check().expect("a sub-role")];
    let policy = Policy {
        sub_roles: SubRoles::declared(declared).expect("one"),
        ..Policy::default()
    };
    let name = sub_role.map(|name| SubRoleName::parse(name).expect("a name"));
    let staff = StaffFacts {
        id: StaffId::new(1, 1),
        role: StaffRole::Support,
        sub_role: name.as_ref(),
        scope: &Scope::All,
        account: AccountFact::Active { until: None },
        acknowledged: None,
        narrowed: Narrowed::nothing(),
    };
    VisitLimits::of(&policy, &staff)
}

#[test]
fn every_end_goes_to_storage_and_back() {
    for end in VisitEnd::ALL {
        assert_eq!(end.as_str().parse(), Ok(*end));
        let json = serde_json::to_string(end).expect("an end is text");
        assert_eq!(json, format!("\"{end}\""), "one name in storage and on the wire");
    }
    use SessionEnd::{Deactivated, Expired, Idle, ProviderSignedOut, Replaced, Revoked, SignedOut};
    for end in [
        SignedOut,
        Expired,
        Idle,
        Revoked,
        Deactivated,
        Replaced,
        ProviderSignedOut,
    ] {
        assert_eq!(end.as_str().parse(), Ok(end));
    }
}

/// What may happen to a question.
#[derive(Debug, Clone, Copy)]
enum Step {
    Wait(i64),
    Answer(Answer),
    Spend,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_question_is_answered_once_and_used_once_and_in_time(steps in prop::collection::vec(prop_oneof![
        2 => select(vec![0_i64, 1, 299, 300, 301]).prop_map(|seconds| Step::Wait(seconds * 1_000_000)),
        2 => select(vec![Answer::Approve, Answer::Deny]).prop_map(Step::Answer),
        2 => Just(Step::Spend),
    ], 0..30)) {
        let (mut now, mut state) = (NOW, ConsentState::ask(NOW, IDLE));
        // The model: when it was asked or agreed to, and whether it is settled.
        let (mut since, mut agreed, mut over) = (NOW, false, false);
        for step in steps {
            let lapsed = now.since(since) >= IDLE;
            match step {
                Step::Wait(micros) => now = wait(now, micros),
                Step::Answer(answer) => {
                    let answered = state.answer(now, answer, IDLE);
                    prop_assert_eq!(answered.is_ok(), !over && !agreed && !lapsed, "once, and in time");
                    if let Ok(next) = answered {
                        (state, since) = (next, now);
                        (agreed, over) = (answer == Answer::Approve, answer == Answer::Deny);
                    }
                }
                Step::Spend => {
                    let spent = state.spend(now);
                    prop_assert_eq!(spent.is_ok(), !over && agreed && !lapsed, "only what was agreed to, and once");
                    if let Ok(next) = spent {
                        (state, over) = (next, true);
                    }
                }
            }
        }
    }
}

#[test]
fn more_sessions_than_a_few_are_another_action_with_two_person_control() {
    assert_eq!(
        (revoking(1), revoking(REVOKED_AT_ONCE)),
        (Action::SessionRevoke, Action::SessionRevoke)
    );
    assert_eq!(revoking(REVOKED_AT_ONCE + 1), Action::SessionRevokeMany);
}
