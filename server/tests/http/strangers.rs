//! What is refused to nobody in particular: one entry a minute and source, and nothing lost.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Browser, House, STAFF, sentences, tenant};

/// Calls from an address of one's own.
async fn from(browser: &mut Browser, address: &str, method: Method, url: &str) -> StatusCode {
    let url = Url::parse(url).unwrap();
    let mut request = browser.request(method, &url, None, "application/json");
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    browser.send(&url, request).await.status
}

async fn entries(kim: &mut Browser) -> Vec<Value> {
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:access.refuse"))
        .await;
    log.json()["items"].as_array().unwrap().clone()
}

fn fact(entry: &Value, label: &str) -> String {
    entry["facts"][label].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_one_source_is_one_entry_a_minute() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut stranger = house.browser();
    for number in 0..250 {
        let path = format!("{STAFF}/api/admin/no-such-thing-{number}?secret=hunter2");
        assert_eq!(
            from(&mut stranger, "127.0.0.9", Method::GET, &path).await,
            StatusCode::UNAUTHORIZED
        );
        let path = format!("{STAFF}/assets/no-such-file-{number}");
        assert_eq!(
            from(&mut stranger, "127.0.0.9", Method::GET, &path).await,
            StatusCode::NOT_FOUND
        );
    }
    from(
        &mut stranger,
        "127.0.0.10",
        Method::POST,
        &format!("{STAFF}/sign-out"),
    )
    .await;
    from(
        &mut stranger,
        "127.0.0.10",
        Method::GET,
        "https://10.1.2.3/wp-login.php",
    )
    .await;
    house.later(59);
    house.service.run_due().await.unwrap();
    assert!(entries(&mut kim).await.is_empty(), "the minute is not over");
    house.later(1);
    house.service.run_due().await.unwrap();
    house.service.run_due().await.unwrap();

    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:access.refuse"))
        .await;
    let mut told = sentences(&log);
    told.sort();
    assert_eq!(
        told,
        [
            "Stagedoor turned away 2 requests from 127.0.0.10",
            "Stagedoor turned away 500 requests from 127.0.0.9"
        ]
    );
    let mut found = entries(&mut kim).await;
    found.sort_by_key(|entry| entry["sentence"].to_string());
    assert_eq!(fact(&found[1], "codes"), "NOT_FOUND 250, UNAUTHENTICATED 250");
    assert_eq!(fact(&found[1], "first"), "/api/{*rest}");
    assert_eq!(fact(&found[1], "last"), "/assets/{name}");
    assert_eq!(fact(&found[0], "codes"), "NOT_FOUND 1, ORIGIN_DENIED 1");
    assert!(
        !log.text.contains("hunter2") && !log.text.contains("wp-login"),
        "never what was typed"
    );
}

/// Whoever sets out for the provider from the wrong network is nobody yet, and leaves a trace all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_sets_out_from_a_wrong_network_is_counted() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let entrance = house.browser().get(&format!("{STAFF}/sign-in")).await.text;
    let start = entrance
        .split('"')
        .find(|part| part.starts_with("/sign-in/start"))
        .unwrap();
    let mut stranger = house.browser();
    let path = format!("{STAFF}{start}");
    assert_eq!(
        from(&mut stranger, "203.0.113.9", Method::GET, &path).await,
        StatusCode::FORBIDDEN
    );
    house.service.settle().await.unwrap();
    let found = entries(&mut kim).await;
    assert_eq!(found.len(), 1);
    assert_eq!(fact(&found[0], "codes"), "NETWORK_DENIED 1");
    assert_eq!(fact(&found[0], "first"), "/sign-in/start");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_is_written_at_the_stop() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut stranger = house.browser();
    let path = format!("{}/api/tenant/users", tenant("acme"));
    from(&mut stranger, "127.0.0.9", Method::GET, &path).await;
    house.service.settle().await.unwrap();
    house.service.settle().await.unwrap();
    assert_eq!(entries(&mut kim).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_people_and_sign_ins_under_way_are_entries_of_their_own() {
    let house = House::new().await;
    let mut rio = house.signed_in("rio").await;
    let refused = rio
        .get_json(&format!("{STAFF}/api/admin/tenants/acme/users"))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    rio.get_json(&format!("{STAFF}/api/no-such-address")).await;
    let mut kim = house.browser();
    kim.identify("kim").await;
    kim.begin().await;
    let wrong = kim.finish(&json!({"id": "x"})).await;
    assert!(wrong.status.is_client_error(), "{}", wrong.text);
    // Nothing is under way here: a stranger.
    let nothing = house
        .browser()
        .post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
        .await;
    assert_eq!(nothing.status, StatusCode::UNAUTHORIZED);
    house.service.settle().await.unwrap();
    let mut ada = house.signed_in("ada").await;
    let found = entries(&mut ada).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(fact(&found[0], "codes"), "UNAUTHENTICATED 1");
    assert_eq!(fact(&found[0], "first"), "/sign-in/passkey/begin");
}
