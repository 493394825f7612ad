//! `GET /api/admin/tenants/{id}/users` and the Users page: search, filters, order, pages, cursors.

use http::StatusCode;
use serde_json::Value;

use crate::support::{House, STAFF};

fn list(query: &str) -> String {
    format!("{STAFF}/api/admin/tenants/acme/users?{query}")
}

fn ids(body: &Value) -> Vec<String> {
    body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_through_the_pages_meets_everybody_once_in_every_order() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for sort in ["name", "-seen", "role"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = kim
                .get_json(&list(&format!("sort={sort}&limit=7&cursor={cursor}")))
                .await
                .json();
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 60, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 60, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_filters_narrow_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let emails = |body: &Value| -> Vec<String> {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["email"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        emails(&kim.get_json(&list("q=ROD%20wal")).await.json()),
        ["rod@acme.com"]
    );
    assert_eq!(
        emails(&kim.get_json(&list("q=role:owner")).await.json()),
        ["val@acme.com"]
    );
    assert!(
        emails(&kim.get_json(&list("q=status:revoked")).await.json()).contains(&"former@acme.com".to_owned())
    );
    assert!(
        emails(&kim.get_json(&list("q=risk:elevated")).await.json()).contains(&"sam@acme.com".to_owned())
    );
    assert_eq!(
        emails(&kim.get_json(&list("q=nobody-of-this-name")).await.json()),
        Vec::<String>::new()
    );
    let bad = kim.get_json(&list("q=rolle:admin")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.field("q").contains("role, status"), "{}", bad.text);
    assert_eq!(
        kim.get_json(&list("limit=101")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        kim.get_json(&list("page=2")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_good_for_its_list_its_person_and_a_day() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let cursor = kim.get_json(&list("limit=7")).await.json()["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = |answer: &crate::support::Answer| {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        assert!(!answer.field("cursor").is_empty());
    };
    assert_eq!(
        kim.get_json(&list(&format!("limit=7&cursor={cursor}")))
            .await
            .status,
        StatusCode::OK
    );
    refused(&kim.get_json(&list(&format!("q=rod&cursor={cursor}"))).await);
    refused(&kim.get_json(&list(&format!("sort=name&cursor={cursor}"))).await);
    refused(
        &kim.get_json(&format!("{STAFF}/api/admin/tenants/lumen/users?cursor={cursor}"))
            .await,
    );
    refused(&kim.get_json(&list("cursor=AAAA")).await);
    let mut ada = house.signed_in("ada").await;
    refused(&ada.get_json(&list(&format!("cursor={cursor}"))).await);
    house.later(24 * 3600);
    kim.sign_in("kim").await;
    refused(&kim.get_json(&list(&format!("cursor={cursor}"))).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_shown_to_support_and_refused_to_read_only() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    let page = jess.get(&format!("{STAFF}/users?tenant=acme")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("rod@acme.com") && page.text.contains("Impersonate"));
    let mut rio = house.signed_in("rio").await;
    let page = rio.get(&format!("{STAFF}/users?tenant=acme")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.text.contains("rod@acme.com"));
    assert_eq!(
        rio.get(&format!("{STAFF}/users?tenant=nobody")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let rod = kim.member("acme", "rod@acme.com").await;
    let back = format!("/users?tenant=acme&impersonate={rod}");
    let short = [
        ("tenant", "acme"),
        ("user_id", rod.as_str()),
        ("reason", "<b>short"),
        ("ticket_ref", "#1"),
        ("ttl_seconds", "300"),
        ("back", back.as_str()),
    ];
    let answer = kim
        .post_form(&format!("{STAFF}/api/fn/staff/impersonate"), &short)
        .await;
    assert_eq!(
        (answer.status, answer.to().to_owned()),
        (StatusCode::SEE_OTHER, format!("{STAFF}{back}"))
    );
    let page = kim.get(answer.to()).await;
    assert!(
        page.text.contains("at least 10 characters") && page.text.contains("&lt;b&gt;short"),
        "{}",
        page.text
    );
    let again = kim.get(answer.to()).await;
    assert!(
        !again.text.contains("at least 10 characters"),
        "a message is shown once"
    );
}
