//! Codes in the place of a passkey: an authenticator app where policy allows it, and recovery codes. No guess is looked at
//! beyond the thresholds, no code counts twice, and neither is a way round what asks for a passkey.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::action::Action;
use stagedoor_core::guard::TotpFallback;
use stagedoor_core::guard_policy::{ActionSet, Draft, GuardPolicies, Narrowing, StaffRoles};
use stagedoor_core::id::{Id, RequestId};
use stagedoor_core::request::Policy;
use stagedoor_core::role::StaffRole;
use stagedoor_service::codes::totp::shown;
use stagedoor_service::visitor::Visitor;
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF};

pub(crate) const WRONG: &str = "x23456";

pub(crate) fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

pub(crate) fn allowing(policy: &mut Policy) {
    policy.factor.totp = TotpFallback::ExceptSuperAdmins;
    let narrow = Draft {
        name: "fresh_suspensions".to_owned(),
        about: String::new(),
        roles: StaffRoles::of(&[StaffRole::Support]),
        actions: ActionSet::of(&[Action::TenantSuspend]),
        narrowing: Narrowing {
            max_age: Some(Duration::from_secs(300)),
            ..Narrowing::NOTHING
        },
    };
    policy.guard_policies = GuardPolicies::declared(vec![narrow.check().unwrap()]).unwrap();
}

async fn house() -> House {
    House::under(TestDb::sqlite().await, allowing).await
}

/// The bytes of a secret as it is typed.
pub(crate) fn secret(typed: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in typed.bytes().filter(|byte| *byte != b' ') {
        let five = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        held = held << 5 | u32::from(five);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}

/// An authenticator app.
pub(crate) struct App(pub(crate) Vec<u8>);

impl App {
    pub(crate) fn code(&self, house: &House) -> String {
        shown(&self.0, house.service.now())
    }
}

/// Enrols an app for somebody who has just signed in.
pub(crate) async fn app(house: &House, browser: &mut Browser) -> App {
    let begun = browser.post_json(&api("session/app/begin"), &json!({})).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let begun = begun.json();
    assert!(
        begun["uri"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Stagedoor:"),
        "{begun}"
    );
    let app = App(secret(begun["secret"].as_str().unwrap()));
    assert_eq!(app.0.len(), 20);
    let body = json!({ "code": app.code(house) });
    let confirmed = browser.post_json(&api("session/app"), &body).await;
    assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.text);
    // The code that enrolled it is used with that.
    house.later(30);
    app
}

/// Jess with an app, and another browser of hers that the provider has identified.
async fn jess(house: &House) -> (Browser, App, Browser) {
    let mut jess = house.signed_in("jess").await;
    let app = app(house, &mut jess).await;
    let mut other = house.browser();
    other.identify("jess").await;
    (jess, app, other)
}

pub(crate) async fn with_code(browser: &mut Browser, code: &str) -> Answer {
    browser
        .post_form(&format!("{STAFF}/sign-in/code"), &[("code", code)])
        .await
}

async fn with_recovery(browser: &mut Browser, code: &str) -> Answer {
    let fields = [("recovery_code", code)];
    browser
        .post_form(&format!("{STAFF}/sign-in/recovery"), &fields)
        .await
}

fn is_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.to() == format!("{STAFF}/")
}

async fn me(browser: &mut Browser) -> Answer {
    browser.get_json(&api("session")).await
}

/// How many entries there are of an event with a code (empty where it was done).
async fn told(house: &House, event: &str, code: &str) -> usize {
    // What is told of a refused try is written behind the answer.
    house.service.run_due().await.unwrap();
    let sql = format!(
        "SELECT id AS text FROM audit_entry WHERE event = '{event}' AND coalesce(code, '') = '{code}'"
    );
    house.db.raw_fetch(&sql).await.unwrap().len()
}

async fn recovery_codes(browser: &mut Browser) -> Vec<String> {
    let made = browser
        .post_json(&api("session/recovery-codes"), &json!({}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let codes = made.json()["codes"].as_array().unwrap().clone();
    codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

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
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(!wrong.field("code").is_empty(), "{}", wrong.text);
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

pub(crate) async fn reset(house: &House, short: &str) {
    let mut kim = house.signed_in("kim").await;
    let list = kim.get_json(&api(&format!("staff?q={short}"))).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({ "reason": "Lost the phone with the app" });
    let reset = kim
        .post_json(&api(&format!("staff/{id}/reset-factors")), &body)
        .await;
    assert!(reset.status.is_success(), "{} {}", reset.status, reset.text);
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

/// What a person did since noon whose entry in the platform's log lacks a mark, and all that they did.
async fn marked(house: &House, short: &str) -> (Vec<String>, Vec<String>) {
    house.service.run_due().await.unwrap();
    let whose = format!(
        "SELECT event || ' ' || outcome AS text FROM audit_entry WHERE scope = 'platform' AND at >= {} \
         AND (SELECT id FROM staff WHERE email LIKE '{short}@%') IN (actor_id, act_id)",
        stagedoor_service::testing::NOON.micros()
    );
    let lacking = "flags % 2 = 0 OR CAST(canonical AS TEXT) NOT LIKE '%\"sub_role\":\"support_l1\"%'";
    let mut found = Vec::new();
    for sql in [format!("{whose} AND ({lacking}) ORDER BY at, id"), whose] {
        let rows = house.db.raw_fetch(&sql).await.unwrap();
        found.push(
            rows.iter()
                .map(|row| row.get::<String>("text").unwrap())
                .collect(),
        );
    }
    let all = found.pop().unwrap_or_default();
    (found.pop().unwrap_or_default(), all)
}

/// Before they have a session, at its beginning and its end, and in every call between.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_somebody_temporary_with_a_sub_role_does_says_so() {
    let house = house().await;
    let narrowed = format!(
        "UPDATE staff SET sub_role = 'support_l1', account_until = {} WHERE email LIKE 'jess@%' OR email LIKE 'niko@%'",
        stagedoor_service::testing::NOON.micros() + 36_000_000_000
    );
    house.db.raw_execute(&narrowed).await.unwrap();
    let (mut jess, app, mut other) = jess(&house).await;
    let codes = recovery_codes(&mut jess).await;
    jess.visit("rod@acme.com").await;
    with_code(&mut other, WRONG).await;
    assert!(is_in(&with_code(&mut other, &app.code(&house)).await));
    let mut lost = house.browser();
    lost.identify("jess").await;
    let junk = lost.finish(&json!({})).await;
    assert!(!junk.status.is_success(), "{}", junk.text);
    with_recovery(&mut lost, "aaaa-aaaa-aaaa").await;
    with_recovery(&mut lost, &codes[0]).await;
    let options = lost.begin().await;
    let credential = lost.prove(&options);
    assert_eq!(lost.finish(&credential).await.status, StatusCode::OK);
    lost.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    let (lacking, all) = marked(&house, "jess").await;
    assert_eq!(lacking, Vec::<String>::new());
    for event in [
        "staff.sign_in success",
        "staff.sign_in failed",
        "staff.sign_out success",
        "totp.enrol success",
        "totp.use success",
        "totp.use failed",
        "recovery.use success",
        "recovery.use failed",
        "staff.register_passkey success",
        "impersonation.start success",
        "impersonation.end success",
    ] {
        assert!(all.iter().any(|told| told == event), "{event} in {all:?}");
    }

    let found = stagedoor_store::staff::list(&mut house.db.reader(), house.service.now())
        .await
        .unwrap();
    let niko = found.iter().find(|one| one.email.starts_with("niko@")).unwrap();
    let issued = house.service.reissue(niko.id).await.unwrap();
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, "niko").await;
    browser.get(back.as_str()).await;
    let token = issued.expose();
    browser
        .post_form(&format!("{STAFF}/enrollment"), &[("enrollment_token", &token)])
        .await;
    let options = browser.begin().await;
    let credential = browser.prove(&options);
    assert_eq!(browser.finish(&credential).await.status, StatusCode::OK);
    let (lacking, all) = marked(&house, "niko").await;
    assert_eq!(lacking, Vec::<String>::new());
    for event in [
        "staff.enrol success",
        "staff.register_passkey success",
        "staff.sign_in success",
    ] {
        assert!(all.iter().any(|told| told == event), "{event} in {all:?}");
    }
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
