//! Recovery codes: what they lead to, once; and what is removed.

use http::{Method, StatusCode};
use serde_json::Value;

use super::{api, house, is_in, jess, me, recovery_codes, told, with_code, with_recovery};
use crate::support::{House, STAFF};

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_leads_to_a_new_passkey_and_nothing_else() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let codes = recovery_codes(&mut kim).await;
    assert_eq!(codes.len(), 10);
    // So that the passkeys have a moment each, which is their order.
    house.later(1);
    let mut lost = house.browser();
    lost.identify("kim").await;
    let wrong = with_recovery(&mut lost, "AAAA-AAAA-AAAA-AAAA").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.text);
    assert_eq!(told(&house, "recovery.use", "code_wrong").await, 1);
    let used = with_recovery(&mut lost, &codes[3].to_lowercase().replace('-', " ")).await;
    assert_eq!(used.to(), format!("{STAFF}/sign-in"), "{}", used.text);
    assert_eq!(told(&house, "recovery.use", "").await, 1);
    assert_ne!(
        me(&mut kim).await.status,
        StatusCode::OK,
        "the other sessions are over"
    );
    assert_ne!(
        me(&mut lost).await.status,
        StatusCode::OK,
        "and there is none yet"
    );
    let options = lost.begin().await;
    assert!(
        options["publicKey"]["user"].is_object(),
        "a new passkey is registered: {options}"
    );
    let proof = lost.prove(&options);
    let arrived = lost.finish(&proof).await;
    assert_eq!(arrived.status, StatusCode::OK, "{}", arrived.text);
    let left = lost.get_json(&api("session/codes")).await.json();
    assert_eq!(left["recovery_codes_left"], 9);
    let keys = lost.get_json(&api("session/passkeys")).await.json();
    let names: Vec<&Value> = keys["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["name"])
        .collect();
    assert_eq!(names, ["First passkey", "Passkey after recovery"]);

    let mut thief = house.browser();
    thief.identify("kim").await;
    assert_eq!(
        with_recovery(&mut thief, &codes[3]).await.status,
        StatusCode::UNAUTHORIZED,
        "used once"
    );
    let fresh = recovery_codes(&mut lost).await;
    assert_eq!(
        with_recovery(&mut thief, &codes[4]).await.status,
        StatusCode::UNAUTHORIZED,
        "void by now"
    );
    assert_eq!(
        with_recovery(&mut thief, &fresh[0]).await.to(),
        format!("{STAFF}/sign-in")
    );
}

/// A code is taken with all that follows from it, or not at all: of two who bring it at once, one goes on.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_bring_one_recovery_code_one_goes_on() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let code = recovery_codes(&mut kim).await.remove(0);
    let (mut one, mut two) = (house.browser(), house.browser());
    one.identify("kim").await;
    two.identify("kim").await;
    let (first, second) = tokio::join!(with_recovery(&mut one, &code), with_recovery(&mut two, &code));
    let went_on = [first, second]
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER)
        .count();
    assert_eq!(went_on, 1);
    assert_eq!(told(&house, "recovery.use", "").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_counts_no_more() {
    let house = house().await;
    let (mut jess, app, mut other) = jess(&house).await;
    assert!(is_in(&with_code(&mut other, &app.code(&house)).await));
    let gone = jess
        .call(Method::DELETE, &api("session/app"), None, "application/json")
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    assert_ne!(
        me(&mut other).await.status,
        StatusCode::OK,
        "the session that it proved is over"
    );
    assert_eq!(me(&mut jess).await.status, StatusCode::OK);
    assert_eq!(told(&house, "totp.remove", "").await, 1);
    house.later(30);
    let mut third = house.browser();
    third.identify("jess").await;
    assert_eq!(
        with_code(&mut third, &app.code(&house)).await.status,
        StatusCode::UNAUTHORIZED
    );
}
