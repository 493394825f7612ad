//! Codes in the place of a passkey: an authenticator app where policy allows it, and recovery codes. No guess is looked at
//! beyond the thresholds, no code counts twice, and neither is a way round what asks for a passkey.

mod apps;
mod attempts;
mod marks;
mod recovery;

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use stagedoor_core::action::Action;
use stagedoor_core::guard::TotpFallback;
use stagedoor_core::guard_policy::{ActionSet, Draft, GuardPolicies, Narrowing, StaffRoles};
use stagedoor_core::request::Policy;
use stagedoor_core::role::StaffRole;
use stagedoor_service::codes::totp::shown;
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
