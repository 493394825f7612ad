//! Exports: exactly what the pages show, recorded before it leaves, harmless to spreadsheets, and not for everybody.

use std::collections::BTreeSet;

use axum::body::Body;
use futures_util::StreamExt;
use http::{Method, Request, StatusCode};
use serde_json::Value;
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Entry, Event, LogScope};
use stagedoor_core::id::{EventId, Id, RequestId};
use stagedoor_store::testing::TestDb;
use tower::ServiceExt;
use url::Url;

use crate::support::{Answer, Browser, House, STAFF, sentences, tenant};

fn users(query: &str) -> String {
    format!("{STAFF}/api/admin/tenants/acme/users/export?{query}")
}

fn audit(query: &str) -> String {
    format!("{STAFF}/api/admin/audit-logs/export?{query}")
}

/// The rows of a file of JSON Lines, and its manifest.
pub(crate) fn lines(answer: &Answer) -> (Value, Vec<Value>) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut lines = answer
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let manifest = lines.next().unwrap()["manifest"].clone();
    (manifest, lines.collect())
}

/// A naive reading of RFC 4180.
pub(crate) fn table(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, letter) => cell.push(letter),
        }
    }
    assert!(
        row.is_empty() && cell.is_empty() && !quoted,
        "the last line ends, too"
    );
    rows
}

/// Every row of every page of a list.
pub(crate) async fn all_pages(browser: &mut Browser, list: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = browser.get_json(&format!("{list}&limit=7&cursor={cursor}")).await;
        let page = page.json();
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers[name].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_exported_as_the_pages_list_them() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for query in [
        "",
        "q=role:developer",
        "q=status:revoked&sort=name",
        "sort=role",
        "q=nobody-here",
    ] {
        let listed = all_pages(&mut kim, &format!("{STAFF}/api/admin/tenants/acme/users?{query}")).await;
        let answer = kim.get_json(&users(&format!("format=jsonl&{query}"))).await;
        let (manifest, rows) = lines(&answer);
        assert_eq!(rows, listed, "{query}");
        assert_eq!(manifest["rows"], listed.len());
        assert_eq!(manifest["complete"], true);
        assert_eq!(header(&answer, "stagedoor-export-rows"), listed.len().to_string());
        assert_eq!(header(&answer, "stagedoor-export-limit"), "100000");
        assert_eq!(
            header(&answer, "stagedoor-export-filter"),
            manifest["filter"].as_str().unwrap()
        );
        let csv = kim.get_json(&users(&format!("format=csv&{query}"))).await;
        assert_eq!(
            header(&csv, "content-type"),
            "text/csv; charset=utf-8; header=present"
        );
        let named = header(&csv, "content-disposition");
        assert!(
            named.starts_with("attachment; filename=\"stagedoor-acme-users-20") && named.ends_with("Z.csv\""),
            "{named}"
        );
        let rows = table(&csv.text);
        assert_eq!(rows[0][..3], ["id", "name", "email"]);
        let ids: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
        let wanted: Vec<&str> = listed.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!(ids, wanted, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_chosen_are_exported_and_no_stranger_among_them() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (rod, val) = (
        kim.member("acme", "rod@acme.com").await,
        kim.member("acme", "val@acme.com").await,
    );
    let elsewhere = kim
        .get_json(&format!("{STAFF}/api/admin/tenants/lumen/users?limit=1"))
        .await
        .json();
    let stranger = elsewhere["items"][0]["id"].as_str().unwrap().to_owned();
    let answer = kim
        .get_json(&users(&format!("format=jsonl&id={rod}&id={val}&id={stranger}")))
        .await;
    let (manifest, rows) = lines(&answer);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, BTreeSet::from([rod.as_str(), val.as_str()]));
    assert_eq!(manifest["rows"], 2);
    let bad = kim.get_json(&users("format=csv&id=nobody")).await;
    assert_eq!(
        (bad.status, bad.field("id")),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "nobody is no id of a person.".to_owned()
        )
    );
    for (query, field) in [
        ("", "format"),
        ("format=pdf", "format"),
        ("format=csv&page=2", "query"),
        ("format=csv&q=rolle:x", "q"),
        ("format=csv&sort=password", "sort"),
    ] {
        let answer = kim.get_json(&users(query)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(!answer.field(field).is_empty(), "{query}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_in_both_logs_with_its_number_of_rows() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (manifest, rows) = lines(&kim.get_json(&users("format=jsonl&q=role:developer")).await);
    let mut sasha = house.signed_in("sasha").await;
    let told = sasha
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:tenant.export_directory"
        ))
        .await;
    assert_eq!(sentences(&told), ["kim exported the directory of Acme"]);
    let entry = &told.json()["items"][0];
    assert_eq!(entry["reads"][0]["rows"], rows.len(), "{entry}");
    let facts = entry["facts"].to_string();
    for known in [
        "jsonl".to_owned(),
        manifest["filter"].as_str().unwrap().to_owned(),
    ] {
        assert!(facts.contains(&known), "{known} in {facts}");
    }
    assert!(
        !facts.contains("role:developer"),
        "the filter stands there as a digest only"
    );
    kim.visit("rod@acme.com").await;
    let own = kim
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:tenant.export_directory",
            tenant("acme")
        ))
        .await;
    assert_eq!(sentences(&own).len(), 1, "{}", own.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_exported_as_its_reader_sees_it() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    let mut sasha = house.signed_in("sasha").await;
    sasha.get_json(&audit("format=csv&q=since:1h")).await;
    let listed = all_pages(&mut jess, &format!("{STAFF}/api/admin/audit-logs?q=tenant:acme")).await;
    assert!(listed.len() > 20, "{}", listed.len());
    let (_, rows) = lines(&jess.get_json(&audit("format=jsonl&q=tenant:acme")).await);
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&rows), ids(&listed));
    for (row, line) in rows.iter().zip(&listed) {
        let words = line["sentence"].as_str().unwrap().replace('`', "");
        assert_eq!(row["sentence"].as_str().unwrap().replace('`', ""), words);
    }
    let (_, rows) = lines(&jess.get_json(&audit("format=jsonl")).await);
    let actions: BTreeSet<&str> = rows.iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert!(
        actions.len() > 5 && actions.iter().all(|action| !action.starts_with("admin.")),
        "{actions:?}"
    );
    let (_, rows) = lines(&jess.get_json(&audit("format=jsonl&q=action:admin.*")).await);
    assert_eq!(rows, Vec::<Value>::new());
    let (_, rows) = lines(
        &sasha
            .get_json(&audit("format=jsonl&q=action:admin.audit.export"))
            .await,
    );
    assert_eq!(
        rows.len(),
        4,
        "three of jess, one of sasha's own: not the one that is being made"
    );
    // The clock stands still here, so that their order says nothing.
    let empty = rows.iter().find(|row| row["reads"][0]["rows"] == 0).unwrap();
    assert_eq!(
        (&empty["actor"], &empty["facts"]["format"]),
        (&"jess".into(), &"jsonl".into())
    );
    assert!(empty["address"].is_string() && empty["guardrails"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_or_export_gets_nothing() {
    let house = House::new().await;
    let mut rio = house.signed_in("rio").await;
    let mut sasha = house.signed_in("sasha").await;
    for (who, url) in [(&mut rio, users("format=csv"))] {
        assert_eq!(who.get_json(&url).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(
        rio.get_json(&audit("format=csv")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        sasha.get_json(&users("format=csv")).await.status,
        StatusCode::FORBIDDEN
    );
    let refused = sasha
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:tenant.export_directory%20outcome:denied"
        ))
        .await;
    assert_eq!(sentences(&refused).len(), 2, "{}", refused.text);
    let mut nobody = house.browser();
    assert_eq!(
        nobody.get_json(&audit("format=csv")).await.status,
        StatusCode::UNAUTHORIZED
    );
    let unknown = sasha
        .get_json(&format!(
            "{STAFF}/api/admin/tenants/nobody/users/export?format=csv"
        ))
        .await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_exports_nothing_in_any_mode() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("val@acme.com").await;
    for format in ["csv", "jsonl"] {
        let url = format!("{}/api/tenant/audit-logs/export?format={format}", tenant("acme"));
        let refused = kim.get_json(&url).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    let told = kim
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=outcome:denied",
            tenant("acme")
        ))
        .await;
    let paths = told.json()["items"].to_string();
    assert!(paths.contains("/api/tenant/audit-logs/export"), "{paths}");
}

/// A request of a browser's, before its body is read.
pub(crate) async fn begun(house: &House, browser: &Browser, url: &str) -> http::Response<Body> {
    let parsed = Url::parse(url).unwrap();
    let request = browser.request(Method::GET, &parsed, None, "application/json");
    house.app().oneshot(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_export_at_a_time() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let first = begun(&house, &kim, &audit("format=csv")).await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = kim.get_json(&users("format=csv")).await;
    assert_eq!(
        (second.status, second.code()),
        (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED".to_owned())
    );
    assert_eq!(header(&second, "retry-after"), "10");
    let mut jess = house.signed_in("jess").await;
    assert_eq!(jess.get_json(&users("format=csv")).await.status, StatusCode::OK);
    drop(first);
    assert_eq!(kim.get_json(&users("format=csv")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_gets_no_further_row() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let begun = begun(&house, &kim, &audit("format=csv")).await;
    let mut pieces = begun.into_body().into_data_stream();
    let head = pieces.next().await.unwrap().unwrap();
    assert!(head.starts_with(b"id,at,scope,action"));
    let out = kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text);
    assert!(pieces.next().await.unwrap().is_err(), "broken off, not ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_narrowed_meanwhile_gets_no_further_row_of_what_was_wider() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let begun = begun(&house, &kim, &audit("format=csv")).await;
    let mut pieces = begun.into_body().into_data_stream();
    assert!(pieces.next().await.unwrap().is_ok());
    let url = format!("{STAFF}/api/admin/session/narrow");
    let narrowed = kim
        .post_json(&url, &serde_json::json!({ "tenant": "acme" }))
        .await;
    assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
    assert!(pieces.next().await.unwrap().is_err(), "broken off, not ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_and_fetches_ahead_start_none() {
    let house = House::new().await;
    let mut ada = house.signed_in("ada").await;
    let url = Url::parse(&audit("format=csv")).unwrap();
    let with =
        |browser: &Browser, method: Method, name: &'static str, value: &'static str| -> Request<Body> {
            let mut request = browser.request(method, &url, None, "application/json");
            request.headers_mut().insert(name, value.parse().unwrap());
            request
        };
    for (method, name, value, status) in [
        (Method::GET, "sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        (Method::GET, "sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        (
            Method::GET,
            "sec-purpose",
            "prefetch",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (Method::HEAD, "accept", "text/csv", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "sec-fetch-site", "same-origin", StatusCode::OK),
        (Method::GET, "sec-fetch-site", "none", StatusCode::OK),
    ] {
        let request = with(&ada, method.clone(), name, value);
        assert_eq!(
            ada.send(&url, request).await.status,
            status,
            "{method} {name}: {value}"
        );
    }
    let told = ada
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:admin.audit.export"
        ))
        .await;
    assert_eq!(sentences(&told).len(), 2, "only those that left are recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_typed_is_no_formula() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let user = kim.member("acme", "rod@acme.com").await;
    let body = serde_json::json!({ "reason": "=HYPERLINK(\"https://evil.example\",\"x\")", "ticket_ref": "+1", "user_id": user });
    let minted = kim
        .post_json(&format!("{STAFF}/api/admin/tenants/acme/impersonate"), &body)
        .await;
    assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
    let csv = kim
        .get_json(&audit("format=csv&q=action:impersonation.start%20since:1h"))
        .await;
    let rows = table(&csv.text);
    let column = |name: &str| rows[0].iter().position(|found| found == name).unwrap();
    assert_eq!(
        rows[1][column("reason")],
        "'=HYPERLINK(\"https://evil.example\",\"x\")"
    );
    assert_eq!(rows[1][column("ticket")], "'+1");
    let (_, rows) = lines(
        &kim.get_json(&audit("format=jsonl&q=action:impersonation.start%20since:1h"))
            .await,
    );
    assert_eq!(
        rows[0]["reason"], "=HYPERLINK(\"https://evil.example\",\"x\")",
        "JSON has the very text"
    );
}

/// So many entries about Acme, all of one moment, as a busy second leaves them.
async fn many_entries(house: &House, count: u64) {
    let clock = house.service.now();
    let entries = (0..count).map(|number| {
        let id = EventId::new(clock.unsigned_millis(), u128::from(number) << 40);
        let request = RequestId::new(clock.unsigned_millis(), u128::from(number));
        Entry::new(
            id,
            LogScope::Platform,
            Event::StaffRecover,
            Actor::System,
            request,
        )
    });
    let batch = entries
        .map(|entry| AuditBatch::of(clock, entry))
        .reduce(AuditBatch::and_all)
        .unwrap();
    let written: Result<(), stagedoor_store::Error> = house
        .db
        .write(move |tx| {
            let batch = batch.clone();
            Box::pin(async move { tx.commit(batch, ()).await })
        })
        .await;
    written.unwrap();
}

async fn a_long_export_is_read_in_pages_of_one_moment(db: TestDb) {
    let house = House::over(db).await;
    let mut ada = house.signed_in("ada").await;
    // More than two of the export's own pages, and not a multiple of them.
    many_entries(&house, 1_003).await;
    let url = audit("format=jsonl&q=action:admin.staff.recover");
    let begun = begun(&house, &ada, &url).await;
    // What happens after the count is not in the file, though the body has not been read yet.
    house.later(1);
    many_entries(&house, 7).await;
    let body = axum::body::to_bytes(begun.into_body(), 8 << 20).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["manifest"]["rows"], 1_003);
    let ids: BTreeSet<&str> = lines[1..].iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!((lines.len() - 1, ids.len()), (1_003, 1_003), "each once");
    let listed = ada
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:admin.staff.recover&limit=100"
        ))
        .await
        .json();
    let newest: Vec<&str> = listed["items"].as_array().unwrap()[7..]
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    let first: Vec<&str> = lines[1..=newest.len()]
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(first, newest, "the order of the page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_export_is_read_in_pages_of_one_moment_from_sqlite() {
    a_long_export_is_read_in_pages_of_one_moment(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_export_is_read_in_pages_of_one_moment_from_postgres() {
    a_long_export_is_read_in_pages_of_one_moment(TestDb::postgres().await).await;
}
