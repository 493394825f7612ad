//! The audit log over HTTP: who sees what of it, that looking is an entry, and what is marked.

use http::StatusCode;
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRoles};
use stagedoor_store::staff;
use stagedoor_store::testing::TestDb;

use crate::support::{House, STAFF, sentences};

fn log(query: &str) -> String {
    format!("{STAFF}/api/admin/audit-logs?{query}")
}

#[tokio::test(flavor = "multi_thread")]
async fn support_sees_no_administration_and_security_does() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    let mut sasha = house.signed_in("sasha").await;
    let seen = jess.get_json(&log("q=action:admin.*")).await;
    assert_eq!(sentences(&seen), Vec::<String>::new());
    let seen = sasha.get_json(&log("q=action:admin.*")).await;
    assert!(
        sentences(&seen)
            .iter()
            .any(|words| words.contains("read the audit log")),
        "{:?}",
        sentences(&seen)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let house = House::new().await;
    let mut ada = house.signed_in("ada").await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for _ in 0..6 {
        // The reads themselves are administration; what support did is not added to meanwhile.
        let page = ada
            .get_json(&log(&format!("q=tenant:acme&limit=9&cursor={cursor}")))
            .await
            .json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let count = seen.len();
    assert!(count > 20, "{count}");
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_cannot_be_read_says_what_can() {
    let house = House::new().await;
    let mut ada = house.signed_in("ada").await;
    for (query, words) in [
        ("colour:red", "is not a filter"),
        ("outcome:maybe", "success, denied or failed"),
        ("since:soon", "30m, 24h or 7d"),
        ("tenant:nobody", "no tenant nobody"),
        ("action:staff.signin", "staff.sign_in"),
        ("hello", "is not a filter"),
    ] {
        let answer = ada.get_json(&log(&format!("q={query}"))).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{query}: {}",
            answer.text
        );
        assert!(answer.field("q").contains(words), "{query}: {}", answer.text);
    }
    let by_name = ada
        .get_json(&log("q=actor:ada%20action:staff.sign_in&limit=1"))
        .await;
    assert!(
        sentences(&by_name)[0].starts_with("ada signed in"),
        "{:?}",
        sentences(&by_name)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_critical_is_marked_for_readers_and_for_programs() {
    let house = House::new().await;
    let niko = staff::find_by_address(
        &mut house.db.reader(),
        "niko@acme-corp.example",
        house.service.now(),
    )
    .await;
    house.service.reissue(niko.unwrap().unwrap().id).await.unwrap();
    house.service.run_due().await.unwrap();
    let mut sasha = house.signed_in("sasha").await;
    let query = "q=action:admin.staff.reissue_enrollment";
    let entry = sasha.get_json(&log(query)).await.json()["items"][0].clone();
    assert_eq!(entry["flags"], serde_json::json!(["critical"]), "{entry}");

    let page = sasha.get(&format!("{STAFF}/audit?{query}")).await.text;
    assert_eq!(page.matches(r#"aria-label="Critical""#).count(), 1, "{page}");
    assert!(
        page.contains(r#"<dt>Marks</dt><dd class="">critical</dd>"#),
        "{page}"
    );
    assert!(page.contains(" Last checkpoint "), "the log was signed: {page}");
    let page = sasha
        .get(&format!("{STAFF}/audit?q=action:staff.sign_in"))
        .await
        .text;
    assert!(
        !page.contains(r#"aria-label="Critical""#) && !page.contains("<dt>Marks"),
        "{page}"
    );
}

/// Every page that leads to the log does so for who may read it, and for nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_the_log_is_not_led_to_it() {
    let keeps = [
        "tenant.list",
        "tenant.view",
        "tenant.view_directory",
        "platform.query_users",
        "tenant.impersonate",
        "session.view",
        "impersonation.view",
    ];
    let without_log = Draft {
        name: "without_log".to_owned(),
        about: String::new(),
        of: StaffRole::Support,
        permissions: keeps.map(str::to_owned).to_vec(),
        tenants: None,
        visits: None,
        visit_minutes: None,
    };
    let declared = vec![without_log.check().unwrap()];
    let house = House::under(TestDb::sqlite().await, |policy| {
        policy.sub_roles = SubRoles::declared(declared).unwrap();
    })
    .await;
    let mut jess = house.signed_in("jess").await;
    let visit = jess.visit("val@acme.com").await;
    let users = format!("{STAFF}/api/admin/tenants/acme/users?limit=1");
    let person = jess.get_json(&users).await.json()["items"][0]["id"].clone();
    let pages = [
        (
            format!("/users/{}?tenant=acme", person.as_str().unwrap()),
            "q=actor%3A",
        ),
        ("/sessions".to_owned(), "q=session%3A"),
        ("/tenants/acme".to_owned(), "tenant=acme\""),
        (format!("/impersonations/{visit}"), "q=impersonation%3A"),
    ];
    for (path, query) in &pages {
        let page = jess.get(&format!("{STAFF}{path}")).await.text;
        let links = page.split("href=\"/audit?").skip(1);
        let found = links.filter(|link| link.split_once('>').is_some_and(|(href, _)| href.contains(query)));
        assert_ne!(found.count(), 0, "{path}: {page}");
    }
    let narrower = "UPDATE staff SET sub_role = 'without_log' WHERE email LIKE 'jess@%'";
    house.db.raw_execute(narrower).await.unwrap();
    for (path, _) in &pages {
        let page = jess.get(&format!("{STAFF}{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(!page.text.contains("href=\"/audit"), "{path}: {}", page.text);
    }
}
