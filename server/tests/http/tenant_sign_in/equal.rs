//! Equal work for whoever cannot enter, counted: the same statements in the same number, and the same hash.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::{CONTENT_LENGTH, DATE};
use stagedoor_core::time::minutes;
use stagedoor_service::testing::NOON;
use stagedoor_store::testing::{TestDb, statements_since};

use super::plain;
use crate::support::{Answer, Browser, House, PASSWORD, VAL};

/// One try: what it was answered, and what was done for it.
struct Try {
    who: &'static str,
    answer: Answer,
    page: String,
    statements: BTreeMap<&'static str, u64>,
    hashes: u64,
}

async fn attempt(
    house: &House,
    browser: &mut Browser,
    who: &'static str,
    email: &str,
    password: &str,
) -> Try {
    let before = house.service.password_hashes();
    drop(statements_since());
    let answer = browser.enter("acme", email, password).await;
    let statements = statements_since();
    Try {
        who,
        page: plain(&answer, &format!("value=\"{email}\"")),
        answer,
        statements,
        hashes: house.service.password_hashes() - before,
    }
}

/// The headers that stand in every answer, without what differs by time.
fn headers(answer: &Answer) -> Vec<(String, String)> {
    let varies = [
        "x-request-id",
        "content-security-policy",
        DATE.as_str(),
        CONTENT_LENGTH.as_str(),
    ];
    let mut all: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !varies.contains(&name.as_str()))
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    all.sort();
    all
}

/// How many refused tries are told of.
async fn told(house: &House) -> i64 {
    let sql = "SELECT count(*) AS x FROM audit_entry WHERE event = 'user.sign_in' AND outcome <> 'success'";
    house.db.raw_fetch(sql).await.unwrap()[0].get("x").unwrap()
}

async fn whoever_cannot_enter(db: TestDb) {
    let house = House::over(db).await;
    house.give_password("rod@acme.com").await;
    let suspend = "UPDATE membership SET state = 'suspended' WHERE email = 'rod@acme.com'";
    house.db.raw_execute(suspend).await.unwrap();
    let guessed = |failures: u32, until: i64| {
        format!("UPDATE account_password SET failures = {failures}, suspended_until = {until}")
    };
    let before = told(&house).await;
    let mut stranger = house.browser();
    let mut tries = Vec::new();
    for (who, email, password) in [
        ("unknown", "nobody@acme.com", PASSWORD),
        ("unknown, again", "nobody@acme.com", PASSWORD),
        ("wrong password", VAL, "not the password"),
        ("no password set", "sam@acme.com", PASSWORD),
        ("membership suspended, right password", "rod@acme.com", PASSWORD),
    ] {
        tries.push(attempt(&house, &mut stranger, who, email, password).await);
    }
    for (who, failures, until) in [
        (
            "suspended by tries, right password",
            5,
            NOON.plus(minutes(2)).micros(),
        ),
        ("locked by tries, right password", 10, 0),
    ] {
        house.db.raw_execute(&guessed(failures, until)).await.unwrap();
        tries.push(attempt(&house, &mut stranger, who, VAL, PASSWORD).await);
    }
    let first = &tries[0];
    assert_eq!(first.hashes, 1);
    assert!(
        first
            .statements
            .keys()
            .any(|name| name.ends_with("COUNT_ATTEMPT")),
        "{:?}",
        first.statements
    );
    for one in &tries[1..] {
        assert_eq!(
            one.statements, first.statements,
            "{}: the same statements",
            one.who
        );
        assert_eq!(one.hashes, first.hashes, "{}: the same hash", one.who);
        assert_eq!(one.answer.status, StatusCode::UNAUTHORIZED, "{}", one.who);
        assert_eq!(headers(&one.answer), headers(&first.answer), "{}", one.who);
        assert_eq!(one.page, first.page, "{}", one.who);
    }
    // It is told behind the answers: of the stranger once a minute, and of what is barred anyway, too.
    assert_eq!(told(&house).await, before);
    house.service.run_due().await.unwrap();
    assert_eq!(told(&house).await - before, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_enter_costs_the_same_on_either_engine() {
    whoever_cannot_enter(TestDb::sqlite().await).await;
    whoever_cannot_enter(TestDb::postgres().await).await;
}
