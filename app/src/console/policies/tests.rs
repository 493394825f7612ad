//! Policies, drawn: what is told of a guard, what the form asks, and that nothing asked is lost.

use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::decide;
use stagedoor_core::guard_policy::GuardPolicies;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::request::{Facts, Policy, Principal, Request};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::view::narrow::NarrowedView;
use stagedoor_core::view::policy::{Answer, GuardRow, NarrowingView, PolicyCard, ShutFrom, ShutOut};

use super::*;
use crate::console::testing::{around, html, now};

fn view(networks: Vec<NetworkLine>) -> PoliciesView {
    PoliciesView {
        networks,
        shipped: GuardPolicies::shipped().iter().map(PolicyCard::from).collect(),
        declared: Vec::new(),
        guards: GuardRow::all(&Policy::default(), StaffRole::SuperAdmin),
        views: views(),
    }
}

fn views() -> Vec<PostLine> {
    let line = |role, sub_role: Option<&str>| PostLine {
        role,
        sub_role: sub_role.map(str::to_owned),
    };
    vec![
        line(StaffRole::Support, None),
        line(StaffRole::Support, Some("support_l1")),
    ]
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
        views: views(),
    }
}

/// A policy that says more than the form offers by itself.
fn kept_policy() -> PolicyCard {
    PolicyCard {
        name: "night".to_owned(),
        about: "At <night>".to_owned(),
        roles: vec![StaffRole::Support, StaffRole::Security],
        actions: Some(vec!["staff.view".to_owned(), "risk.view".to_owned()]),
        narrowing: NarrowingView {
            networks: Some(vec!["vpn".to_owned(), "proxy".to_owned()]),
            factors: None,
            passkey: None,
            max_age_seconds: Some(90),
            managed_device: true,
            needs_grant: false,
            session_ttl_seconds: None,
            session_idle_seconds: None,
        },
    }
}

fn drawn_with(card: &PolicyCard, query: &PoliciesQuery) -> String {
    let view = PoliciesView {
        declared: vec![card.clone()],
        ..view(Vec::new())
    };
    html(|| {
        policies_page(
            &view,
            &Asked::Nothing,
            (&offer(), query),
            (&around("/policies"), true),
        )
    })
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
    let answer = Answer::of(&decide(&policy, &request), None, guard);
    let simulation = Simulation {
        who: "somebody <made> up".to_owned(),
        action: "tenant.delete".to_owned(),
        about: String::new(),
        tenant: None,
        at: now(),
        address: None,
        narrowed: NarrowedView {
            one_tenant: false,
            tenant: None,
            reach: Reach::Reads,
            viewing_as: Some("read only".to_owned()),
        },
        present: answer.clone(),
        changed: Some(answer.clone()),
        shut_out: Some(ShutOut {
            level: PasskeyLevel::DeviceBound,
            from: ShutFrom::SignIn,
            count: 12,
            people: offer().people,
            without_passkey: 1,
        }),
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
        ", in a session narrowed: viewing as read only, reads only",
        "12 people could not sign in any more: their passkeys are none that cannot leave its device.",
        "/staff/stf_01k9w000000000000000000010",
        "and 11 more",
        "Besides, 1 person could not sign in any more and have no passkey at all.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn what_was_typed_stays_and_what_is_wrong_is_said_beside_it() {
    let asked = query("action=tenant.suspend&address=%3Cscript%3E&ttl=soon&tenant=acme&show=support");
    let wrong = request::request(&asked).expect_err("no minutes");
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
    let request = request::request(&query("role=support&action=tenant.view")).expect("a request");
    assert!(request.address.is_none() && request.identity.is_none() && request.factor.is_none());
    assert!(request.session.is_none() && request.change.is_none());
}

#[test]
fn a_person_goes_before_somebody_made_up_and_a_change_is_of_the_action_or_of_sessions() {
    let asked = query("person=stf_1&role=support&account=pending&action=tenant.view&max_age=5");
    let request = request::request(&asked).expect("a request");
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
        request::request(&query("role=support&action=tenant.view&ttl=60&networks=vpn")).expect("a request");
    assert!(
        of_session.change.expect("a change").actions.is_empty(),
        "a session's times hold for all it does"
    );
}

#[test]
fn a_kept_policy_is_changed_from_all_that_it_says() {
    let card = kept_policy();
    let list = drawn_with(&card, &PoliciesQuery::default());
    assert!(list.contains("/policies?kept=night#simulator"), "{list}");
    let form = drawn_with(&card, &query("kept=night"));
    for part in [
        "Change night",
        "name=\"kept\" value=\"night\"",
        "value=\"staff.view,risk.view\"",
        "value=\"90 s\"",
        "<option value=\"support,security\" selected",
        "<option value=\"vpn,proxy\" selected",
        "<option value=\"managed\" selected",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    let asked = change::filled(&card, query("role=support&action=tenant.view&target=acme"));
    assert_eq!((asked.action.as_str(), asked.target.as_str()), ("staff.view", ""));
    let request = request::request(&asked).expect("a request");
    let change = request.change.expect("the whole of it");
    assert_eq!(request.change_of.as_deref(), Some("night"));
    assert_eq!(change.roles, ["support", "security"]);
    assert_eq!(change.actions, ["staff.view", "risk.view"]);
    assert_eq!(change.networks.expect("two kinds"), ["vpn", "proxy"]);
    assert_eq!(change.max_age, Some(Duration::from_secs(90)));
    assert_eq!(change.device.as_deref(), Some("managed"));
    let gone = drawn_with(&card, &query("kept=other"));
    assert!(
        gone.contains(NOT_KEPT) && !gone.contains("Change other"),
        "{gone}"
    );
}

#[test]
fn a_session_is_narrowed_as_it_is_typed() {
    let request = request::request(&query(
        "role=support&sub_role=support_l1&action=tenant.view&only=acme&reads=yes&viewing=read_only",
    ));
    let request = request.expect("a request");
    let narrowed = request.narrowed.expect("a narrowing");
    assert_eq!(narrowed.reach, Reach::Reads);
    assert_eq!(narrowed.tenant.as_deref(), Some("acme"));
    assert_eq!(narrowed.viewing_as.as_deref(), Some("read_only"));
    assert_eq!(request.sub_role.as_deref(), Some("support_l1"));
    let person = request::request(&query("person=stf_1&sub_role=support_l1&action=tenant.view"));
    assert_eq!(person.expect("a request").sub_role, None, "their own is taken");
    let form = drawn(&Asked::Nothing, &PoliciesQuery::default());
    assert!(
        form.contains("<optgroup label=\"Sub-role\">") && form.contains("support_l1"),
        "{form}"
    );
}
