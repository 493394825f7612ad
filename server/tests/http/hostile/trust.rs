//! A provider that is trusted lets its people in, and one that no longer is lets nobody go on.

use http::{Method, StatusCode};
use serde_json::json;

use super::attempt::{Attempt, Scene};
use super::provider::{Plan, Reply};
use crate::support::{Browser, STAFF};

async fn trust(kim: &mut Browser, scene: &Scene, trusted: bool) -> StatusCode {
    let body = json!({ "is_trusted": trusted, "reason": "The other office has its own" });
    let url = format!("{STAFF}/api/admin/identity-providers/{}", scene.id);
    let answer = kim.send_json(Method::PATCH, &url, &body).await;
    answer.status
}

/// Confirms the change that is on trial.
async fn confirm(kim: &mut Browser) -> StatusCode {
    let listed = kim.get_json(&format!("{STAFF}/api/admin/trials")).await.json();
    let trial = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let url = format!("{STAFF}/api/admin/trials/{trial}/confirm");
    kim.post_json(&url, &json!({})).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn people_get_in_through_a_provider_from_its_trust_to_the_end_of_it() {
    let scene = Scene::new().await;
    // As if somebody had added it: nobody trusts it yet, Kim signs in elsewhere, and Ada through it.
    let sql = format!(
        "UPDATE identity_provider SET declared = 0, is_trusted = 0 WHERE id = '{0}'; \
         UPDATE staff SET provider_id = (SELECT id FROM identity_provider WHERE id <> '{0}') WHERE email LIKE 'kim@%'; \
         UPDATE staff SET provider_id = '{0}' WHERE email LIKE 'ada@%'",
        scene.id
    );
    scene.house.db.raw_execute(&sql).await.unwrap();
    let ada = |attempt: &mut Attempt| {
        attempt.claims["sub"] = json!("demo-ada");
        attempt.claims["email"] = json!("ada@acme-corp.example");
    };
    let mut kim = scene.house.signed_in("kim").await;
    assert_eq!(
        trust(&mut kim, &scene, true).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let hostile = &scene.hostile;
    hostile.plan(Plan {
        discovery: Reply::json(&hostile.discovery()),
        keys: hostile.keys(&[hostile.own.jwk()]),
        token: Reply::json(&json!({})),
    });
    let test = format!("{STAFF}/api/admin/identity-providers/{}/test", scene.id);
    let tested = kim.post_json(&test, &json!({})).await;
    assert_eq!(tested.json()["test"]["passed"], true, "{}", tested.text);
    assert_eq!(trust(&mut kim, &scene, true).await, StatusCode::OK);
    let nobody_came = confirm(&mut kim).await;
    assert_eq!(nobody_came, StatusCode::CONFLICT, "Ada depends on it");
    let entrance = scene.house.browser().get(&format!("{STAFF}/sign-in")).await;
    let (demo, second) = (entrance.text.find("Demo SSO"), entrance.text.find("Hostile"));
    assert!(demo.is_some() && demo < second, "by name: {}", entrance.text);
    let mut browser = scene.house.browser();
    let back = scene.walk(&mut browser, &ada).await;
    assert_eq!(back.to(), format!("{STAFF}/sign-in"), "{}", back.text);
    let options = browser.begin().await;
    let credential = browser.prove(&options);
    assert_eq!(browser.finish(&credential).await.status, StatusCode::OK);
    let tenants = format!("{STAFF}/api/admin/tenants");
    assert_eq!(browser.get_json(&tenants).await.status, StatusCode::OK);
    assert_eq!(confirm(&mut kim).await, StatusCode::NO_CONTENT);
    assert_eq!(browser.get_json(&tenants).await.status, StatusCode::OK);
    // Trials are listed by their moments, and one of them is over.
    scene.house.later(1);
    assert_eq!(trust(&mut kim, &scene, false).await, StatusCode::OK);
    assert_eq!(browser.get_json(&tenants).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        scene.walk(&mut scene.house.browser(), &ada).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(confirm(&mut kim).await, StatusCode::NO_CONTENT);
}
