//! Every end of a visit (spec 02 step 6): at once, in every tab, on every node; written once, with its cause, on both sides.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use crate::support::{Browser, House, STAFF, VAL, tenant};

/// Each way a visit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Expiry,
    EndedInside,
    EndedByOneself,
    EndedByAColleague,
    SignOut,
    Deactivation,
    SessionRevoked,
    SessionIdle,
    SessionOver,
    Idle,
    OwnerSwitchesOff,
    WindowCloses,
    TenantEnds,
    TenantSuspended,
    RoleLost,
    ScopeLost,
    PersonSuspended,
    PersonRevoked,
}

use End::*;

/// What ends it, the cause that is written, and the words on the page.
const ENDS: [(End, &str, &str); 18] = [
    (Expiry, "expired", "its time was up"),
    (EndedInside, "ended", "you ended it"),
    (EndedByOneself, "ended", "you ended it"),
    (EndedByAColleague, "ended_by_staff", "a colleague ended it"),
    (SignOut, "session_ended", "your staff session ended"),
    (SessionRevoked, "session_ended", "your staff session ended"),
    (SessionIdle, "session_ended", "your staff session ended"),
    (SessionOver, "expired", "its time was up"),
    (Idle, "idle", "nothing happened for 5 minutes"),
    (
        OwnerSwitchesOff,
        "consent_withdrawn",
        "the owner switched support access off",
    ),
    (
        WindowCloses,
        "consent_withdrawn",
        "the owner switched support access off",
    ),
    (TenantEnds, "ended_by_tenant", "the tenant ended it"),
    (TenantSuspended, "tenant_suspended", "the tenant was suspended"),
    (RoleLost, "role_lost", "your role no longer allows it"),
    (ScopeLost, "role_lost", "your role no longer allows it"),
    (
        PersonSuspended,
        "person_gone",
        "the person it stood in for is no longer active",
    ),
    (
        PersonRevoked,
        "person_gone",
        "the person it stood in for is no longer active",
    ),
    // For ever, so it is the last.
    (Deactivation, "session_ended", "your staff session ended"),
];

/// The statement that makes it so, and the one that takes it back, where nobody's hand does it.
fn statements(end: End) -> Option<(&'static str, &'static str)> {
    Some(match end {
        Deactivation => (
            "UPDATE staff SET state = 'deactivated' WHERE email LIKE 'jess@%'",
            // For ever.
            "SELECT 1",
        ),
        SessionRevoked => (
            "UPDATE staff_session SET ended_at = started_at, ended_why = 'revoked' WHERE ended_at IS NULL AND staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%')",
            "SELECT 1",
        ),
        SessionIdle => (
            "UPDATE staff_session SET last_seen_at = last_seen_at - 900000000 WHERE ended_at IS NULL AND staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%')",
            "SELECT 1",
        ),
        WindowCloses => (
            "UPDATE tenant SET consent = 'window', consent_until = 1 WHERE slug = 'acme'",
            "UPDATE tenant SET consent = 'on', consent_until = NULL WHERE slug = 'acme'",
        ),
        TenantSuspended => (
            "UPDATE tenant SET state = 'suspended' WHERE slug = 'acme'",
            "UPDATE tenant SET state = 'active' WHERE slug = 'acme'",
        ),
        RoleLost => (
            "UPDATE staff SET role = 'read_only' WHERE email LIKE 'jess@%'",
            "UPDATE staff SET role = 'support' WHERE email LIKE 'jess@%'",
        ),
        ScopeLost => (
            "UPDATE staff SET scope = 'listed' WHERE email LIKE 'jess@%'",
            "UPDATE staff SET scope = 'all' WHERE email LIKE 'jess@%'",
        ),
        PersonSuspended => (
            "UPDATE membership SET state = 'suspended' WHERE email = 'rod@acme.com'",
            "UPDATE membership SET state = 'active' WHERE email = 'rod@acme.com'",
        ),
        PersonRevoked => (
            "UPDATE membership SET state = 'revoked' WHERE email = 'rod@acme.com'",
            "UPDATE membership SET state = 'active' WHERE email = 'rod@acme.com'",
        ),
        _ => return None,
    })
}

fn api(path: &str) -> String {
    format!("{}/api/tenant/{path}", tenant("acme"))
}

/// A visit of a minute.
async fn short_visit(jess: &mut Browser) -> String {
    let user = jess.member("acme", "rod@acme.com").await;
    let body =
        json!({ "reason": "Webhook page shows 500 after plan change", "user_id": user, "ttl_seconds": 60 });
    let minted = jess
        .post_json(&format!("{STAFF}/api/admin/tenants/acme/impersonate"), &body)
        .await;
    let door = jess.reach_the_door(&minted).await;
    jess.get(&door).await;
    minted.json()["impersonation_id"].as_str().unwrap().to_owned()
}

/// Lets it happen.
async fn happen(house: &House, end: End, jess: &Browser, id: &str) {
    let mut elsewhere = jess.window();
    match end {
        Expiry => house.later(60),
        Idle => house.later(300),
        SessionOver => house.later(30),
        EndedInside => {
            elsewhere.post_json(&api("impersonation/end"), &json!({})).await;
        }
        EndedByOneself => end_in_console(&mut elsewhere, id).await,
        EndedByAColleague => end_in_console(&mut house.signed_in("sol").await, id).await,
        SignOut => {
            elsewhere.post_form(&format!("{STAFF}/sign-out"), &[]).await;
        }
        OwnerSwitchesOff => choose(house, "off").await,
        TenantEnds => {
            let mut val = house.inside(VAL).await;
            let address = api(&format!("support-access/impersonations/{id}/end"));
            assert_eq!(
                val.post_json(&address, &json!({})).await.status,
                StatusCode::NO_CONTENT
            );
        }
        _ => {
            // What is only known to a node's memory is written first, as it is each second.
            house.service.flush_touches().await.unwrap();
            let (change, _) = statements(end).unwrap();
            house.db.raw_execute(change).await.unwrap();
        }
    }
}

async fn end_in_console(staff: &mut Browser, id: &str) {
    let address = format!("{STAFF}/api/admin/impersonations/{id}/end");
    let ended = staff.post_json(&address, &json!({})).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
}

async fn choose(house: &House, choice: &str) {
    let mut val = house.inside(VAL).await;
    let body = json!({ "choice": choice });
    let chosen = val
        .send_json(Method::PUT, &api("support-access/consent"), &body)
        .await;
    assert_eq!(chosen.status, StatusCode::NO_CONTENT, "{}", chosen.text);
}

async fn is_refused(browser: &mut Browser, end: End, words: &str, place: &str) {
    let call = browser.get_json(&api("users")).await;
    assert_eq!(
        (call.status, call.code().as_str()),
        (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
        "{end:?}, {place}: {}",
        call.text
    );
    assert!(call.text.contains(words), "{end:?}, {place}: {}", call.text);
    let page = browser.get(&format!("{}/members", tenant("acme"))).await;
    assert_eq!(
        page.to(),
        format!("{}/visit/over", tenant("acme")),
        "{end:?}, {place}"
    );
}

/// The causes of all ends that were written of a visit, by log.
async fn written(house: &House, id: &str) -> Vec<(String, String)> {
    let sql = format!(
        "SELECT scope, canonical FROM audit_entry WHERE impersonation_id = '{id}' AND event = 'impersonation.end' AND outcome = 'success' ORDER BY scope"
    );
    let rows = house.db.raw_fetch(&sql).await.unwrap();
    rows.iter()
        .map(|row| {
            let scope: String = row.get("scope").unwrap();
            let bytes: Vec<u8> = row.get("canonical").unwrap();
            let entry: Value = serde_json::from_slice(&bytes).unwrap();
            let log = if scope == "platform" { "platform" } else { "tenant" };
            (log.to_owned(), entry["facts"]["why"].as_str().unwrap().to_owned())
        })
        .collect()
}

async fn every_end_holds(db: TestDb) {
    let house = House::over(db).await;
    let (other, second) = house.second_process().await;
    let mut jess = house.signed_in("jess").await;
    for (end, cause, words) in ENDS {
        if jess.get_json(&format!("{STAFF}/api/admin/session")).await.status != StatusCode::OK {
            jess.sign_in("jess").await;
        }
        if end == SessionOver {
            let soon = "UPDATE staff_session SET ends_at = last_seen_at + 30000000 WHERE ended_at IS NULL AND staff_id = (SELECT id FROM staff WHERE email LIKE 'jess@%')";
            house.service.flush_touches().await.unwrap();
            house.db.raw_execute(soon).await.unwrap();
        }
        let id = match end {
            Expiry => short_visit(&mut jess).await,
            _ => jess.visit("rod@acme.com").await,
        };
        let mut tab = jess.window();
        let mut node = jess.window().sent_to(&second);
        for browser in [&mut jess, &mut tab, &mut node] {
            assert_eq!(
                browser.get_json(&api("users")).await.status,
                StatusCode::OK,
                "{end:?}"
            );
        }
        other.flush_touches().await.unwrap();
        happen(&house, end, &jess, &id).await;
        is_refused(&mut jess, end, words, "the same tab").await;
        is_refused(&mut tab, end, words, "another tab").await;
        is_refused(&mut node, end, words, "another node").await;
        let (one, two) = tokio::join!(house.service.run_due(), other.run_due());
        one.and(two).unwrap();
        house.service.run_due().await.unwrap();
        let pair = [
            ("tenant".to_owned(), cause.to_owned()),
            ("platform".to_owned(), cause.to_owned()),
        ];
        let mut told = written(&house, &id).await;
        told.sort_by_key(|(log, _)| log == "platform");
        assert_eq!(told, pair, "{end:?}: one pair, with the cause");
        let over = jess.get(&format!("{}/visit/over", tenant("acme"))).await;
        assert!(over.text.contains(words), "{end:?}: {}", over.text);
        if let Some((_, undo)) = statements(end) {
            house.db.raw_execute(undo).await.unwrap();
        }
        if end == OwnerSwitchesOff {
            choose(&house, "on").await;
        }
        assert_eq!(
            tab.get_json(&api("users")).await.status,
            StatusCode::UNAUTHORIZED,
            "{end:?}: an ended visit never comes back"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_end_holds_at_once_everywhere_and_is_written_once_on_sqlite() {
    every_end_holds(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_end_holds_at_once_everywhere_and_is_written_once_on_postgresql() {
    every_end_holds(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_begins_while_the_door_closes_is_ended_with_the_others_or_never_begins() {
    for db in [TestDb::sqlite().await, TestDb::postgres().await] {
        let house = House::over(db).await;
        let (mut val, mut jess) = (house.inside(VAL).await, house.signed_in("jess").await);
        let user = jess.member("acme", "rod@acme.com").await;
        let body = json!({ "reason": "Beginning while the door closes", "user_id": user });
        let mints: Vec<_> = (0..4)
            .map(|_| {
                let (mut twin, body) = (jess.window(), body.clone());
                tokio::spawn(async move {
                    let address = format!("{STAFF}/api/admin/tenants/acme/impersonate");
                    twin.post_json(&address, &body).await.status
                })
            })
            .collect();
        let off = json!({ "choice": "off" });
        let address = api("support-access/consent");
        let closed = val.send_json(Method::PUT, &address, &off).await;
        assert_eq!(closed.status, StatusCode::NO_CONTENT, "{}", closed.text);
        for mint in mints {
            let status = mint.await.unwrap();
            assert!(
                [StatusCode::CREATED, StatusCode::FORBIDDEN].contains(&status),
                "{status}"
            );
        }
        let left = house
            .db
            .raw_fetch("SELECT count(*) AS n FROM impersonation WHERE ended_at IS NULL")
            .await
            .unwrap();
        assert_eq!(left[0].count("n").unwrap(), 0, "none slipped through");
        let pairs = house
            .db
            .raw_fetch("SELECT count(*) AS n FROM audit_entry WHERE event = 'impersonation.end' AND at >= 1795262400000000")
            .await
            .unwrap();
        let visits = house
            .db
            .raw_fetch("SELECT count(*) AS n FROM impersonation WHERE started_at >= 1795262400000000")
            .await
            .unwrap();
        assert_eq!(
            pairs[0].count("n").unwrap(),
            2 * visits[0].count("n").unwrap(),
            "each end has its pair"
        );
    }
}
