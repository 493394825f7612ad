//! The console's other rooms over HTTP: impersonations with their accounts, tenants, one person, the system.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

fn items(answer: &Answer) -> Vec<Value> {
    let body = answer.json();
    let items = body["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text));
    items.clone()
}

fn texts(items: &[Value], name: &str) -> Vec<String> {
    items
        .iter()
        .map(|item| item[name].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn is_inside(browser: &mut Browser) -> bool {
    let answer = browser
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    answer.status == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_tells_what_was_seen_and_what_was_refused() {
    let house = House::new().await;
    let (mut kim, mut sasha) = (house.signed_in("kim").await, house.signed_in("sasha").await);
    let visit = kim.visit("rod@acme.com").await;
    for path in ["/members", "/members", "/audit"] {
        kim.get(&format!("{}{path}", tenant("acme"))).await;
    }
    // No visit may see how support access stands as somebody who may not, nor end itself as the tenant.
    kim.post_json(
        &format!(
            "{}/api/tenant/support-access/impersonations/{visit}/end",
            tenant("acme")
        ),
        &json!({}),
    )
    .await;
    let list = items(&sasha.get_json(&api("impersonations")).await);
    let live = list.iter().find(|one| one["id"] == visit.as_str()).unwrap();
    assert_eq!(
        (live["state"].as_str(), live["staff"].as_str()),
        (Some("live"), Some("Kim Moreno"))
    );
    assert_eq!(
        (live["as_user"].as_str(), live["role"].as_str()),
        (Some("rod@acme.com"), Some("admin"))
    );

    let account = sasha
        .get_json(&api(&format!("impersonations/{visit}")))
        .await
        .json();
    let viewed: Vec<_> = account["viewed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["what"].as_str().unwrap().to_owned(),
                line["times"].as_u64(),
                line["rows"].as_u64(),
            )
        })
        .collect();
    assert!(
        viewed.contains(&("Members".to_owned(), Some(2), Some(100))),
        "{viewed:?}"
    );
    assert!(viewed.iter().any(|(what, ..)| what == "Audit log"), "{viewed:?}");
    assert_eq!(account["refused"].as_array().unwrap().len(), 1, "{account}");
    assert_eq!(account["changed"].as_array().unwrap().len(), 0);
    let page = sasha.get(&format!("{STAFF}/impersonations/{visit}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Account of a visit",
        "3 pages viewed with",
        "1 attempt refused",
        "What was refused",
    ] {
        assert!(page.text.contains(words), "{words} in {}", page.text);
    }
    let reads = sentences(&kim.get_json(&api("audit-logs?q=action:impersonation.list")).await);
    assert!(
        reads
            .iter()
            .filter(|line| line.starts_with("sasha looked at"))
            .count()
            >= 2,
        "{reads:?}"
    );

    let ended = kim
        .post_json(&api(&format!("impersonations/{visit}/end")), &json!({}))
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let past = items(&sasha.get_json(&api("impersonations?q=kim")).await);
    let past = past.iter().find(|one| one["id"] == visit.as_str()).unwrap();
    assert_eq!(
        (past["state"].as_str(), past["ended_why"].as_str()),
        (Some("ended"), Some("ended"))
    );
    assert_eq!(past["lasted_seconds"].as_u64(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn support_ends_its_own_visits_and_sees_only_its_tenants() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let (kims, own) = (kim.visit("rod@acme.com").await, jess.visit("rod@acme.com").await);
    let page = jess.get(&format!("{STAFF}/impersonations")).await;
    assert!(
        page.text.contains("End impersonation by Jess") && !page.text.contains("End impersonation by Kim"),
        "{}",
        page.text
    );
    assert!(page.text.contains("1 of 5 live"), "the budget is shown");
    let refused = jess
        .post_json(&api(&format!("impersonations/{kims}/end")), &json!({}))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let done = jess
        .post_form(
            &format!("{STAFF}/api/fn/staff/end_impersonation"),
            &[("impersonation_id", &own), ("back", "/impersonations")],
        )
        .await;
    assert_eq!(done.to(), format!("{STAFF}/impersonations"));
    let mut rio = house.signed_in("rio").await;
    for path in ["impersonations", &format!("impersonations/{kims}")] {
        assert_eq!(
            rio.get_json(&api(path)).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    house.only("jess", "lumen").await;
    let listed = items(&jess.get_json(&api("impersonations")).await);
    assert!(
        texts(&listed, "tenant").iter().all(|name| name == "Lumen"),
        "{listed:?}"
    );
    let hidden = jess.get_json(&api(&format!("impersonations/{kims}"))).await;
    let unknown = jess
        .get_json(&api("impersonations/imp_01k9w000000000000000000010"))
        .await;
    assert_eq!(
        (hidden.status, hidden.without_request()),
        (StatusCode::NOT_FOUND, unknown.without_request())
    );
    assert_eq!(
        jess.get(&format!("{STAFF}/impersonations/{kims}")).await.status,
        StatusCode::NOT_FOUND
    );
}

async fn a_suspension(db: TestDb) {
    let house = House::over(db).await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let mut val = house.inside(VAL).await;
    let visit = jess.visit("rod@acme.com").await;
    assert!(is_inside(&mut jess).await && is_inside(&mut val).await);

    let short = kim
        .post_json(&api("tenants/acme/suspend"), &json!({ "reason": "short" }))
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(short.field("reason"), "");
    assert!(is_inside(&mut jess).await, "nothing was done");
    let why = json!({ "reason": "Payment fraud is looked into", "ticket_ref": "#88" });
    let done = kim.post_json(&api("tenants/acme/suspend"), &why).await;
    assert_eq!(
        (done.status, done.json()["visits_ended"].as_u64()),
        (StatusCode::OK, Some(1)),
        "{}",
        done.text
    );
    assert!(!is_inside(&mut jess).await && !is_inside(&mut val).await);
    let over = jess.get(&format!("{}/visit/over", tenant("acme"))).await;
    assert!(over.text.contains("the tenant was suspended"), "{}", over.text);
    let mut stranger = house.browser();
    let entrance = stranger.get(&format!("{}/sign-in", tenant("acme"))).await;
    assert!(
        entrance.text.contains("suspended"),
        "the portal says so: {}",
        entrance.text
    );
    let again = kim.post_json(&api("tenants/acme/suspend"), &why).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let refused = jess.mint("rod@acme.com").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT")
    );

    let restored = kim.post_json(&api("tenants/acme/restore"), &why).await;
    assert_eq!(
        restored.json()["state"].as_str(),
        Some("active"),
        "{}",
        restored.text
    );
    assert!(
        !is_inside(&mut jess).await && !is_inside(&mut val).await,
        "what ended stays ended"
    );
    let mut val = house.inside(VAL).await;
    let own_log = format!("{}/api/tenant/audit-logs?limit=20", tenant("acme"));
    let told = sentences(&val.get_json(&own_log).await);
    for line in ["Kim Moreno suspended Acme", "Kim Moreno restored Acme"] {
        assert_eq!(
            told.iter().filter(|told| *told == line).count(),
            1,
            "{line}: {told:?}"
        );
    }
    house.service.run_due().await.unwrap();
    let ends = kim
        .get_json(&api(&format!(
            "audit-logs?q=impersonation:{visit}%20action:impersonation.end"
        )))
        .await;
    assert_eq!(sentences(&ends).len(), 1, "{}", ends.text);
    let platform = sentences(
        &kim.get_json(&api("audit-logs?q=action:tenant.suspend%20outcome:success"))
            .await,
    );
    assert_eq!(platform, ["kim suspended Acme"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_tenant_is_empty_at_once() {
    a_suspension(TestDb::sqlite().await).await;
    a_suspension(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_found_by_name_slug_and_id_within_the_scope() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let all = items(&kim.get_json(&api("tenants")).await);
    assert_eq!(all.len(), 9);
    let acme = all.iter().find(|one| one["slug"] == "acme").unwrap();
    assert_eq!(
        (acme["consent"].as_str(), acme["state"].as_str()),
        (Some("on"), Some("active"))
    );
    assert!(acme["members"].as_u64().unwrap() > 50, "{acme}");
    let id = acme["id"].as_str().unwrap();
    for query in ["acm", id, "ACME"] {
        let found = items(&kim.get_json(&api(&format!("tenants?q={query}"))).await);
        assert_eq!(texts(&found, "slug"), ["acme"], "{query}");
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = kim
            .get_json(&api(&format!("tenants?limit=2&cursor={cursor}")))
            .await;
        seen.extend(texts(&items(&page), "slug"));
        match page.json()["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, texts(&all, "slug"));
    let bad = kim.get_json(&api("tenants?q=plan:gold")).await;
    assert!(bad.field("q").contains("state or consent"), "{}", bad.text);

    house.only("jess", "lumen").await;
    assert_eq!(
        texts(&items(&jess.get_json(&api("tenants")).await), "slug"),
        ["lumen"]
    );
    assert_eq!(
        jess.get_json(&api("tenants/acme")).await.status,
        StatusCode::NOT_FOUND
    );
    let why = json!({ "reason": "Payment fraud is looked into" });
    assert_eq!(
        jess.post_json(&api("tenants/acme/suspend"), &why).await.status,
        StatusCode::NOT_FOUND
    );
    let page = jess.get(&format!("{STAFF}/tenants")).await;
    assert!(
        page.text.contains("Lumen") && !page.text.contains("/tenants/acme"),
        "{}",
        page.text
    );
    let mut rio = house.signed_in("rio").await;
    assert_eq!(
        rio.get(&format!("{STAFF}/tenants/acme")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        rio.post_json(&api("tenants/acme/suspend"), &why).await.status,
        StatusCode::FORBIDDEN
    );
    let page = rio.get(&format!("{STAFF}/tenants/acme?act=suspend")).await;
    assert!(
        !page.text.contains("/api/fn/staff/suspend_tenant"),
        "what is refused is not offered"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_name_changes_and_its_slug_never() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let rename = async |kim: &mut Browser, body: Value| {
        kim.send_json(Method::PATCH, &api("tenants/lumen"), &body).await
    };
    assert_eq!(
        rename(&mut kim, json!({ "name": "  " })).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        rename(&mut kim, json!({ "slug": "x" })).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        rename(&mut kim, json!({ "name": " Lumen & Söhne " }))
            .await
            .status,
        StatusCode::OK
    );
    let found = kim.get_json(&api("tenants/lumen")).await.json();
    assert_eq!(
        (found["name"].as_str(), found["slug"].as_str()),
        (Some("Lumen & Söhne"), Some("lumen"))
    );
    let entry = kim.get_json(&api("audit-logs?q=action:tenant.update")).await;
    assert!(
        entry.text.contains("Lumen & Söhne") && entry.text.contains("\"Lumen\""),
        "before and after: {}",
        entry.text
    );
    let page = kim.get(&format!("{STAFF}/tenants/lumen?tab=visits")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Lumen &amp; Söhne"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_shown_with_the_tenant_knowing_and_hidden_elsewhere() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut val = house.inside(VAL).await;
    kim.visit("sam@acme.com").await;
    let sam = kim.member("acme", "sam@acme.com").await;
    let person = kim
        .get_json(&api(&format!("tenants/acme/users/{sam}")))
        .await
        .json();
    assert_eq!(
        (person["email"].as_str(), person["role"].as_str()),
        (Some("sam@acme.com"), Some("developer"))
    );
    assert_eq!(person["risk_events"][0]["state"].as_str(), Some("open"));
    let about = person["audit_as_target"].as_array().unwrap();
    assert!(
        about
            .iter()
            .any(|line| line["event_id"].is_string() || line["id"].is_string()),
        "{person}"
    );
    let told = sentences(
        &val.get_json(&format!("{}/api/tenant/audit-logs?limit=9", tenant("acme")))
            .await,
    );
    assert!(
        told.iter()
            .any(|line| line == "Kim Moreno read the directory of Acme"),
        "{told:?}"
    );

    let page = kim
        .get(&format!("{STAFF}/users/{sam}?tenant=acme&q=role:developer"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "<table aria-label=\"Users\"",
        "Sessions and devices",
        "Sam Kerr",
        "What was done about them",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
    assert!(
        page.text
            .contains("href=\"/users?tenant=acme&amp;q=role%3Adeveloper\""),
        "closing keeps the list"
    );
    assert_eq!(
        kim.get(&format!("{STAFF}/users/{sam}")).await.status,
        StatusCode::OK,
        "without its tenant, too"
    );
    for path in [
        format!("tenants/lumen/users/{sam}"),
        "tenants/acme/users/nobody".to_owned(),
    ] {
        assert_eq!(
            kim.get_json(&api(&path)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let mut rio = house.signed_in("rio").await;
    assert_eq!(
        rio.get_json(&api(&format!("tenants/acme/users/{sam}")))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let refused = rio.get(&format!("{STAFF}/users/{sam}?tenant=acme")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.text.contains("sam@acme.com"));
    house.only("jess", "lumen").await;
    let mut jess = house.signed_in("jess").await;
    assert_eq!(
        jess.get(&format!("{STAFF}/users/{sam}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_is_measured_for_who_may_see_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.service.run_due().await.unwrap();
    house.later(60);
    let system = kim.get_json(&api("system/queues")).await.json();
    assert_eq!(
        (system["database"].as_str(), system["uptime_seconds"].as_u64()),
        (Some("sqlite"), Some(60))
    );
    assert!(system["database_bytes"].as_u64().unwrap() > 100_000);
    let jobs = system["jobs"].as_array().unwrap();
    assert!(
        jobs.iter()
            .all(|job| job["runs"] == 1 && job["failures"] == 0 && job["last_failure"].is_null()),
        "{jobs:?}"
    );
    let depth = |system: &Value, name: &str| {
        let queues = system["queues"].as_array().unwrap();
        queues.iter().find(|queue| queue["name"] == name).unwrap()["depth"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(
        (depth(&system, "touches"), depth(&system, "staff_sessions")),
        (1, 0)
    );
    house.signed_in("ada").await;
    house.later(16 * 60);
    let mut sol = house.signed_in("sol").await;
    let system = sol.get_json(&api("system/queues")).await.json();
    assert!(
        depth(&system, "staff_sessions") >= 1,
        "ended by idleness, and not written down yet: {system}"
    );
    house.service.run_due().await.unwrap();
    let system = sol.get_json(&api("system/queues")).await.json();
    assert_eq!(depth(&system, "staff_sessions"), 0);
    let page = sol.get(&format!("{STAFF}/system")).await;
    assert!(
        page.text.contains("SQLite") && page.text.contains("As this process ran them"),
        "{}",
        page.text
    );
    let mut jess = house.signed_in("jess").await;
    assert_eq!(
        jess.get_json(&api("system/queues")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        jess.get(&format!("{STAFF}/system")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rooms_are_drawn_from_postgresql_too() {
    let house = House::over(TestDb::postgres().await).await;
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("rod@acme.com").await;
    let rod = kim.member("acme", "rod@acme.com").await;
    for page in [
        "/sessions".to_owned(),
        "/sessions?tenant=acme&q=state:live,ended".to_owned(),
        "/impersonations?tenant=acme".to_owned(),
        format!("/impersonations/{visit}"),
        "/tenants?q=ac%20state:active".to_owned(),
        "/tenants/acme?tab=visits".to_owned(),
        format!("/users/{rod}?tenant=acme"),
        "/system".to_owned(),
    ] {
        let answer = kim.get(&format!("{STAFF}{page}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text);
    }
}
