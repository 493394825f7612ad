//! Changes of identity providers as trials: in force at once, everywhere, and over by themselves unless whoever began one has
//! shown that people can still sign in.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF};

const WHY: &str = "The company has another domain";

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

async fn providers(browser: &mut Browser) -> Vec<Value> {
    let all = browser.get_json(&api("identity-providers")).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    all.json()["items"].as_array().unwrap().clone()
}

async fn named(browser: &mut Browser, name: &str) -> Value {
    let all = providers(browser).await;
    all.into_iter().find(|one| one["name"] == name).unwrap()
}

async fn demo(browser: &mut Browser) -> Value {
    named(browser, "Demo SSO").await
}

async fn patch(browser: &mut Browser, provider: &Value, body: Value) -> Answer {
    let mut body = body;
    body["reason"] = json!(WHY);
    let url = api(&format!(
        "identity-providers/{}",
        provider["id"].as_str().unwrap()
    ));
    browser.send_json(Method::PATCH, &url, &body).await
}

/// Begins a trial of a change: its id.
async fn tried(browser: &mut Browser, provider: &Value, body: Value) -> String {
    let answer = patch(browser, provider, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let trial = answer.json()["trial"].clone();
    assert_eq!(trial["state"], "pending", "{}", answer.text);
    trial["id"].as_str().unwrap().to_owned()
}

async fn end(browser: &mut Browser, trial: &str, how: &str) -> Answer {
    browser
        .post_json(&api(&format!("trials/{trial}/{how}")), &json!({}))
        .await
}

async fn still_in(browser: &mut Browser) -> bool {
    let answer = browser.get_json(&api("tenants")).await;
    answer.status == StatusCode::OK
}

/// A browser in which somebody signs in once more, with the passkey that they have.
async fn once_more(house: &House, from: &mut Browser, short: &str) -> Browser {
    let mut anew = house.browser();
    anew.passkey = std::mem::take(&mut from.passkey);
    anew.sign_in(short).await;
    anew
}

/// Through the provider and back: whether the passkey comes next.
async fn comes_back(browser: &mut Browser, short: &str) -> bool {
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, short).await;
    browser.get(back.as_str()).await.status == StatusCode::SEE_OTHER
}

fn two_domains() -> Value {
    json!({ "email_domains": ["acme-corp.example", "acme-corp.test"] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_stays_once_its_beginner_has_come_in_by_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = demo(&mut kim).await;
    let trial = tried(&mut kim, &before, two_domains()).await;
    let under = demo(&mut kim).await;
    assert_eq!(under["email_domains"], two_domains()["email_domains"]);
    assert!(
        under["trial_needs"]
            .as_str()
            .unwrap()
            .starts_with("Sign in through"),
        "{under}"
    );
    let early = end(&mut kim, &trial, "confirm").await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
    let second = patch(&mut kim, &before, json!({ "groups": ["Staff"] })).await;
    assert_eq!(
        second.status,
        StatusCode::CONFLICT,
        "one at a time: {}",
        second.text
    );

    let page = kim
        .get(&format!(
            "{STAFF}/identity-providers/{}",
            before["id"].as_str().unwrap()
        ))
        .await;
    for part in [
        "On trial",
        "acme-corp.test",
        "Sign in through this provider first",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let mut anew = once_more(&house, &mut kim, "kim").await;
    let done = end(&mut anew, &trial, "confirm").await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    house.later(301);
    let after = demo(&mut anew).await;
    assert_eq!(
        (&after["email_domains"], &after["trial"]),
        (&two_domains()["email_domains"], &Value::Null)
    );
    assert!(still_in(&mut anew).await && still_in(&mut kim).await);
}

async fn rolls_back_everywhere(db: TestDb) {
    let house = House::over(db).await;
    let (elsewhere, other) = house.second_process().await;
    let mut kim = house.signed_in("kim").await;
    let before = demo(&mut kim).await;
    let trial = tried(&mut kim, &before, two_domains()).await;
    let mut anew = once_more(&house, &mut kim, "kim").await;
    let (mut here, mut there) = (kim.tab_through(&other), anew.tab_through(&other));
    house.later(299);
    assert_eq!(
        demo(&mut here).await["email_domains"],
        two_domains()["email_domains"]
    );
    assert!(still_in(&mut anew).await && still_in(&mut there).await);
    house.later(1);
    for browser in [&mut anew, &mut there] {
        assert!(
            !still_in(browser).await,
            "it was vouched for by settings that are gone"
        );
    }
    for browser in [&mut kim, &mut here] {
        assert!(still_in(browser).await, "nobody wrote anything down");
        assert_eq!(demo(browser).await, before, "what was before is there exactly");
    }
    assert_eq!(
        end(&mut kim, &trial, "confirm").await.status,
        StatusCode::CONFLICT
    );
    elsewhere.run_due().await.unwrap();
    let listed = kim.get_json(&api("trials")).await.json();
    assert_eq!(
        (&listed["items"][0]["kind"], &listed["items"][0]["why"]),
        (&json!("identity_provider"), &json!("time"))
    );
    assert!(!still_in(&mut there).await, "nor by a word written later");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_confirms_is_over_after_five_minutes_in_every_process_on_postgresql() {
    rolls_back_everywhere(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_confirms_is_over_after_five_minutes_in_every_process_on_one_sqlite_file() {
    rolls_back_everywhere(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_lets_nobody_in_and_can_neither_be_confirmed_nor_outlive_its_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = demo(&mut kim).await;
    let secret = "correct horse battery staple";
    let wrong = json!({ "client_id": "nobody-knows-it", "client_secret": secret });
    // Back from the provider before the change: what was vouched for is vouched for anew.
    let mut halfway = house.browser();
    assert!(comes_back(&mut halfway, "kim").await);
    let trial = tried(&mut kim, &before, wrong).await;
    let asked = halfway.begin().await;
    assert!(asked["publicKey"].is_null(), "{asked}");
    let away = house.browser().leave_for_the_provider().await;
    assert!(
        away.query_pairs()
            .any(|(name, value)| name == "client_id" && value == "nobody-knows-it"),
        "{away}"
    );
    assert_eq!(
        end(&mut kim, &trial, "confirm").await.status,
        StatusCode::CONFLICT
    );
    let rows = house
        .db
        .raw_fetch("SELECT kept || tried || about AS x FROM trial")
        .await
        .unwrap();
    let kept: String = rows[0].get("x").unwrap();
    assert!(!kept.contains("correct horse"), "{kept}");
    let log = kim.get_json(&api("audit-logs")).await;
    assert!(!log.text.contains("correct horse"), "{}", log.text);
    house.later(300);
    let mut anew = once_more(&house, &mut kim, "kim").await;
    assert_eq!(demo(&mut anew).await["has_client_secret"], false);
}

/// A second provider that nobody listens at, whose last test passed.
async fn second(house: &House, kim: &mut Browser) -> Value {
    let new = json!({
        "name": "Second SSO", "issuer": "https://127.0.0.1:1", "client_id": "console",
        "email_domains": ["acme-corp.example"], "reason": WHY,
    });
    let made = kim.post_json(&api("identity-providers"), &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    pass(house).await;
    made.json()
}

/// As if its last test had passed; what it was of stays.
async fn pass(house: &House) {
    let steps = r#"[{"name":"keys","verdict":"passed","words":"As found.","took_ms":0}]"#;
    let sql = format!(
        "UPDATE identity_provider SET tested_at = 0, test_steps = '{steps}' WHERE name = 'Second SSO'"
    );
    house.db.raw_execute(&sql).await.unwrap();
}

async fn offered(house: &House) -> bool {
    let page = house.browser().get(&format!("{STAFF}/sign-in")).await;
    page.text.contains("Second SSO")
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_is_given_and_taken_as_a_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let other = second(&house, &mut kim).await;
    let trial = tried(&mut kim, &other, json!({ "is_trusted": true })).await;
    assert!(offered(&house).await);
    let mut ada = house.signed_in("ada").await;
    let theirs = end(&mut ada, &trial, "confirm").await;
    assert_eq!(theirs.status, StatusCode::CONFLICT, "{}", theirs.text);
    house.later(300);
    assert!(!offered(&house).await);

    let trial = tried(&mut kim, &other, json!({ "is_trusted": true })).await;
    assert_eq!(
        end(&mut kim, &trial, "roll-back").await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!offered(&house).await);

    let trial = tried(&mut kim, &other, json!({ "is_trusted": true })).await;
    let done = end(&mut kim, &trial, "confirm").await;
    assert_eq!(
        done.status,
        StatusCode::NO_CONTENT,
        "nobody depends on it: {}",
        done.text
    );
    assert!(offered(&house).await);
    let trial = tried(&mut kim, &other, json!({ "is_trusted": false })).await;
    assert!(!offered(&house).await);
    let done = end(&mut kim, &trial, "confirm").await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert!(!offered(&house).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_by_another_way_has_to_see_a_test_and_somebody_come_in() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let other = second(&house, &mut kim).await;
    house.signed_in("jess").await;
    house
        .db
        .raw_execute(
            "UPDATE identity_provider SET is_trusted = (SELECT is_trusted FROM identity_provider AS demo WHERE demo.name = 'Demo SSO') \
             WHERE name = 'Second SSO'; \
             UPDATE staff SET provider_id = (SELECT id FROM identity_provider WHERE name = 'Second SSO') WHERE email LIKE 'jess@%'",
        )
        .await
        .unwrap();
    let path = api(&format!(
        "identity-providers/{}/people",
        other["id"].as_str().unwrap()
    ));
    let people = kim.get_json(&path).await.json();
    assert_eq!(people["items"][0]["passes"], "yes", "{people}");
    let left_out = patch(&mut kim, &other, json!({ "email_domains": ["other.example"] })).await;
    assert_eq!(left_out.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        left_out.json()["error"]["fields"]["confirm_left_out"].is_string(),
        "{}",
        left_out.text
    );
    let trial = tried(&mut kim, &other, json!({ "groups": ["Staff"] })).await;
    let people = kim.get_json(&path).await.json();
    assert_eq!(people["items"][0]["passes"], "unknown", "{people}");
    let untested = end(&mut kim, &trial, "confirm").await;
    assert!(
        untested.text.contains("Test the connection first"),
        "{}",
        untested.text
    );
    let test = api(&format!(
        "identity-providers/{}/test",
        other["id"].as_str().unwrap()
    ));
    let tested = kim.post_json(&test, &json!({})).await.json();
    assert_eq!(tested["test"]["passed"], false, "{tested}");
    pass(&house).await;
    let unseen = end(&mut kim, &trial, "confirm").await;
    assert!(
        unseen.text.contains("Ask one of them to sign in"),
        "a test is not enough where people depend on it: {}",
        unseen.text
    );
    let came = format!(
        "UPDATE staff_session SET trial_id = '{trial}' \
         WHERE staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%') AND ended_at IS NULL"
    );
    house.db.raw_execute(&came).await.unwrap();
    let done = end(&mut kim, &trial, "confirm").await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    let after = named(&mut kim, "Second SSO").await;
    assert_eq!(
        json!([after["groups"], after["trial"], after["test"]["passed"]]),
        json!([["Staff"], null, true])
    );
}

/// Whom a change leaves out is asked of everybody, not of those alone who fit on a page.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_last_of_many_is_not_left_out_unsaid() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    second(&house, &mut kim).await;
    house
        .db
        .raw_execute(
            "UPDATE identity_provider SET email_domains = replace(email_domains, 'acme', 'zzz.example acme'), \
             is_trusted = (SELECT is_trusted FROM identity_provider AS demo WHERE demo.name = 'Demo SSO') WHERE name = 'Second SSO'; \
             INSERT INTO staff (id, email, email_key, display_name, role, state, provider_id, subject, scope, justification, created_at) \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 201) \
             SELECT 'stf_0000000000000000000000' || printf('%04d', i), address, address, 'Person ' || i, 'read_only', 'claimed', \
                    (SELECT id FROM identity_provider WHERE name = 'Second SSO'), 'subject-' || i, 'all', 'A test', 0 \
             FROM (SELECT i, CASE i WHEN 201 THEN 'z@zzz.example' ELSE printf('a%04d@acme-corp.example', i) END AS address FROM n)",
        )
        .await
        .unwrap();
    let other = named(&mut kim, "Second SSO").await;
    let refused = patch(
        &mut kim,
        &other,
        json!({ "email_domains": ["acme-corp.example"] }),
    )
    .await;
    assert!(
        refused
            .field("confirm_left_out")
            .starts_with("Person 201 could not"),
        "{}",
        refused.text
    );
}
