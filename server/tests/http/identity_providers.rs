//! `/api/admin/identity-providers`: providers are added, changed, tested and trusted; a secret goes in and never comes out.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use crate::support::{Browser, House, STAFF};

const LIST: &str = "/api/admin/identity-providers";

fn url(path: &str) -> String {
    format!("{STAFF}{LIST}{path}")
}

/// One that nobody listens at.
fn new() -> Value {
    json!({
        "name": "Second SSO", "issuer": "https://127.0.0.1:1", "client_id": "console",
        "client_secret": "correct horse battery", "email_domains": ["Acme-Corp.Example"],
        "reason": "The other office has its own",
    })
}

async fn patch(browser: &mut Browser, id: &str, body: Value) -> (StatusCode, Value) {
    let mut body = body;
    body["reason"] = json!("The other office has its own");
    let answer = browser
        .send_json(Method::PATCH, &url(&format!("/{id}")), &body)
        .await;
    (answer.status, answer.json())
}

async fn own(browser: &mut Browser) -> Value {
    let all = browser.get_json(&url("")).await.json();
    let mut all = all["items"].as_array().unwrap().iter();
    all.find(|one| one["name"] == "Demo SSO").unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_added_without_trust_and_its_secret_never_comes_out() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let made = kim.post_json(&url(""), &new()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let body = made.json();
    assert_eq!(
        json!([
            body["is_trusted"],
            body["has_client_secret"],
            body["email_domains"],
            body["people"],
            body["test"]
        ]),
        json!([false, true, ["acme-corp.example"], 0, null])
    );
    let id = body["id"].as_str().unwrap();
    let page = kim.get(&format!("{STAFF}/identity-providers/{id}")).await;
    let list = kim.get_json(&url("")).await;
    let log = kim.get_json(&format!("{STAFF}/api/admin/audit-logs")).await;
    for text in [&made.text, &page.text, &list.text, &log.text] {
        assert!(!text.contains("correct horse"), "{text}");
    }
    assert!(page.text.contains("set, not shown"), "{}", page.text);
    let stored = house
        .db
        .raw_fetch("SELECT client_secret AS x FROM identity_provider WHERE name = 'Second SSO'")
        .await;
    let stored: Vec<u8> = stored.unwrap()[0].get("x").unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains("correct horse"));
    let entrance = house.browser().get(&format!("{STAFF}/sign-in")).await;
    assert!(!entrance.text.contains("Second SSO"), "{}", entrance.text);
    let start = format!("{STAFF}/sign-in/start?provider={id}");
    assert_eq!(house.browser().get(&start).await.status, StatusCode::NOT_FOUND);
    let again = kim.post_json(&url(""), &new()).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.json()["error"]["fields"]["issuer"].is_string(),
        "{}",
        again.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_tested_is_trusted_and_nobody_shuts_themselves_out() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let made = kim.post_json(&url(""), &new()).await.json();
    let id = made["id"].as_str().unwrap();
    let (status, body) = patch(&mut kim, id, json!({ "is_trusted": true })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert!(body["error"]["fields"]["is_trusted"].is_string(), "{body}");
    let tested = kim
        .post_json(&url(&format!("/{id}/test")), &json!({}))
        .await
        .json();
    let verdicts: Vec<_> = tested["test"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        [
            "failed", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped"
        ]
    );
    let (status, body) = patch(&mut kim, id, json!({ "is_trusted": true })).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a failed test is none: {body}"
    );
    let (status, body) = patch(
        &mut kim,
        id,
        json!({ "client_secret": null, "groups": ["Staff"] }),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        json!([body["has_client_secret"], body["groups"], body["test"]]),
        json!([false, ["Staff"], null])
    );
    assert_eq!(
        patch(&mut kim, id, json!({ "groups": ["Staff"] })).await.0,
        StatusCode::CONFLICT
    );
    let demo = own(&mut kim).await;
    let demo = demo["id"].as_str().unwrap();
    for (refused, why) in [
        (
            json!({ "email_domains": ["evil.example"] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (json!({ "email_domains": [] }), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "email_domains": ["evil.example"], "confirm_left_out": true }),
            StatusCode::CONFLICT,
        ),
        (json!({ "is_trusted": false }), StatusCode::CONFLICT),
    ] {
        let (status, body) = patch(&mut kim, demo, refused.clone()).await;
        assert_eq!(status, why, "{refused}: {body}");
    }
    let (status, body) = patch(&mut kim, demo, json!({ "name": "Company SSO" })).await;
    assert_eq!(
        (status, &body["name"]),
        (StatusCode::OK, &json!("Company SSO")),
        "{body}"
    );
    let tested = kim
        .post_json(&url(&format!("/{demo}/test")), &json!({}))
        .await
        .json();
    assert_eq!(tested["test"]["passed"], true, "{tested}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_asks_for_a_proof_of_the_last_ten_minutes_and_for_right_fields() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut wrong = new();
    wrong["issuer"] = json!("http://login.example.com");
    wrong["client_id"] = json!("two words");
    wrong["managed_claim"] = json!("sub");
    wrong["email_domains"] = json!(["*.example"]);
    let answer = kim.post_json(&url(""), &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    let fields = answer.json()["error"]["fields"].clone();
    let fields: Vec<_> = fields.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["client_id", "email_domains", "issuer", "managed_claim"]);
    house.later(601);
    let stale = kim.post_json(&url(""), &new()).await;
    assert_eq!(
        (stale.status, stale.code()),
        (StatusCode::UNAUTHORIZED, "STEP_UP_REQUIRED".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_claims_is_held_against_the_rules() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let demo = own(&mut kim).await;
    let preview = url(&format!("/{}/preview", demo["id"].as_str().unwrap()));
    let tries = [
        (json!({}), Value::Null),
        (json!({ "email": "rio@evil.example" }), json!("not_workforce")),
        (json!({ "amr": ["pwd"] }), json!("amr_not_allowed")),
        (json!({ "sub": null }), json!("token_subject")),
        (json!({ "sub": "x".repeat(256) }), json!("token_subject")),
        (json!({ "sub": "1\u{7}" }), json!("token_subject")),
        (
            json!({ "email_verified": false }),
            json!("token_email_unverified"),
        ),
        (json!({ "email_verified": null }), json!("token_email_unverified")),
        (
            json!({ "email": "rio@x@acme-corp.example" }),
            json!("token_email"),
        ),
        (json!({ "name": 7 }), json!("token_name")),
        (json!({ "events": {} }), json!("token_events")),
    ];
    for (changes, refused) in tries {
        let mut claims = json!({ "sub": "1", "email": "rio@acme-corp.example", "email_verified": true });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let answer = kim.post_json(&preview, &json!({ "claims": claims })).await;
        assert_eq!(answer.json()["refused"], refused, "{}", answer.text);
    }
    let read = kim
        .post_json(
            &preview,
            &json!({ "claims": { "sub": "1", "email": 7, "groups": ["a", "b"] } }),
        )
        .await
        .json();
    assert_eq!(read["refused"], "token_email", "{read}");
    assert_eq!(
        json!([read["attributes"][0]["fault"], read["attributes"][2]["value"]]),
        json!(["email is not a text: nobody is let in with it.", "a, b"])
    );
    let large = json!({ "claims": { "sub": "x".repeat(17_000) } });
    let answer = kim.post_json(&preview, &large).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
}

/// What is pasted comes back once, to who pasted it, and whoever reads the database reads none of it.
async fn what_is_pasted_is_sealed_until_it_is_shown(db: TestDb) {
    let house = House::over(db).await;
    let mut kim = house.signed_in("kim").await;
    let all = kim.get_json(&url("")).await.json();
    let id = all["items"][0]["id"].as_str().unwrap();
    let claims = json!({ "sub": "1", "email": "rio@acme-corp.example", "email_verified": true }).to_string();
    let back = format!("/identity-providers/{id}");
    let sent = [("provider_id", id), ("claims", &claims), ("back", &back)];
    let answer = kim
        .post_form(&format!("{STAFF}/api/fn/staff/preview_claims"), &sent)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let rows = house.db.raw_fetch("SELECT body FROM flash").await.unwrap();
    let body: String = rows[0].get("body").unwrap();
    assert!(
        rows.len() == 1 && !body.contains("rio") && !body.contains("would"),
        "{body}"
    );
    let shown = kim.get(&format!("{STAFF}{back}")).await;
    assert!(
        shown.text.contains("email: rio@acme-corp.example"),
        "{}",
        shown.text
    );
    let again = kim.get(&format!("{STAFF}{back}")).await;
    assert!(!again.text.contains("email: rio@"), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_is_sealed_until_it_is_shown_on_postgresql() {
    what_is_pasted_is_sealed_until_it_is_shown(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_is_sealed_until_it_is_shown_on_sqlite() {
    what_is_pasted_is_sealed_until_it_is_shown(TestDb::sqlite().await).await;
}
