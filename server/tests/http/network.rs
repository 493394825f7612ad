//! Network rules and guard policies as trials: what is tried holds at once, everywhere, and rolls back by itself unless whoever
//! began it confirms it from inside.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::header::ORIGIN;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;
use url::Url;

use crate::support::{Answer, Browser, House, STAFF};

const WHY: &str = "The office in Berlin has moved";
/// An address of the range that the tests add.
pub(crate) const AWAY: &str = "198.51.100.7";
const AT_HOME: &str = "127.0.0.1";

pub(crate) fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// A call from some address.
pub(crate) async fn from(
    browser: &mut Browser,
    address: &str,
    (method, path): (Method, &str),
    body: Option<&Value>,
) -> Answer {
    let url = Url::parse(&api(path)).unwrap();
    let body = body.map(|body| ("application/json", body.to_string()));
    let mut request = browser.request(method, &url, body, "application/json");
    let peer: IpAddr = address.parse().unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
    request.headers_mut().insert(ORIGIN, STAFF.parse().unwrap());
    browser.send(&url, request).await
}

pub(crate) fn vpn() -> Value {
    json!({ "name": "vpn-berlin", "kind": "vpn", "range": "198.51.100.0/24", "note": "Exit nodes", "reason": WHY })
}

pub(crate) async fn add(browser: &mut Browser, rule: &Value) -> Value {
    let answer = browser.post_json(&api("network-rules"), rule).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()
}

pub(crate) async fn confirm(browser: &mut Browser, trial: &Value) -> Answer {
    let path = format!("trials/{}/confirm", trial["id"].as_str().unwrap());
    browser.post_json(&api(&path), &json!({})).await
}

async fn roll_back(browser: &mut Browser, trial: &Value) -> Answer {
    let path = format!("trials/{}/roll-back", trial["id"].as_str().unwrap());
    browser.post_json(&api(&path), &json!({})).await
}

/// Whether somebody at an address is let in.
async fn let_in(browser: &mut Browser, address: &str) -> bool {
    let answer = from(browser, address, (Method::GET, "tenants"), None).await;
    assert!(
        answer.status == StatusCode::OK || answer.code() == "NETWORK_DENIED",
        "{}",
        answer.text
    );
    answer.status == StatusCode::OK
}

async fn rules(browser: &mut Browser) -> Value {
    let answer = browser.get_json(&api("network-rules")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

fn names(rules: &Value) -> Vec<&str> {
    let items = rules["items"].as_array().unwrap();
    items.iter().map(|rule| rule["name"].as_str().unwrap()).collect()
}

/// A rule that was tried and confirmed.
async fn kept(browser: &mut Browser) -> String {
    let trial = add(browser, &vpn()).await;
    assert_eq!(confirm(browser, &trial).await.status, StatusCode::NO_CONTENT);
    let rules = rules(browser).await;
    rules["items"][1]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_holds_at_once_and_stays_once_it_is_confirmed() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    assert!(!let_in(&mut kim, AWAY).await);
    let trial = add(&mut kim, &vpn()).await;
    assert_eq!(
        (&trial["state"], &trial["about"]),
        (&json!("pending"), &json!("vpn-berlin is added"))
    );
    assert!(let_in(&mut kim, AWAY).await, "on trial it holds");
    assert_eq!(rules(&mut kim).await["trial"]["id"], trial["id"]);
    house.later(299);
    assert_eq!(confirm(&mut kim, &trial).await.status, StatusCode::NO_CONTENT);
    house.later(10);
    assert!(let_in(&mut kim, AWAY).await, "confirmed it stays");
    let now = rules(&mut kim).await;
    assert_eq!(names(&now), ["loopback", "vpn-berlin"]);
    assert_eq!(
        (&now["let_in_by"], &now["trial"]),
        (&json!("loopback"), &Value::Null)
    );
    assert_eq!(
        confirm(&mut kim, &trial).await.status,
        StatusCode::CONFLICT,
        "it is over"
    );
    let lines = kim.log("limit=100").await;
    for told in [
        "changed network rule vpn-berlin",
        "confirmed the change of network rules",
    ] {
        assert!(lines.iter().any(|line| line.contains(told)), "{told}: {lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_nobody_confirms_is_over_after_five_minutes_without_any_job() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = rules(&mut kim).await;
    let trial = add(&mut kim, &vpn()).await;
    house.later(299);
    assert!(let_in(&mut kim, AWAY).await);
    house.later(1);
    assert!(!let_in(&mut kim, AWAY).await, "nobody wrote anything down");
    assert_eq!(rules(&mut kim).await, before, "what was before is there exactly");
    house.later(1);
    assert_eq!(confirm(&mut kim, &trial).await.status, StatusCode::CONFLICT);
    let listed = kim.get_json(&api("trials")).await.json();
    assert_eq!(
        (&listed["items"][0]["state"], &listed["items"][0]["why"]),
        (&json!("rolled_back"), &json!("time"))
    );
    house.service.run_due().await.unwrap();
    let lines = kim.log("limit=100").await;
    let written = lines
        .iter()
        .filter(|line| line.contains("rolled back the change of network rules"));
    assert_eq!(written.count(), 1, "{lines:?}");
    // It does not stand in the way of another.
    add(&mut kim, &vpn()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_change_of_a_kind_is_tried_at_a_time_and_anybody_who_may_rolls_it_back() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let trial = add(&mut kim, &vpn()).await;
    let mut another = vpn();
    another["name"] = json!("vpn-lisbon");
    another["range"] = json!("203.0.113.0/24");
    let refused = ada.post_json(&api("network-rules"), &another).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(
        refused.text.contains("network rules is on trial"),
        "{}",
        refused.text
    );
    let theirs = confirm(&mut ada, &trial).await;
    assert_eq!(
        theirs.status,
        StatusCode::CONFLICT,
        "only who began it confirms: {}",
        theirs.text
    );
    assert!(let_in(&mut ada, AWAY).await);
    assert_eq!(roll_back(&mut ada, &trial).await.status, StatusCode::NO_CONTENT);
    assert!(!let_in(&mut ada, AWAY).await);
    assert_eq!(roll_back(&mut ada, &trial).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_would_shut_themselves_out_is_asked_and_the_change_is_confirmed_from_inside_only() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let id = kept(&mut kim).await;
    let removal = json!({ "reason": WHY });
    let path = format!("network-rules/{id}");
    let refused = from(&mut kim, AWAY, (Method::DELETE, &path), Some(&removal)).await;
    let told = refused.refused_at("confirm_from_elsewhere");
    assert!(told.contains(AWAY), "{told}");
    let asked = json!({ "id": id, "remove": true });
    let told = from(
        &mut kim,
        AWAY,
        (Method::POST, "network-rules/preview"),
        Some(&asked),
    )
    .await;
    assert_eq!(
        (&told.json()["passes"], &told.json()["let_in_by"]),
        (&json!(false), &Value::Null)
    );
    let removal = json!({ "reason": WHY, "confirm_from_elsewhere": true });
    let trial = from(&mut kim, AWAY, (Method::DELETE, &path), Some(&removal)).await;
    assert_eq!(trial.status, StatusCode::OK, "{}", trial.text);
    let confirm = format!("trials/{}/confirm", trial.json()["id"].as_str().unwrap());
    let outside = from(&mut kim, AWAY, (Method::POST, &confirm), Some(&json!({}))).await;
    assert_eq!(
        (outside.status, outside.code().as_str()),
        (StatusCode::FORBIDDEN, "NETWORK_DENIED")
    );
    house.later(300);
    assert!(let_in(&mut kim, AWAY).await, "it rolled back");
    let trial = from(&mut kim, AWAY, (Method::DELETE, &path), Some(&removal)).await;
    let confirm = format!("trials/{}/confirm", trial.json()["id"].as_str().unwrap());
    let inside = from(&mut kim, AT_HOME, (Method::POST, &confirm), Some(&json!({}))).await;
    assert_eq!(inside.status, StatusCode::NO_CONTENT, "{}", inside.text);
    assert!(!let_in(&mut kim, AWAY).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrong_is_named_field_by_field() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for (field, changes) in [
        ("name", json!({ "name": "Loopback" })),
        ("kind", json!({ "kind": "proxy" })),
        ("range", json!({ "range": "10.0.0.1/8" })),
        ("range", json!({ "range": "127.0.0.0/8" })),
        ("confirm_wide", json!({ "range": "8.0.0.0/6" })),
        ("reason", json!({ "reason": "short" })),
    ] {
        let mut rule = vpn();
        for (name, value) in changes.as_object().unwrap() {
            rule[name] = value.clone();
        }
        let refused = kim.post_json(&api("network-rules"), &rule).await;
        refused.refused_at(field);
    }
    assert_eq!(names(&rules(&mut kim).await), ["loopback"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_with_who_would_not_get_in_any_more() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let id = kept(&mut kim).await;
    house
        .db
        .raw_execute(&format!(
            "UPDATE staff_session SET address = '{AWAY}' WHERE staff_id = (SELECT id FROM staff WHERE email LIKE 'kim@%')"
        ))
        .await
        .unwrap();
    let told = kim
        .post_json(
            &api("network-rules/preview"),
            &json!({ "id": id, "remove": true }),
        )
        .await
        .json();
    assert_eq!(
        (&told["passes"], &told["let_in_by"]),
        (&json!(true), &json!("loopback"))
    );
    let outside = told["outside"].as_array().unwrap();
    let kims = outside.iter().find(|line| line["address"] == AWAY);
    assert_eq!(kims.unwrap()["live"], json!(true), "{told}");
    let told = kim
        .post_json(
            &api("network-rules/preview"),
            &json!({ "name": "part", "kind": "vpn", "range": "198.51.100.128/25" }),
        )
        .await
        .json();
    assert!(
        told["warnings"][0].as_str().unwrap().contains("vpn-berlin"),
        "{told}"
    );
}

async fn another_process_goes_by_it_with_its_next_request(db: TestDb) {
    let house = House::over(db).await;
    let (_, other) = house.second_process().await;
    let mut here = house.signed_in("kim").await;
    let mut there = here.tab_through(&other);
    assert!(!let_in(&mut there, AWAY).await);
    let trial = add(&mut here, &vpn()).await;
    assert!(let_in(&mut there, AWAY).await, "begun there, too");
    assert_eq!(roll_back(&mut there, &trial).await.status, StatusCode::NO_CONTENT);
    assert!(!let_in(&mut here, AWAY).await, "and over here");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_by_it_with_its_next_request_on_postgresql() {
    another_process_goes_by_it_with_its_next_request(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_by_it_with_its_next_request_on_one_sqlite_file() {
    another_process_goes_by_it_with_its_next_request(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_goes_by_what_is_on_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let entrance = || async {
        let url = Url::parse(&format!("{STAFF}/sign-in")).unwrap();
        let mut stranger = house.browser();
        let mut request = stranger.request(Method::GET, &url, None, "text/html");
        let peer: IpAddr = AWAY.parse().unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
        let answer = stranger.send(&url, request).await;
        answer.text.contains("/sign-in/start")
    };
    assert!(!entrance().await);
    let trial = add(&mut kim, &vpn()).await;
    assert!(entrance().await);
    roll_back(&mut kim, &trial).await;
    assert!(!entrance().await);
}

fn strict(says: &Value) -> Value {
    json!({ "name": "strict", "about": "Only from the VPN", "says": says, "reason": "The auditors ask for it" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_policy_is_tried_kept_changed_and_removed() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let says = json!({ "roles": ["support"], "actions": ["tenant.suspend"], "max_age_seconds": 600 });
    let declared = |body: Value| body["declared"].as_array().unwrap().clone();
    let trial = kim.post_json(&api("policies"), &strict(&says)).await;
    assert_eq!(trial.status, StatusCode::CREATED, "{}", trial.text);
    let body = kim.get_json(&api("policies")).await.json();
    let guards = body["guards"].as_array().unwrap();
    let guard = guards
        .iter()
        .find(|guard| guard["role"] == "support" && guard["action"] == "tenant.suspend")
        .unwrap();
    assert_eq!(
        (&guard["max_age_seconds"], &guard["policies"]),
        (&json!(600), &json!(["strict"]))
    );
    house.later(300);
    assert!(
        declared(kim.get_json(&api("policies")).await.json()).is_empty(),
        "it rolled back"
    );
    let trial = kim.post_json(&api("policies"), &strict(&says)).await.json();
    assert_eq!(confirm(&mut kim, &trial).await.status, StatusCode::NO_CONTENT);
    let again = kim.post_json(&api("policies"), &strict(&says)).await;
    assert!(!again.field("name").is_empty(), "{}", again.text);
    let other = json!({ "says": { "max_age_seconds": 900 }, "reason": "The auditors ask for it" });
    let changed = kim
        .send_json(Method::PATCH, &api("policies/strict"), &other)
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(
        confirm(&mut kim, &changed.json()).await.status,
        StatusCode::NO_CONTENT
    );
    let now = declared(kim.get_json(&api("policies")).await.json());
    assert_eq!((now.len(), &now[0]["max_age_seconds"]), (1, &json!(900)));
    let why = json!({ "reason": "The auditors are gone" });
    let removed = kim.send_json(Method::DELETE, &api("policies/strict"), &why).await;
    assert_eq!(
        confirm(&mut kim, &removed.json()).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(declared(kim.get_json(&api("policies")).await.json()).is_empty());
    let shipped = kim
        .send_json(Method::DELETE, &api("policies/administration"), &why)
        .await;
    assert_eq!(shipped.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_policy_that_nobody_could_undo_is_never_tried() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for says in [
        json!({ "networks": ["proxy"] }),
        json!({ "networks": ["vpn"] }),
        json!({ "actions": ["policy.write"], "danger": "break_glass" }),
    ] {
        let refused = kim.post_json(&api("policies"), &strict(&says)).await;
        let told = refused.refused_at("policies");
        assert!(told.contains("No super admin"), "{told}");
    }
    // With a VPN there is a way in, if not for who asks from elsewhere.
    kept(&mut kim).await;
    let mut says = strict(&json!({ "networks": ["vpn"] }));
    let refused = kim.post_json(&api("policies"), &says).await;
    assert!(
        !refused.field("confirm_from_elsewhere").is_empty(),
        "{}",
        refused.text
    );
    says["confirm_from_elsewhere"] = json!(true);
    let trial = kim.post_json(&api("policies"), &says).await.json();
    assert!(!let_in(&mut kim, AT_HOME).await);
    assert_eq!(confirm(&mut kim, &trial).await.code(), "NETWORK_DENIED");
    let path = format!("trials/{}/confirm", trial["id"].as_str().unwrap());
    let inside = from(&mut kim, AWAY, (Method::POST, &path), Some(&json!({}))).await;
    assert_eq!(inside.status, StatusCode::NO_CONTENT, "{}", inside.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_impossible_meanwhile_is_rolled_back_instead_of_confirmed() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kept(&mut kim).await;
    let says = json!({ "actions": ["staff.sign_in"], "networks": ["vpn"] });
    let trial = kim.post_json(&api("policies"), &strict(&says)).await.json();
    // As if the rule that it needs had gone by another way.
    for changed in [
        "UPDATE network_rule SET kind = 'corp_ip'",
        "UPDATE in_force SET epoch = epoch + 1",
    ] {
        house.db.raw_execute(changed).await.unwrap();
    }
    let refused = confirm(&mut kim, &trial).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let listed = kim.get_json(&api("trials")).await.json();
    let items = listed["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["id"] == trial["id"]).unwrap();
    assert_eq!(
        (&found["state"], &found["why"]),
        (&json!("rolled_back"), &json!("refused"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_the_permission_changes_or_sees_anything() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let trial = add(&mut kim, &vpn()).await;
    let mut jess = house.signed_in("jess").await;
    for refused in [
        jess.get_json(&api("network-rules")).await,
        jess.get_json(&api("trials")).await,
        jess.post_json(&api("network-rules"), &vpn()).await,
        confirm(&mut jess, &trial).await,
        roll_back(&mut jess, &trial).await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    assert!(let_in(&mut kim, AWAY).await);
}

/// As the other changes of what guards the console: a proof of the last hour.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_asks_for_a_passkey_that_was_used_within_the_hour() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for _ in 0..5 {
        house.later(13 * 60);
        rules(&mut kim).await;
    }
    let challenged = kim.post_json(&api("network-rules"), &vpn()).await;
    assert_eq!(challenged.code(), "STEP_UP_REQUIRED", "{}", challenged.text);
}

async fn page(browser: &mut Browser, path: &str) -> String {
    let answer = browser.get(&format!("{STAFF}{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

async fn sent(browser: &mut Browser, function: &str, fields: &[(&str, &str)]) -> Answer {
    let url = format!("{STAFF}/api/fn/staff/{function}");
    let answer = browser.post_form(&url, fields).await;
    assert_eq!(
        answer.status,
        StatusCode::SEE_OTHER,
        "{function}: {}",
        answer.text
    );
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banner_stands_on_every_page_of_who_may_end_a_trial_until_it_is_over() {
    const BANNER: &str = "aria-label=\"Change on trial\"";
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    let preview = "/network?act=add&step=preview&name=vpn-berlin&kind=vpn&range=198.51.100.0%2F24";
    let told = page(&mut kim, preview).await;
    assert!(told.contains("would be let in by loopback"), "{told}");
    assert!(!told.contains(BANNER), "nothing is tried yet");
    let rule = [
        ("act", "add"),
        ("name", "vpn-berlin"),
        ("kind", "vpn"),
        ("range", "198.51.100.0/24"),
        ("reason", WHY),
        ("dialog", preview),
        ("back", "/network"),
    ];
    let answer = sent(&mut kim, "change_network", &rule).await;
    assert_eq!(answer.to(), format!("{STAFF}/network"));
    for path in ["/", "/tenants", "/network"] {
        assert!(page(&mut kim, path).await.contains(BANNER), "{path}");
    }
    assert!(
        !page(&mut jess, "/tenants").await.contains(BANNER),
        "it is no business of hers"
    );
    let trial = rules(&mut kim).await["trial"]["id"].as_str().unwrap().to_owned();
    let back = sent(
        &mut kim,
        "confirm_trial",
        &[("trial_id", &trial), ("back", "/tenants")],
    )
    .await;
    assert_eq!(back.to(), format!("{STAFF}/tenants"));
    let after = page(&mut kim, "/tenants").await;
    assert!(
        after.contains("The change is confirmed") && !after.contains(BANNER),
        "{after}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_simulator_tried_is_kept_from_its_page() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let asked = "/policies?role=support&action=tenant.suspend&target=acme&max_age=10";
    assert!(page(&mut kim, asked).await.contains("Keep this policy"));
    let dialog = format!("{asked}&act=save");
    assert!(page(&mut kim, &dialog).await.contains("Keep this guard policy?"));
    let mut fields = vec![
        ("name", "Not a name"),
        ("action", "tenant.suspend"),
        ("max_age", "10"),
        ("role", "support"),
        ("reason", "The auditors ask for it"),
        ("dialog", &dialog),
        ("back", asked),
    ];
    let refused = sent(&mut kim, "save_policy", &fields).await;
    assert_eq!(refused.to(), format!("{STAFF}{dialog}"), "back to the dialog");
    assert!(
        page(&mut kim, &dialog)
            .await
            .contains("Use 1 to 64 lower-case letters")
    );
    fields[0] = ("name", "strict");
    sent(&mut kim, "save_policy", &fields).await;
    let body = kim.get_json(&api("policies")).await.json();
    assert_eq!(
        (
            &body["declared"][0]["name"],
            &body["declared"][0]["max_age_seconds"]
        ),
        (&json!("strict"), &json!(600))
    );
    let told = page(&mut kim, asked).await;
    assert!(
        !told.contains("Keep this policy"),
        "one change is tried at a time"
    );
}
