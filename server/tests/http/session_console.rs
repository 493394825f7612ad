//! The Sessions console in full: one session's page, clocks as its person's guard has them, and revoking by a filter.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::guard_policy::{ActionSet, Draft, GuardPolicies, Narrowing, StaffRoles};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::minutes;
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

async fn found(browser: &mut Browser, query: &str) -> Vec<Value> {
    let list = browser.get_json(&api(&format!("sessions?q={query}"))).await;
    let items = list.json()["items"].as_array().cloned();
    items.unwrap_or_else(|| panic!("{}", list.text))
}

async fn id_of(browser: &mut Browser, query: &str) -> String {
    found(browser, query).await[0]["id"].as_str().unwrap().to_owned()
}

async fn show(browser: &mut Browser, id: &str) -> Answer {
    browser.get_json(&api(&format!("sessions/{id}"))).await
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get_json(&api("session")).await.status == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_a_page_that_says_by_what_it_is_held() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let visit = jess.visit("rod@acme.com").await;
    house.later(60);
    let id = id_of(&mut kim, "jess").await;
    let told = show(&mut kim, &id).await.json();
    for (field, value) in [
        ("network", json!("loopback")),
        ("provider", json!("Demo SSO")),
        ("role", json!("support")),
        ("rotations", json!(0)),
        ("rotated_at", Value::Null),
        ("passkey", json!("First passkey")),
        ("ttl_seconds", json!(4 * 3600)),
        ("idle_ttl_seconds", json!(15 * 60)),
        ("factor_age_seconds", json!(60)),
        ("tenant_id", Value::Null),
    ] {
        assert_eq!(told[field], value, "{field} of {told}");
    }
    assert_eq!(told["running_visits"][0]["id"], json!(visit));
    let page = kim.get(&format!("{STAFF}/sessions/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "loopback",
        "Demo SSO",
        "not changed since it began",
        "15 min idle",
        "Acme",
        "What was done in it",
    ] {
        assert!(page.text.contains(words), "{words} in {}", page.text);
    }
    let read = kim.log("q=action:admin.audit.read").await;
    assert!(!read.is_empty(), "what was done in it was read");
    // Who may not see staff is not told what a colleague calls a passkey.
    let own = id_of(&mut jess, "jess").await;
    let others = id_of(&mut jess, "kim").await;
    assert_eq!(
        show(&mut jess, &own).await.json()["passkey"],
        json!("First passkey")
    );
    assert_eq!(show(&mut jess, &others).await.json()["passkey"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_session_is_shown_with_the_tenant_knowing_and_a_hidden_one_is_none() {
    let house = House::new().await;
    let (mut kim, mut val) = (house.signed_in("kim").await, house.inside(VAL).await);
    let list = kim.get_json(&api("tenants/acme/sessions?q=val")).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let inside = format!("{}/api/tenant/audit-logs?limit=50", tenant("acme"));
    let looks = async |val: &mut Browser| {
        let told = sentences(&val.get_json(&inside).await);
        told.iter()
            .filter(|line| *line == "Kim Moreno read the directory of Acme")
            .count()
    };
    let before = looks(&mut val).await;
    let told = show(&mut kim, &id).await.json();
    assert_eq!((&told["email"], &told["role"]), (&json!(VAL), &Value::Null));
    assert!(told["tenant_id"].as_str().unwrap().starts_with("org_"));
    assert_eq!(looks(&mut val).await, before + 1);
    let page = kim.get(&format!("{STAFF}/sessions/{id}")).await;
    assert!(
        page.text.contains("Acme") || page.text.contains("Until when"),
        "{}",
        page.text
    );

    let mut sasha = house.signed_in("sasha").await;
    assert_eq!(
        show(&mut sasha, &id).await.status,
        StatusCode::FORBIDDEN,
        "no directory"
    );
    let mut rio = house.signed_in("rio").await;
    assert_eq!(
        show(&mut rio, &id).await.status,
        StatusCode::FORBIDDEN,
        "no sessions at all"
    );
    assert_eq!(
        rio.get(&format!("{STAFF}/sessions/{id}")).await.status,
        StatusCode::FORBIDDEN
    );
    house.signed_in("ada").await;
    house.only("kim", "lumen").await;
    let hidden = show(&mut kim, &id).await;
    let unknown = show(&mut kim, "ses_01k9w000000000000000000010").await;
    assert_eq!(
        (hidden.status, hidden.without_request()),
        (StatusCode::NOT_FOUND, unknown.without_request())
    );
}

/// Guard policies under which the sessions of support are shorter.
fn shorter_for_support() -> GuardPolicies {
    let draft = Draft {
        name: "support".to_owned(),
        about: "Support works in short sessions.".to_owned(),
        roles: StaffRoles::of(&[StaffRole::Support]),
        actions: ActionSet::ALL,
        narrowing: Narrowing {
            session_ttl: Some(minutes(60)),
            session_idle: Some(minutes(5)),
            ..Narrowing::NOTHING
        },
    };
    GuardPolicies::declared(vec![draft.check().unwrap()]).unwrap()
}

async fn clocks_of_the_person(db: TestDb) {
    let house = House::guarded(db, shorter_for_support()).await;
    let mut jess = house.signed_in("jess").await;
    let mut kim = house.signed_in("kim").await;
    house.later(60);
    let row = found(&mut kim, "jess").await.remove(0);
    assert_eq!(
        (&row["idle_in_seconds"], &row["ends_in_seconds"]),
        (&json!(4 * 60), &json!(59 * 60)),
        "{row}"
    );
    let told = show(&mut kim, row["id"].as_str().unwrap()).await.json();
    assert_eq!(
        (&told["ttl_seconds"], &told["idle_ttl_seconds"]),
        (&json!(3600), &json!(300))
    );
    house.later(4 * 60);
    assert!(!is_in(&mut jess).await, "five minutes without activity");
    assert!(found(&mut kim, "jess").await.is_empty(), "it is listed no longer");
    let over = found(&mut kim, "jess%20state:ended").await;
    assert_eq!(over[0]["ended_why"], json!("idle for too long"));
    house.service.run_due().await.unwrap();
    let why = "SELECT ended_why AS x FROM staff_session WHERE staff_id IN (SELECT id FROM staff WHERE email LIKE 'jess@%') ORDER BY started_at DESC";
    let why: Option<String> = house.db.raw_fetch(why).await.unwrap()[0].get("x").unwrap();
    assert_eq!(why.as_deref(), Some("idle"), "and its end is written down");
    jess.sign_in("jess").await;
    for _ in 0..14 {
        house.later(4 * 60);
        assert!(is_in(&mut jess).await);
        house.service.run_due().await.unwrap();
    }
    house.later(4 * 60);
    assert!(!is_in(&mut jess).await, "an hour, however busy");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_ends_and_refusals_go_by_the_clocks_of_whose_session_it_is() {
    clocks_of_the_person(TestDb::sqlite().await).await;
    clocks_of_the_person(TestDb::postgres().await).await;
}

async fn preview(browser: &mut Browser, query: &str) -> Value {
    let answer = browser.get_json(&api(&format!("sessions/revoke?{query}"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn revoke(browser: &mut Browser, mut body: Value) -> Answer {
    if body.get("reason").is_none() {
        body["reason"] = json!("Lost laptops of the office");
    }
    browser.post_json(&api("sessions/revoke"), &body).await
}

async fn those_that_match(db: TestDb) {
    let house = House::over(db).await;
    let (mut jess, mut sasha) = (house.signed_in("jess").await, house.signed_in("sasha").await);
    jess.visit("rod@acme.com").await;
    house.later(240);
    let (mut kim, mut rio) = (house.signed_in("kim").await, house.signed_in("rio").await);
    let told = preview(&mut kim, "q=older:3m").await;
    assert_eq!(
        (
            &told["sessions"],
            &told["people"],
            &told["visits"],
            &told["own"],
            &told["refused"]
        ),
        (&json!(2), &json!(2), &json!(1), &json!(false), &Value::Null),
        "{told}"
    );
    for (query, sessions) in [
        ("q=provider:demo", 3),
        ("q=provider:okta", 0),
        ("q=address:127.0.0.0/8%20older:3m", 2),
        ("q=address:10.0.0.0/8", 0),
        ("q=device:firefox", 0),
        ("q=factor:passkey&include_own=true", 4),
    ] {
        assert_eq!(
            preview(&mut kim, query).await["sessions"],
            json!(sessions),
            "{query}"
        );
    }
    for (body, field) in [
        (json!({"q": "", "sessions": 1}), "q"),
        (json!({"q": "state:ended", "sessions": 1}), "q"),
        (json!({"q": "older:soon", "sessions": 1}), "q"),
        (
            json!({"q": "older:3m", "sessions": 2, "reason": "short"}),
            "reason",
        ),
        (json!({"q": "older:3m", "sessions": 2, "reason": ""}), "reason"),
    ] {
        let refused = revoke(&mut kim, body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text
        );
        assert_ne!(refused.field(field), "", "{}", refused.text);
    }
    let moved = revoke(&mut kim, json!({"q": "older:3m", "sessions": 3})).await;
    assert_eq!(moved.status, StatusCode::CONFLICT, "{}", moved.text);
    for browser in [&mut jess, &mut rio] {
        let refused = revoke(browser, json!({"q": "kim", "sessions": 1})).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN")
        );
    }
    assert!(
        is_in(&mut jess).await && is_in(&mut sasha).await,
        "nothing was done"
    );
    let done = revoke(
        &mut kim,
        json!({"q": "older:3m", "sessions": 2, "reason": "Lost laptops of the office"}),
    )
    .await;
    assert_eq!(
        (done.status, &done.json()["sessions"]),
        (StatusCode::OK, &json!(2)),
        "{}",
        done.text
    );
    assert!(!is_in(&mut jess).await && !is_in(&mut sasha).await && is_in(&mut rio).await);
    let inside = jess
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    assert_eq!(
        inside.status,
        StatusCode::UNAUTHORIZED,
        "the visit ended with its session"
    );
    let told = kim.log("q=action:session.revoke%20outcome:success").await;
    assert_eq!(told.len(), 2, "one entry a session: {told:?}");
    // One's own is left out unless it is meant.
    let kept = revoke(&mut kim, json!({"q": "factor:passkey", "sessions": 1})).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    assert!(is_in(&mut kim).await && !is_in(&mut rio).await);
    let own = revoke(
        &mut kim,
        json!({"q": "factor:passkey", "sessions": 1, "include_own": true, "reason": ""}),
    )
    .await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text);
    assert!(!is_in(&mut kim).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_match_a_filter_end_together_or_not_at_all() {
    those_that_match(TestDb::sqlite().await).await;
    those_that_match(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_few_at_once_take_a_grant_and_the_page_says_so() {
    let house = House::new().await;
    house.signed_in("jess").await;
    let mut kim = house.signed_in("kim").await;
    let copies = |from: u32, to: u32| {
        let columns =
            "staff_id, provider_id, factor, factor_at, started_at, ends_at, last_seen_at, address, agent";
        let of = "FROM staff_session WHERE ended_at IS NULL AND staff_id IN (SELECT id FROM staff WHERE email LIKE 'jess@%') LIMIT 1";
        let insert = |number: u32| {
            format!(
                "INSERT INTO staff_session (id, reference, {columns}) SELECT 'ses_01k9w0000000000000000001{number:02}', randomblob(32), {columns} {of};"
            )
        };
        (from..to).map(insert).collect::<String>()
    };
    house.db.raw_execute(&copies(10, 34)).await.unwrap();
    let told = preview(&mut kim, "q=jess").await;
    assert_eq!(
        (&told["sessions"], &told["limit"], &told["refused"]),
        (&json!(25), &json!(25), &Value::Null)
    );
    house.db.raw_execute(&copies(34, 35)).await.unwrap();
    let told = preview(&mut kim, "q=jess").await;
    assert!(
        told["refused"].as_str().unwrap().contains("break-glass"),
        "{told}"
    );
    let refused = revoke(&mut kim, json!({"q": "jess", "sessions": 26})).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "BREAK_GLASS_REQUIRED")
    );
    let page = kim.get(&format!("{STAFF}/sessions?q=jess&matching=all")).await;
    for words in ["These cannot be revoked together", "at most 25", "break-glass"] {
        assert!(page.text.contains(words), "{words} in {}", page.text);
    }
    let tried = kim
        .get_json(&api("audit-logs?q=action:session.revoke%20outcome:denied"))
        .await
        .json();
    assert_eq!(tried["items"][0]["facts"]["sessions"], json!("26"), "{tried}");
    assert_eq!(found(&mut kim, "jess").await.len(), 26, "nothing was done");
    house
        .db
        .raw_execute("UPDATE staff_session SET ended_at = 1, ended_why = 'revoked' WHERE id LIKE '%34'")
        .await
        .unwrap();
    let done = revoke(&mut kim, json!({"q": "jess", "sessions": 25})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revoked_together_is_typed_on_the_page() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let mut kim = house.signed_in("kim").await;
    let asked = "/sessions?tenant=acme&q=val&matching=all";
    let list = kim.get(&format!("{STAFF}/sessions?tenant=acme&q=val")).await;
    assert!(
        list.text.contains("Revoke this 1") || list.text.contains("Revoke these"),
        "{}",
        list.text
    );
    let all = kim.get(&format!("{STAFF}/sessions?tenant=acme")).await;
    assert!(!all.text.contains("Revoke these"), "only what was searched for");
    let dialog = kim.get(&format!("{STAFF}{asked}")).await;
    let told = preview(&mut kim, "tenant=acme&q=val").await;
    let sessions = told["sessions"].as_u64().unwrap().to_string();
    let words = format!(
        "revoke {sessions} session{}",
        if sessions == "1" { "" } else { "s" }
    );
    assert!(
        dialog.text.contains(&format!("To go on, type: {words}")),
        "{}",
        dialog.text
    );
    let form = format!("{STAFF}/api/fn/staff/revoke_matching");
    let send = |confirm: &str| {
        [
            ("q", "val".to_owned()),
            ("tenant", "acme".to_owned()),
            ("sessions", sessions.clone()),
            ("confirm", confirm.to_owned()),
            ("reason", "Lost laptops of the office".to_owned()),
            ("dialog", asked.to_owned()),
            ("back", "/sessions?tenant=acme".to_owned()),
        ]
    };
    let wrong = send("yes");
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = kim.post_form(&form, &wrong).await;
    assert_eq!(refused.to(), format!("{STAFF}{asked}"));
    let dialog = kim.get(refused.to()).await;
    assert!(
        dialog.text.contains(&format!("Type “{words}”")),
        "{}",
        dialog.text
    );
    let inside = format!("{}/api/tenant/users", tenant("acme"));
    assert_eq!(
        val.get_json(&inside).await.status,
        StatusCode::OK,
        "nothing was done"
    );
    let right = send(&words);
    let right: Vec<(&str, &str)> = right
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = kim.post_form(&form, &right).await;
    assert_eq!(done.to(), format!("{STAFF}/sessions?tenant=acme"));
    assert_eq!(val.get_json(&inside).await.status, StatusCode::UNAUTHORIZED);
}
