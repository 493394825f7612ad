//! `POST /api/admin/tenants/{id}/impersonate`: every check of spec 02, step 3.

use http::StatusCode;
use serde_json::json;

use crate::support::{House, STAFF, sentences, tenant};

fn address(tenant: &str) -> String {
    format!("{STAFF}/api/admin/tenants/{tenant}/impersonate")
}

const REASON: &str = "Webhook page shows 500 after plan change";

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_minted_read_only_with_the_lower_role_and_recorded_in_both_logs() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim.mint("val@acme.com").await;
    assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
    let body = minted.json();
    assert_eq!(
        (&body["role"], &body["mode"], &body["expires_in_seconds"]),
        (&json!("admin"), &json!("read_only"), &json!(900))
    );
    let log = kim
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:impersonation.start&limit=1"
        ))
        .await;
    assert_eq!(sentences(&log), ["kim started impersonation of val@acme.com"]);
    let whole = log.text.clone();
    assert!(whole.contains(REASON) && whole.contains("#4218") && whole.contains("127.0.0.1"));

    let door = kim.reach_the_door(&minted).await;
    kim.get(&door).await;
    let own = kim
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:impersonation.start&limit=1",
            tenant("acme")
        ))
        .await;
    assert_eq!(sentences(&own), ["Kim Moreno started acting as val@acme.com"]);
    assert!(
        !own.text.contains("kim@"),
        "a tenant never learns a staff address: {}",
        own.text
    );
    assert!(own.text.contains("platform_staff"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_its_field_and_nothing_happens() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let post = |body| (address("acme"), body);
    for (body, field, words) in [
        (json!({ "reason": "   too short  " }), "reason", "at least 10"),
        (json!({ "reason": "x".repeat(501) }), "reason", "at most 500"),
        (json!({}), "reason", "missing"),
        (
            json!({ "reason": REASON, "ttl_seconds": 1801 }),
            "ttl_seconds",
            "60 to 1800",
        ),
        (
            json!({ "reason": REASON, "ttl_seconds": 0 }),
            "ttl_seconds",
            "60 to 1800",
        ),
        (
            json!({ "reason": REASON, "ticket_ref": "x".repeat(65) }),
            "ticket_ref",
            "at most 64",
        ),
        (
            json!({ "reason": REASON, "reson": "typo" }),
            "reson",
            "unknown field",
        ),
        (
            json!({ "reason": REASON, "mode": "write" }),
            "mode",
            "unknown variant `write`",
        ),
        (json!([]), "body", "invalid"),
    ] {
        let (url, body) = post(body);
        let answer = kim.post_json(&url, &body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "INVALID"),
            "{body}: {}",
            answer.text
        );
        assert!(answer.field(field).contains(words), "{field}: {}", answer.text);
        assert!(
            answer.json()["error"]["request_id"]
                .as_str()
                .unwrap()
                .starts_with("req_")
        );
    }
    let former = kim.member("acme", "former@acme.com").await;
    let answer = kim
        .post_json(&address("acme"), &json!({ "reason": REASON, "user_id": former }))
        .await;
    assert!(answer.field("user_id").contains("revoked"), "{}", answer.text);
    let log = kim
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:impersonation.start%20since:1m"
        ))
        .await;
    assert_eq!(sentences(&log), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sixth_live_visit_is_refused_and_ending_one_makes_room() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut last = String::new();
    for _ in 0..5 {
        let minted = kim.mint("rod@acme.com").await;
        assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
        last = minted.json()["impersonation_id"].as_str().unwrap().to_owned();
    }
    let sixth = kim.mint("rod@acme.com").await;
    assert_eq!(
        (sixth.status, sixth.code().as_str()),
        (StatusCode::CONFLICT, "IMPERSONATION_LIMIT")
    );
    let log = kim
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:impersonation.start%20outcome:denied&limit=1"
        ))
        .await;
    assert_eq!(sentences(&log).len(), 1, "the refusal is an entry");
    let ended = kim
        .post_json(
            &format!("{STAFF}/api/admin/impersonations/{last}/end"),
            &json!({}),
        )
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    assert_eq!(kim.mint("rod@acme.com").await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_requests_for_the_last_place_do_not_both_get_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for _ in 0..4 {
        kim.mint("rod@acme.com").await;
    }
    let user = kim.member("acme", "rod@acme.com").await;
    let body = json!({ "reason": REASON, "user_id": user });
    let mut twins = Vec::new();
    for _ in 0..8 {
        let mut browser = house.browser();
        browser.cookies = kim.cookies.clone();
        let body = body.clone();
        twins.push(tokio::spawn(async move {
            browser.post_json(&address("acme"), &body).await.status
        }));
    }
    let mut created = 0;
    for twin in twins {
        created += usize::from(twin.await.unwrap() == StatusCode::CREATED);
    }
    assert_eq!(created, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_and_what_belongs_to_another_tenant_get_the_same_answer() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let list = kim
        .get_json(&format!("{STAFF}/api/admin/tenants/lumen/users"))
        .await;
    let foreign = list.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let unknown = "usr_01h455vb4pex5vsknk084sn02q";
    let a = kim
        .post_json(&address("acme"), &json!({ "reason": REASON, "user_id": foreign }))
        .await;
    let b = kim
        .post_json(&address("acme"), &json!({ "reason": REASON, "user_id": unknown }))
        .await;
    assert_eq!((a.status, a.without_request()), (b.status, b.without_request()));
    assert_eq!(a.status, StatusCode::NOT_FOUND);
    let c = kim
        .post_json(
            &address("org_01h455vb4pex5vsknk084sn02q"),
            &json!({ "reason": REASON }),
        )
        .await;
    let d = kim
        .post_json(&address("no-such-tenant"), &json!({ "reason": REASON }))
        .await;
    assert_eq!((c.status, c.without_request()), (d.status, d.without_request()));
    assert_eq!(c.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_consent_and_suspension_are_asked_in_order() {
    let house = House::new().await;
    let mut rio = house.signed_in("rio").await;
    let denied = rio
        .post_json(&address("acme"), &json!({ "reason": "short" }))
        .await;
    assert_eq!(
        (denied.status, denied.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN"),
        "before the input is looked at"
    );

    let mut kim = house.signed_in("kim").await;
    for (change, status, code) in [
        (
            "UPDATE tenant SET consent = 'off' WHERE slug = 'acme'",
            StatusCode::FORBIDDEN,
            "IMPERSONATION_BLOCKED",
        ),
        (
            "UPDATE tenant SET consent = 'on', state = 'suspended' WHERE slug = 'acme'",
            StatusCode::CONFLICT,
            "CONFLICT",
        ),
    ] {
        house.db.raw_execute(change).await.unwrap();
        let answer = kim
            .post_json(&address("acme"), &json!({ "reason": REASON }))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{change}"
        );
    }
}
