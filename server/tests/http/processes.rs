//! Several processes over one database: what one ends, the other refuses with the very next request; what one sees, the
//! other knows; and nothing is done or told twice.

use std::time::Duration;

use http::StatusCode;
use stagedoor_store::testing::TestDb;

use crate::support::{Browser, House, STAFF, sentences, tenant};

async fn who_am_i(browser: &mut Browser) -> StatusCode {
    browser
        .get_json(&format!("{STAFF}/api/admin/session"))
        .await
        .status
}

async fn inside(browser: &mut Browser) -> StatusCode {
    browser
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await
        .status
}

async fn ends_reach_the_other_process(db: TestDb) {
    let house = House::over(db).await;
    let (_, other) = house.second_process().await;
    let mut here = house.signed_in("kim").await;
    let visit = here.visit("rod@acme.com").await;
    let mut there = here.tab_through(&other);
    assert_eq!(
        (who_am_i(&mut there).await, inside(&mut there).await),
        (StatusCode::OK, StatusCode::OK)
    );

    let end = format!("{STAFF}/api/admin/impersonations/{visit}/end");
    assert_eq!(
        here.post_json(&end, &serde_json::Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        inside(&mut there).await,
        StatusCode::UNAUTHORIZED,
        "the visit is over there, too"
    );
    assert_eq!(who_am_i(&mut there).await, StatusCode::OK);

    here.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert_eq!(
        who_am_i(&mut there).await,
        StatusCode::UNAUTHORIZED,
        "so is the session"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_reach_the_other_process_on_postgresql() {
    ends_reach_the_other_process(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_reach_the_other_process_on_one_sqlite_file() {
    ends_reach_the_other_process(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_one_process_revokes_is_refused_by_the_other_with_its_next_request() {
    let house = House::over(TestDb::postgres().await).await;
    let (_, other) = house.second_process().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let mut there = jess.tab_through(&other);
    assert_eq!(who_am_i(&mut there).await, StatusCode::OK);
    let list = kim.get_json(&format!("{STAFF}/api/admin/sessions?q=jess")).await;
    let id = list.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let url = format!("{STAFF}/api/admin/sessions/{id}");
    let done = kim
        .send_json(
            http::Method::DELETE,
            &url,
            &serde_json::json!({ "reason": "Laptop lost on the train" }),
        )
        .await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(who_am_i(&mut there).await, StatusCode::UNAUTHORIZED);
    assert_eq!(who_am_i(&mut jess).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_on_one_process_keeps_the_session_alive_on_the_other() {
    let house = House::over(TestDb::postgres().await).await;
    let (elsewhere, other) = house.second_process().await;
    let mut here = house.signed_in("kim").await;
    let mut there = here.tab_through(&other);
    house.later(10 * 60);
    assert_eq!(who_am_i(&mut there).await, StatusCode::OK);
    elsewhere.run_due().await.unwrap();
    house.later(10 * 60);
    house.service.run_due().await.unwrap();
    assert_eq!(
        who_am_i(&mut here).await,
        StatusCode::OK,
        "20 minutes after this process saw anything"
    );
    house.later(16 * 60);
    assert_eq!(
        who_am_i(&mut there).await,
        StatusCode::UNAUTHORIZED,
        "idle is idle everywhere"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_both_find_due_is_told_once() {
    let house = House::over(TestDb::postgres().await).await;
    let (elsewhere, _) = house.second_process().await;
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("rod@acme.com").await;
    house.later(6 * 60);
    let (one, two) = tokio::join!(house.service.run_due(), elsewhere.run_due());
    one.and(two).unwrap();
    let log = kim
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=impersonation:{visit}%20action:impersonation.end"
        ))
        .await;
    assert_eq!(sentences(&log).len(), 1, "{:?}", sentences(&log));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_clock_is_behind_says_so_and_serves() {
    let house = House::new().await;
    house.clock.set_forward(Duration::from_secs(5));
    house.signed_in("kim").await;
    house.clock.set_back(Duration::from_secs(5));
    let url = format!("{STAFF}/readyz");
    let ready = house.browser().get(&url).await;
    assert_eq!(ready.text, "ready\n", "it has not followed the clock back");
    let (_, behind) = house.second_process().await;
    let behind = house.browser().tab_through(&behind).get(&url).await;
    assert_eq!(behind.status, 200);
    assert!(
        behind.text.contains("clock is 5 s behind the newest entry"),
        "{}",
        behind.text
    );
}
