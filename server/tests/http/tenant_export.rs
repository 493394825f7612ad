//! A tenant's own log as a file: for its owner and administrators, recorded before it leaves, and for nobody else.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use http::StatusCode;
use serde_json::Value;

use crate::exports::{all_pages, begun, header, lines, table};
use crate::support::{Browser, House, STAFF, VAL, sentences, tenant};

fn export(query: &str) -> String {
    format!("{}/api/tenant/audit-logs/export?{query}", tenant("acme"))
}

fn log(query: &str) -> String {
    format!("{}/api/tenant/audit-logs?{query}", tenant("acme"))
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

/// The entries about exports, newest first.
async fn told(browser: &mut Browser, outcome: &str) -> Vec<String> {
    let query = format!("q=action:export.audit%20outcome:{outcome}");
    sentences(&browser.get_json(&log(&query)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_and_administrator_get_what_their_page_lists() {
    let house = House::new().await;
    // Something of platform support's is in it, and something of another tenant's is not.
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    kim.get(&format!("{}/members", tenant("acme"))).await;
    for email in [VAL, "rod@acme.com"] {
        let mut person = house.inside(email).await;
        let listed = all_pages(&mut person, &log("")).await;
        assert!(listed.len() > 20, "{}", listed.len());
        let answer = person.get_json(&export("format=jsonl")).await;
        let (manifest, rows) = lines(&answer);
        assert_eq!(ids(&rows), ids(&listed), "{email}");
        assert_eq!(
            (&manifest["rows"], &manifest["complete"]),
            (&rows.len().into(), &true.into())
        );
        assert!(header(&answer, "content-disposition").contains("attachment; filename=\"stagedoor-"));
        for (row, line) in rows.iter().zip(&listed) {
            let words = line["sentence"].as_str().unwrap().replace('`', "");
            assert_eq!(row["sentence"].as_str().unwrap().replace('`', ""), words);
        }
        let scopes: BTreeSet<&str> = rows.iter().map(|row| row["scope"].as_str().unwrap()).collect();
        assert_eq!(scopes.len(), 1, "the tenant's own log alone: {scopes:?}");
        assert!(
            rows.iter()
                .any(|row| row["sentence"] == "Kim Moreno started acting as rod@acme.com"),
            "what platform support did is in it"
        );

        let some = person.get_json(&export("format=csv&q=action:user.sign_in")).await;
        let table = table(&some.text);
        let action = table[0].iter().position(|name| name == "action").unwrap();
        let actions: BTreeSet<&str> = table[1..].iter().map(|row| row[action].as_str()).collect();
        assert_eq!(actions, BTreeSet::from(["user.sign_in"]), "as the search says");
    }
    let mut val = house.inside(VAL).await;
    let entries = told(&mut val, "success").await;
    assert_eq!(entries.len(), 4, "each is an entry: {entries:?}");
    for words in [
        "Val Marsh exported the audit log",
        "Rod Walsh exported the audit log",
    ] {
        assert_eq!(
            entries.iter().filter(|told| told.starts_with(words)).count(),
            2,
            "{words} in {entries:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_roles_get_nothing_and_are_told_of() {
    let house = House::new().await;
    for email in ["sam@acme.com", "lee@acme.com"] {
        let mut person = house.inside(email).await;
        let refused = person.get_json(&export("format=csv")).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN"),
            "{email}"
        );
    }
    let stranger = house.browser().get_json(&export("format=csv")).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    let mut val = house.inside(VAL).await;
    // Two entries of one moment have no order.
    let mut denied = told(&mut val, "denied").await;
    denied.sort();
    assert_eq!(
        denied,
        [
            "Lee Bryant tried to export the audit log",
            "Sam Kerr tried to export the audit log"
        ]
    );
    assert_eq!(told(&mut val, "success").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_session_ends_gets_no_further_row() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let begun = begun(&house, &val, &export("format=csv")).await;
    let mut pieces = begun.into_body().into_data_stream();
    let head = pieces.next().await.unwrap().unwrap();
    assert!(head.starts_with(b"id,at,"), "{head:?}");
    let out = val.post_form(&format!("{}/sign-out", tenant("acme")), &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text);
    assert!(pieces.next().await.unwrap().is_err(), "broken off, not ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_one_export_at_a_time_and_takes_none_of_the_staffs() {
    let house = House::new().await;
    let val = house.inside(VAL).await;
    let running = begun(&house, &val, &export("format=csv")).await;
    assert_eq!(running.status(), StatusCode::OK);
    for email in [VAL, "rod@acme.com"] {
        let mut another = house.inside(email).await;
        let refused = another.get_json(&export("format=csv")).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"),
            "another session of {email}"
        );
    }
    let audit = format!("{STAFF}/api/admin/audit-logs/export?format=csv");
    let kim = house.signed_in("kim").await;
    let beside = begun(&house, &kim, &audit).await;
    assert_eq!(beside.status(), StatusCode::OK);
    let mut jess = house.signed_in("jess").await;
    let answer = jess.get_json(&audit).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    drop(running);
    let mut rod = house.inside("rod@acme.com").await;
    let answer = rod.get_json(&export("format=csv")).await;
    assert_eq!(answer.status, StatusCode::OK, "it is given back: {}", answer.text);
}
