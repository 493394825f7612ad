//! `/responsibilities`: it stands before the console until today's text is acknowledged; and the backup contact, which no entry
//! and no other reader gets.

use http::{Method, StatusCode};
use serde_json::json;
use stagedoor_core::duties::Responsibilities;
use stagedoor_service::ServiceError;
use stagedoor_store::duties;
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF};

const OWED: &str =
    "UPDATE staff SET responsibilities = NULL, responsibilities_at = NULL WHERE email LIKE 'jess@%'";
const API: &str = "/api/admin/me/responsibilities";

async fn owing(house: &House) -> Browser {
    let jess = house.signed_in("jess").await;
    house.db.raw_execute(OWED).await.unwrap();
    jess
}

async fn get(browser: &mut Browser, path: &str) -> Answer {
    browser.get(&format!("{STAFF}{path}")).await
}

async fn put_contact(browser: &mut Browser, contact: &str) -> Answer {
    let body = json!({ "contact": contact }).to_string();
    let path = format!("{STAFF}/api/admin/me/backup-contact");
    let body = Some(("application/json", body));
    browser.call(Method::PUT, &path, body, "application/json").await
}

fn leads_to_them(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.to().ends_with("/responsibilities")
}

#[tokio::test(flavor = "multi_thread")]
async fn they_stand_before_every_page_and_every_call() {
    let house = House::new().await;
    let mut jess = owing(&house).await;
    for page in ["/", "/users", "/passkeys", "/whoami", "/no-such-page"] {
        assert!(leads_to_them(&get(&mut jess, page).await), "{page}");
    }
    let form = [("theme", "dark"), ("back", "/")];
    assert!(leads_to_them(
        &jess
            .post_form(&format!("{STAFF}/api/fn/staff/theme"), &form)
            .await
    ));
    for call in ["/api/admin/tenants", "/api/admin/session/passkeys"] {
        let refused = jess.get_json(&format!("{STAFF}{call}")).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "RESPONSIBILITIES_REQUIRED"),
            "{call}"
        );
        assert_eq!(
            refused.headers["link"],
            "</responsibilities>; rel=\"terms-of-service\""
        );
    }
    // What leads there, and out.
    assert_eq!(
        jess.get_json(&format!("{STAFF}/api/admin/session")).await.status,
        StatusCode::OK
    );
    for page in ["/responsibilities", "/stay"] {
        assert_eq!(get(&mut jess, page).await.status, StatusCode::OK, "{page}");
    }
    let out = jess.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text);
    let mut kim = house.signed_in("kim").await;
    let log = format!("{STAFF}/api/admin/audit-logs?q=outcome:denied");
    let log = kim.get_json(&log).await;
    assert!(log.text.contains("responsibilities_open"), "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_opens_the_console_and_keeps_what_was_typed_until_it_is_right() {
    let house = House::new().await;
    let mut jess = owing(&house).await;
    let send = format!("{STAFF}/api/fn/staff/acknowledge_duties");
    let typed = |contact: &'static str| [("version", "1"), ("contact", contact), ("contact_name", "Jo")];
    let refused = jess.post_form(&send, &typed("jess@acme-corp.example")).await;
    assert!(leads_to_them(&refused), "{}", refused.text);
    let page = get(&mut jess, "/responsibilities").await;
    assert!(
        page.text.contains("This is your address at work"),
        "{}",
        page.text
    );
    assert!(page.text.contains("value=\"Jo\""), "{}", page.text);
    assert!(leads_to_them(&get(&mut jess, "/").await));
    let done = jess.post_form(&send, &typed("+49 30 901820")).await;
    assert!(done.to().ends_with('/'), "{} {}", done.status, done.text);
    assert_eq!(get(&mut jess, "/").await.status, StatusCode::OK);
    let page = get(&mut jess, "/responsibilities").await;
    assert!(page.text.contains("value=\"+4930901820\"") && page.text.contains("Save backup contact"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_text_is_acknowledged_anew_and_an_old_one_no_more() {
    let own = Responsibilities::with(vec!["Lock the door.".to_owned()]);
    let version = own.version().to_owned();
    let house = House::under(TestDb::sqlite().await, |policy| policy.responsibilities = own).await;
    let mut jess = house.signed_in("jess").await;
    assert_eq!(get(&mut jess, "/").await.status, StatusCode::OK);
    let older = "UPDATE staff SET responsibilities = '1' WHERE email LIKE 'jess@%'";
    house.db.raw_execute(older).await.unwrap();
    let shown = jess.get_json(&format!("{STAFF}{API}")).await.json();
    assert_eq!(
        (&shown["version"], &shown["acknowledged"]),
        (&json!(version), &json!(false))
    );
    assert_eq!(
        shown["lines"].as_array().unwrap().last(),
        Some(&json!("Lock the door."))
    );
    let send = |version: &str| json!({ "version": version, "contact": "+4930901820" });
    let stale = jess.post_json(&format!("{STAFF}{API}"), &send("1")).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        stale.json()["error"]["fields"]["version"].is_string(),
        "{}",
        stale.text
    );
    let done = jess.post_json(&format!("{STAFF}{API}"), &send(&version)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(
        jess.get_json(&format!("{STAFF}/api/admin/tenants")).await.status,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_stops_while_they_are_owed() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    jess.visit("rod@acme.com").await;
    let inside = format!("{}/members", crate::support::tenant("acme"));
    assert_eq!(jess.get(&inside).await.status, StatusCode::OK);
    house.db.raw_execute(OWED).await.unwrap();
    assert_eq!(jess.get(&inside).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_contact_is_for_its_owner_and_for_who_manages_staff_and_for_no_log() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    assert_eq!(
        put_contact(&mut jess, "030 901820").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        put_contact(&mut jess, "jess@home.example").await.status,
        StatusCode::NO_CONTENT
    );
    let own = jess.get_json(&format!("{STAFF}{API}")).await.json();
    assert_eq!(own["backup_contact"]["contact"], "jess@home.example");
    let id = jess.get_json(&format!("{STAFF}/api/admin/session")).await.json()["staff_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = format!("{STAFF}/api/admin/staff/{id}");
    let mut sasha = house.signed_in("sasha").await;
    assert!(
        sasha.get_json(&one).await.json()["backup_contact"].is_null(),
        "security reads staff only"
    );
    let mut kim = house.signed_in("kim").await;
    assert_eq!(
        kim.get_json(&one).await.json()["backup_contact"]["contact"],
        "jess@home.example"
    );
    let page = kim.get(&format!("{STAFF}/staff/{id}")).await;
    assert!(page.text.contains("jess@home.example"), "{}", page.text);
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?limit=100"))
        .await;
    assert!(log.text.contains("changed their backup contact"), "{}", log.text);
    assert!(
        log.text.contains("Backup contact of one member of staff") || log.text.contains("looked at staff")
    );
    assert!(!log.text.contains("home.example"), "{}", log.text);
    let at_rest = duties::find_contact(&mut house.db.reader(), id.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(!String::from_utf8_lossy(&at_rest.sealed).contains("home.example"));
    // The key of one's own data takes it along.
    house.service.erase_personal(&id, "Request 118").await.unwrap();
    assert!(kim.get_json(&one).await.json()["backup_contact"].is_null());
    let again = house.service.erase_personal(&id, "Request 118").await;
    assert!(matches!(again, Err(ServiceError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_staff_says_who_owes_them_and_a_leaver_s_contact_goes() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    put_contact(&mut jess, "+4930901820").await;
    house.db.raw_execute(OWED).await.unwrap();
    let mut kim = house.signed_in("kim").await;
    let list = kim.get_json(&format!("{STAFF}/api/admin/staff")).await.json();
    let owing: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["responsibilities_owed"] == true)
        .collect();
    assert_eq!(owing.len(), 1, "{owing:?}");
    let id = owing[0]["id"].as_str().unwrap();
    let page = get(&mut kim, "/staff").await;
    assert_eq!(
        page.text.matches("responsibilities open").count(),
        1,
        "{}",
        page.text
    );
    let gone = json!({ "reason": "Left the company today", "secrets_compromised": false });
    let gone = kim
        .post_json(&format!("{STAFF}/api/admin/staff/{id}/deactivate"), &gone)
        .await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let kept = duties::find_contact(&mut house.db.reader(), id.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(kept, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_shown_from_inside_alone_and_a_look_from_elsewhere_is_told() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    jess.peer = "203.0.113.9:40000".parse().unwrap();
    let refused = jess.get_json(&format!("{STAFF}{API}")).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "NETWORK_DENIED")
    );
    let told = "SELECT count(*) AS n FROM audit_entry WHERE event = 'responsibilities.view_own' AND outcome = 'denied'";
    let told: i64 = house.db.raw_fetch(told).await.unwrap()[0].get("n").unwrap();
    assert_eq!(told, 1);
}

/// What the role lists is not what a call may do: the right itself is asked for, and told with its verdicts.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_contact_is_shown_by_the_decision_alone() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    put_contact(&mut jess, "+4930901820").await;
    let own = jess.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    let one = format!("{STAFF}/api/admin/staff/{}", own["staff_id"].as_str().unwrap());
    let mut kim = house.signed_in("kim").await;
    let shown = kim.get_json(&one).await.json();
    assert_eq!(shown["backup_contact"]["contact"], "+4930901820", "{shown}");
    let told = "SELECT count(*) AS n FROM audit_entry WHERE event = 'admin.staff.view' \
                AND CAST(canonical AS TEXT) LIKE '%Backup contact%' AND CAST(canonical AS TEXT) LIKE '%\"verdicts\"%'";
    let told = house.db.raw_fetch(told).await.unwrap()[0].count("n").unwrap();
    assert_eq!(told, 1);
    for _ in 0..7 {
        house.later(600);
        kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    }
    let stale = kim.get_json(&one).await;
    assert_eq!(stale.status, StatusCode::OK, "{}", stale.text);
    assert!(
        stale.json()["backup_contact"].is_null(),
        "managing staff asks for a fresher proof: {}",
        stale.text
    );
    assert!(shown["backup_contact_withheld"].is_null(), "{shown}");
    let why = stale.json()["backup_contact_withheld"].clone();
    let why = why.as_str().unwrap();
    let path = one.replace("/api/admin", "");
    let page = kim.get(&path).await.text;
    let anew = format!("/stay?back={}", path.replace(STAFF, "").replace('/', "%2F"));
    assert!(page.contains(why) && page.contains(&anew), "{why} {anew}: {page}");
    let mut sasha = house.signed_in("sasha").await;
    let never = sasha.get_json(&one).await;
    assert!(
        never.json()["backup_contact_withheld"].is_null(),
        "{}",
        never.text
    );
}
