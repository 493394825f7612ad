//! Equal work at the doors that take a code, counted: with no app, a wrong code, a used one, suspended or locked, the same
//! statements run, one code is compared, and the answer is the same to the byte.

use http::StatusCode;
use serde_json::json;
use stagedoor_core::time::minutes;
use stagedoor_service::testing::NOON;
use stagedoor_store::testing::TestDb;

use crate::codes::{App, WRONG, allowing, api, app, with_code};
use crate::equal::{Did, all_did_the_same, all_look_the_same, counted};
use crate::support::{Answer, Browser, House};

/// How Jess's codes stand while a code is typed, and which one that is.
struct Case {
    who: &'static str,
    /// What is done to her rows before.
    rows: String,
    right: bool,
}

fn cases() -> Vec<Case> {
    let jess = "staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%')";
    let tries = |failures: u32, until: &str| {
        format!(
            "UPDATE code_attempt SET failures = {failures}, suspended_until = {until} WHERE kind = 'totp'; \
             UPDATE staff_totp SET last_step = 0 WHERE {jess}"
        )
    };
    let soon = NOON.plus(minutes(60)).micros().to_string();
    let case = |who, rows: String, right| Case { who, rows, right };
    vec![
        case("a wrong code", tries(0, "NULL"), false),
        case(
            "a used code",
            format!(
                "{}; UPDATE staff_totp SET last_step = 4000000000 WHERE {jess}",
                tries(0, "NULL")
            ),
            true,
        ),
        case("suspended, a right code", tries(5, &soon), true),
        case("suspended, a wrong code", tries(5, &soon), false),
        case("locked, a right code", tries(10, "NULL"), true),
        case(
            "no app",
            format!("{}; DELETE FROM staff_totp WHERE {jess}", tries(0, "NULL")),
            true,
        ),
    ]
}

/// Jess with an app and one wrong try, in a browser whose next code is looked at.
async fn jess(house: &House) -> (Browser, App, Browser) {
    let mut jess = house.signed_in("jess").await;
    let app = app(house, &mut jess).await;
    let mut other = house.browser();
    other.identify("jess").await;
    with_code(&mut other, WRONG).await;
    house.service.run_due().await.unwrap();
    (jess, app, other)
}

async fn one_code_is_compared(house: &House, case: &Case, asked: impl Future<Output = Answer>) -> Did {
    house.db.raw_execute(&case.rows).await.unwrap();
    let before = house.service.codes_compared();
    let did = counted(case.who, asked).await;
    assert_eq!(house.service.codes_compared() - before, 1, "{}", case.who);
    did
}

/// Who has no app is shown no field for its codes; all others read the same.
async fn at_the_entrance(db: TestDb) {
    let house = House::under(db, allowing).await;
    let (_, app, mut other) = jess(&house).await;
    let mut all = Vec::new();
    for case in cases() {
        let right = app.code(&house);
        let typed = if case.right { right.as_str() } else { WRONG };
        all.push(one_code_is_compared(&house, &case, with_code(&mut other, typed)).await);
    }
    all_did_the_same(&all);
    let with_an_app: Vec<_> = all.iter().filter(|did| did.who != "no app").collect();
    all_look_the_same(&with_an_app, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_costs_the_same_at_the_entrance_on_either_engine() {
    at_the_entrance(TestDb::sqlite().await).await;
    at_the_entrance(TestDb::postgres().await).await;
}

async fn for_one_call(db: TestDb) {
    let house = House::under(db, allowing).await;
    let (mut jess, app, _) = jess(&house).await;
    house.later(301);
    let body = json!({ "reason": "Card fraud on the account" });
    let asked = jess.post_json(&api("tenants/lumen/suspend"), &body).await;
    let id = asked.json()["error"]["step_up_id"].as_str().unwrap().to_owned();
    let prove = api(&format!("step-up/{id}/code"));
    let mut all = Vec::new();
    for case in cases() {
        let right = app.code(&house);
        let typed = if case.right { right.as_str() } else { WRONG };
        let body = json!({ "code": typed });
        all.push(one_code_is_compared(&house, &case, jess.post_json(&prove, &body)).await);
    }
    all_did_the_same(&all);
    all_look_the_same(&all.iter().collect::<Vec<_>>(), StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_costs_the_same_for_one_call_on_either_engine() {
    for_one_call(TestDb::sqlite().await).await;
    for_one_call(TestDb::postgres().await).await;
}
