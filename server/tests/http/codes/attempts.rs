//! Tries are counted before they are looked at: the thresholds, what is no try, and bursts.

use http::StatusCode;
use serde_json::json;
use stagedoor_core::id::{Id, RequestId};
use stagedoor_service::visitor::Visitor;
use stagedoor_store::testing::TestDb;

use super::{
    App, WRONG, allowing, api, house, is_in, jess, me, recovery_codes, reset, secret, told, with_code,
};
use crate::support::{Answer, House, STAFF};

/// The thresholds to the second; and that nothing of it shows in an answer.
#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_suspend_and_ten_lock_until_a_reset() {
    let house = house().await;
    let (mut jess, app, mut other) = jess(&house).await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(with_code(&mut other, WRONG).await);
    }
    assert_eq!(told(&house, "codes.suspend", "").await, 1);
    house.later(119);
    answers.push(with_code(&mut other, &app.code(&house)).await);
    let text = |answer: &Answer| {
        let text = &answer.text;
        let request = text.find("req_").map(|at| text[at..at + 30].to_owned()).unwrap();
        (answer.status, text.replace(&request, "").len())
    };
    assert!(
        answers.iter().all(|answer| text(answer) == text(&answers[0])),
        "all answers are alike"
    );
    assert_eq!(told(&house, "totp.use", "attempts_suspended").await, 1);
    let standing = jess.get_json(&api("session/codes")).await.json();
    assert_eq!(standing["app_codes"], "suspended");
    house.later(2);
    assert!(
        is_in(&with_code(&mut other, &app.code(&house)).await),
        "two minutes are over"
    );

    let mut other = house.browser();
    other.identify("jess").await;
    for _ in 0..5 {
        with_code(&mut other, WRONG).await;
    }
    house.later(120);
    for _ in 0..5 {
        with_code(&mut other, WRONG).await;
    }
    assert_eq!(told(&house, "codes.lock", "").await, 1);
    house.later(600);
    assert_eq!(
        with_code(&mut other, &app.code(&house)).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(told(&house, "totp.use", "attempts_locked").await, 1);
    // A new app does not open what is locked.
    let mut again = house.browser();
    again.passkey = jess.passkey;
    again.sign_in("jess").await;
    let begun = again
        .post_json(&api("session/app/begin"), &json!({}))
        .await
        .json();
    let new = App(secret(begun["secret"].as_str().unwrap()));
    let locked = again
        .post_json(&api("session/app"), &json!({ "code": new.code(&house) }))
        .await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", locked.text);

    recovery_codes(&mut again).await;
    reset(&house, "jess").await;
    for table in ["staff_totp", "recovery_code", "code_attempt"] {
        let left = house
            .db
            .raw_fetch(&format!(
                "SELECT staff_id AS text FROM {table} WHERE staff_id IN (SELECT id FROM staff WHERE email LIKE 'jess@%')"
            ))
            .await
            .unwrap();
        assert!(left.is_empty(), "{table} is void");
    }
    assert_ne!(
        me(&mut again).await.status,
        StatusCode::OK,
        "and the sessions are over"
    );
}

/// What was wrong was not the code.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_code_is_no_failure_whatever_else_keeps_its_owner_out() {
    let house = house().await;
    let (mut jess, app, mut other) = jess(&house).await;
    let wish = format!("{STAFF}/sign-in/narrow");
    let to = |tenant: &'static str| [("tenant", tenant), ("reads_only", "")];
    other.post_form(&wish, &to("nowhere")).await;
    let wrong = with_code(&mut other, WRONG).await;
    assert!(
        !wrong.text.contains("there is no tenant of this name"),
        "who proved nothing learns of no tenant: {}",
        wrong.text
    );
    for _ in 0..6 {
        let code = app.code(&house);
        let kept_out = with_code(&mut other, &code).await;
        assert_eq!(kept_out.status, StatusCode::UNAUTHORIZED);
        assert!(
            kept_out.text.contains("there is no tenant of this name"),
            "{}",
            kept_out.text
        );
        house.later(30);
    }
    assert_eq!(told(&house, "codes.suspend", "").await, 0);
    assert_eq!(
        told(&house, "totp.use", "").await,
        6,
        "each of them was used up, and that is told"
    );
    let standing = jess.get_json(&api("session/codes")).await.json();
    assert_eq!(standing["app_codes"], "open");
    other.post_form(&wish, &to("")).await;
    assert!(is_in(&with_code(&mut other, &app.code(&house)).await));
}

/// Who may not come in by a code at all spends no try of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_could_let_nobody_in_is_not_counted() {
    let house = house().await;
    let (_, _, mut other) = jess(&house).await;
    let ends = "UPDATE staff SET account_until = 1 WHERE email LIKE 'jess@%'";
    house.db.raw_execute(ends).await.unwrap();
    let under_way = other.cookies.clone();
    for _ in 0..6 {
        other.cookies.clone_from(&under_way);
        let refused = with_code(&mut other, WRONG).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    assert_eq!(told(&house, "totp.use", "code_wrong").await, 0);
    assert_eq!(told(&house, "codes.suspend", "").await, 0);
}

/// However many guesses come at one moment, no more of them are looked at than the threshold says.
async fn a_burst_is_counted_to_the_last(db: TestDb) {
    let house = House::under(db, allowing).await;
    let (_, app, other) = jess(&house).await;
    let cookie = other.cookie_header("admin.stagedoor.test");
    let cookie = cookie
        .split("; ")
        .find_map(|pair| pair.strip_prefix("__Host-stagedoor_sign_in="))
        .unwrap()
        .to_owned();
    let right = app.code(&house);
    let guesses: Vec<_> = (0..64_u128)
        .map(|number| {
            let (service, cookie) = (house.service.clone(), cookie.clone());
            // The right one is among the last.
            let code = if number == 60 {
                right.clone()
            } else {
                format!("9{number:05}x")
            };
            tokio::spawn(async move {
                let address = Some("127.0.0.1".parse().unwrap());
                let visitor = Visitor::new(RequestId::from_uuid(number), address, "");
                let _ = service.finish_code(&visitor, Some(&cookie), None, &code).await;
            })
        })
        .collect();
    for guess in guesses {
        guess.await.unwrap();
    }
    let looked_at = told(&house, "totp.use", "code_wrong").await + told(&house, "totp.use", "").await;
    if told(&house, "totp.use", "").await == 0 {
        assert_eq!(looked_at, 5, "and each of them was counted");
        assert_eq!(told(&house, "codes.suspend", "").await, 1);
    } else {
        // The right one came early and forgot those before it: four, itself, and five of those that were on their way.
        assert!(looked_at <= 10, "{looked_at} were looked at");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_counted_to_the_last_on_sqlite() {
    a_burst_is_counted_to_the_last(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_counted_to_the_last_on_postgres() {
    a_burst_is_counted_to_the_last(TestDb::postgres().await).await;
}
