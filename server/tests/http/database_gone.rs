//! The database is gone: 503, and nothing half done.

use http::StatusCode;
use serde_json::json;
use stagedoor_app::routes::{staff, tenant as portal};

use crate::support::{Answer, House, STAFF, tenant};

/// The designed page: what is the matter, and the request's id to quote.
fn said(page: &Answer, path: &str) {
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    let request = page.headers["x-request-id"].to_str().unwrap();
    for part in [
        "Not available right now",
        "The database cannot be reached",
        request,
    ] {
        assert!(page.text.contains(part), "{path}: no {part}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_says_unavailable_and_readiness_too() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    house.service.db().close().await;
    for url in [
        format!("{STAFF}/api/admin/session"),
        format!("{STAFF}/api/admin/audit-logs"),
        format!("{}/api/tenant/users", tenant("acme")),
    ] {
        let answer = kim.get_json(&url).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
            "{url}"
        );
    }
    for page in staff::PAGES {
        let answer = kim.get(&format!("{STAFF}{page}")).await;
        said(&answer, page);
    }
    for page in portal::PAGES {
        let answer = kim.get(&format!("{}{page}", tenant("acme"))).await;
        said(&answer, page);
    }
    let minted = kim
        .post_json(
            &format!("{STAFF}/api/admin/tenants/acme/impersonate"),
            &json!({ "reason": "A reason of length" }),
        )
        .await;
    assert_eq!(minted.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        kim.get(&format!("{STAFF}/readyz")).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(kim.get(&format!("{STAFF}/healthz")).await.status, StatusCode::OK);
}
