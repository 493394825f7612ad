//! Policies and roles over the API: what is declared, what the simulator says, who can do what; and that what it says is
//! what is done.

mod alike;
mod roles;
mod simulator;

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF};

pub(crate) fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// A request that everything is good about, of somebody made up.
pub(crate) fn good(role: &str, action: &str) -> Value {
    json!({
        "role": role, "action": action, "address": "127.0.0.1", "identity": "workforce",
        "factor": "passkey", "factor_age_seconds": 600, "session": "live",
    })
}

pub(crate) fn with(mut request: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

pub(crate) async fn simulated(browser: &mut Browser, request: &Value) -> Value {
    let answer = browser.post_json(&api("policies/simulate"), request).await;
    assert_eq!(answer.status, StatusCode::OK, "{request}: {}", answer.text);
    answer.json()
}

pub(crate) async fn refused(browser: &mut Browser, request: &Value) -> Answer {
    let answer = browser.post_json(&api("policies/simulate"), request).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{request}: {}",
        answer.text
    );
    answer
}

/// What one guardrail says.
pub(crate) fn guardrail<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let all = answer["guardrails"].as_array().unwrap();
    assert_eq!(all.len(), 6, "{answer}");
    all.iter().find(|guardrail| guardrail["name"] == name).unwrap()
}

pub(crate) async fn staff_id(browser: &mut Browser) -> String {
    let me = browser.get_json(&api("session")).await.json();
    me["staff_id"].as_str().unwrap().to_owned()
}

async fn entries(house: &House) -> i64 {
    let rows = house.db.raw_fetch("SELECT count(*) AS x FROM audit_entry").await;
    rows.unwrap()[0].get("x").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_guards_the_console_is_told_as_it_is_in_force() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let body = kim.get_json(&api("policies")).await.json();
    assert_eq!(
        body["networks"],
        json!([{ "name": "loopback", "kind": "corp_ip", "range": "127.0.0.0/8" }])
    );
    let shipped: Vec<_> = body["shipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| &policy["name"])
        .collect();
    assert_eq!(shipped, ["super_admin", "administration"]);
    assert_eq!(body["declared"], json!([]));
    let guard = |role: &str, action: &str| {
        let guards = body["guards"].as_array().unwrap();
        guards
            .iter()
            .find(|guard| guard["role"] == role && guard["action"] == action)
            .unwrap()
            .clone()
    };
    let manage = guard("super_admin", "platform.manage_staff");
    assert_eq!(
        json!([
            manage["max_age_seconds"],
            manage["factors"],
            manage["held"],
            manage["policies"]
        ]),
        json!([3600, ["passkey"], "fully", ["super_admin", "administration"]])
    );
    assert_eq!(guard("support", "platform.manage_staff")["held"], Value::Null);
    let out = guard("support", "staff.sign_out");
    assert_eq!(
        json!([out["networks"], out["factors"], out["max_age_seconds"]]),
        json!([null, null, null])
    );
    assert_eq!(guard("super_admin", "tenant.delete")["needs_grant"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_and_simulating_write_nothing_down() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = entries(&house).await;
    for path in ["policies", "roles", "roles/who-can?action=policy.view"] {
        assert_eq!(kim.get_json(&api(path)).await.status, StatusCode::OK, "{path}");
    }
    simulated(&mut kim, &good("read_only", "policy.write")).await;
    assert_eq!(entries(&house).await, before);
    let mut rio = house.signed_in("rio").await;
    let before = entries(&house).await;
    let denied = rio
        .post_json(&api("policies/simulate"), &good("read_only", "policy.write"))
        .await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert_eq!(entries(&house).await, before + 1, "a refusal is an entry");
}
