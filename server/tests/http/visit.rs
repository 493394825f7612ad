//! Inside a tenant: what is seen is recorded before it leaves, and every end holds from the next request on.

use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Browser, House, STAFF, sentences, tenant};

async fn is_over(browser: &mut Browser) -> bool {
    let page = browser.get(&format!("{}/members", tenant("acme"))).await;
    let api = browser
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    assert_eq!(
        page.status == StatusCode::OK,
        api.status == StatusCode::OK,
        "page and API agree"
    );
    api.status == StatusCode::UNAUTHORIZED
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_writes_one_pair_and_a_refused_one_too() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("sam@acme.com").await;
    let members = kim.get(&format!("{}/members", tenant("acme"))).await;
    assert_eq!(
        members.status,
        StatusCode::FORBIDDEN,
        "a developer does not list members"
    );
    kim.get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=impersonation:{visit}"))
        .await;
    let lines = sentences(&log);
    assert_eq!(
        lines.iter().filter(|line| line.contains("tried to view")).count(),
        2,
        "{lines:?}"
    );

    let visit = kim.visit("rod@acme.com").await;
    kim.get(&format!("{}/members", tenant("acme"))).await;
    let own = kim
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=impersonation:{visit}",
            tenant("acme")
        ))
        .await;
    let viewed = "Kim Moreno viewed Members (50 records) as rod@acme.com".to_owned();
    assert!(sentences(&own).contains(&viewed), "{:?}", sentences(&own));
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=impersonation:{visit}"))
        .await;
    let viewed = "kim viewed Members (50 records) as rod@acme.com in Acme".to_owned();
    assert!(sentences(&log).contains(&viewed), "{:?}", sentences(&log));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_runs_on_postgresql_too() {
    let house = House::over(stagedoor_store::testing::TestDb::postgres().await).await;
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("rod@acme.com").await;
    for page in ["/members", "/audit"] {
        assert_eq!(
            kim.get(&format!("{}{page}", tenant("acme"))).await.status,
            StatusCode::OK,
            "{page}"
        );
    }
    kim.post_form(
        &format!("{}/api/fn/tenant/end_impersonation", tenant("acme")),
        &[],
    )
    .await;
    assert!(is_over(&mut kim).await);
    house.service.run_due().await.unwrap();
    for page in [
        "/",
        "/users?tenant=acme&q=status:active",
        "/audit?q=outcome:denied",
    ] {
        assert_eq!(
            kim.get(&format!("{STAFF}{page}")).await.status,
            StatusCode::OK,
            "{page}"
        );
    }
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=impersonation:{visit}"))
        .await;
    assert_eq!(
        sentences(&log).len(),
        4,
        "start, two views, end: {:?}",
        sentences(&log)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_it_by_hand_holds_at_once() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let ended = kim
        .post_form(
            &format!("{}/api/fn/tenant/end_impersonation", tenant("acme")),
            &[],
        )
        .await;
    assert_eq!(
        (ended.status, ended.to().to_owned()),
        (StatusCode::SEE_OTHER, format!("{}/visit/over", tenant("acme")))
    );
    assert!(is_over(&mut kim).await);
    let over = kim.get(&format!("{}/visit/over", tenant("acme"))).await;
    assert!(over.text.contains("you ended it"), "{}", over.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_time_its_idleness_and_its_session_end_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    for _ in 0..3 {
        house.later(4 * 60);
        assert!(!is_over(&mut kim).await);
    }
    house.later(3 * 60);
    assert!(is_over(&mut kim).await, "fifteen minutes are up");

    kim.visit("rod@acme.com").await;
    house.later(5 * 60);
    assert!(is_over(&mut kim).await, "nothing happened for five minutes");

    let visit = kim.visit("rod@acme.com").await;
    kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert!(is_over(&mut kim).await, "it ends with its session");
    house.service.run_due().await.unwrap();
    let mut ada = house.signed_in("ada").await;
    let log = ada
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=impersonation:{visit}%20action:impersonation.end"
        ))
        .await;
    assert_eq!(sentences(&log).len(), 1, "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_and_the_role_end_it_too() {
    for (change, undo) in [
        (
            "UPDATE tenant SET consent = 'off' WHERE slug = 'acme'",
            "UPDATE tenant SET consent = 'on' WHERE slug = 'acme'",
        ),
        (
            "UPDATE tenant SET state = 'suspended' WHERE slug = 'acme'",
            "UPDATE tenant SET state = 'active' WHERE slug = 'acme'",
        ),
        (
            "UPDATE staff SET role = 'read_only' WHERE email LIKE 'jess@%'",
            "UPDATE staff SET role = 'support' WHERE email LIKE 'jess@%'",
        ),
        (
            "UPDATE staff SET state = 'deactivated' WHERE email LIKE 'jess@%'",
            // For ever.
            "SELECT 1",
        ),
    ] {
        let house = House::new().await;
        let mut jess = house.signed_in("jess").await;
        jess.visit("rod@acme.com").await;
        assert!(!is_over(&mut jess).await);
        house.db.raw_execute(change).await.unwrap();
        assert!(is_over(&mut jess).await, "{change}");
        house.service.run_due().await.unwrap();
        house.db.raw_execute(undo).await.unwrap();
        assert!(
            is_over(&mut jess).await,
            "an ended visit never comes back: {change}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_ahead_and_nothing_is_written() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let members = format!("{}/members", tenant("acme"));
    assert_eq!(
        kim.call(Method::HEAD, &members, None, "text/html").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let url = url::Url::parse(&members).unwrap();
    let mut ahead = kim.request(Method::GET, &url, None, "text/html");
    ahead
        .headers_mut()
        .insert("sec-purpose", "prefetch".parse().unwrap());
    assert_eq!(kim.send(&url, ahead).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_opens_no_staff_address_and_no_other_tenant() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let reference = kim
        .cookies
        .iter()
        .find(|((_, name), _)| name.contains("visit"))
        .map(|(_, value)| value.clone())
        .unwrap();
    let mut thief = house.browser();
    thief.cookies.insert(
        ("lumen.app.stagedoor.test".into(), "__Host-stagedoor_visit".into()),
        reference.clone(),
    );
    thief.cookies.insert(
        ("admin.stagedoor.test".into(), "__Host-stagedoor_staff".into()),
        reference,
    );
    assert_eq!(
        thief
            .get_json(&format!("{}/api/tenant/users", tenant("lumen")))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        thief.get_json(&format!("{STAFF}/api/admin/session")).await.status,
        StatusCode::UNAUTHORIZED
    );
    let nested = kim
        .post_json(
            &format!("{}/api/admin/tenants/acme/impersonate", tenant("acme")),
            &json!({}),
        )
        .await;
    assert_eq!(nested.status, StatusCode::NOT_FOUND);
}
