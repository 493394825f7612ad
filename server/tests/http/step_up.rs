//! Step-up: a challenged call passes once, with a proof for exactly that call; whatever else a proof is tried for is refused,
//! with the same words for the caller and in the log.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::decision::Reason;
use url::Url;

use crate::support::{Answer, Browser, House, STAFF};

const HEADER: &str = "stagedoor-step-up";

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// A call that needs a fresh proof once the session's is older than ten minutes.
#[derive(Clone)]
struct Called {
    method: Method,
    path: String,
    body: Option<&'static str>,
}

impl Called {
    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
        }
    }

    /// Begins to register a passkey, which changes nothing that another test of the same call would miss.
    fn registration() -> Self {
        Self {
            body: Some(r#"{"zone":"UTC"}"#),
            ..Self::new(Method::POST, &api("session/passkeys/begin"))
        }
    }

    async fn send(&self, browser: &mut Browser, proof: Option<&str>) -> Answer {
        let url = Url::parse(&self.path).unwrap();
        let body = self.body.map(|text| ("application/json", text.to_owned()));
        let mut request = browser.request(self.method.clone(), &url, body, "application/json");
        let headers = request.headers_mut();
        headers.insert("origin", STAFF.parse().unwrap());
        if let Some(proof) = proof {
            headers.insert(HEADER, proof.parse().unwrap());
        }
        browser.send(&url, request).await
    }

    /// Sends it, and returns the id of the step-up that it is challenged with.
    async fn challenged(&self, browser: &mut Browser) -> String {
        let refused = self.send(browser, None).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
        assert_eq!(refused.code(), "STEP_UP_REQUIRED");
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert!(
            challenge.contains("insufficient_user_authentication"),
            "{challenge}"
        );
        refused.json()["error"]["step_up_id"].as_str().unwrap().to_owned()
    }
}

async fn begin(browser: &mut Browser, id: &str) -> Answer {
    browser
        .post_json(&api(&format!("step-up/{id}/begin")), &json!({}))
        .await
}

async fn finish(browser: &mut Browser, id: &str, credential: &Value) -> Answer {
    let body = json!({ "credential": credential });
    browser.post_json(&api(&format!("step-up/{id}")), &body).await
}

async fn prove(browser: &mut Browser, id: &str) -> Answer {
    let options = begin(browser, id).await;
    assert_eq!(options.status, StatusCode::OK, "{}", options.text);
    let credential = browser.prove(&options.json());
    let finished = finish(browser, id, &credential).await;
    assert_eq!(finished.status, StatusCode::OK, "{}", finished.text);
    finished
}

/// Another passkey, so that there is one to revoke.
async fn second_key(house: &House, browser: &mut Browser) -> String {
    house.later(1);
    let options = browser
        .post_json(&api("session/passkeys/begin"), &json!({}))
        .await;
    let credential = house.browser().prove(&options.json());
    let body = json!({ "name": "Drawer", "credential": credential });
    let added = browser.post_json(&api("session/passkeys"), &body).await;
    added.json()["id"].as_str().unwrap().to_owned()
}

async fn keys(browser: &mut Browser) -> usize {
    let list = browser.get_json(&api("session/passkeys")).await.json();
    list["items"].as_array().unwrap().len()
}

/// Kim, whose proof is too old for what changes her passkeys.
async fn stale_kim(house: &House) -> (Browser, String) {
    let mut kim = house.signed_in("kim").await;
    let key = second_key(house, &mut kim).await;
    house.later(601);
    (kim, key)
}

/// The newest entries of an action.
async fn entries(browser: &mut Browser, action: &str) -> Vec<Value> {
    let log = browser
        .get_json(&api(&format!("audit-logs?q=action:{action}")))
        .await;
    log.json()["items"].as_array().unwrap().clone()
}

fn refused_as(answer: &Answer, reason: Reason, why: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{why}: {}", answer.text);
    assert_eq!(answer.code(), "STEP_UP_REQUIRED", "{why}");
    assert_eq!(answer.json()["error"]["message"], reason.explain(), "{why}");
    assert!(answer.headers.contains_key("www-authenticate"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenged_call_passes_once_with_its_proof() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let revoke = Called::new(Method::DELETE, &api(&format!("session/passkeys/{key}")));
    let id = revoke.challenged(&mut kim).await;
    let former = kim.window();
    let proved = prove(&mut kim, &id).await.json();
    assert_eq!(
        (&proved["step_up_id"], &proved["location"]),
        (&json!(id), &Value::Null)
    );

    let age = |me: &Value| me["factor_age_seconds"].as_u64().unwrap();
    let me = kim.get_json(&api("session")).await.json();
    assert!(
        age(&me) > 600,
        "the session's own proof is as old as it was: {me}"
    );
    let mut former = former;
    let gone = former.get_json(&api("session")).await;
    assert_eq!(
        gone.status,
        StatusCode::UNAUTHORIZED,
        "the former reference is dead"
    );

    let done = revoke.send(&mut kim, Some(&id)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(keys(&mut kim).await, 1);
    refused_as(
        &revoke.send(&mut kim, Some(&id)).await,
        Reason::StepUpGone,
        "a second time",
    );
    revoke.challenged(&mut kim).await;

    let mut ada = house.signed_in("ada").await;
    let revoked = entries(&mut ada, "passkey.revoke").await;
    let allowed = revoked
        .iter()
        .find(|entry| entry["outcome"] == "success")
        .unwrap();
    assert_eq!(
        allowed["facts"]["step_up"],
        json!(id),
        "the entry names its proof"
    );
    let proofs = entries(&mut ada, "staff.step_up").await;
    let proof = proofs.iter().find(|entry| entry["outcome"] == "success").unwrap();
    assert_eq!(proof["facts"]["step_up"], json!(id));
    let operation = format!("DELETE /api/admin/session/passkeys/{key}");
    assert_eq!(proof["facts"]["operation"], json!(operation));
    assert!(proof["facts"]["passkey"].as_str().unwrap().starts_with("pky_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_one_call_is_worth_nothing_for_another() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let path = api(&format!("session/passkeys/{key}"));
    let revoke = Called::new(Method::DELETE, &path);
    let other_key = api("session/passkeys/pky_01k9w000000000000000000001");
    let others = [
        ("another method", Called::new(Method::PATCH, &path)),
        ("another target", Called::new(Method::DELETE, &other_key)),
        (
            "another query",
            Called::new(Method::DELETE, &format!("{path}?all=yes")),
        ),
        (
            "another body",
            Called {
                body: Some("{}"),
                ..revoke.clone()
            },
        ),
        ("another operation", Called::registration()),
        ("a look", Called::new(Method::GET, &api("session"))),
    ];
    for (why, other) in others {
        let id = revoke.challenged(&mut kim).await;
        prove(&mut kim, &id).await;
        // Two entries of one moment have no order.
        house.later(1);
        refused_as(
            &other.send(&mut kim, Some(&id)).await,
            Reason::StepUpOtherCall,
            why,
        );
        let told = entries(&mut kim, "staff.step_up").await.remove(0);
        assert_eq!(
            (&told["outcome"], &told["code"]),
            (&json!("denied"), &json!("step_up_other_call")),
            "{why}"
        );
        refused_as(
            &revoke.send(&mut kim, Some(&id)).await,
            Reason::StepUpGone,
            "it was spent",
        );
        house.later(1);
        assert_eq!(keys(&mut kim).await, 2, "{why}: nothing was done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_counts_in_its_session_in_its_minute_and_when_it_was_given() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let call = Called::registration();

    let asked = call.challenged(&mut kim).await;
    refused_as(
        &call.send(&mut kim, Some(&asked)).await,
        Reason::StepUpUnproved,
        "never proved",
    );
    refused_as(&begin(&mut kim, &asked).await, Reason::StepUpGone, "it was spent");
    for made_up in ["sup_01k9w000000000000000000001", "nonsense", ""] {
        refused_as(
            &call.send(&mut kim, Some(made_up)).await,
            Reason::StepUpGone,
            made_up,
        );
    }

    let id = call.challenged(&mut kim).await;
    prove(&mut kim, &id).await;
    let mut ada = house.signed_in("ada").await;
    refused_as(
        &call.send(&mut ada, Some(&id)).await,
        Reason::StepUpGone,
        "another's session",
    );
    refused_as(
        &begin(&mut ada, &id).await,
        Reason::StepUpGone,
        "another's session",
    );
    let stolen = finish(&mut ada, &id, &json!({})).await;
    refused_as(&stolen, Reason::StepUpGone, "another's session");
    let passed = call.send(&mut kim, Some(&id)).await;
    assert_eq!(
        passed.status,
        StatusCode::OK,
        "it was hers all the time: {}",
        passed.text
    );

    for (seconds, passes) in [(59, true), (61, false)] {
        let id = call.challenged(&mut kim).await;
        prove(&mut kim, &id).await;
        house.later(seconds);
        let answer = call.send(&mut kim, Some(&id)).await;
        if passes {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        } else {
            refused_as(&answer, Reason::StepUpLate, "a minute is over");
        }
    }
    let late = call.challenged(&mut kim).await;
    let options = begin(&mut kim, &late).await.json();
    let credential = kim.prove(&options);
    house.later(61);
    refused_as(
        &finish(&mut kim, &late, &credential).await,
        Reason::StepUpLate,
        "signed too late",
    );
    let slow = call.challenged(&mut kim).await;
    house.later(301);
    refused_as(
        &begin(&mut kim, &slow).await,
        Reason::StepUpLate,
        "begun too late",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_swept_away() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let id = Called::registration().challenged(&mut kim).await;
    let kept = async || house.db.raw_fetch("SELECT id FROM step_up").await.unwrap().len();
    house.service.run_due().await.unwrap();
    assert_eq!(kept().await, 1);
    house.later(301);
    house.service.run_due().await.unwrap();
    assert_eq!(kept().await, 0);
    refused_as(&begin(&mut kim, &id).await, Reason::StepUpGone, "swept away");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_persons_own_passkey_signs_and_only_the_challenge_that_is_out() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let call = Called::registration();
    let id = call.challenged(&mut kim).await;
    let mut ada = house.signed_in("ada").await;
    let theirs = ada
        .post_json(&api("session/renew/begin"), &json!({}))
        .await
        .json();
    let mut options = begin(&mut kim, &id).await.json();
    let elsewhere = kim.prove_at("https://evil.admin.stagedoor.test", &options);
    let refused = finish(&mut kim, &id, &elsewhere).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let honest = kim.prove(&options);
    let spent = finish(&mut kim, &id, &honest).await;
    refused_as(
        &spent,
        Reason::StepUpGone,
        "the challenge was taken with the first answer",
    );

    // The call still waits, for another challenge.
    options = begin(&mut kim, &id).await.json();
    let mut swapped = options.clone();
    swapped["publicKey"]["allowCredentials"] = theirs["publicKey"]["allowCredentials"].clone();
    let anothers = ada.prove(&swapped);
    assert_eq!(
        finish(&mut kim, &id, &anothers).await.status,
        StatusCode::CONFLICT
    );
    options = begin(&mut kim, &id).await.json();
    options["publicKey"]["challenge"] = theirs["publicKey"]["challenge"].clone();
    let other_challenge = kim.prove(&options);
    assert_eq!(
        finish(&mut kim, &id, &other_challenge).await.status,
        StatusCode::CONFLICT
    );

    // A challenge that was replaced is void.
    let first = begin(&mut kim, &id).await.json();
    let replaced = kim.prove(&first);
    begin(&mut kim, &id).await;
    assert_eq!(
        finish(&mut kim, &id, &replaced).await.status,
        StatusCode::CONFLICT
    );
    let told = entries(&mut kim, "staff.step_up").await;
    let codes = told.iter().filter_map(|entry| entry["code"].as_str());
    let mut failed: Vec<&str> = codes.filter(|code| code.starts_with("passkey_")).collect();
    failed.sort_unstable();
    let wanted = [
        "passkey_unknown",
        "passkey_wrong_challenge",
        "passkey_wrong_challenge",
        "passkey_wrong_origin",
    ];
    assert_eq!(failed, wanted, "{told:?}");
    prove(&mut kim, &id).await;
    assert_eq!(call.send(&mut kim, Some(&id)).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_use_one_proof_at_once_one_wins() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let revoke = Called::new(Method::DELETE, &api(&format!("session/passkeys/{key}")));
    let register = Called::registration();
    let id = register.challenged(&mut kim).await;
    prove(&mut kim, &id).await;
    let (mut one, mut two) = (kim.window(), kim.window());
    let answers = tokio::join!(
        register.send(&mut one, Some(&id)),
        register.send(&mut two, Some(&id))
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);

    let id = revoke.challenged(&mut kim).await;
    let options = begin(&mut kim, &id).await.json();
    let credential = kim.prove(&options);
    let (mut one, mut two) = (kim.window(), kim.window());
    let answers = tokio::join!(
        finish(&mut one, &id, &credential),
        finish(&mut two, &id, &credential)
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_kept_and_sent_again_by_the_server_itself() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let form = [
        ("passkey_id", key.as_str()),
        ("secret", "hunter2"),
        ("back", "/passkeys?tenant=acme"),
    ];
    let refused = kim
        .post_form(&format!("{STAFF}/api/fn/staff/revoke_passkey"), &form)
        .await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text);
    let page = refused.to().to_owned();
    let id = page
        .strip_prefix(&format!("{STAFF}/step-up/"))
        .unwrap()
        .to_owned();
    let shown = kim.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in [
        "revoke a passkey",
        "Drawer",
        "Use passkey",
        "href=\"/passkeys?tenant=acme\"",
        Reason::FactorStale.explain(),
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert!(!shown.text.contains("hunter2"), "what was typed is not shown");
    let stored = house.db.raw_fetch("SELECT told FROM step_up").await.unwrap();
    let told: Vec<u8> = stored[0].get("told").unwrap();
    assert!(
        !String::from_utf8_lossy(&told).contains("hunter2"),
        "nor stored in the clear"
    );
    assert_eq!(keys(&mut kim).await, 2, "whoever goes back has done nothing");

    let finished = prove(&mut kim, &id).await.json();
    assert_eq!(finished["location"], "/passkeys?tenant=acme");
    assert_eq!(finished["until"], Value::Null, "nothing is left to be sent");
    assert_eq!(keys(&mut kim).await, 1);
    let after = kim.get(&format!("{STAFF}/passkeys?tenant=acme")).await;
    assert!(after.text.contains("The passkey is revoked."), "{}", after.text);
    refused_as(&begin(&mut kim, &id).await, Reason::StepUpGone, "it was spent");
    let again = kim.get(&page).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(
        again.text.contains(Reason::StepUpGone.explain()),
        "{}",
        again.text
    );

    let told = entries(&mut kim, "passkey.revoke").await;
    let allowed = told.iter().find(|entry| entry["outcome"] == "success").unwrap();
    assert_eq!(allowed["facts"]["step_up"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_leads_nowhere_but_here() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let form = [("passkey_id", key.as_str()), ("back", "//evil.example/")];
    let refused = kim
        .post_form(&format!("{STAFF}/api/fn/staff/revoke_passkey"), &form)
        .await;
    let shown = kim.get(refused.to()).await;
    assert!(!shown.text.contains("evil.example"), "{}", shown.text);
    let mut ada = house.signed_in("ada").await;
    let hers = ada.get(refused.to()).await;
    assert_eq!(
        hers.status,
        StatusCode::UNAUTHORIZED,
        "another's form is not there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staying_signed_in_renews_the_proof_and_the_reference_but_never_the_end() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.later(601);
    let page = kim.get(&format!("{STAFF}/stay?back=/users?tenant=acme")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for words in [
        "Stay signed in",
        "Use passkey",
        "data-next=\"/users?tenant=acme\"",
        "12:00",
        "16:00",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let url = Url::parse(&format!("{STAFF}/stay")).unwrap();
    for (from, next) in [
        (format!("{STAFF}/audit?q=kim"), "data-next=\"/audit?q=kim\""),
        ("https://evil.example/audit".to_owned(), "data-next=\"/\""),
        (format!("{STAFF}//evil.example"), "data-next=\"/\""),
    ] {
        let mut request = kim.request(Method::GET, &url, None, "text/html");
        request.headers_mut().insert("referer", from.parse().unwrap());
        let linked = kim.send(&url, request).await;
        assert!(linked.text.contains(next), "{from}: {}", linked.text);
    }
    let elsewhere = kim.get(&format!("{STAFF}/stay?back=https://evil.example/")).await;
    assert!(elsewhere.text.contains("data-next=\"/\""), "{}", elsewhere.text);

    let before = kim.get_json(&api("session")).await.json();
    let mut former = kim.window();
    let options = kim
        .post_json(&api("session/renew/begin"), &json!({}))
        .await
        .json();
    let body = json!({ "credential": kim.prove(&options) });
    let renewed = kim.post_json(&api("session/renew"), &body).await;
    assert_eq!(renewed.status, StatusCode::NO_CONTENT, "{}", renewed.text);
    let after = kim.get_json(&api("session")).await.json();
    assert_eq!(
        (&after["factor_age_seconds"], &after["until"]),
        (&json!(0), &before["until"])
    );
    let dead = former.get_json(&api("session")).await;
    assert_eq!(
        dead.status,
        StatusCode::UNAUTHORIZED,
        "the former reference is dead"
    );
    let away = former.get(&format!("{STAFF}/users")).await;
    let removed = away.headers.get_all("set-cookie").iter().count();
    assert_eq!(
        (away.status, removed),
        (StatusCode::SEE_OTHER, 0),
        "nor does it take the fresh cookie away"
    );
}
