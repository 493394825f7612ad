//! The clock of the machine jumps: nothing lives longer for it, nothing comes back, and the log stays in order.

use std::time::Duration;

use http::StatusCode;
use stagedoor_service::testing::NOON;

use crate::support::{Browser, House, STAFF, tenant};

const HOUR: Duration = Duration::from_secs(3_600);
const MINUTE: u64 = 60;

async fn is_in(browser: &mut Browser) -> bool {
    let answer = browser.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert!(
        matches!(answer.status, StatusCode::OK | StatusCode::UNAUTHORIZED),
        "{}",
        answer.text
    );
    answer.status == StatusCode::OK
}

async fn is_inside(browser: &mut Browser) -> bool {
    let url = format!("{}/api/tenant/users", tenant("acme"));
    browser.get_json(&url).await.status == StatusCode::OK
}

/// The times of the entries in the order they were stored.
async fn times(house: &House) -> Vec<i64> {
    let rows = house
        .db
        .raw_fetch("SELECT at FROM audit_entry ORDER BY rowid")
        .await;
    rows.unwrap().iter().map(|row| row.get("at").unwrap()).collect()
}

fn is_monotone(times: &[i64]) -> bool {
    times.is_sorted()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_does_not_win_the_hour_that_the_clock_lost() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.clock.set_back(HOUR);
    assert!(is_in(&mut kim).await);
    house.later(14 * MINUTE);
    assert!(is_in(&mut kim).await, "14 minutes have passed");
    house.later(15 * MINUTE);
    assert!(!is_in(&mut kim).await, "15 minutes of idleness are 15 minutes");
    house.service.run_due().await.unwrap();
    house.clock.set_back(24 * HOUR);
    assert!(!is_in(&mut kim).await, "what ended does not come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_session_ends_after_its_four_hours_however_often_the_clock_goes_back() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut lived = 0;
    while is_in(&mut kim).await {
        house.later(10 * MINUTE);
        lived += 10;
        house.clock.set_back(Duration::from_secs(9 * MINUTE));
        assert!(lived <= 240, "it outlives its absolute end");
    }
    assert_eq!(lived, 240);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_keeps_to_its_length_and_can_be_entered_after_a_jump() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim.mint("rod@acme.com").await;
    house.clock.set_back(HOUR);
    let door = kim.reach_the_door(&minted).await;
    kim.get(&door).await;
    assert!(is_inside(&mut kim).await, "the handoff works across the jump");
    for minutes in [4, 8, 12] {
        house.later(4 * MINUTE);
        assert!(is_inside(&mut kim).await, "{minutes} minutes of 15");
    }
    house.later(3 * MINUTE);
    assert!(!is_inside(&mut kim).await);
    house.service.run_due().await.unwrap();
    let ended = "SELECT ended_why FROM impersonation WHERE reference IS NOT NULL";
    let why: String = house.db.raw_fetch(ended).await.unwrap()[0]
        .get("ended_why")
        .unwrap();
    assert_eq!(why, "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn idleness_and_the_absolute_end_come_to_the_microsecond() {
    const TICK: Duration = Duration::from_micros(1);
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let idle = Duration::from_secs(15 * MINUTE);
    house.clock.advance(idle - TICK);
    assert!(is_in(&mut kim).await, "14:59.999999");
    // What was written behind says when it was used, and no more: it lengthens nothing.
    house.service.run_due().await.unwrap();
    house.clock.advance(TICK);
    assert!(!is_in(&mut jess).await, "15:00 without activity");
    house.clock.advance(idle - TICK * 2);
    assert!(is_in(&mut kim).await, "14:59.999999 after the last use");
    house.clock.advance(idle);
    house.service.run_due().await.unwrap();
    assert!(!is_in(&mut kim).await, "15:00 after the last use");

    let mut ada = house.signed_in("ada").await;
    let end = HOUR * 4;
    let step = Duration::from_secs(10 * MINUTE);
    for _ in 0..23 {
        house.clock.advance(step);
        assert!(is_in(&mut ada).await);
    }
    house.clock.advance(end - step * 23 - TICK);
    assert!(is_in(&mut ada).await, "3:59:59.999999");
    house.clock.advance(TICK);
    assert!(!is_in(&mut ada).await, "4:00:00, a moment after it was used");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_in_order_when_the_clock_does_not() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = times(&house).await.len();
    for _ in 0..3 {
        kim.visit("rod@acme.com").await;
        assert!(is_inside(&mut kim).await);
        house.clock.set_back(HOUR);
        house.later(MINUTE);
        house.service.run_due().await.unwrap();
    }
    let told = times(&house).await.split_off(before);
    assert!(told.len() >= 12, "{}", told.len());
    assert!(is_monotone(&told), "{told:?}");
    let newest = *told.last().unwrap();
    assert!(newest >= NOON.plus(Duration::from_secs(2 * MINUTE)).micros());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_forward_ends_what_it_passes_and_jobs_cope() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    kim.visit("rod@acme.com").await;
    house.clock.set_forward(HOUR);
    assert!(!is_inside(&mut kim).await);
    assert!(!is_in(&mut kim).await);
    house.clock.set_forward(HOUR * 24 * 365 * 10);
    for _ in 0..3 {
        house.service.run_due().await.unwrap();
    }
    let running = "SELECT (SELECT count(*) FROM staff_session WHERE ended_at IS NULL) + (SELECT count(*) FROM impersonation WHERE ended_at IS NULL) AS n";
    assert_eq!(
        house.db.raw_fetch(running).await.unwrap()[0].count("n").unwrap(),
        0
    );
    // The clock is put right: nothing revives, and people can sign in.
    house.clock.set_back(HOUR * 24 * 365 * 10 + HOUR);
    assert!(!is_in(&mut kim).await && !is_in(&mut jess).await);
    house.service.run_due().await.unwrap();
}
