//! The bench of the decision is a workspace of its own that no other command builds. Its questions are compiled here, so that
//! what is added to the core cannot leave them behind, and what they are said to be is true.

#![allow(unreachable_pub, clippy::expect_used)]

#[path = "../../../bench/decide/src/questions.rs"]
mod questions;

use stagedoor_core::time::Timestamp;

#[test]
fn of_the_benchs_questions_many_are_permitted_and_many_are_not() {
    let (policy, asked) = (questions::policy(), questions::questions());
    assert_eq!(asked.len(), questions::QUESTIONS);
    let permitted = questions::decide_all(&policy, &asked);
    let half = asked.len() / 2;
    assert!(
        (half / 2..=half * 3 / 2).contains(&permitted),
        "{permitted} of {}",
        asked.len()
    );
    assert!(
        policy
            .networks
            .iter()
            .any(|rule| rule.range.to_string() == questions::NETWORK)
    );
    assert!(questions::actions().count() > 20);
}

#[test]
fn the_benchs_answers_are_the_same_each_time() {
    let (policy, asked) = (questions::policy(), questions::questions());
    let again = questions::digest(&policy, &questions::questions());
    assert_eq!(questions::digest(&policy, &asked), again);
    let proved = asked[0]
        .facts
        .factor
        .map_or(Timestamp::from_micros(0), |factor| factor.at);
    assert!(questions::Question::seconds_since(proved) >= 60);
}
