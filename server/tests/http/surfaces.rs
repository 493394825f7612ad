//! Each surface in a process of its own: the tenants' serves everything it is there for with a role that reaches nothing of the
//! staff's.

use http::{Method, StatusCode};
use serde_json::json;
use stagedoor_store::testing::TestDb;

use crate::support::{Browser, House, PASSWORD, STAFF, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{}/api/tenant/{path}", tenant("acme"))
}

async fn opens(browser: &mut Browser, path: &str) {
    let page = browser.get(&format!("{}{path}", tenant("acme"))).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
}

async fn reads(browser: &mut Browser, path: &str) -> serde_json::Value {
    let answer = browser.get_json(&api(path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.json()
}

/// A customer's whole day: in by a password, every page, their people's sessions, the log with its proof and as a file, out.
async fn a_customer_is_served(db: TestDb) {
    let (house, tenants) = House::divided(db).await;
    let wrong = house.browser().enter("acme", VAL, "not the password").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.text);
    let mut val = house.inside(VAL).await;
    for path in ["/members", "/audit", "/sessions", "/support-access"] {
        opens(&mut val, path).await;
    }
    for path in ["users?q=rod", "sessions", "audit-logs?q=outcome:success"] {
        reads(&mut val, path).await;
    }
    let sam = house.inside("sam@acme.com").await;
    let all = reads(&mut val, "sessions?limit=100").await;
    let sams = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["email"] == "sam@acme.com");
    let id = sams.unwrap()["id"].as_str().unwrap().to_owned();
    let ended = val
        .call(
            Method::DELETE,
            &api(&format!("sessions/{id}")),
            None,
            "application/json",
        )
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    drop(sam);

    tenants.run_due().await.unwrap();
    house.service.run_due().await.unwrap();
    let log = reads(&mut val, "audit-logs").await;
    let entry = log["items"][0]["id"].as_str().unwrap();
    let receipt = reads(&mut val, &format!("audit-logs/{entry}/receipt")).await;
    assert_eq!(
        receipt["standing"], "proved",
        "the staff's side gave it its place: {receipt}"
    );
    let file = val.get_json(&api("audit-logs/export?format=jsonl")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert!(file.text.lines().count() > 20, "{}", file.text);
    let out = val.post_form(&format!("{}/sign-out", tenant("acme")), &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text);
    assert_eq!(
        val.get_json(&api("sessions")).await.status,
        StatusCode::UNAUTHORIZED
    );
    let again = val.enter("acme", VAL, PASSWORD).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    tenants.settle().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_served_by_a_role_of_its_own_on_postgresql() {
    a_customer_is_served(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_served_within_the_tenants_side_on_sqlite() {
    a_customer_is_served(TestDb::sqlite().await).await;
}

/// Support comes, is shown as what it is, is told of in both logs, and goes when the owner says so.
async fn support_comes_and_goes(db: TestDb) {
    let (house, tenants) = House::divided(db).await;
    let mut kim = house.signed_in("kim").await;
    let mut val = house.inside(VAL).await;
    let first = kim.visit("rod@acme.com").await;
    let page = kim.get(&format!("{}/members", tenant("acme"))).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("Kim Moreno"), "the banner says who");
    let viewed = format!("audit-logs?q=impersonation:{first}");
    let own = sentences(&val.get_json(&api(&viewed)).await);
    assert!(
        own.iter()
            .any(|line| line.starts_with("Kim Moreno viewed Members")),
        "{own:?}"
    );
    let platforms = sentences(&kim.get_json(&format!("{STAFF}/api/admin/{viewed}")).await);
    assert!(
        platforms
            .iter()
            .any(|line| line.starts_with("kim viewed Members")),
        "{platforms:?}"
    );

    opens(&mut val, "/support-access").await;
    let live = reads(&mut val, "support-access").await;
    assert!(live.to_string().contains("Kim Moreno"), "{live}");
    let end = val
        .post_json(
            &api(&format!("support-access/impersonations/{first}/end")),
            &json!(null),
        )
        .await;
    assert_eq!(end.status, StatusCode::NO_CONTENT, "{}", end.text);
    let over = kim.get_json(&api("users")).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{}", over.text);
    assert!(over.text.contains("ended"), "it says why: {}", over.text);

    kim.visit("sam@acme.com").await;
    let off = json!({ "choice": "off" });
    let off = val
        .send_json(Method::PUT, &api("support-access/consent"), &off)
        .await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.text);
    let over = kim.get_json(&api("sessions")).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{}", over.text);
    assert!(
        over.text.contains("the owner switched support access off"),
        "{}",
        over.text
    );

    // Their session at home lives by what they do here, though this side writes no row of it.
    let on = json!({ "choice": "on" });
    val.send_json(Method::PUT, &api("support-access/consent"), &on)
        .await;
    kim.visit("rod@acme.com").await;
    for _ in 0..3 {
        house.later(4 * 60);
        reads(&mut kim, "users").await;
        tenants.run_due().await.unwrap();
    }
    house.later(4 * 60);
    let home = kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert_eq!(
        home.status,
        StatusCode::OK,
        "16 minutes after the last call there: {}",
        home.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn support_comes_and_goes_by_a_role_of_its_own_on_postgresql() {
    support_comes_and_goes(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn support_comes_and_goes_within_the_tenants_side_on_sqlite() {
    support_comes_and_goes(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_on_the_tenants_side_alone() {
    let (house, _) = House::divided(TestDb::postgres().await).await;
    let mut val = house.inside(VAL).await;
    let ask = val
        .send_json(
            Method::PUT,
            &api("support-access/consent"),
            &json!({ "choice": "ask" }),
        )
        .await;
    assert_eq!(ask.status, StatusCode::NO_CONTENT, "{}", ask.text);
    let mut kim = house.signed_in("kim").await;
    let asked = kim.mint("rod@acme.com").await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    let waiting = reads(&mut val, "support-access").await;
    assert!(
        waiting.to_string().contains("Kim Moreno"),
        "their name, and no more: {waiting}"
    );
    assert!(!waiting.to_string().contains("acme-corp.example"), "{waiting}");
    let id = waiting["requests"][0]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{waiting}"))
        .to_owned();
    let yes = val
        .post_json(
            &api(&format!("support-access/requests/{id}/approve")),
            &json!(null),
        )
        .await;
    assert_eq!(yes.status, StatusCode::NO_CONTENT, "{}", yes.text);
    kim.visit("rod@acme.com").await;
}
