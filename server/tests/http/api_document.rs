//! `/api/openapi.json` and `/docs`: all of the API is described, and nothing of it leaves the machine.

use http::StatusCode;
use stagedoor_server::router::{Behind, doors};

use crate::support::{House, STAFF, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_described_with_its_refusals_and_its_host() {
    let house = House::new().await;
    let mut nobody = house.browser();
    let document = nobody.get(&format!("{STAFF}/api/openapi.json")).await.json();
    let mut described = 0;
    for (behind, door) in doors() {
        let api = door.path.starts_with("/api/admin") || door.path.starts_with("/api/tenant");
        if !api {
            continue;
        }
        described += 1;
        let path = &document["paths"][&door.path];
        let operation = &path[door.method.to_lowercase()];
        for status in ["401", "403", "404", "422", "503"] {
            assert!(
                operation["responses"][status].is_object(),
                "{door:?}: {operation}"
            );
        }
        let inside = behind == Behind::TenantRooms;
        assert_eq!(path["servers"].is_array(), inside, "{door:?} names its host");
    }
    assert!(described >= 8, "{described}");
    let again = nobody
        .get(&format!("{}/api/openapi.json", tenant("acme")))
        .await
        .json();
    assert_eq!(again, document);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_loads_only_from_here() {
    let house = House::new().await;
    let mut nobody = house.browser();
    let page = nobody.get(&format!("{STAFF}/docs/")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("//cdn") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("connect-src 'self'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let script = nobody.get(&format!("{STAFF}/docs/swagger-initializer.js")).await;
    assert!(script.text.contains("/api/openapi.json"), "{}", script.text);
    let unknown = nobody.get(&format!("{STAFF}/docs/passwd")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
