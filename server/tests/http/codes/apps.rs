//! What a code of an app proves, and what it never does.

use http::{Method, StatusCode};
use serde_json::json;

use super::{WRONG, api, app, house, is_in, jess, me, told, with_code};
use crate::support::STAFF;

#[tokio::test(flavor = "multi_thread")]
async fn an_app_counts_from_its_first_code_and_no_code_counts_twice() {
    let house = house().await;
    let mut jess = house.signed_in("jess").await;
    let none = jess
        .post_json(&api("session/app"), &json!({ "code": WRONG }))
        .await;
    assert_eq!(
        none.status,
        StatusCode::CONFLICT,
        "nothing is being enrolled: {}",
        none.text
    );
    let begun = jess.post_json(&api("session/app/begin"), &json!({})).await.json();
    let wrong = jess
        .post_json(&api("session/app"), &json!({ "code": WRONG }))
        .await;
    wrong.refused_at("code");
    let page = jess.get(&format!("{STAFF}/passkeys?app=new")).await;
    assert!(
        page.text.contains(begun["secret"].as_str().unwrap()),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("<path d=\"M") && !page.text.contains(" style="),
        "the picture"
    );

    let app = app(&house, &mut jess).await;
    let mut other = house.browser();
    other.identify("jess").await;
    let entrance = other.get(&format!("{STAFF}/sign-in")).await;
    assert!(
        entrance.text.contains("action=\"/sign-in/code\""),
        "{}",
        entrance.text
    );
    let code = app.code(&house);
    let answer = with_code(&mut other, &code).await;
    assert!(is_in(&answer), "{} {}", answer.status, answer.text);
    assert_eq!(me(&mut other).await.json()["factor"], "totp");
    assert_eq!(told(&house, "totp.use", "").await, 1);

    let mut third = house.browser();
    third.identify("jess").await;
    let again = with_code(&mut third, &code).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text);
    assert!(
        again.text.contains("action=\"/sign-in/code\""),
        "another can be typed"
    );
    assert_eq!(told(&house, "totp.use", "code_used").await, 1);
    house.later(30);
    assert!(is_in(&with_code(&mut third, &app.code(&house)).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_no_way_round_what_asks_for_a_passkey() {
    let house = house().await;
    let mut kim = house.signed_in("kim").await;
    let refused = kim.post_json(&api("session/app/begin"), &json!({})).await;
    assert_eq!(
        refused.status,
        StatusCode::CONFLICT,
        "a super admin's policy: {}",
        refused.text
    );
    let mut again = house.browser();
    again.identify("kim").await;
    let denied = with_code(&mut again, WRONG).await;
    assert_eq!(denied.status, StatusCode::UNAUTHORIZED, "{}", denied.text);
    assert!(
        denied.text.contains("not allowed for your role"),
        "{}",
        denied.text
    );

    let (_, app, mut other) = jess(&house).await;
    assert!(is_in(&with_code(&mut other, &app.code(&house)).await));
    for path in [
        "session/passkeys/begin",
        "session/app/begin",
        "session/recovery-codes",
    ] {
        let asked = other.post_json(&api(path), &json!({})).await;
        assert_eq!(
            (asked.status, asked.code()),
            (StatusCode::UNAUTHORIZED, "STEP_UP_REQUIRED".into()),
            "{path}"
        );
        let id = asked.json()["error"]["step_up_id"].as_str().unwrap().to_owned();
        house.later(30);
        let body = json!({ "code": app.code(&house) });
        let weak = other.post_json(&api(&format!("step-up/{id}/code")), &body).await;
        assert_eq!(weak.status, StatusCode::UNAUTHORIZED, "{path}: {}", weak.text);
        assert!(weak.text.contains("not allowed for your role"), "{}", weak.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_policy_lets_it_a_code_proves_one_call_and_never_extends_the_session() {
    let house = house().await;
    let (mut jess, app, _) = jess(&house).await;
    house.later(301);
    let path = api("tenants/lumen/suspend");
    let body = json!({ "reason": "Card fraud on the account" });
    let asked = jess.post_json(&path, &body).await;
    assert_eq!(asked.code(), "STEP_UP_REQUIRED", "{}", asked.text);
    let challenge = asked.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains("max_age=\"300\"") && !challenge.contains("acr_values"),
        "a code will do, and has no name there: {challenge}"
    );
    let id = asked.json()["error"]["step_up_id"].as_str().unwrap().to_owned();
    let prove = api(&format!("step-up/{id}/code"));
    let wrong = jess.post_json(&prove, &json!({ "code": WRONG })).await;
    assert_eq!(
        wrong.status,
        StatusCode::CONFLICT,
        "the call waits on: {}",
        wrong.text
    );
    let proved = jess.post_json(&prove, &json!({ "code": app.code(&house) })).await;
    assert_eq!(proved.status, StatusCode::OK, "{}", proved.text);
    let url = url::Url::parse(&path).unwrap();
    let sent = Some(("application/json", body.to_string()));
    let mut request = jess.request(Method::POST, &url, sent, "application/json");
    request
        .headers_mut()
        .insert(http::header::ORIGIN, STAFF.parse().unwrap());
    let header = http::HeaderName::from_static("stagedoor-step-up");
    request.headers_mut().insert(header, id.parse().unwrap());
    let done = jess.send(&url, request).await;
    assert!(done.status.is_success(), "{} {}", done.status, done.text);

    house.later(30);
    let page = jess.get(&format!("{STAFF}/stay")).await;
    assert!(
        page.text.contains("data-passkey=\"authenticate\"") && !page.text.contains("name=\"code\""),
        "{}",
        page.text
    );
    let fields = [("code", app.code(&house)), ("back", "/users".to_owned())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let before = me(&mut jess).await.json()["factor_age_seconds"].clone();
    let stays = jess.post_form(&format!("{STAFF}/stay/code"), &fields).await;
    assert!(
        !is_in(&stays) && !stays.status.is_success(),
        "{} {}",
        stays.status,
        stays.text
    );
    assert_eq!(me(&mut jess).await.json()["factor_age_seconds"], before);
    let lost = "UPDATE staff_passkey SET revoked_at = 1 WHERE staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%')";
    house.db.raw_execute(lost).await.unwrap();
    let page = jess.get(&format!("{STAFF}/stay")).await;
    assert!(
        page.text.contains("You have no passkey that counts.") && !page.text.contains("data-passkey"),
        "{}",
        page.text
    );
}

/// The demo makes one person with an app, so that its codes can be tried by whoever has no phone at hand.
#[tokio::test(flavor = "multi_thread")]
async fn whom_the_demo_made_with_an_app_enters_by_its_code_once() {
    let house = house().await;
    let app = house.service.demo_app().await.unwrap().unwrap();
    assert_eq!(app.email, "rio@acme-corp.example");
    let mut rio = house.browser();
    rio.identify("rio").await;
    let entrance = rio.get(&format!("{STAFF}/sign-in")).await.text;
    assert!(
        entrance.contains("Register a passkey") && entrance.contains("Use a code"),
        "{entrance}"
    );
    let shown = app.shown(house.service.now());
    let entered = with_code(&mut rio, &shown).await;
    assert!(is_in(&entered), "{}", entered.text);
    assert_eq!(rio.get_json(&api("session")).await.status, StatusCode::OK);
    let mut again = house.browser();
    again.identify("rio").await;
    with_code(&mut again, &shown).await;
    let refused = again.get_json(&api("session")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "a code is good once");

    let mut rob = house.browser();
    rob.identify("rob").await;
    let entrance = rob.get(&format!("{STAFF}/sign-in")).await.text;
    assert!(
        !entrance.contains("Use a code"),
        "nobody else has one: {entrance}"
    );
}
