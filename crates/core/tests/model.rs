//! `decide` and a naive model of it agree on random questions.
//!
//! `STAGEDOOR_SOAK_CASES` sets how many; the soak asks ten million.

mod support;

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use stagedoor_core::decision::Reason;

use support::model::{Model, in_words};
use support::setting;
use support::strategy::question;

const CASES: u32 = 20_000;
/// What is refused by the rules about staff accounts, after the decision: `staff.rs` reaches them.
const OF_STAFF: [Reason; 4] = [
    Reason::SelfChange,
    Reason::LastSuperAdmin,
    Reason::GrantBeyondOwn,
    Reason::NamedInConfiguration,
];

#[test]
fn decide_and_the_model_agree() {
    let cases =
        setting("STAGEDOOR_SOAK_CASES").map_or(CASES, |text| text.parse().expect("a number of cases"));
    let model = Model::new();
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4_096,
        // Drafts of policies that say nothing are drawn again; over millions of cases that is often.
        max_local_rejects: u32::MAX,
        ..Config::default()
    });
    let agreed = runner.run(&question(), |question| {
        proptest::prop_assert_eq!(in_words(&question.decide()), model.answer(&question));
        Ok(())
    });
    assert!(agreed.is_ok(), "{}", agreed.expect_err("they differ"));
}

/// A comparison proves little where the questions never lead.
#[test]
fn the_questions_lead_to_every_reason_and_often_to_a_permit() {
    let mut runner = TestRunner::deterministic();
    let questions = question();
    let (mut reached, mut permits, mut challenges) = (BTreeSet::new(), 0, 0);
    for _ in 0..CASES {
        let decision = questions
            .new_tree(&mut runner)
            .expect("a question")
            .current()
            .decide();
        match decision.outcome {
            stagedoor_core::decision::Outcome::Permit => permits += 1,
            stagedoor_core::decision::Outcome::Challenge { .. } => challenges += 1,
            stagedoor_core::decision::Outcome::Deny(_) => {}
        }
        reached.extend(decision.reason().map(Reason::as_str));
    }
    // A proof that does not count is refused before a decision is asked.
    let elsewhere = stagedoor_core::step_up::REASONS;
    let decided = Reason::ALL
        .iter()
        .filter(|reason| !elsewhere.contains(reason) && !OF_STAFF.contains(reason));
    let all: BTreeSet<_> = decided.map(|reason| reason.as_str()).collect();
    assert_eq!(reached, all);
    assert!(permits > CASES / 10, "{permits} permits");
    assert!(challenges > CASES / 200, "{challenges} challenges");
}
