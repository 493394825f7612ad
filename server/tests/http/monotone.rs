//! Nobody comes to hold what those who acted could not grant: random calls of the real program by those who may grant nothing.
//! The core has the same for every role, at length; this is what the way to it adds.

use http::{Method, StatusCode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::support::{Browser, House, STAFF};

const WHY: &str = "Their laptop was stolen yesterday";
const ACTORS: [&str; 3] = ["jess", "sasha", "rio"];
const CALLS: usize = 60;

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
    let call = (0..ACTORS.len(), 0_usize..16, 0_u8..7, role).prop_map(|(actor, target, kind, role)| Call {
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
        "SELECT id || ' ' || staff_id || ' ' || coalesce(revoked_at, 0) AS x FROM staff_passkey ORDER BY id",
    ] {
        let rows = house.db.raw_fetch(sql).await.unwrap();
        all.extend(rows.iter().map(|row| row.get::<String>("x").unwrap()));
    }
    all
}

async fn send(browser: &mut Browser, call: &Call, ids: &[String], number: usize) -> StatusCode {
    let id = &ids[call.target % ids.len()];
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

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_grant_nothing_changes_nothing_that_anybody_holds() {
    let house = House::new().await;
    let mut browsers = Vec::new();
    for actor in ACTORS {
        browsers.push(house.signed_in(actor).await);
    }
    let rows = house
        .db
        .raw_fetch("SELECT id AS x FROM staff ORDER BY id")
        .await
        .unwrap();
    let ids: Vec<String> = rows.iter().map(|row| row.get("x").unwrap()).collect();
    let before = held(&house).await;
    for (number, call) in calls().iter().enumerate() {
        let status = send(&mut browsers[call.actor], call, &ids, number).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{call:?}");
        assert_eq!(held(&house).await, before, "{call:?}");
    }
}
