//! How often one may call: strangers by address, people by session, and nobody pays for anybody else.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use http::{Method, StatusCode};
use stagedoor_server::edge::Edge;
use stagedoor_server::layer::limits::{Limits, Rate, Rates};
use stagedoor_server::router::{self, Behind};
use url::Url;

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

/// The same house through a process that bears little.
fn strict(house: &House) -> Router {
    let rates = Rates {
        sign_in: Rate::new(3, 6),
        open: Rate::new(5, 60),
        known: Rate::new(4, 60),
    };
    let edge = Edge {
        limits: Limits::new(rates, house.service.clock()),
        ..house.edge()
    };
    router::app(&edge, Vec::new())
}

async fn from(browser: &mut Browser, address: &str, url: &str) -> Answer {
    let url = Url::parse(url).unwrap();
    let mut request = browser.request(Method::GET, &url, None, "application/json");
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    browser.send(&url, request).await
}

/// A step of a sign-in, as its page would send it.
async fn step(browser: &mut Browser, address: &str, path: &str) -> Answer {
    let url = Url::parse(&format!("{STAFF}{path}")).unwrap();
    let body = Some(("application/x-www-form-urlencoded", String::new()));
    let mut request = browser.request(Method::POST, &url, body, "application/json");
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let headers = request.headers_mut();
    headers.insert(http::header::ORIGIN, STAFF.parse().unwrap());
    browser.send(&url, request).await
}

fn refused_for(answer: &Answer) -> Option<String> {
    (answer.status == StatusCode::TOO_MANY_REQUESTS).then(|| {
        assert_eq!(answer.code(), "RATE_LIMITED", "{}", answer.text);
        answer.headers["retry-after"].to_str().unwrap().to_owned()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_limited_by_address_and_by_no_other() {
    let house = House::new().await;
    let mut stranger = house.browser().tab_through(&strict(&house));
    let start = format!("{STAFF}/sign-in/callback?code=x&state=y");
    for _ in 0..3 {
        assert_eq!(
            from(&mut stranger, "127.0.0.9", &start).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let refused = from(&mut stranger, "127.0.0.9", &start).await;
    let wait: u64 = refused_for(&refused).unwrap().parse().unwrap();
    assert!((10..=11).contains(&wait), "{wait}");
    assert_eq!(
        from(&mut stranger, "127.0.0.10", &start).await.status,
        StatusCode::UNAUTHORIZED,
        "a neighbour pays nothing"
    );
    house.later(wait);
    assert_eq!(
        from(&mut stranger, "127.0.0.9", &start).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(refused_for(&from(&mut stranger, "127.0.0.9", &start).await).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_sign_in_is_limited_as_one() {
    let house = House::new().await;
    let mut stranger = house.browser().tab_through(&strict(&house));
    let steps = router::doors()
        .into_iter()
        .filter(|(behind, door)| *behind == Behind::StaffEntrance && door.method == "POST");
    let mut wrong = Vec::new();
    for (number, (_, door)) in steps.enumerate() {
        let address = format!("127.0.1.{}", number + 1);
        let mut heard = Vec::new();
        for _ in 0..4 {
            heard.push(refused_for(&step(&mut stranger, &address, &door.path).await).is_some());
        }
        if heard != [false, false, false, true] {
            wrong.push(format!("{} {heard:?}", door.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ipv6_subscriber_is_one_caller() {
    let house = House::new().await;
    let mut stranger = house.browser().tab_through(&strict(&house));
    let page = format!("{STAFF}/signed-out");
    let mut refused = 0;
    for host in 1..=8 {
        let answer = from(&mut stranger, &format!("[2001:db8:1:2::{host}]"), &page).await;
        refused += usize::from(refused_for(&answer).is_some());
    }
    assert_eq!(refused, 3);
    let neighbour = from(&mut stranger, "[2001:db8:1:3::1]", &page).await;
    assert_eq!(neighbour.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_limited_by_session_and_strangers_cannot_use_them_up() {
    let house = House::new().await;
    let strict = strict(&house);
    let mut kim = house.signed_in("kim").await.tab_through(&strict);
    let mut ada = house.signed_in("ada").await.tab_through(&strict);
    let mut stranger = house.browser().tab_through(&strict);
    let session = format!("{STAFF}/api/admin/session");
    stranger.cookies.insert(
        (
            "admin.stagedoor.test".to_owned(),
            "__Host-stagedoor_staff".to_owned(),
        ),
        "A".repeat(43),
    );
    for _ in 0..5 {
        assert_eq!(
            from(&mut stranger, "127.0.0.1", &session).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert!(refused_for(&from(&mut stranger, "127.0.0.1", &session).await).is_some());
    for _ in 0..4 {
        assert_eq!(kim.get_json(&session).await.status, StatusCode::OK);
    }
    assert_eq!(refused_for(&kim.get_json(&session).await).unwrap(), "1");
    let page = kim.get(&format!("{STAFF}/users")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        page.text.contains("Too often") && page.text.contains("req_"),
        "{}",
        page.text
    );
    assert_eq!(
        ada.get_json(&session).await.status,
        StatusCode::OK,
        "ada pays nothing"
    );
    house.later(2);
    assert_eq!(kim.get_json(&session).await.status, StatusCode::OK);

    // What was refused so is told once, not once a call.
    house.service.settle().await.unwrap();
    let mut sol = house.signed_in("sol").await;
    let log = sol
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:access.refuse"))
        .await;
    assert_eq!(
        sentences(&log),
        ["Stagedoor turned away 8 requests from 127.0.0.1"]
    );
    let codes = log.json()["items"][0]["facts"]["codes"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(codes, "RATE_LIMITED 3, UNAUTHENTICATED 5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_limited_by_the_session_behind_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let mut kim = kim.tab_through(&strict(&house));
    let users = format!("{}/api/tenant/users?limit=1", tenant("acme"));
    for _ in 0..4 {
        assert_eq!(kim.get_json(&users).await.status, StatusCode::OK);
    }
    assert!(refused_for(&kim.get_json(&users).await).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brings_nothing_is_counted_before_anybody_is_looked_for() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await.tab_through(&strict(&house));
    let mut stranger = house.browser().tab_through(&strict(&house));
    for (address, known) in [("127.0.0.9", false), ("127.0.0.10", true)] {
        for number in 0..5 {
            let (url, expected) = match known {
                false => (tenant(&format!("nobody-{number}")), StatusCode::NOT_FOUND),
                true => (tenant("acme"), StatusCode::UNAUTHORIZED),
            };
            let answer = from(&mut stranger, address, &format!("{url}/api/tenant/users")).await;
            assert_eq!(answer.status, expected, "once a request: {}", answer.text);
        }
        let one_more = from(&mut stranger, address, &tenant("nobody-6")).await;
        assert!(refused_for(&one_more).is_some(), "{}", one_more.text);
    }
    let users = format!("{}/api/tenant/members?limit=1", tenant("acme"));
    let answer = from(&mut val, "127.0.0.9", &users).await;
    assert!(refused_for(&answer).is_none(), "who is known pays nothing");
}
