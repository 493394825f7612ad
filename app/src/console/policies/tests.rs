//! Policies, drawn: what is told of a guard, what the form asks, and that nothing asked is lost.

use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::decide;
use stagedoor_core::guard_policy::GuardPolicies;
use stagedoor_core::request::{Facts, Policy, Principal, Request};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::view::policy::{Answer, GuardRow, PolicyCard};

use super::*;
use crate::console::testing::{around, html, now};

fn view(networks: Vec<NetworkLine>) -> PoliciesView {
    PoliciesView {
        networks,
        shipped: GuardPolicies::shipped().iter().map(PolicyCard::from).collect(),
        declared: Vec::new(),
        guards: GuardRow::all(&Policy::default(), StaffRole::SuperAdmin),
    }
}

fn offer() -> Offer {
    Offer {
        people: vec![PersonChoice {
            id: "stf_01k9w000000000000000000010".parse().expect("an id"),
            name: "Kim <Moreno>".to_owned(),
            role: StaffRole::SuperAdmin,
        }],
        tenants: vec![("acme".to_owned(), "Acme".to_owned())],
        address: "127.0.0.1".to_owned(),
    }
}

fn drawn(asked: &Asked, query: &PoliciesQuery) -> String {
    html(|| {
        policies_page(
            &view(Vec::new()),
            asked,
            (&offer(), query),
            (&around("/policies"), true),
        )
    })
}

fn query(text: &str) -> PoliciesQuery {
    PoliciesQuery::parse(text)
}

#[test]
fn every_guard_policy_and_every_action_is_told() {
    let page = drawn(&Asked::Nothing, &PoliciesQuery::default());
    for policy in GuardPolicies::shipped() {
        assert!(page.contains(policy.about()), "{}", policy.name());
    }
    for row in GuardRow::all(&Policy::default(), StaffRole::SuperAdmin) {
        assert!(page.contains(&row.declaration), "{}", row.action);
    }
    assert!(page.contains("a proof of the last 1 h") && page.contains("No network is allowed."));
    assert!(page.contains("Kim &lt;Moreno&gt;") && !page.contains("Kim <Moreno>"));
}

#[test]
fn a_decision_is_told_with_all_six_guardrails() {
    let policy = Policy::default();
    let request = Request {
        principal: Principal::Anonymous,
        action: Action::TenantDelete,
        resource: Platform.facts(),
        facts: Facts::unknown(now()),
    };
    let guard = GuardRow::of(&policy, StaffRole::Support, Action::TenantDelete);
    let answer = Answer::of(&decide(&policy, &request), guard);
    let simulation = Simulation {
        who: "somebody <made> up".to_owned(),
        action: "tenant.delete".to_owned(),
        about: String::new(),
        tenant: None,
        at: now(),
        address: None,
        present: answer.clone(),
        changed: Some(answer.clone()),
    };
    let asked = Asked::Answered(Box::new(simulation));
    let page = drawn(&asked, &query("action=tenant.delete"));
    for guard in &answer.guards {
        assert_eq!(
            page.matches(&format!("#g-{}", guard.name)).count(),
            2,
            "{}",
            guard.name
        );
        assert!(page.contains(&guard.text), "{}", guard.name);
    }
    for part in [
        "Refused",
        "In force",
        "With the change",
        "an address that nobody knows",
        "somebody &lt;made&gt; up",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn what_was_typed_stays_and_what_is_wrong_is_said_beside_it() {
    let asked = query("action=tenant.suspend&address=%3Cscript%3E&ttl=soon&tenant=acme&show=support");
    let wrong = form::request(&asked).expect_err("no minutes");
    assert_eq!(wrong.keys().collect::<Vec<_>>(), ["ttl"]);
    let page = drawn(&Asked::Wrong(wrong), &asked);
    assert!(page.contains("&lt;script&gt;") && !page.contains("value=\"<script>"));
    for part in ["Give whole minutes.", "value=\"soon\"", "<details open"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.contains("name=\"show\" value=\"support\"") && page.contains("name=\"tenant\" value=\"acme\"")
    );
}

#[test]
fn an_empty_field_is_a_fact_that_nobody_knows() {
    let request = form::request(&query("role=support&action=tenant.view")).expect("a request");
    assert!(request.address.is_none() && request.identity.is_none() && request.factor.is_none());
    assert!(request.session.is_none() && request.change.is_none());
}

#[test]
fn a_person_goes_before_somebody_made_up_and_a_change_is_of_the_action_or_of_sessions() {
    let asked = query("person=stf_1&role=support&account=pending&action=tenant.view&max_age=5");
    let request = form::request(&asked).expect("a request");
    assert_eq!(
        (request.person.as_deref(), request.role, request.account),
        (Some("stf_1"), None, None)
    );
    let change = request.change.expect("a change");
    assert_eq!(
        (change.actions, change.max_age),
        (vec!["tenant.view".to_owned()], Some(Duration::from_secs(300)))
    );
    let of_session =
        form::request(&query("role=support&action=tenant.view&ttl=60&networks=vpn")).expect("a request");
    assert!(
        of_session.change.expect("a change").actions.is_empty(),
        "a session's times hold for all it does"
    );
}
