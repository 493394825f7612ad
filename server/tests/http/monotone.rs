//! Nobody comes to hold what those who acted could not grant: random calls of the real program by those who may grant nothing.
//! The core has the same for every role, at length; this is what the way to it adds.

use http::{Method, StatusCode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRoles};
use stagedoor_store::testing::TestDb;

use crate::support::{Browser, House, STAFF};

const WHY: &str = "Their laptop was stolen yesterday";
const ACTORS: [&str; 3] = ["jess", "sasha", "rio"];
const CALLS: usize = 120;
const KINDS: u8 = 20;
const LATER: &str = "2026-11-21T18:00:00Z";

/// One call: by whom, about whom, and what.
#[derive(Debug, Clone)]
struct Call {
    actor: usize,
    target: usize,
    kind: u8,
    role: &'static str,
}

fn calls() -> Vec<Call> {
    let role = prop::sample::select(vec!["super_admin", "support", "security", "read_only"]);
    let call = (0..ACTORS.len(), 0_usize..16, 0..KINDS, role).prop_map(|(actor, target, kind, role)| Call {
        actor,
        target,
        kind,
        role,
    });
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let all = prop::collection::vec(call, CALLS);
    all.new_tree(&mut runner).unwrap().current()
}

/// Everything that decides what somebody on staff holds.
async fn held(house: &House) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT id || ' ' || email || ' ' || role || ' ' || state || ' ' || scope || ' ' || coalesce(subject, '') || ' ' || coalesce(account_until, 0) || ' ' || coalesce(sub_role, '') || ' ' || coalesce(term_role, '') || ' ' || coalesce(term_scope, '') AS x FROM staff ORDER BY id",
        "SELECT staff_id || ' ' || tenant_id AS x FROM staff_scope ORDER BY staff_id, tenant_id",
        "SELECT staff_id || ' ' || tenant_id AS x FROM staff_term_scope ORDER BY staff_id, tenant_id",
        "SELECT id || ' ' || staff_id || ' ' || coalesce(revoked_at, 0) AS x FROM staff_passkey ORDER BY id",
        "SELECT id || ' ' || staff_id || ' ' || coalesce(ended_at, 0) || ' ' || narrowed_reach || ' ' || coalesce(narrowed_tenant, '') || ' ' || coalesce(viewing_as, '') AS x FROM staff_session ORDER BY id",
        "SELECT id || ' ' || is_trusted || ' ' || email_domains AS x FROM identity_provider ORDER BY id",
        "SELECT id || ' ' || state AS x FROM trial ORDER BY id",
        "SELECT 'policy ' || name AS x FROM guard_policy ORDER BY name",
        "SELECT 'rule ' || name AS x FROM network_rule ORDER BY name",
    ] {
        let rows = house.db.raw_fetch(sql).await.unwrap();
        all.extend(rows.iter().map(|row| row.get::<String>("x").unwrap()));
    }
    all
}

/// What is there to reach for, beside the people.
struct There {
    people: Vec<String>,
    provider: String,
    /// The session of a super admin.
    session: String,
    /// A change of network rules on trial.
    trial: String,
    /// A call of a super admin's that waits for a fresh proof.
    step_up: String,
}

async fn send(browser: &mut Browser, call: &Call, there: &There, number: usize) -> StatusCode {
    let id = &there.people[call.target % there.people.len()];
    let one = format!("{STAFF}/api/admin/staff/{id}");
    let role = call.role;
    let post = |path: &str, body: Value| (Method::POST, format!("{one}{path}"), body);
    let (method, url, body) = match call.kind {
        0 => (Method::PATCH, one.clone(), json!({ "role": role, "reason": WHY })),
        1 => (
            Method::PATCH,
            one.clone(),
            json!({ "tenants": null, "reason": WHY }),
        ),
        2 => (
            Method::PATCH,
            one.clone(),
            json!({ "temporary_until": null, "role": role, "reason": WHY }),
        ),
        3 => post("/reissue-enrollment", json!({ "reason": WHY })),
        4 => post("/reset-factors", json!({ "reason": WHY })),
        5 => post("/deactivate", json!({ "reason": WHY })),
        6 => (
            Method::PATCH,
            one.clone(),
            json!({ "sub_role": null, "reason": WHY }),
        ),
        7 => {
            let body = json!({ "role": role, "role_until": LATER, "reason": WHY });
            (Method::PATCH, one.clone(), body)
        }
        8 => {
            let body = json!({ "tenants": null, "tenants_until": LATER, "reason": WHY });
            (Method::PATCH, one.clone(), body)
        }
        9..=18 => elsewhere(call.kind, there, number),
        _ => {
            let new = json!({
                "email": format!("new{number}@acme-corp.example"), "name": "New", "role": role,
                "identity_verified": true, "reason": WHY,
            });
            (Method::POST, format!("{STAFF}/api/admin/staff"), new)
        }
    };
    browser.send_json(method, &url, &body).await.status
}

/// The other ways to power: who vouches, what guards, from where, what is tried, and what others are signed in with.
fn elsewhere(kind: u8, there: &There, number: usize) -> (Method, String, Value) {
    let why = json!({ "reason": WHY });
    let (method, path, body) = match kind {
        9 => {
            let body = json!({
                "name": format!("SSO {number}"), "issuer": "https://127.0.0.1:1", "client_id": "console",
                "email_domains": ["acme-corp.example"], "reason": WHY,
            });
            (Method::POST, "identity-providers".to_owned(), body)
        }
        10 => {
            let body = json!({ "email_domains": ["acme-corp.example", "evil.example"], "reason": WHY });
            (
                Method::PATCH,
                format!("identity-providers/{}", there.provider),
                body,
            )
        }
        11 => {
            let body = json!({
                "name": "own", "about": "", "says": { "max_age_seconds": 600 }, "reason": WHY,
            });
            (Method::POST, "policies".to_owned(), body)
        }
        12 => {
            let body = json!({
                "name": "own", "kind": "vpn", "range": "198.51.100.0/24", "reason": WHY,
            });
            (Method::POST, "network-rules".to_owned(), body)
        }
        13 => (Method::POST, format!("trials/{}/confirm", there.trial), json!({})),
        14 => (
            Method::POST,
            format!("trials/{}/roll-back", there.trial),
            json!({}),
        ),
        15 => (Method::DELETE, format!("sessions/{}", there.session), why),
        16 => {
            let body = json!({ "q": format!("person:{}", there.people[0]), "sessions": 1 });
            (Method::POST, "sessions/revoke".to_owned(), body)
        }
        17 => (
            Method::POST,
            format!("step-up/{}/begin", there.step_up),
            json!({}),
        ),
        _ => (
            Method::POST,
            format!("step-up/{}", there.step_up),
            json!({ "credential": {} }),
        ),
    };
    (method, format!("{STAFF}/api/admin/{path}"), body)
}

/// Kim, whose proof is an hour old, with a call that waits for another; and Ada, who tries a network rule.
async fn there(house: &House) -> There {
    let mut kim = house.signed_in("kim").await;
    for _ in 0..7 {
        house.later(600);
        kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    }
    let rows = house
        .db
        .raw_fetch("SELECT id AS x FROM staff ORDER BY id")
        .await
        .unwrap();
    let people: Vec<String> = rows.iter().map(|row| row.get("x").unwrap()).collect();
    let url = format!("{STAFF}/api/admin/staff/{}", people[0]);
    let body = json!({ "name": "Somebody", "reason": WHY });
    let waits = kim.send_json(Method::PATCH, &url, &body).await.json();
    let mut ada = house.signed_in("ada").await;
    let rule = json!({ "name": "office", "kind": "vpn", "range": "203.0.113.0/24", "reason": WHY });
    let tried = ada
        .post_json(&format!("{STAFF}/api/admin/network-rules"), &rule)
        .await;
    let own = kim.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    let providers = kim
        .get_json(&format!("{STAFF}/api/admin/identity-providers"))
        .await
        .json();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
    There {
        people,
        provider: text(&providers["items"][0]["id"]),
        session: text(&own["session_id"]),
        trial: text(&tried.json()["id"]),
        step_up: text(&waits["error"]["step_up_id"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_grant_nothing_changes_nothing_that_anybody_holds() {
    let house = House::new().await;
    let there = there(&house).await;
    let mut browsers = Vec::new();
    for actor in ACTORS {
        browsers.push(house.signed_in(actor).await);
    }
    let before = held(&house).await;
    for (number, call) in calls().iter().enumerate() {
        house.later(1);
        let status = send(&mut browsers[call.actor], call, &there, number).await;
        // Of what is somebody else's to prove it is not even told that it is there.
        let expected = match call.kind {
            17 | 18 => status.is_client_error(),
            _ => status == StatusCode::FORBIDDEN,
        };
        assert!(expected, "{status}: {call:?}");
        assert_eq!(held(&house).await, before, "{call:?}");
    }
}

/// A session that is viewed as a sub-role gives no more than that sub-role, though it may manage staff.
#[tokio::test(flavor = "multi_thread")]
async fn who_views_the_console_as_a_sub_role_grants_no_more_than_it_holds() {
    let house = House::under(TestDb::sqlite().await, |policy| {
        let desk = Draft {
            name: "desk".to_owned(),
            about: String::new(),
            of: StaffRole::SuperAdmin,
            permissions: ["tenant.list", "staff.view", "platform.manage_staff"]
                .map(str::to_owned)
                .to_vec(),
            tenants: None,
            visits: None,
            visit_minutes: None,
        };
        policy.sub_roles = SubRoles::declared(vec![desk.check().unwrap()]).unwrap();
    })
    .await;
    let mut kim = house.signed_in("kim").await;
    house.signed_in("ada").await;
    let (ada, jess) = (kim.staff_id("ada").await, kim.staff_id("jess").await);
    let view = json!({ "viewing_as": "desk" });
    let narrowed = kim
        .post_json(&format!("{STAFF}/api/admin/session/narrow"), &view)
        .await;
    assert!(narrowed.status.is_success(), "{}", narrowed.text);
    let before = held(&house).await;
    let new = |role: &str, sub_role: Value| {
        json!({
            "email": "new@acme-corp.example", "name": "New", "role": role, "sub_role": sub_role,
            "identity_verified": true, "reason": WHY,
        })
    };
    let staff = format!("{STAFF}/api/admin/staff");
    let reset = json!({ "reason": WHY });
    for refused in [
        kim.post_json(&staff, &new("super_admin", Value::Null)).await,
        kim.post_json(&staff, &new("security", Value::Null)).await,
        kim.change_staff(&jess, json!({ "role": "super_admin" })).await,
        kim.post_json(&format!("{staff}/{ada}/reset-factors"), &reset)
            .await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        assert!(
            refused.text.contains("only what you hold yourself"),
            "{}",
            refused.text
        );
        assert_eq!(held(&house).await, before, "{}", refused.text);
    }
    let own = kim.post_json(&staff, &new("super_admin", json!("desk"))).await;
    assert_eq!(
        own.status,
        StatusCode::CREATED,
        "what it holds it gives: {}",
        own.text
    );
}
