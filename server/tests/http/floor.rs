//! Somebody who may undo anything always stays, and can come in: who counts, whom their provider lets in, and many who remove each
//! other at one moment.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::time::Timestamp;
use stagedoor_service::testing::NOON;
use stagedoor_store::testing::TestDb;

use crate::policy_changes::signed_in_synced;
use crate::support::{Answer, Authenticator, Browser, House, STAFF};
use crate::webauthn::levels::{SYNCED, add};

const WHY: &str = "Moves to another team";
const HOUR: i64 = 3_600_000_000;
const FLOOR: &str = "SELECT count(*) AS n FROM staff WHERE role = 'super_admin' AND state = 'active' \
                     AND account_until IS NULL AND scope = 'all' AND sub_role IS NULL AND term_role IS NULL \
                     AND term_scope IS NULL";

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

async fn id(browser: &mut Browser, short: &str) -> String {
    let list = browser.get_json(&api(&format!("staff?q={short}"))).await;
    let found = list.json()["items"][0]["id"].as_str().map(str::to_owned);
    found.unwrap_or_else(|| panic!("nobody: {}", list.text))
}

async fn patch(browser: &mut Browser, path: &str, mut body: Value) -> Answer {
    body["reason"] = json!(WHY);
    browser.send_json(Method::PATCH, &api(path), &body).await
}

async fn deactivate(browser: &mut Browser, id: &str) -> Answer {
    let body = json!({ "reason": WHY });
    browser
        .post_json(&api(&format!("staff/{id}/deactivate")), &body)
        .await
}

/// A second provider, which is not trusted, and the only one that lets Ada in.
async fn ada_comes_by_a_second_provider(house: &House, kim: &mut Browser) -> String {
    let new = json!({
        "name": "Second SSO", "issuer": "https://127.0.0.1:1", "client_id": "console",
        "email_domains": ["acme-corp.example"], "reason": WHY,
    });
    let made = kim.post_json(&api("identity-providers"), &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    house.signed_in("ada").await;
    let moved = "UPDATE staff SET provider_id = (SELECT id FROM identity_provider WHERE name = 'Second SSO') \
                 WHERE email LIKE 'ada@%'";
    house.db.raw_execute(moved).await.unwrap();
    made.json()["id"].as_str().unwrap().to_owned()
}

/// Kim and Ada stay super admins, and only Kim's provider lets anybody in; Jess is super admin for an hour.
async fn a_way_in_stays(db: TestDb) {
    let house = House::over(db).await;
    let mut kim = house.signed_in("kim").await;
    let second = ada_comes_by_a_second_provider(&house, &mut kim).await;
    let (kims, jesss) = (id(&mut kim, "kim").await, id(&mut kim, "jess").await);
    let until = Timestamp::from_micros(NOON.micros() + HOUR).to_string();
    let given = json!({ "role": "super_admin", "role_until": until });
    let given = patch(&mut kim, &format!("staff/{jesss}"), given).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let mut jess = house.signed_in("jess").await;
    let one = format!("staff/{kims}");
    for refused in [
        deactivate(&mut jess, &kims).await,
        patch(&mut jess, &one, json!({ "role": "support" })).await,
        patch(&mut jess, &one, json!({ "tenants": ["acme"] })).await,
    ] {
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(
            refused
                .text
                .contains("Nobody else who stays super admin could sign in"),
            "{}",
            refused.text
        );
    }
    let told = "SELECT count(*) AS n FROM audit_entry WHERE code = 'last_way_in'";
    let told = house.db.raw_fetch(told).await.unwrap()[0].count("n").unwrap();
    assert_eq!(told, 3, "each is written down");

    let trusted = "UPDATE identity_provider SET is_trusted = (SELECT is_trusted FROM identity_provider AS demo \
                   WHERE demo.name = 'Demo SSO') WHERE name = 'Second SSO'";
    house.db.raw_execute(trusted).await.unwrap();
    let provider = format!("identity-providers/{second}");
    let tried = patch(&mut kim, &provider, json!({ "is_trusted": false })).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    let refused = deactivate(&mut jess, &kims).await;
    assert!(refused.text.contains("as they are tried"), "{}", refused.text);
    let trial = tried.json()["trial"]["id"].as_str().unwrap().to_owned();
    let back = kim
        .post_json(&api(&format!("trials/{trial}/roll-back")), &json!({}))
        .await;
    assert_eq!(back.status, StatusCode::NO_CONTENT, "{}", back.text);
    let gone = deactivate(&mut jess, &kims).await;
    assert_eq!(gone.status, StatusCode::OK, "Ada can come in: {}", gone.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_no_provider_lets_in_does_not_stand_in_for_the_last_on_sqlite() {
    a_way_in_stays(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_no_provider_lets_in_does_not_stand_in_for_the_last_on_postgresql() {
    a_way_in_stays(TestDb::postgres().await).await;
}

/// Kim and Ada stay super admins, and only Kim's passkey is what a policy on trial asks for; Jess is super admin for an hour.
async fn a_passkey_that_reaches_stays(db: TestDb) {
    let house = House::over(db).await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = signed_in_synced(&house, "ada").await;
    let (kims, jesss) = (id(&mut kim, "kim").await, id(&mut kim, "jess").await);
    let until = Timestamp::from_micros(NOON.micros() + HOUR).to_string();
    let given = json!({ "role": "super_admin", "role_until": until });
    let given = patch(&mut kim, &format!("staff/{jesss}"), given).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let mut jess = house.signed_in("jess").await;
    let strict = json!({
        "name": "strict", "about": "", "reason": WHY,
        "says": { "roles": ["super_admin"], "actions": ["policy.write"], "passkey": "device_bound" },
    });
    let tried = kim.post_json(&api("policies"), &strict).await;
    assert_eq!(tried.status, StatusCode::CREATED, "{}", tried.text);
    for refused in [
        deactivate(&mut jess, &kims).await,
        patch(&mut jess, &format!("staff/{kims}"), json!({ "role": "support" })).await,
    ] {
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(
            refused.text.contains("a passkey that policy asks for"),
            "{}",
            refused.text
        );
    }
    house.later(1);
    let added = add(&mut kim, &mut Authenticator::default(), |draft| {
        draft.flags |= SYNCED
    })
    .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let keys = kim.get_json(&api("session/passkeys")).await.json();
    let first = keys["items"][0]["id"].as_str().unwrap().to_owned();
    let revoke = api(&format!("session/passkeys/{first}"));
    let own = kim.send_json(Method::DELETE, &revoke, &json!({})).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.text);
    assert!(own.text.contains("nobody who stays super admin"), "{}", own.text);
    let added = add(&mut ada, &mut Authenticator::default(), |_| {}).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let gone = deactivate(&mut jess, &kims).await;
    assert_eq!(gone.status, StatusCode::OK, "Ada reaches it, too: {}", gone.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_passkey_is_too_weak_does_not_stand_in_for_the_last() {
    a_passkey_that_reaches_stays(TestDb::sqlite().await).await;
    a_passkey_that_reaches_stays(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_warning_counts_who_stays_wherever_it_stands() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.signed_in("ada").await;
    let (few, one) = (
        "Only one super admin is enrolled for good",
        "1 enrolled super admin",
    );
    let mut told = Vec::new();
    for (less, again) in [
        ("sub_role = 'desk'", "sub_role = NULL"),
        ("account_until = 1895262400000000", "account_until = NULL"),
        ("scope = 'listed'", "scope = 'all'"),
        (
            "term_role = 'support', term_role_until = 1895262400000000, term_role_why = 'x'",
            "term_role = NULL, term_role_until = NULL, term_role_why = NULL",
        ),
    ] {
        for (change, expected) in [(less, true), (again, false)] {
            let sql = format!("UPDATE staff SET {change} WHERE email LIKE 'ada@%'");
            house.db.raw_execute(&sql).await.unwrap();
            let list = kim.get(&format!("{STAFF}/staff")).await.text.contains(few);
            let overview = kim.get(&format!("{STAFF}/")).await.text.contains(one);
            let api = kim.get_json(&format!("{STAFF}/api/admin/staff")).await.json();
            let warned = api["warning"].as_str().is_some_and(|words| words.contains(few));
            let counted = api["super_admins"] == if expected { 1 } else { 2 };
            let needs = kim.get_json(&format!("{STAFF}/api/admin/overview")).await.json();
            let needed = needs["needs"]
                .as_array()
                .unwrap()
                .iter()
                .any(|need| need["title"] == "1 enrolled super admin");
            told.push((
                change,
                [list, overview, warned, needed] == [expected; 4] && counted,
            ));
        }
    }
    assert!(told.iter().all(|(_, right)| *right), "{told:?}");
}

/// Rounds of a race; the soak has a thousand.
#[allow(
    clippy::disallowed_methods,
    reason = "a soak test is configured by its environment"
)]
fn rounds() -> u64 {
    std::env::var("STAGEDOOR_SOAK_RACES").map_or(2, |rounds| rounds.parse().unwrap())
}

/// As many super admins in a ring, each of whom demotes the next at the same moment as all others.
async fn one_stays(db: TestDb) {
    let house = House::over(db).await;
    let mut ring = Vec::new();
    for short in ["kim", "ada", "jess", "rob", "rio"] {
        ring.push(house.signed_in(short).await);
    }
    let racing = "email LIKE 'kim@%' OR email LIKE 'ada@%' OR email LIKE 'jess@%' OR email LIKE 'rob@%' OR email LIKE 'rio@%'";
    let again = format!(
        "UPDATE staff SET role = 'super_admin' WHERE {racing}; \
         UPDATE staff_session SET ended_at = NULL, ended_why = NULL WHERE staff_id IN (SELECT id FROM staff WHERE {racing}) AND started_at >= {}",
        NOON.micros()
    );
    let mut ids = Vec::new();
    for short in ["kim", "ada", "jess", "rob", "rio"] {
        ids.push(id(&mut ring[0], short).await);
    }
    for round in 0..rounds() {
        house.later(1);
        house.db.raw_execute(&again).await.unwrap();
        let mut racers = Vec::new();
        for (at, browser) in ring.iter().enumerate() {
            let (mut racer, next) = (browser.window(), ids[(at + 1) % ids.len()].clone());
            racers.push(tokio::spawn(async move {
                patch(
                    &mut racer,
                    &format!("staff/{next}"),
                    json!({ "role": "read_only" }),
                )
                .await
            }));
        }
        let mut done = 0;
        for racer in racers {
            let answer = racer.await.unwrap();
            assert!(!answer.status.is_server_error(), "round {round}: {}", answer.text);
            done += u64::from(answer.status == StatusCode::OK);
        }
        let left = house.db.raw_fetch(FLOOR).await.unwrap()[0].count("n").unwrap();
        assert!(left >= 1 && done >= 1, "round {round}: {done} done, {left} left");
        assert_eq!(
            left + done,
            ids.len() as u64,
            "round {round}: each one told is one demoted"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_ring_who_remove_each_other_one_stays_on_sqlite() {
    one_stays(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_ring_who_remove_each_other_one_stays_on_postgresql() {
    one_stays(TestDb::postgres().await).await;
}
