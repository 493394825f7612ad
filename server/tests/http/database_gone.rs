//! The database is gone: 503, and nothing half done.

use http::StatusCode;
use serde_json::json;

use crate::support::{House, STAFF, tenant};

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
    assert_eq!(
        kim.get(&format!("{STAFF}/users?tenant=acme")).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
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
