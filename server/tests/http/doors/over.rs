//! Each door with a session or a visit that is over: signed out, idle, expired, taken away.

use http::StatusCode;
use stagedoor_server::router::Behind;

use super::ground::{Ground, call};
use super::table::rows;
use crate::support::{Answer, Browser, STAFF, tenant};

fn turned_away(answer: &Answer) -> bool {
    let away = ["/sign-in", "/visit/over"];
    let redirected = answer
        .location
        .as_deref()
        .is_some_and(|to| away.iter().any(|path| to.ends_with(path)));
    answer.status == StatusCode::UNAUTHORIZED || answer.status == StatusCode::SEE_OTHER && redirected
}

async fn all_refuse(ground: &mut Ground, behind: Behind, browser: &mut Browser, why: &str) {
    let kept = browser.cookies.clone();
    let mut tried = 0;
    for row in rows().into_iter().filter(|row| row.behind == behind) {
        // The visit's own id is not asked for: a session that is over knows no ids.
        let ids = ground.any_ids();
        browser.cookies.clone_from(&kept);
        let before = ground.state(&row).await;
        let answer = call(browser, &row, &ids).await;
        let told = format!("{why}, {row}: {} {}", answer.status, answer.text);
        assert!(turned_away(&answer), "{told}");
        assert_eq!(before, ground.state(&row).await, "something changed: {told}");
        tried += 1;
    }
    assert!(tried >= 7, "{tried}");
}

/// How a session ends, by hand or by the clock.
async fn end(ground: &Ground, browser: &mut Browser, why: &str) {
    let kept = browser.cookies.clone();
    match why {
        "signed out" => {
            browser.post_form(&format!("{STAFF}/sign-out"), &[]).await;
        }
        "idle" => ground.house.later(15 * 60),
        "past its end" => {
            for _ in 1..24 {
                ground.house.later(10 * 60);
                let alive = browser.get_json(&format!("{STAFF}/api/admin/session")).await;
                assert_eq!(alive.status, StatusCode::OK, "never idle: {}", alive.text);
            }
            ground.house.later(10 * 60);
        }
        "taken away" => {
            let sql = "UPDATE staff_session SET ended_at = 1, ended_why = 'revoked' WHERE ended_at IS NULL";
            ground.house.db.raw_execute(sql).await.unwrap();
        }
        other => panic!("{other}"),
    }
    browser.cookies = kept;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_opens_nothing() {
    for why in ["signed out", "idle", "past its end", "taken away"] {
        let mut ground = Ground::new().await;
        let (mut kim, _) = ground.person("kim").await;
        end(&ground, &mut kim, why).await;
        all_refuse(&mut ground, Behind::StaffRooms, &mut kim, why).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_over_opens_nothing() {
    for why in [
        "ended",
        "idle",
        "its session signed out",
        "its session taken away",
    ] {
        let mut ground = Ground::new().await;
        let (mut kim, _) = ground.person("kim").await;
        kim.visit("rod@acme.com").await;
        let kept = kim.cookies.clone();
        match why {
            "ended" => {
                let path = format!("{}/api/tenant/impersonation/end", tenant("acme"));
                assert_eq!(
                    kim.post_json(&path, &serde_json::json!({})).await.status,
                    StatusCode::NO_CONTENT
                );
            }
            "idle" => ground.house.later(5 * 60),
            "its session signed out" => end(&ground, &mut kim, "signed out").await,
            _ => end(&ground, &mut kim, "taken away").await,
        }
        kim.cookies = kept;
        all_refuse(&mut ground, Behind::TenantRooms, &mut kim, why).await;
    }
}
