//! One's own passkeys: another one works, a revoked one does not, and a session left open is not enough for either.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF, sentences};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/session/{path}")
}

async fn keys(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get_json(&api("passkeys")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

async fn begin(browser: &mut Browser) -> Value {
    let answer = browser.post_json(&api("passkeys/begin"), &json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn add(browser: &mut Browser, name: &str, credential: &Value) -> Answer {
    let body = json!({ "name": name, "credential": credential });
    browser.post_json(&api("passkeys"), &body).await
}

/// Adds a passkey of another authenticator, which is returned with the passkey's id.
async fn another(house: &House, browser: &mut Browser) -> (Browser, String) {
    // Two of one moment have no order in the list.
    house.later(1);
    let mut key = house.browser();
    let proof = key.prove(&begin(browser).await);
    let added = add(browser, "Drawer", &proof).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let id = added.json()["id"].as_str().unwrap().to_owned();
    (key, id)
}

async fn revoke(browser: &mut Browser, id: &str) -> Answer {
    let path = api(&format!("passkeys/{id}"));
    browser
        .call(Method::DELETE, &path, None, "application/json")
        .await
}

async fn rename(browser: &mut Browser, id: &str, name: &str) -> Answer {
    let path = api(&format!("passkeys/{id}"));
    browser
        .send_json(Method::PATCH, &path, &json!({ "name": name }))
        .await
}

async fn is_in(browser: &mut Browser) -> bool {
    browser
        .get_json(&format!("{STAFF}/api/admin/session"))
        .await
        .status
        == StatusCode::OK
}

fn id(key: &Value) -> String {
    key["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_passkey_lets_in_and_a_revoked_one_does_not() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let first = id(&keys(&mut kim).await[0]);
    let (mut drawer, second) = another(&house, &mut kim).await;
    assert_eq!(keys(&mut kim).await.len(), 2);

    drawer.sign_in("kim").await;
    assert!(is_in(&mut drawer).await);
    let gone = revoke(&mut drawer, &first).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    assert!(!is_in(&mut kim).await, "whoever has the first key is out at once");
    assert!(is_in(&mut drawer).await, "the session that revoked it goes on");

    kim.identify("kim").await;
    let options = kim.begin().await;
    let asked = options["publicKey"]["allowCredentials"].as_array().unwrap();
    assert_eq!(asked.len(), 1, "the revoked one is not asked for");
    let left = keys(&mut drawer).await;
    assert_eq!((left.len(), id(&left[0])), (1, second.clone()));
    let last = revoke(&mut drawer, &second).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    assert!(last.text.contains("only passkey"), "{}", last.text);

    let mut ada = house.signed_in("ada").await;
    let log = ada
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=actor:kim"))
        .await;
    let told = sentences(&log);
    for words in ["registered a passkey", "revoked a passkey"] {
        assert!(
            told.iter().any(|line| line.contains(words)),
            "{words} in {told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_proof_is_challenged_and_a_renewed_one_holds() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (_, second) = another(&house, &mut kim).await;
    house.later(601);

    for refused in [
        kim.post_json(&api("passkeys/begin"), &json!({})).await,
        revoke(&mut kim, &second).await,
    ] {
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
        assert_eq!(refused.code(), "STEP_UP_REQUIRED");
        assert_eq!(refused.json()["error"]["max_age_seconds"], 600);
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.contains("insufficient_user_authentication") && challenge.contains(r#"max_age="600""#)
        );
    }
    assert_eq!(keys(&mut kim).await.len(), 2, "looking needs no fresh proof");

    let before = kim.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    let options = kim.post_json(&api("renew/begin"), &json!({})).await.json();
    let body = json!({ "credential": kim.prove(&options) });
    let renewed = kim.post_json(&api("renew"), &body).await;
    assert_eq!(renewed.status, StatusCode::NO_CONTENT, "{}", renewed.text);
    let after = kim.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    assert_eq!(after["factor_age_seconds"], 0);
    assert_eq!(before["until"], after["until"], "the absolute end stays");
    let replayed = kim.post_json(&api("renew"), &body).await;
    assert_eq!(replayed.status, StatusCode::CONFLICT, "a proof counts once");
    assert_eq!(revoke(&mut kim, &second).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ceremony_belongs_to_its_session_its_two_minutes_and_one_answer() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let options = begin(&mut kim).await;
    let proof = house.browser().prove(&options);

    let mut ada = house.signed_in("ada").await;
    begin(&mut ada).await;
    let stolen = add(&mut ada, "Mine now", &proof).await;
    assert_eq!(stolen.status, StatusCode::CONFLICT, "{}", stolen.text);

    assert_eq!(add(&mut kim, "Drawer", &proof).await.status, StatusCode::CREATED);
    assert_eq!(
        add(&mut kim, "Again", &proof).await.status,
        StatusCode::CONFLICT,
        "taken once"
    );

    let late = house.browser().prove(&begin(&mut kim).await);
    house.later(121);
    assert_eq!(add(&mut kim, "Late", &late).await.status, StatusCode::CONFLICT);
    let garbage = add(&mut kim, "Made up", &json!({ "id": "AAAA" })).await;
    assert_eq!(garbage.status, StatusCode::CONFLICT);
    assert_eq!(keys(&mut kim).await.len(), 2);
    assert_eq!(keys(&mut ada).await.len(), 1);

    // A proof of use is none of registration, and the other way round.
    let options = kim.post_json(&api("renew/begin"), &json!({})).await.json();
    let used = kim.prove(&options);
    assert_eq!(add(&mut kim, "Used", &used).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_passkey_is_not_there_and_names_are_checked() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let hers = id(&keys(&mut ada).await[0]);
    another(&house, &mut ada).await;
    for refused in [
        rename(&mut kim, &hers, "Mine").await,
        revoke(&mut kim, &hers).await,
        revoke(&mut kim, "pky_01k9w000000000000000000001").await,
        rename(&mut kim, "nonsense", "Mine").await,
    ] {
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.text);
    }
    let mine = id(&keys(&mut kim).await[0]);
    for wrong in ["", "   ", "two\nlines", &"x".repeat(61)] {
        let refused = rename(&mut kim, &mine, wrong).await;
        let told = refused.refused_at("name");
        assert!(told.contains("1 to 60"), "{told}");
    }
    assert_eq!(
        rename(&mut kim, &mine, "  Blue key ").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(keys(&mut kim).await[0]["name"], "Blue key");
    assert_eq!(keys(&mut ada).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sessions_that_a_passkey_proved_end_with_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (mut drawer, second) = another(&house, &mut kim).await;
    drawer.sign_in("kim").await;
    let mut third = kim.window();
    let shown = keys(&mut kim).await;
    let told = |key: &Value| json!([key["current"], key["other_sessions"]]);
    assert_eq!(
        (told(&shown[0]), told(&shown[1])),
        (json!([true, 0]), json!([false, 1]))
    );

    let (mut spare, last) = another(&house, &mut kim).await;
    spare.sign_in("kim").await;
    assert_eq!(revoke(&mut kim, &second).await.status, StatusCode::NO_CONTENT);
    assert!(!is_in(&mut drawer).await, "what it proved is over");
    assert!(is_in(&mut spare).await, "what another one proved goes on");
    assert!(is_in(&mut kim).await && is_in(&mut third).await);

    // A session belongs to the passkey that proved it last.
    let options = kim.post_json(&api("renew/begin"), &json!({})).await.json();
    let proof = spare.prove(&options);
    let renewed = kim
        .post_json(&api("renew"), &json!({ "credential": proof }))
        .await;
    assert_eq!(renewed.status, StatusCode::NO_CONTENT, "{}", renewed.text);
    let shown = keys(&mut kim).await;
    assert_eq!(
        (told(&shown[0]), told(&shown[1])),
        (json!([false, 0]), json!([true, 1]))
    );
    let first = id(&shown[0]);
    assert_eq!(revoke(&mut spare, &first).await.status, StatusCode::NO_CONTENT);
    assert!(is_in(&mut kim).await, "it no longer hangs on the first key");
    house.later(1);
    let refused = revoke(&mut kim, &last).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:passkey.revoke"))
        .await;
    let tried = sentences(&log);
    assert!(
        tried[0].contains("tried to revoke a passkey"),
        "the refusal of the last one is told: {tried:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_which_nobody_knows_its_passkey_ends_with_any() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (mut drawer, second) = another(&house, &mut kim).await;
    let (mut spare, _) = another(&house, &mut kim).await;
    drawer.sign_in("kim").await;
    spare.sign_in("kim").await;
    let forget = "UPDATE staff_session SET passkey_id = NULL";
    house.db.raw_execute(forget).await.unwrap();
    assert_eq!(revoke(&mut kim, &second).await.status, StatusCode::NO_CONTENT);
    assert!(!is_in(&mut drawer).await && !is_in(&mut spare).await);
    assert!(is_in(&mut kim).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_another_origin_or_of_a_known_credential_adds_nothing() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let options = begin(&mut kim).await;
    let known = options["publicKey"]["excludeCredentials"].as_array().unwrap();
    assert_eq!(known.len(), 1, "the browser is told which it has: {options}");
    let elsewhere = house
        .browser()
        .prove_at("https://evil.admin.stagedoor.test", &options);
    let refused = add(&mut kim, "Elsewhere", &elsewhere).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.text.contains("could not be verified"), "{}", refused.text);

    // The same credential, registered by somebody else in between.
    let proof = house.browser().prove(&begin(&mut kim).await);
    let (_, hers) = another(&house, &mut ada).await;
    let raw = proof["rawId"].as_str().unwrap();
    let raw = stagedoor_core::audit::canonical::hex(&decoded(raw));
    let taken = format!("UPDATE staff_passkey SET credential_id = x'{raw}' WHERE id = '{hers}'");
    house.db.raw_execute(&taken).await.unwrap();
    let refused = add(&mut kim, "Known", &proof).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.text.contains("registered already"), "{}", refused.text);
    assert_eq!(keys(&mut kim).await.len(), 1);
}

/// Bytes in base64url, without padding.
fn decoded(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        other => panic!("no base64url: {other}"),
    };
    let (mut bits, mut bytes) = ((0_u32, 0), Vec::new());
    for letter in text.bytes() {
        bits = (bits.0 << 6 | u32::from(value(letter)), bits.1 + 6);
        if bits.1 >= 8 {
            bits.1 -= 8;
            bytes.push((bits.0 >> bits.1) as u8);
            bits.0 &= (1 << bits.1) - 1;
        }
    }
    bytes
}
