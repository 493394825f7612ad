//! The clocks of the guardrails, exact to the microsecond.

mod support;

use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::decision::{AuthenticationContext, Outcome, Reason};
use stagedoor_core::guard::{AccountFact, Guardrail, SessionFact, Verdict};
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::request::VisitStanding;
use stagedoor_core::role::{StaffRole, TenantRole};
use stagedoor_core::tenant::Consent;
use stagedoor_core::time::{Timestamp, minutes};

use support::{NOW, Question, staff_asks, visitor_asks};

const TICK: Duration = Duration::from_micros(1);

fn session(question: &Question, until: Timestamp, last_seen: Timestamp) -> Verdict {
    let since = last_seen;
    let question = question.but(|question| {
        question.facts.session = SessionFact::Live {
            since,
            until,
            last_seen,
        };
    });
    question.decide().verdicts.get(Guardrail::Session)
}

#[test]
fn a_session_holds_to_the_last_microsecond_and_not_one_longer() {
    let question = staff_asks(StaffRole::Support, Action::TenantList);
    assert_eq!(session(&question, NOW.plus(TICK), NOW), Verdict::Pass);
    assert_eq!(
        session(&question, NOW, NOW),
        Verdict::Fail(Reason::SessionExpired)
    );
    let later = NOW.plus(minutes(60));
    assert_eq!(
        session(&question, later, NOW.minus(minutes(15)).plus(TICK)),
        Verdict::Pass
    );
    assert_eq!(
        session(&question, later, NOW.minus(minutes(15))),
        Verdict::Fail(Reason::SessionIdle)
    );
}

#[test]
fn a_session_ends_by_the_rule_in_force_however_long_it_was_promised() {
    let question = staff_asks(StaffRole::Support, Action::TenantList);
    let began = |ago| {
        question
            .but(|question| {
                question.facts.session = SessionFact::Live {
                    since: NOW.minus(ago),
                    until: NOW.plus(minutes(600)),
                    last_seen: NOW,
                };
            })
            .decide()
            .verdicts
            .get(Guardrail::Session)
    };
    let ttl = question.policy.session_ttl;
    assert_eq!(began(ttl.saturating_sub(TICK)), Verdict::Pass);
    assert_eq!(began(ttl), Verdict::Fail(Reason::SessionExpired));
}

#[test]
fn a_factor_holds_at_its_oldest_and_not_one_microsecond_longer() {
    let question = staff_asks(StaffRole::Support, Action::TenantList);
    let aged = |age| {
        let question =
            question.but(|question| question.facts.factor.as_mut().expect("a factor").at = NOW.minus(age));
        question.decide().outcome
    };
    let oldest = question.policy.factor.max_age;
    assert_eq!(aged(oldest), Outcome::Permit);
    assert_eq!(
        aged(oldest + TICK),
        Outcome::Challenge {
            reason: Reason::FactorStale,
            max_age: oldest,
            context: Some(AuthenticationContext::Phr),
        }
    );
}

#[test]
fn an_action_may_ask_for_a_fresher_factor_than_the_policy_but_never_for_an_older_one() {
    let question = staff_asks(StaffRole::ReadOnly, Action::PasskeyRevoke);
    let asked = |policy, age| {
        let question = question.but(|question| {
            question.policy.factor.max_age = policy;
            question.facts.factor.as_mut().expect("a factor").at = NOW.minus(age);
        });
        question.decide().outcome
    };
    let stale = |max_age| Outcome::Challenge {
        reason: Reason::FactorStale,
        max_age,
        context: Some(AuthenticationContext::Phr),
    };
    assert_eq!(asked(minutes(240), minutes(10)), Outcome::Permit);
    assert_eq!(asked(minutes(240), minutes(10) + TICK), stale(minutes(10)));
    assert_eq!(asked(minutes(5), minutes(5)), Outcome::Permit);
    assert_eq!(asked(minutes(5), minutes(5) + TICK), stale(minutes(5)));
}

#[test]
fn a_proof_is_renewed_however_old_the_former_one_is() {
    let question = staff_asks(StaffRole::ReadOnly, Action::SessionRenew).but(|question| {
        question.facts.factor = None;
    });
    assert_eq!(question.decide().outcome, Outcome::Permit);
}

#[test]
fn a_visit_holds_to_the_last_microsecond_and_not_one_longer() {
    let question = visitor_asks(TenantRole::Admin, VisitMode::ReadOnly, Action::MemberList);
    let standing = |until, last_seen| {
        let question = question.but(|question| {
            question.who.visit_mut().expect("a visit").standing = VisitStanding::Live { until, last_seen };
        });
        question.decide().outcome
    };
    let over = Outcome::Deny(Reason::VisitEnded);
    assert_eq!(standing(NOW.plus(TICK), NOW), Outcome::Permit);
    assert_eq!(standing(NOW, NOW), over);
    let later = NOW.plus(minutes(30));
    assert_eq!(standing(later, NOW.minus(minutes(5)).plus(TICK)), Outcome::Permit);
    assert_eq!(standing(later, NOW.minus(minutes(5))), over);
}

#[test]
fn a_temporary_account_and_a_window_of_consent_end_to_the_microsecond() {
    let account = |until| {
        let question = staff_asks(StaffRole::Support, Action::TenantList);
        question
            .but(|question| {
                question.who.staff_mut().expect("staff").account = AccountFact::Active { until: Some(until) }
            })
            .decide()
            .outcome
    };
    assert_eq!(account(NOW.plus(TICK)), Outcome::Permit);
    assert_eq!(account(NOW), Outcome::Deny(Reason::AccountExpired));
    let window = |until| {
        let question = staff_asks(StaffRole::Support, Action::TenantImpersonate);
        let window = Consent::Window { until };
        question
            .but(|question| question.resource.standing.as_mut().expect("a tenant").consent = window)
            .decide()
            .outcome
    };
    assert_eq!(window(NOW.plus(TICK)), Outcome::Permit);
    assert_eq!(window(NOW), Outcome::Deny(Reason::ConsentOff));
}
