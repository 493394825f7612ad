//! Each address with every other method: 404 or 405, and nothing changes. HEAD is GET without its body.

use std::collections::BTreeMap;

use http::header::ORIGIN;
use http::{Method, StatusCode};
use stagedoor_server::router::Behind;

use super::ground::{Ground, home, knock_as};
use super::row::Row;
use super::table::rows;

const METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_method_without_a_door_does_nothing() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    kim.visit("rod@acme.com").await;
    let mut known: BTreeMap<(bool, &str), Vec<Method>> = BTreeMap::new();
    for row in rows() {
        known
            .entry((row.on_tenant_host(), row.path))
            .or_default()
            .push(row.method);
    }
    for row in rows() {
        let doors = &known[&(row.on_tenant_host(), row.path)];
        // There are more doors than calls in a minute.
        ground.house.later(1);
        let ids = ground.ids(&row).await;
        for method in METHODS.iter().filter(|method| !doors.contains(method)) {
            let before = ground.state(&row).await;
            let (url, mut request) = knock_as(&kim, &row, &ids, &home(&row), method.clone());
            request.headers_mut().insert(ORIGIN, home(&row).parse().unwrap());
            let answer = kim.send(&url, request).await;
            let told = format!("{method} {row}: {} {}", answer.status, answer.text);
            let refused = matches!(
                answer.status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            );
            assert!(refused, "{told}");
            assert_eq!(before, ground.state(&row).await, "something changed: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_does_without_a_body_and_never_inside_a_visit() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    kim.visit("rod@acme.com").await;
    let kept = kim.cookies.clone();
    for row in rows().into_iter().filter(|row: &Row| row.method == Method::GET) {
        kim.cookies.clone_from(&kept);
        let ids = ground.ids(&row).await;
        let (url, request) = knock_as(&kim, &row, &ids, &home(&row), Method::HEAD);
        let head = kim.send(&url, request).await;
        assert_eq!(head.text, "", "{row}");
        // What is recorded as seen or taken away is never only asked about.
        if row.behind == Behind::TenantRooms || row.path.ends_with("/export") {
            assert_eq!(head.status, StatusCode::METHOD_NOT_ALLOWED, "{row}");
            continue;
        }
        let (url, request) = knock_as(&kim, &row, &ids, &home(&row), Method::GET);
        let get = kim.send(&url, request).await;
        assert_eq!(head.status, get.status, "{row}");
    }
}
