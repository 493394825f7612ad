//! Guesses at a password: few, slow, and never more for being made at once.

use http::StatusCode;
use http::header::RETRY_AFTER;
use stagedoor_store::testing::TestDb;

use super::plain;
use crate::support::{House, PASSWORD, VAL, sentences, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn five_failures_suspend_and_ten_lock_even_the_right_password() {
    let house = House::new().await;
    let mut stranger = house.browser();
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    let mut val = house.browser();
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "suspended"
    );
    house.later(119);
    let refused = val.enter("acme", VAL, PASSWORD).await;
    assert_eq!(
        refused.status,
        StatusCode::UNAUTHORIZED,
        "to the last of the two minutes"
    );
    let wrong = house.browser().enter("acme", VAL, "wrong").await;
    let typed = format!("value=\"{VAL}\"");
    assert_eq!(
        plain(&refused, &typed),
        plain(&wrong, &typed),
        "the right password is not told from a wrong one"
    );
    house.later(1);
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::SEE_OTHER,
        "and back"
    );
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    house.later(120);
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    house.later(24 * 3600);
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_tries_passes_no_threshold_on_either_engine() {
    for db in [TestDb::sqlite().await, TestDb::postgres().await] {
        let house = House::over(db).await;
        let tries: Vec<_> = (0..12)
            .map(|number| {
                let mut browser = house.browser();
                tokio::spawn(async move {
                    let password = format!("guess {number}");
                    browser.enter("acme", VAL, &password).await.status
                })
            })
            .collect();
        for one in tries {
            assert_eq!(one.await.unwrap(), StatusCode::UNAUTHORIZED);
        }
        let stored = house
            .db
            .raw_fetch("SELECT failures FROM account_password ORDER BY failures DESC")
            .await
            .unwrap();
        assert_eq!(
            stored[0].get::<i64>("failures").unwrap(),
            5,
            "of twelve at once five were looked at"
        );
        let right = house.browser().enter("acme", VAL, PASSWORD).await;
        assert_eq!(
            right.status,
            StatusCode::UNAUTHORIZED,
            "the right one came too late"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_may_try_so_often_a_minute() {
    let house = House::new().await;
    let mut stranger = house.browser();
    let mut seen = Vec::new();
    for number in 0..62 {
        let email = format!("nobody{number}@acme.com");
        seen.push(stranger.enter("acme", &email, "x").await);
    }
    assert!(
        seen[..60]
            .iter()
            .all(|answer| answer.status == StatusCode::UNAUTHORIZED)
    );
    let late = &seen[61];
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(late.headers[RETRY_AFTER], "60");
    let before = house.service.password_hashes();
    assert_eq!(
        stranger.enter("lumen", VAL, "x").await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "at any tenant"
    );
    assert_eq!(house.service.password_hashes(), before, "and costs no hash");
    house.later(60);
    assert_eq!(
        stranger.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
    house.service.run_due().await.unwrap();
    let mut val = stranger;
    let log = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:user.sign_in%20outcome:failed%20since:5m",
            tenant("acme")
        ))
        .await;
    assert_eq!(
        sentences(&log).len(),
        1,
        "strangers are one entry a minute and source: {:?}",
        sentences(&log)
    );
}
