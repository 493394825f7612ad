//! What is asked again of a session that runs: where its calls come from, whether the provider's word still counts, and that
//! what is refused keeps nothing alive.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, House, STAFF};

const MINUTE: u64 = 60;
const OUTSIDE: &str = "203.0.113.9:40000";

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// The same browser's cookies, at an address that is in no range.
fn outside(browser: &Browser) -> Browser {
    let mut thief = browser.window();
    thief.peer = OUTSIDE.parse().unwrap();
    thief
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get_json(&api("tenants")).await.status == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_narrowed_from_outside_and_its_reference_stays() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut thief = outside(&kim);
    let reads = json!({ "reads_only": true });
    let refused = thief.post_json(&api("session/narrow"), &reads).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::FORBIDDEN, "NETWORK_DENIED".to_owned())
    );
    assert_eq!(thief.cookies, kim.cookies);
    assert!(is_in(&mut kim).await, "nothing was taken from it");
    let narrowed = kim.post_json(&api("session/narrow"), &reads).await;
    assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
    assert_ne!(thief.cookies, kim.cookies);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_calls_from_outside_nor_those_that_nobody_looks_at_keep_a_session_alive() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let mut ada = house.signed_in("ada").await;
    let mut thief = outside(&kim);
    let session = api("session");
    for minutes in [5, 10] {
        house.later(5 * MINUTE);
        let seen = thief.get_json(&session).await;
        assert_eq!(seen.status, StatusCode::OK, "{minutes}: {}", seen.text);
        let head = jess.call(Method::HEAD, &session, None, "application/json").await;
        assert_eq!(head.status, StatusCode::OK, "{minutes}");
        assert!(is_in(&mut ada).await, "{minutes}");
    }
    jess.headers = vec![("sec-purpose", "prefetch".to_owned())];
    assert_eq!(jess.get_json(&session).await.status, StatusCode::OK);
    jess.headers.clear();
    house.later(5 * MINUTE);
    for idle in [&mut kim, &mut jess] {
        let answer = idle.get_json(&session).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    }
    assert!(is_in(&mut ada).await, "who works stays");
}

/// Begins the trial of other settings of the provider that everybody comes through.
async fn tried(browser: &mut Browser, mut change: Value) -> String {
    let all = browser.get_json(&api("identity-providers")).await.json();
    let id = all["items"][0]["id"].as_str().unwrap().to_owned();
    change["reason"] = json!("The company has sold a part");
    change["confirm_left_out"] = json!(true);
    let url = api(&format!("identity-providers/{id}"));
    let answer = browser.send_json(Method::PATCH, &url, &change).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["trial"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_before_the_rules_asked_for_more_is_held_against_them_at_the_next_call() {
    let house = House::new().await;
    for sql in [
        "UPDATE identity_provider SET email_domains = 'acme-corp.example acme-corp.test'",
        "UPDATE staff SET email = 'jess@acme-corp.test', email_key = 'jess@acme-corp.test' WHERE email LIKE 'jess@%'",
    ] {
        house.db.raw_execute(sql).await.unwrap();
    }
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    assert!(is_in(&mut jess).await);
    house.later(1);
    let trial = tried(&mut kim, json!({ "email_domains": ["acme-corp.example"] })).await;
    let refused = jess.get_json(&api("tenants")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert!(
        refused.text.contains("not a workforce account"),
        "{}",
        refused.text
    );
    assert!(is_in(&mut kim).await, "whose domain stays");
    let mut anew = house.browser();
    anew.passkey = std::mem::take(&mut kim.passkey);
    anew.sign_in("kim").await;
    let confirm = api(&format!("trials/{trial}/confirm"));
    let done = anew.post_json(&confirm, &json!({})).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    house.later(301);
    assert!(
        !is_in(&mut jess).await,
        "what is kept is asked as well as what is tried"
    );
    assert!(is_in(&mut kim).await && is_in(&mut anew).await);

    // Nobody's groups are kept: whoever came before has to come anew.
    tried(&mut anew, json!({ "groups": ["Staff"] })).await;
    assert!(!is_in(&mut anew).await && !is_in(&mut kim).await);
    house.later(300);
    assert!(is_in(&mut anew).await && is_in(&mut kim).await, "it rolled back");
}
