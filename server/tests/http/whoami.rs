//! Who am I: what the server sees of the person and of the request, over the API and on the page.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_server::layer::address::Proxies;
use stagedoor_server::router;
use url::Url;

use crate::support::{Answer, Browser, House, STAFF, sentences};

/// The program behind proxies of a range.
fn behind(house: &House, range: &str) -> Router {
    let mut edge = house.edge();
    edge.proxies = Proxies::new(vec![range.parse().unwrap()]);
    router::app(&edge, Vec::new())
}

/// A call from a peer, with what it forwards.
async fn from(browser: &mut Browser, path: &str, peer: &str, forwarded: &[&str]) -> Answer {
    let url = Url::parse(&format!("{STAFF}{path}")).unwrap();
    let accept = if path.starts_with("/api/") {
        "application/json"
    } else {
        "text/html"
    };
    let mut request = browser.request(Method::GET, &url, None, accept);
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    for line in forwarded {
        request
            .headers_mut()
            .append("x-forwarded-for", line.parse().unwrap());
    }
    browser.send(&url, request).await
}

/// How the call was seen: address, rule, proxies, network.
fn seen(answer: &Answer) -> Value {
    let body = answer.json();
    json!([
        body["address"],
        body["address_rule"],
        body["proxies"],
        body["network"]
    ])
}

const SESSION: &str = "/api/admin/session";

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_who_one_is_and_how_it_sees_the_request() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.later(120);
    let answer = kim.get_json(&format!("{STAFF}{SESSION}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = answer.json();
    assert_eq!(seen(&answer), json!(["127.0.0.1", "peer", [], "loopback"]));
    assert_eq!(
        body["request_id"].as_str().unwrap(),
        answer.headers["x-request-id"]
    );
    assert_eq!(
        json!([
            body["provider"],
            body["role"],
            body["factor"],
            body["factor_age_seconds"]
        ]),
        json!(["Demo SSO", "super_admin", "passkey", 120])
    );
    assert_eq!(body["tenant_ids"], Value::Null);
    let permissions = body["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!("tenant.delete")) && permissions.contains(&json!("session.view_own"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_own_tenants_and_the_own_permissions_are_told() {
    let house = House::new().await;
    house.only("jess", "lumen").await;
    let mut jess = house.signed_in("jess").await;
    let body = jess.get_json(&format!("{STAFF}{SESSION}")).await.json();
    let lumen = house
        .db
        .raw_fetch("SELECT id AS x FROM tenant WHERE slug = 'lumen'")
        .await;
    let lumen: String = lumen.unwrap()[0].get("x").unwrap();
    assert_eq!(body["tenant_ids"], json!([lumen]));
    assert!(
        !body["permissions"]
            .as_array()
            .unwrap()
            .contains(&json!("staff.view"))
    );
    let page = jess.get(&format!("{STAFF}/whoami")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        body["email"].as_str().unwrap(),
        "Lumen",
        "loopback",
        "127.0.0.0/8",
        page.headers["x-request-id"].to_str().unwrap(),
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for anothers in ["kim@", "Acme", "staff.view"] {
        assert!(!page.text.contains(anothers), "{anothers}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_trusted_proxies_forward_is_told_hop_by_hop() {
    let house = House::new().await;
    let kim = house.signed_in("kim").await;
    let app = behind(&house, "127.0.0.0/8");
    let mut kim = kim.sent_to(&app);
    let told = [
        (
            vec!["192.0.2.1, 198.51.100.9, 127.0.0.9"],
            json!(["198.51.100.9", "first_stranger", ["127.0.0.1", "127.0.0.9"], null]),
        ),
        (
            vec!["127.0.0.7", "127.0.0.9"],
            json!([
                "127.0.0.7",
                "farthest_proxy",
                ["127.0.0.1", "127.0.0.9"],
                "loopback"
            ]),
        ),
        (
            vec!["somewhere"],
            json!(["unknown", "unreadable", ["127.0.0.1"], null]),
        ),
        (vec![], json!(["127.0.0.1", "farthest_proxy", [], "loopback"])),
    ];
    for (forwarded, expected) in told {
        let answer = from(&mut kim, SESSION, "127.0.0.1:40000", &forwarded).await;
        assert_eq!(seen(&answer), expected, "{forwarded:?}: {}", answer.text);
    }
    let stranger = from(&mut kim, SESSION, "203.0.113.5:40000", &["127.0.0.1"]).await;
    assert_eq!(seen(&stranger), json!(["203.0.113.5", "peer", [], null]));
}

/// What of the answer is of this call alone.
fn lasting(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_untrusted_peer_forwards_changes_nothing() {
    let house = House::new().await;
    let kim = house.signed_in("kim").await;
    let app = behind(&house, "198.51.100.0/24");
    let mut kim = kim.sent_to(&app);
    let url = format!("{STAFF}{SESSION}");
    let bare = kim.get_json(&url).await;
    assert_eq!(bare.status, StatusCode::OK, "{}", bare.text);
    let lines = [
        (
            "forwarded",
            "for=192.0.2.1;host=acme.app.stagedoor.test;proto=http;by=198.51.100.7",
        ),
        ("x-forwarded-for", "192.0.2.1, 198.51.100.7"),
        ("x-forwarded-host", "acme.app.stagedoor.test"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-server", "acme.app.stagedoor.test"),
        ("x-real-ip", "192.0.2.1"),
        ("x-client-ip", "192.0.2.1"),
        ("true-client-ip", "192.0.2.1"),
        ("cf-connecting-ip", "192.0.2.1"),
        ("fastly-client-ip", "192.0.2.1"),
        ("x-original-url", "/api/admin/tenants"),
        ("x-rewrite-url", "/api/admin/tenants"),
        ("x-http-method-override", "POST"),
        ("cf-access-jwt-assertion", "a.b.c"),
    ];
    for line in lines {
        kim.headers = vec![(line.0, line.1.to_owned())];
        let answer = kim.get_json(&url).await;
        assert_eq!(lasting(&answer), lasting(&bare), "{line:?}");
    }
    kim.headers = lines.map(|(name, value)| (name, value.to_owned())).to_vec();
    let answer = kim.get_json(&url).await;
    assert_eq!(lasting(&answer), lasting(&bare), "all at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_network_keeps_out_still_reads_how_they_are_seen() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let closed = from(&mut kim, "/", "203.0.113.5:40000", &[]).await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN, "{}", closed.text);
    let page = from(&mut kim, "/whoami", "203.0.113.5:40000", &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for part in [
        "The console is closed to this request.",
        "203.0.113.5",
        "not allowed",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(
        !page.text.contains("/tenants"),
        "nothing of the console is around it: {}",
        page.text
    );
    let keys = from(&mut kim, "/api/admin/session/passkeys", "203.0.113.5:40000", &[]).await;
    assert_eq!(keys.status, StatusCode::FORBIDDEN, "{}", keys.text);
    let tried = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:passkey.view_own"))
        .await;
    assert_eq!(sentences(&tried), ["kim tried to look at their own passkeys"]);
    let nobody = from(&mut house.browser(), "/whoami", "127.0.0.1:40000", &[]).await;
    assert_eq!(nobody.to(), format!("{STAFF}/sign-in"));
}
