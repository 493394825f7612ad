//! What bad tokens ask of the provider: its keys once in thirty seconds at most, however many there are; and keys that
//! rotate are found all the same.

use http::StatusCode;
use serde_json::json;
use stagedoor_service::Visitor;
use stagedoor_service::system::{OsRng, fresh_id};

use super::attempt::{Attempt, Scene};
use crate::support::STAFF;

const BAD: usize = 1_000;

async fn passes(scene: &Scene, change: &dyn Fn(&mut Attempt)) -> bool {
    let answer = scene.walk(&mut scene.house.browser(), change).await;
    answer.status == StatusCode::SEE_OTHER && answer.to() == format!("{STAFF}/sign-in")
}

/// A logout token with a key that nobody has.
async fn bad(scene: &Scene, number: usize) {
    let service = &scene.house.service;
    let now = service.now();
    let header = match number % 2 {
        0 => json!({ "alg": "ES256", "kid": format!("key-{number}") }),
        _ => json!({ "alg": "ES256", "kid": "own" }),
    };
    let claims = json!({ "iss": scene.hostile.issuer, "jti": number }).to_string();
    let token = scene.hostile.foreign.token(&header.to_string(), &claims);
    let visitor = Visitor::new(fresh_id(&OsRng, now), None, "");
    assert!(service.back_channel_logout(&visitor, &token).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_bad_tokens_ask_for_the_keys_once_in_thirty_seconds() {
    let scene = Scene::new().await;
    assert!(passes(&scene, &|_| {}).await);
    assert_eq!(scene.hostile.asked_for_keys(), 1);
    for number in 0..BAD {
        bad(&scene, number).await;
    }
    assert_eq!(
        scene.hostile.asked_for_keys(),
        1,
        "they were asked for a moment ago"
    );
    let sql = "SELECT id AS x FROM audit_entry WHERE event = 'staff.provider_sign_out'";
    let entries = scene.house.db.raw_fetch(sql).await.unwrap().len();
    assert_eq!(entries, 1, "one a minute of one source, however many there are");
    scene.house.later(30);
    for number in 0..BAD {
        bad(&scene, number).await;
        if number % 100 == 0 {
            scene.house.later(2);
        }
    }
    assert_eq!(scene.hostile.asked_for_keys(), 2, "once in thirty seconds");
    assert!(
        passes(&scene, &|_| {}).await,
        "the honest one is not kept out by them"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_found_under_its_own_name_and_under_the_old_one() {
    let scene = Scene::new().await;
    assert!(passes(&scene, &|_| {}).await);
    let mut next = scene.hostile.foreign.jwk();
    next["kid"] = json!("next");
    let rotated = move |attempt: &mut Attempt| {
        attempt.keys = vec![next.clone()];
        attempt.header["kid"] = json!("next");
        attempt.forge = |scene, attempt| {
            let foreign = &scene.hostile.foreign;
            foreign.token(&attempt.header.to_string(), &attempt.claims.to_string())
        };
    };
    assert!(
        !passes(&scene, &rotated).await,
        "the keys were asked for a moment ago"
    );
    scene.house.later(30);
    assert!(
        passes(&scene, &rotated).await,
        "a name that is not known is asked for"
    );
    // Now the old key is back, under the name of the new one: only failures can tell.
    let mut back = scene.hostile.own.jwk();
    back["kid"] = json!("next");
    let silently = move |attempt: &mut Attempt| {
        attempt.keys = vec![back.clone()];
        attempt.header["kid"] = json!("next");
    };
    scene.house.later(30);
    assert!(!passes(&scene, &silently).await);
    assert!(!passes(&scene, &silently).await);
    assert!(
        passes(&scene, &silently).await,
        "after three failures in a row the keys are doubted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_does_not_answer_its_keys_hold_for_an_hour() {
    let scene = Scene::new().await;
    assert!(passes(&scene, &|_| {}).await);
    let silent = |attempt: &mut Attempt| attempt.keys.clear();
    let broken = |attempt: &mut Attempt| {
        attempt.replies.keys = Some(super::provider::Reply::of(
            StatusCode::BAD_GATEWAY,
            "text/plain",
            String::new(),
        ));
    };
    scene.house.later(3_000);
    assert!(passes(&scene, &broken).await);
    scene.house.later(601);
    assert!(!passes(&scene, &broken).await);
    scene.house.later(31);
    assert!(!passes(&scene, &silent).await, "a set without keys is an answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tokens_at_once_ask_the_provider_what_it_is_once() {
    let scene = Scene::new().await;
    assert!(passes(&scene, &|_| {}).await);
    assert_eq!(scene.hostile.asked_what_it_is(), 1);
    let flood = async || {
        let tokens = (0..200).map(|number| bad(&scene, number));
        futures_util::future::join_all(tokens).await;
    };
    scene.house.later(700);
    flood().await;
    assert_eq!(scene.hostile.asked_what_it_is(), 2, "all wait for one answer");
    scene.house.later(301);
    flood().await;
    while scene.hostile.asked_what_it_is() < 3 {
        tokio::task::yield_now().await;
    }
    flood().await;
    assert_eq!(
        scene.hostile.asked_what_it_is(),
        3,
        "it is asked beside what is known"
    );
}
