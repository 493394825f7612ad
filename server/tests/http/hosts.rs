//! Hosts, origins, and addresses that do not exist.

use http::header::ORIGIN;
use http::{Method, StatusCode};
use url::Url;

use crate::support::{House, STAFF, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_host_has_nothing_but_health() {
    let house = House::new().await;
    let mut browser = house.browser();
    for host in [
        "https://evil.example",
        "https://admin.stagedoor.test:8443",
        "https://app.stagedoor.test",
        "https://a.b.app.stagedoor.test",
    ] {
        for path in ["/", "/sign-in", "/api/admin/session", "/assets/console.css"] {
            assert_eq!(
                browser.get(&format!("{host}{path}")).await.status,
                StatusCode::NOT_FOUND,
                "{host}{path}"
            );
        }
        assert_eq!(browser.get(&format!("{host}/healthz")).await.text, "ok\n");
        assert_eq!(
            browser.get(&format!("{host}/readyz")).await.status,
            StatusCode::OK
        );
    }
    assert_eq!(
        browser
            .get(&format!("{}/", tenant("no-such-tenant")))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_surface_has_an_address_of_the_other() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    for path in [
        "/api/admin/session",
        "/users",
        "/api/admin/audit-logs",
        "/signed-out",
    ] {
        assert_eq!(
            kim.get(&format!("{}{path}", tenant("acme"))).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for path in ["/members", "/api/tenant/users", "/visit/over", "/nothing"] {
        assert_eq!(
            kim.get(&format!("{STAFF}{path}")).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let form = format!("{STAFF}/api/fn/tenant/end_impersonation");
    assert_eq!(kim.post_form(&form, &[]).await.status, StatusCode::NOT_FOUND);
    let form = format!("{}/api/fn/staff/end_impersonation", tenant("acme"));
    assert_eq!(kim.post_form(&form, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn mutations_come_from_our_own_pages_only() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let url = Url::parse(&format!("{STAFF}/sign-out")).unwrap();
    for origin in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("https://acme.app.stagedoor.test"),
    ] {
        let mut request = kim.request(Method::POST, &url, None, "text/html");
        if let Some(origin) = origin {
            request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        }
        let answer = kim.send(&url, request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "ORIGIN_DENIED"),
            "{origin:?}"
        );
    }
    assert_eq!(
        kim.get_json(&format!("{STAFF}/api/admin/session")).await.status,
        StatusCode::OK,
        "nothing happened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_pages_lead_to_the_entrance_and_calls_say_so() {
    let house = House::new().await;
    let mut browser = house.browser();
    for path in ["/", "/users?tenant=acme", "/audit", "/nothing"] {
        assert_eq!(
            browser.get(&format!("{STAFF}{path}")).await.to(),
            format!("{STAFF}/sign-in"),
            "{path}"
        );
    }
    for path in [
        "/api/admin/session",
        "/api/admin/audit-logs",
        "/api/admin/tenants/acme/users",
    ] {
        let answer = browser.get_json(&format!("{STAFF}{path}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            "{path}"
        );
    }
    let acme = tenant("acme");
    for path in ["/", "/members", "/support-access", "/nothing"] {
        let answer = browser.get(&format!("{acme}{path}")).await;
        assert_eq!(answer.to(), format!("{acme}/sign-in"), "{path}");
    }
    for path in [
        "/api/tenant/users",
        "/api/tenant/support-access",
        "/api/tenant/sessions",
    ] {
        let answer = browser.get_json(&format!("{acme}{path}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_said_with_what_to_do() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = stagedoor_server::run::listen(address)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&address.to_string()) && error.contains("--port"),
        "{error}"
    );
}
