//! The database falls ill while somebody works: nothing succeeds without its entries, everything says 503 with the
//! request's id, readiness is red, and when the database is well again so is the house, without a restart.

use std::path::{Path, PathBuf};
use std::process::Command;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use stagedoor_store::testing::{Fault, TestDb};

use crate::support::{Answer, Browser, House, STAFF, tenant};

const REASON: &str = "Webhook page shows 500 after plan change";

/// What there is to compare before and after: nothing else may change in these walks.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    entries: u64,
    personal: u64,
    visits: u64,
    ended_visits: u64,
    ended_sessions: u64,
    messages: u64,
    told_starts: u64,
    told_ends: u64,
}

async fn standing(db: &TestDb) -> Standing {
    let count = async |from: &str| {
        let rows = db.raw_fetch(&format!("SELECT count(*) AS n FROM {from}")).await;
        rows.unwrap()[0].count("n").unwrap()
    };
    Standing {
        entries: count("audit_entry").await,
        personal: count("audit_personal").await,
        visits: count("impersonation").await,
        ended_visits: count("impersonation WHERE ended_at IS NOT NULL").await,
        ended_sessions: count("staff_session WHERE ended_at IS NOT NULL").await,
        messages: count("flash").await,
        told_starts: count("audit_entry WHERE event = 'impersonation.start' AND outcome = 'success'").await,
        told_ends: count("audit_entry WHERE event = 'impersonation.end' AND outcome = 'success'").await,
    }
}

/// A call that changes something, or that must not be answered unless it is recorded.
struct Call {
    method: Method,
    url: String,
    body: Option<(&'static str, String)>,
    accept: &'static str,
}

fn calls(visit: &str) -> Vec<Call> {
    let (json_type, form_type) = ("application/json", "application/x-www-form-urlencoded");
    let mint = json!({ "reason": REASON }).to_string();
    let call = |method, url, body, accept| Call {
        method,
        url,
        body,
        accept,
    };
    let acme = tenant("acme");
    vec![
        call(Method::GET, format!("{acme}/api/tenant/users"), None, json_type),
        call(Method::GET, format!("{acme}/members"), None, "text/html"),
        call(
            Method::POST,
            format!("{STAFF}/api/admin/tenants/acme/impersonate"),
            Some((json_type, mint)),
            json_type,
        ),
        call(
            Method::POST,
            format!("{STAFF}/api/admin/impersonations/{visit}/end"),
            Some((json_type, String::new())),
            json_type,
        ),
        call(
            Method::POST,
            format!("{acme}/api/tenant/impersonation/end"),
            Some((json_type, String::new())),
            json_type,
        ),
        call(
            Method::POST,
            format!("{STAFF}/sign-out"),
            Some((form_type, String::new())),
            "text/html",
        ),
    ]
}

async fn make(browser: &Browser, call: &Call) -> Answer {
    let mut window = browser.window();
    window
        .call(call.method.clone(), &call.url, call.body.clone(), call.accept)
        .await
}

fn assert_unavailable(fault: Fault, call: &Call, answer: &Answer) {
    let what = format!("{fault:?}: {} {}: {}", call.method, call.url, answer.text);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{what}");
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert!(id.starts_with("req_"), "{what}");
    assert!(answer.text.contains(id), "{what}");
    if call.accept == "application/json" {
        assert_eq!(answer.code(), "UNAVAILABLE", "{what}");
    }
}

async fn readiness(browser: &Browser) -> StatusCode {
    browser.window().get(&format!("{STAFF}/readyz")).await.status
}

/// Readiness is green, on a machine that may be too busy for the first probe.
async fn becomes_ready(house: &House, browser: &Browser) {
    for _ in 0..60 {
        if readiness(browser).await == StatusCode::OK {
            return;
        }
        house.later(1);
    }
    panic!("readiness stays red");
}

async fn falls_ill_and_recovers(house: &House, fault: Fault) {
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("rod@acme.com").await;
    becomes_ready(house, &kim).await;
    let before = standing(&house.db).await;

    let illness = house.db.fall_ill(fault).await;
    // The answer of a moment ago may be given for one second.
    house.later(1);
    let calls = calls(&visit);
    let answers = join_all(calls.iter().map(|call| make(&kim, call)));
    let (answers, due, ready) = tokio::join!(answers, house.service.run_due(), readiness(&kim));
    for (call, answer) in calls.iter().zip(&answers) {
        assert_unavailable(fault, call, answer);
    }
    if matches!(fault, Fault::ReadOnly | Fault::Gone) {
        assert!(due.is_err(), "{fault:?}: due work cannot have been done");
    }
    assert_eq!(ready, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
    assert_eq!(kim.get(&format!("{STAFF}/healthz")).await.status, StatusCode::OK);

    illness.heal().await;
    house.later(1);
    assert_eq!(standing(&house.db).await, before, "{fault:?}");
    becomes_ready(house, &kim).await;
    house.service.run_due().await.unwrap();
    let mut statuses = Vec::new();
    for call in &calls {
        statuses.push(make(&kim, call).await.status.as_u16());
    }
    // The visit was ended from the console, so from inside it is over.
    assert_eq!(statuses, [200, 200, 201, 204, 401, 303], "{fault:?}");
    let after = standing(&house.db).await;
    // Two views, one start, one end, and with the sign-out the end of the visit just begun: a pair each. The sign-out: one.
    assert_eq!(after.entries - before.entries, 11, "{fault:?}");
    assert_eq!(after.visits - before.visits, 1, "{fault:?}");
}

/// One test for each engine.
macro_rules! on_both {
    ($(async fn $name:ident($house:ident: &House) $body:block)+) => {
        $(
            mod $name {
                use super::*;

                async fn check($house: &House) $body

                #[tokio::test(flavor = "multi_thread")]
                async fn sqlite() {
                    check(&House::new().await).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn postgres() {
                    check(&House::over(TestDb::postgres().await).await).await;
                }
            }
        )+
    };
}

on_both! {
    async fn a_read_only_database(house: &House) {
        falls_ill_and_recovers(house, Fault::ReadOnly).await;
    }

    async fn a_locked_database(house: &House) {
        falls_ill_and_recovers(house, Fault::Locked).await;
    }

    async fn a_lost_database(house: &House) {
        falls_ill_and_recovers(house, Fault::Gone).await;
    }

    async fn a_full_database(house: &House) {
        let kim = house.signed_in("kim").await;
        let before = standing(&house.db).await;
        let illness = house.db.fall_ill(Fault::Full).await;
        let done = work_until_refused(&kim).await;
        house.later(1);
        assert_eq!(readiness(&kim).await, StatusCode::SERVICE_UNAVAILABLE);
        illness.heal().await;
        all_is_told(house, &kim, &before, &done).await;
    }
}

/// A file system of its own, filled to the last byte.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "mounts a file system, so it must run as root: cargo nextest run --run-ignored all a_really_full_disk"]
async fn a_really_full_disk() {
    let disk = Disk::mount("24m");
    let house = House::over(TestDb::sqlite_under(&disk.0).await).await;
    let kim = house.signed_in("kim").await;
    let before = standing(&house.db).await;
    let filler = disk.fill();
    let done = work_until_refused(&kim).await;
    house.later(1);
    assert_eq!(readiness(&kim).await, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::remove_file(filler).unwrap();
    all_is_told(&house, &kim, &before, &done).await;
}

/// A small disk in memory.
struct Disk(PathBuf);

impl Disk {
    fn mount(size: &str) -> Self {
        let place = tempfile::tempdir().unwrap().keep();
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&place)
            .status();
        assert!(mounted.unwrap().success(), "mounting needs root");
        Self(place)
    }

    fn fill(&self) -> PathBuf {
        let path: &Path = &self.0;
        let filler = path.join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        let block = [1_u8; 4096];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        filler
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the database is closed a moment later.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// What was acknowledged before the first refusals.
#[derive(Debug, Default)]
struct Done {
    starts: u64,
    ends: u64,
}

/// Begins and ends visits until nothing more fits, and some more after that.
async fn work_until_refused(kim: &Browser) -> Done {
    let mut done = Done::default();
    let mut refused = 0;
    while refused < 12 {
        let mut window = kim.window();
        let minted = window
            .post_json(
                &format!("{STAFF}/api/admin/tenants/acme/impersonate"),
                &json!({ "reason": REASON.repeat(10) }),
            )
            .await;
        if minted.status != StatusCode::CREATED {
            // Five visits that nobody could end are the limit.
            assert!(matches!(minted.status.as_u16(), 503 | 409), "{}", minted.text);
            refused += 1;
            continue;
        }
        done.starts += 1;
        let id = minted.json()["impersonation_id"].as_str().unwrap().to_owned();
        let url = format!("{STAFF}/api/admin/impersonations/{id}/end");
        match window.post_json(&url, &json!({})).await.status.as_u16() {
            204 => done.ends += 1,
            503 => refused += 1,
            other => panic!("{other}"),
        }
        assert!(done.starts < 2_000, "the disk never became full");
    }
    done
}

/// What was acknowledged is there with its pair, and nothing else is; and work goes on.
async fn all_is_told(house: &House, kim: &Browser, before: &Standing, done: &Done) {
    let after = standing(&house.db).await;
    assert_eq!(after.visits - before.visits, done.starts, "{done:?}");
    assert_eq!(after.ended_visits - before.ended_visits, done.ends, "{done:?}");
    assert_eq!(
        after.told_starts - before.told_starts,
        2 * done.starts,
        "{done:?}"
    );
    assert_eq!(after.told_ends - before.told_ends, 2 * done.ends, "{done:?}");
    house.later(1);
    becomes_ready(house, kim).await;
    // Whatever could not be ended is idle by then, and gives its place back.
    house.later(301);
    house.service.run_due().await.unwrap();
    let url = format!("{STAFF}/api/admin/tenants/acme/impersonate");
    let minted = kim.window().post_json(&url, &json!({ "reason": REASON })).await;
    assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
}
