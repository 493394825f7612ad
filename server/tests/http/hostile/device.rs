//! Managed devices, where a guard policy asks for one: from the claim that is named for it alone, and only where it is true.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::attempt::{Attempt, Scene};
use crate::support::{Answer, Browser, STAFF};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// Kim, through the provider that says something of the device, up to the end of the ceremony.
async fn comes(scene: &Scene, browser: &mut Browser, managed: Option<Value>) -> Answer {
    let says = |attempt: &mut Attempt| {
        if let Some(managed) = &managed {
            attempt.claims["managed"] = managed.clone();
        }
    };
    let back = scene.walk(browser, &says).await;
    assert_eq!(back.to(), format!("{STAFF}/sign-in"), "{}", back.text);
    let options = browser.begin().await;
    let credential = browser.prove(&options);
    browser.finish(&credential).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_for_a_managed_device_is_refused_for_what_is_said_of_theirs() {
    let scene = Scene::new().await;
    let mut kim = scene.house.browser();
    assert_eq!(
        comes(&scene, &mut kim, Some(json!(true))).await.status,
        StatusCode::OK
    );
    let own = kim.get_json(&api("session")).await.json();
    assert_eq!(own["managed_device"], "managed", "{own}");
    let mut other = scene.house.browser();
    other.passkey = std::mem::take(&mut kim.passkey);
    assert_eq!(
        comes(&scene, &mut other, None).await.status,
        StatusCode::OK,
        "nobody asks yet"
    );

    let policy = json!({
        "name": "managed_only", "says": { "device": "managed" }, "reason": "Laptops of the company alone",
    });
    let refused = other.post_json(&api("policies"), &policy).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    let tried = kim.post_json(&api("policies"), &policy).await;
    assert_eq!(tried.status, StatusCode::CREATED, "{}", tried.text);
    let outside = other.get_json(&api("tenants")).await;
    assert_eq!(
        (outside.status, outside.code()),
        (StatusCode::FORBIDDEN, "FORBIDDEN".to_owned()),
        "{}",
        outside.text
    );
    assert!(outside.text.contains("managed device"), "{}", outside.text);
    let page = other.get(&format!("{STAFF}/tenants")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.text.contains("Identity guardrail") && !page.text.contains("Your role does not open this page"),
        "{}",
        page.text
    );
    let confirm = format!("trials/{}/confirm", tried.json()["id"].as_str().unwrap());
    let early = kim.post_json(&api(&confirm), &json!({})).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
    assert!(early.text.contains("Sign in again first"), "{}", early.text);
    scene.house.later(1);
    let mut kim = scene.house.browser();
    kim.passkey = std::mem::take(&mut other.passkey);
    let again = comes(&scene, &mut kim, Some(json!(true))).await;
    other.passkey = std::mem::take(&mut kim.passkey);
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let confirmed = kim.post_json(&api(&confirm), &json!({})).await;
    assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.text);

    for (said, reason) in [
        (None, "device_unclaimed"),
        (Some(json!(false)), "device_unmanaged"),
        (Some(json!("true")), "device_misclaimed"),
        (Some(Value::Null), "device_misclaimed"),
    ] {
        scene.house.later(1);
        let mut anew = scene.house.browser();
        anew.passkey = std::mem::take(&mut other.passkey);
        let answer = comes(&scene, &mut anew, said).await;
        other.passkey = std::mem::take(&mut anew.passkey);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{reason}: {}", answer.text);
        let log = kim.get_json(&api("audit-logs?limit=5")).await;
        assert!(log.text.contains(reason), "{reason}: {}", log.text);
    }
    let asked = json!({
        "role": "support", "action": "tenant.list", "address": "127.0.0.1", "identity": "workforce",
        "factor": "passkey", "session": "live", "device": "unmanaged",
    });
    let simulated = kim.post_json(&api("policies/simulate"), &asked).await.json();
    assert_eq!(simulated["present"]["reason"], "device_unmanaged", "{simulated}");
    let page = kim.get(&format!("{STAFF}/whoami")).await;
    assert!(page.text.contains("Managed device"), "{}", page.text);
}

/// A session that only a trial lets be what it is confirms nothing else: the trial may lapse, and the policy would stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_only_a_trial_tells_of_lets_no_policy_be_tried() {
    let scene = Scene::new().await;
    let silent = "UPDATE identity_provider SET declared = 0, \
                  rules = replace(rules, '\"managed_claim\":\"managed\"', '\"managed_claim\":\"\"') WHERE name = 'Hostile'";
    scene.house.db.raw_execute(silent).await.unwrap();
    let mut kim = scene.house.browser();
    let came = comes(&scene, &mut kim, Some(json!(true))).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let change = json!({ "managed_claim": "managed", "reason": "The provider tells of devices now" });
    let path = api(&format!("identity-providers/{}", scene.id));
    let tried = kim.send_json(Method::PATCH, &path, &change).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text);
    scene.house.later(1);
    let mut anew = scene.house.browser();
    anew.passkey = std::mem::take(&mut kim.passkey);
    assert_eq!(
        comes(&scene, &mut anew, Some(json!(true))).await.status,
        StatusCode::OK
    );
    let policy = json!({
        "name": "managed_only", "says": { "device": "managed" }, "reason": "Laptops of the company alone",
    });
    let refused = anew.post_json(&api("policies"), &policy).await;
    assert!(
        refused.field("policies").contains("on trial itself"),
        "{}",
        refused.text
    );
    let confirm = |trial: &Value| api(&format!("trials/{}/confirm", trial["id"].as_str().unwrap()));
    let kept = anew.post_json(&confirm(&tried.json()["trial"]), &json!({})).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
    let begun = anew.post_json(&api("policies"), &policy).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    scene.house.later(1);
    let mut last = scene.house.browser();
    last.passkey = std::mem::take(&mut anew.passkey);
    let came = comes(&scene, &mut last, Some(json!(true))).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let stays = last.post_json(&confirm(&begun.json()), &json!({})).await;
    assert_eq!(stays.status, StatusCode::NO_CONTENT, "{}", stays.text);
}

/// The claim is named otherwise in the file, and no token has it: who signed in before was told of a device that nobody's next
/// session will have.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_before_another_claim_confirms_no_policy_that_asks_for_its_device() {
    let scene = Scene::new().await;
    let mut kim = scene.house.browser();
    let came = comes(&scene, &mut kim, Some(json!(true))).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    let renamed = "UPDATE identity_provider SET \
                   rules = replace(rules, '\"managed_claim\":\"managed\"', '\"managed_claim\":\"no_such_claim\"') WHERE name = 'Hostile'";
    scene.house.db.raw_execute(renamed).await.unwrap();
    scene.house.later(1);
    let policy = json!({
        "name": "managed_only", "says": { "device": "managed" }, "reason": "Laptops of the company alone",
    });
    let begun = kim.post_json(&api("policies"), &policy).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let path = format!("trials/{}/confirm", begun.json()["id"].as_str().unwrap());
    let refused = kim.post_json(&api(&path), &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.text.contains("Sign in again first"), "{}", refused.text);
    scene.house.later(1);
    let mut anew = scene.house.browser();
    anew.passkey = std::mem::take(&mut kim.passkey);
    let out = comes(&scene, &mut anew, Some(json!(true))).await;
    assert_eq!(out.status, StatusCode::FORBIDDEN, "{}", out.text);
    let kept = scene
        .house
        .db
        .raw_fetch("SELECT count(*) AS n FROM guard_policy")
        .await;
    assert_eq!(kept.unwrap()[0].count("n").unwrap(), 0);
}
