//! Each door without anybody: no cookie, a forged one, one of the other host, one in the wrong place.

use http::StatusCode;
use stagedoor_server::router::Behind;

use super::ground::{Ground, STAFF_COOKIE, VISIT_COOKIE, call, given};
use super::row::{Needs, Row};
use super::table::rows;
use crate::support::{Answer, Browser, STAFF, tenant};

/// A page leads to the entrance; everything else says that nobody is signed in.
fn turned_away(row: &Row, answer: &Answer) -> bool {
    let entrance = format!("{}/sign-in", super::ground::home(row));
    answer.location.as_deref() == Some(entrance.as_str()) && answer.status == StatusCode::SEE_OTHER
        || answer.status == StatusCode::UNAUTHORIZED
}

fn host_of(origin: &str) -> String {
    origin.trim_start_matches("https://").to_owned()
}

fn cookie(browser: &Browser, name: &str) -> String {
    let mut found = browser.cookies.iter().filter(|((_, known), _)| known == name);
    found.next().map(|(_, value)| value.clone()).unwrap()
}

/// What a stranger might hold, and where they hold it.
async fn strangers(ground: &Ground) -> Vec<(&'static str, Browser)> {
    let mut kim = ground.house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let (staff, visit) = (cookie(&kim, STAFF_COOKIE), cookie(&kim, VISIT_COOKIE));
    let unknown = "A".repeat(43);
    let flipped: String = staff.chars().rev().collect();
    let holding = |host: String, pairs: Vec<(&str, String)>| {
        let mut browser = ground.house.browser();
        for (name, value) in pairs {
            browser.cookies.insert((host.clone(), name.to_owned()), value);
        }
        browser
    };
    let admin = host_of(STAFF);
    let acme = host_of(&tenant("acme"));
    let both = |value: &str| vec![(STAFF_COOKIE, value.to_owned()), (VISIT_COOKIE, value.to_owned())];
    vec![
        ("no cookie", ground.house.browser()),
        ("an unknown reference", holding(admin.clone(), both(&unknown))),
        (
            "an unknown reference at the tenant",
            holding(acme.clone(), both(&unknown)),
        ),
        ("a reference turned round", holding(admin.clone(), both(&flipped))),
        ("no reference at all", holding(admin.clone(), both("x"))),
        ("an empty cookie", holding(admin.clone(), both(""))),
        (
            "a cookie of 5,000 letters",
            holding(admin.clone(), both(&"x".repeat(5000))),
        ),
        (
            "a visit's reference on the staff host",
            holding(admin.clone(), both(&visit)),
        ),
        (
            "a staff reference on a tenant's host",
            holding(acme.clone(), both(&staff)),
        ),
        (
            "a staff reference under another name",
            holding(admin, vec![("stagedoor_staff", staff)]),
        ),
        (
            "a visit's reference under another name",
            holding(acme, vec![("stagedoor_visit", visit)]),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_past_a_door_that_needs_somebody() {
    let mut ground = Ground::new().await;
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| row.needs != Needs::Anybody)
        .collect();
    let mut calls = Vec::new();
    for row in rows {
        let ids = ground.ids(&row).await;
        calls.push((row, ids));
    }
    for (held, mut stranger) in strangers(&ground).await {
        // So many calls in one moment would be refused for their number.
        ground.house.later(30);
        let kept = stranger.cookies.clone();
        for (row, ids) in &calls {
            stranger.cookies.clone_from(&kept);
            let before = ground.state(row).await;
            let answer = call(&mut stranger, row, ids).await;
            let told = format!("{held}, {row}: {} {}", answer.status, answer.text);
            assert!(turned_away(row, &answer), "{told}");
            assert_eq!(before, ground.state(row).await, "something changed: {told}");
            assert!(
                ground.left(&answer).await.is_empty(),
                "nobody is no actor: {told}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_doors_give_everybody_the_same() {
    let mut ground = Ground::new().await;
    for row in rows().into_iter().filter(|row| row.needs == Needs::Anybody) {
        let ids = ground.ids(&row).await;
        let answer = call(&mut ground.house.browser(), &row, &ids).await;
        assert!(given(&row, &answer), "{row}: {} {}", answer.status, answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_answers_whatever_host_is_asked_for() {
    let mut ground = Ground::new().await;
    for row in rows().into_iter().filter(|row| row.behind == Behind::AnyHost) {
        let ids = ground.ids(&row).await;
        for host in ["https://10.0.0.7:7117", "https://evil.example"] {
            let mut browser = ground.house.browser();
            let (url, request) = super::ground::knock(&browser, &row, &ids, host);
            assert_eq!(
                browser.send(&url, request).await.status,
                StatusCode::OK,
                "{row} {host}"
            );
        }
    }
}
