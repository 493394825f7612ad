//! The console's Sessions: who sees which, and that a revoked one is refused by the very next request.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

async fn sessions(browser: &mut Browser, query: &str) -> Vec<Value> {
    let answer = browser.get_json(&api(&format!("sessions?{query}"))).await;
    items(&answer)
}

fn items(answer: &Answer) -> Vec<Value> {
    let body = answer.json();
    let items = body["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text));
    items.clone()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// The one live session of somebody on staff.
async fn session_of(browser: &mut Browser, short: &str) -> Value {
    let found = sessions(browser, &format!("q={short}")).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

const WHY: &str = "Laptop lost on the train";

async fn revoke(browser: &mut Browser, id: &str) -> Answer {
    let path = api(&format!("sessions/{id}"));
    browser
        .send_json(Method::DELETE, &path, &json!({ "reason": WHY }))
        .await
}

async fn is_in(browser: &mut Browser) -> bool {
    let page = browser.get(&format!("{STAFF}/users?tenant=acme")).await.status;
    let call = browser.get_json(&api("session")).await.status;
    assert_eq!(
        page == StatusCode::OK,
        call == StatusCode::OK,
        "page and API agree"
    );
    call == StatusCode::OK
}

async fn a_revoked_session_and_its_visit(db: TestDb) {
    let house = House::over(db).await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let visit = jess.visit("rod@acme.com").await;
    let inside = format!("{}/api/tenant/users", tenant("acme"));
    assert_eq!(jess.get_json(&inside).await.status, StatusCode::OK);
    let session = session_of(&mut kim, "jess").await;
    assert_eq!(
        (session["visits"].as_u64(), session["current"].as_bool()),
        (Some(1), Some(false))
    );
    let mut another_tab = jess.window();

    let done = revoke(&mut kim, &text(&session, "id")).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert!(!is_in(&mut jess).await && !is_in(&mut another_tab).await);
    assert_eq!(jess.get_json(&inside).await.status, StatusCode::UNAUTHORIZED);
    assert!(is_in(&mut kim).await);
    assert_eq!(sessions(&mut kim, "q=jess").await.len(), 0);
    let ended = sessions(&mut kim, "q=jess%20state:ended").await;
    assert_eq!(text(&ended[0], "ended_why"), "revoked");

    let again = revoke(&mut kim, &text(&session, "id")).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT")
    );
    house.service.run_due().await.unwrap();
    let revoked = kim.log("q=action:session.revoke").await;
    assert_eq!(
        revoked,
        ["kim revoked a session of jess.park@acme-corp.example"].map(|_| revoked[0].clone())
    );
    assert!(
        revoked[0].starts_with("kim revoked a session of jess"),
        "{revoked:?}"
    );
    let ends = kim
        .log(&format!("q=impersonation:{visit}%20action:impersonation.end"))
        .await;
    assert_eq!(ends.len(), 1, "the end of the visit is told once: {ends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_is_refused_at_once_and_its_visit_too() {
    a_revoked_session_and_its_visit(TestDb::sqlite().await).await;
    a_revoked_session_and_its_visit(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_who_where_with_what_and_for_how_long() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.later(120);
    let own = session_of(&mut kim, "kim").await;
    assert_eq!(own["current"].as_bool(), Some(true));
    assert_eq!(
        (text(&own, "state"), text(&own, "factor")),
        ("live".to_owned(), "passkey".to_owned())
    );
    assert_eq!(own["factor_age_seconds"].as_u64(), Some(120));
    assert_eq!(own["idle_in_seconds"].as_u64(), Some(15 * 60));
    assert_eq!(own["ends_in_seconds"].as_u64(), Some(4 * 3600 - 120));
    assert_eq!(text(&own, "address"), "127.0.0.1");
    assert_eq!(
        text(&own, "device"),
        "not told",
        "the test's browser names no agent"
    );
    for (field, bad) in [
        ("q", "q=state:dead"),
        ("q", "q=colour:red"),
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("limit", "limit=many"),
        ("page", "page=2"),
        ("cursor", "cursor=AAAA"),
    ] {
        let refused = kim.get_json(&api(&format!("sessions?{bad}"))).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad}: {}",
            refused.text
        );
        assert_ne!(refused.field(field), "", "{bad}: {}", refused.text);
    }
    let page = kim.get(&format!("{STAFF}/sessions")).await;
    for words in [
        "Kim Moreno",
        "this session",
        "idle in 15 min",
        "ends in 3 h 58 min",
        "passkey, 2 min old",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_and_revokes_what_the_matrix_gives_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let kims = text(&session_of(&mut kim, "kim").await, "id");
    let mut jess = house.signed_in("jess").await;
    let (mut sasha, mut rio) = (house.signed_in("sasha").await, house.signed_in("rio").await);
    for (short, browser, sees) in [
        ("jess", &mut jess, StatusCode::OK),
        ("sasha", &mut sasha, StatusCode::OK),
        ("rio", &mut rio, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(browser.get_json(&api("sessions")).await.status, sees, "{short}");
        assert_eq!(
            browser.get(&format!("{STAFF}/sessions")).await.status,
            sees,
            "{short}"
        );
        let refused = revoke(browser, &kims).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN"),
            "{short}"
        );
    }
    assert!(is_in(&mut kim).await);
    let own = sessions(&mut jess, "q=jess").await;
    let own = own.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(
        revoke(&mut jess, &text(own, "id")).await.status,
        StatusCode::NO_CONTENT,
        "one's own"
    );
    assert!(!is_in(&mut jess).await);
    let tried = kim.log("q=action:session.revoke%20outcome:denied").await;
    assert_eq!(tried.len(), 3, "each refusal is an entry: {tried:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_by_name_is_done_by_a_form() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut two = house.signed_in("jess").await;
    let mut one = two.window();
    // Another browser of hers: a sign-in in the same one would take the first session's place.
    two.cookies.clear();
    two.sign_in("jess").await;
    let session = sessions(&mut kim, "q=jess").await.remove(0);
    let (id, person) = (text(&session, "id"), text(&session, "staff_id"));
    let asked = format!("{STAFF}/sessions?revoke={id}");
    let dialog = kim.get(&asked).await;
    assert!(
        dialog.text.contains("role=\"dialog\"") && dialog.text.contains("Revoke the session of Jess"),
        "{}",
        dialog.text
    );
    let asked_all = format!("/sessions?revoke_all={person}");
    let dialog = kim.get(&format!("{STAFF}{asked_all}")).await;
    assert!(
        dialog.text.contains("Revoke all sessions of Jess") && dialog.text.contains("All 2 sessions"),
        "{}",
        dialog.text
    );

    let form = format!("{STAFF}/api/fn/staff/revoke_sessions");
    let fields = |reason: &'static str| {
        [
            ("person_id", person.as_str()),
            ("reason", reason),
            ("dialog", asked_all.as_str()),
            ("back", "/sessions"),
        ]
    };
    let unsaid = kim
        .send_json(Method::DELETE, &api(&format!("sessions/{id}")), &json!({}))
        .await;
    assert!(
        unsaid.field("reason").contains("at least 10 characters"),
        "somebody else's takes a reason: {}",
        unsaid.text
    );
    let short = kim.post_form(&form, &fields("too short")).await;
    assert_eq!(
        (short.status, short.to()),
        (StatusCode::SEE_OTHER, format!("{STAFF}{asked_all}").as_str())
    );
    let dialog = kim.get(short.to()).await;
    assert!(
        dialog.text.contains("at least 10 characters") && dialog.text.contains("value=\"too short\""),
        "{}",
        dialog.text
    );
    assert!(is_in(&mut one).await && is_in(&mut two).await, "nothing was done");

    let done = kim.post_form(&form, &fields("Lost laptop, told by phone")).await;
    assert_eq!(
        (done.status, done.to()),
        (StatusCode::SEE_OTHER, format!("{STAFF}/sessions").as_str())
    );
    assert!(!is_in(&mut one).await && !is_in(&mut two).await);
    let page = kim.get(done.to()).await;
    assert!(page.text.contains("2 sessions of Jess"), "{}", page.text);
    let told = kim.log("q=action:session.revoke").await;
    assert_eq!(told.len(), 2, "one entry a session: {told:?}");

    let own = text(&session_of(&mut kim, "kim").await, "id");
    let dialog = kim.get(&format!("{STAFF}/sessions?revoke={own}")).await;
    assert!(
        dialog.text.contains("Revoke the session you are using?"),
        "{}",
        dialog.text
    );
    let form = format!("{STAFF}/api/fn/staff/revoke_session");
    let out = kim
        .post_form(
            &form,
            &[
                ("session_id", &own),
                ("reason", ""),
                ("dialog", "/sessions"),
                ("back", "/sessions"),
            ],
        )
        .await;
    assert_eq!(out.to(), format!("{STAFF}/signed-out"));
    assert!(!is_in(&mut kim).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_people_are_seen_and_revoked_with_the_tenant_knowing() {
    let house = House::new().await;
    let (mut kim, mut val) = (house.signed_in("kim").await, house.inside(VAL).await);
    let own_log = format!("{}/api/tenant/audit-logs?limit=5", tenant("acme"));
    let list = kim.get_json(&api("tenants/acme/sessions?q=val")).await;
    let found = items(&list);
    assert_eq!(found.len(), 1, "{}", list.text);
    assert_eq!(text(&found[0], "email"), VAL);
    assert!(found[0]["staff_id"].is_null() && text(&found[0], "user_id").starts_with("usr_"));
    let told = sentences(&val.get_json(&own_log).await);
    assert!(
        told.iter()
            .any(|line| line == "Kim Moreno read the directory of Acme"),
        "{told:?}"
    );

    let id = text(&found[0], "id");
    for (short, status) in [("jess", StatusCode::FORBIDDEN), ("sasha", StatusCode::FORBIDDEN)] {
        let mut browser = house.signed_in(short).await;
        assert_eq!(revoke(&mut browser, &id).await.status, status, "{short}");
    }
    assert_eq!(val.get_json(&own_log).await.status, StatusCode::OK);
    assert_eq!(revoke(&mut kim, &id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(val.get_json(&own_log).await.status, StatusCode::UNAUTHORIZED);
    let mut val = house.inside(VAL).await;
    let told = sentences(&val.get_json(&own_log).await);
    assert!(
        told.contains(&format!("Kim Moreno revoked a session of {VAL}")),
        "{told:?}"
    );
    let told = kim.log("q=action:session.revoke%20outcome:success").await;
    assert_eq!(told, [format!("kim revoked a session of {VAL} in Acme")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_meets_each_session_once_and_a_hidden_tenants_is_unknown() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("tenants/acme/sessions?q=state:live,ended&limit=7&cursor={cursor}");
        let page = kim.get_json(&api(&path)).await;
        seen.extend(items(&page).iter().map(|session| text(session, "id")));
        match page.json()["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), count), (30, 30));
    let stolen = kim
        .get_json(&api(&format!("tenants/lumen/sessions?cursor={cursor}")))
        .await;
    assert_eq!(
        stolen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a cursor is good for its list only"
    );

    // Somebody stays super admin everywhere.
    house.signed_in("ada").await;
    house.only("kim", "lumen").await;
    assert_eq!(
        kim.get_json(&api("tenants/acme/sessions")).await.status,
        StatusCode::NOT_FOUND
    );
    let hidden = revoke(&mut kim, &seen[0]).await;
    let unknown = revoke(&mut kim, "ses_01k9w000000000000000000010").await;
    assert_eq!(
        (hidden.status, hidden.without_request()),
        (StatusCode::NOT_FOUND, unknown.without_request())
    );
}

/// Ids of Acme's people, by address.
async fn ids(browser: &mut Browser, emails: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for email in emails {
        ids.push(browser.member("acme", email).await);
    }
    ids
}

async fn people_who_were_chosen(db: TestDb) {
    let house = House::over(db).await;
    let (mut val, mut rod) = (house.inside(VAL).await, house.inside("rod@acme.com").await);
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let chosen = ids(&mut kim, &[VAL, "rod@acme.com", "former@acme.com"]).await;
    let inside = format!("{}/api/tenant/audit-logs?limit=20", tenant("acme"));
    let list = "/users?tenant=acme&q=role%3Aowner";
    let query: String = chosen.iter().map(|id| format!("&id={id}")).collect();
    let asked = format!("{STAFF}/users/revoke?list=tenant%3Dacme%26q%3Drole%253Aowner{query}");
    let dialog = kim.get(&asked).await;
    for words in [
        "Revoke the sessions of 3 people of Acme?",
        "not signed in",
        "name=\"user_ids[]\"",
        "value=\"/users?tenant=acme&amp;q=role%3Aowner\"",
    ] {
        assert!(dialog.text.contains(words), "{words} in {}", dialog.text);
    }
    let page = jess.get(&asked).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("/api/fn/staff/revoke_people"),
        "support revokes nobody's"
    );

    let form = format!("{STAFF}/api/fn/staff/revoke_people");
    let mut fields = vec![
        ("tenant", "acme"),
        ("reason", "too short"),
        ("dialog", list),
        ("back", list),
    ];
    fields.extend(chosen.iter().map(|id| ("user_ids[]", id.as_str())));
    let short = kim.post_form(&form, &fields).await;
    assert_eq!(short.to(), format!("{STAFF}{list}"));
    assert_eq!(
        val.get_json(&inside).await.status,
        StatusCode::OK,
        "nothing was done"
    );
    fields[1] = ("reason", "Passwords seen in a leak");
    kim.get(&asked).await;
    let done = kim.post_form(&form, &fields).await;
    assert_eq!(done.to(), format!("{STAFF}{list}"));
    let page = kim.get(done.to()).await;
    assert!(page.text.contains("sessions of 2 people ended"), "{}", page.text);
    for browser in [&mut val, &mut rod] {
        assert_eq!(browser.get_json(&inside).await.status, StatusCode::UNAUTHORIZED);
    }
    let told = kim.log("q=action:session.revoke%20outcome:success").await;
    let of = |email: &str| {
        let line = format!("kim revoked a session of {email} in Acme");
        told.iter().filter(|found| **found == line).count()
    };
    assert!(
        of(VAL) >= 1 && of("rod@acme.com") >= 1,
        "one entry a session: {told:?}"
    );
    assert_eq!(of(VAL) + of("rod@acme.com"), told.len());
    let mut val = house.inside(VAL).await;
    let own = sentences(&val.get_json(&inside).await);
    assert!(
        own.contains(&format!("Kim Moreno revoked a session of {VAL}")),
        "{own:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_chosen_people_end_together() {
    people_who_were_chosen(TestDb::sqlite().await).await;
    people_who_were_chosen(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_of_the_tenant_keeps_everybody_signed_in() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let mut kim = house.signed_in("kim").await;
    let own = kim.member("acme", VAL).await;
    let list = kim.get_json(&api("tenants/lumen/users?limit=1")).await.json();
    let stranger = list["items"][0]["id"].as_str().unwrap().to_owned();
    let inside = format!("{}/api/tenant/users", tenant("acme"));
    let path = api("tenants/acme/sessions/revoke");
    let unknown = "usr_01k9w000000000000000000010".to_owned();
    for other in [stranger, unknown] {
        let answer = kim
            .post_json(&path, &json!({ "user_ids": [own, other], "reason": WHY }))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    }
    let too_many: Vec<String> = (10..111)
        .map(|number| format!("usr_01k9w00000000000000000{number:04}"))
        .collect();
    for wrong in [vec![], vec!["nonsense".to_owned()], too_many] {
        let answer = kim
            .post_json(&path, &json!({ "user_ids": wrong, "reason": WHY }))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        assert!(!answer.field("user_ids").is_empty());
    }
    let idle = kim.member("acme", "former@acme.com").await;
    let answer = kim
        .post_json(&path, &json!({ "user_ids": [idle], "reason": WHY }))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::CONFLICT, "CONFLICT")
    );
    assert_eq!(
        val.get_json(&inside).await.status,
        StatusCode::OK,
        "nothing was done"
    );
    assert!(
        kim.log("q=action:session.revoke%20outcome:success")
            .await
            .is_empty()
    );
    let answer = kim
        .post_json(&path, &json!({ "user_ids": [own.clone(), own], "reason": WHY }))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.json()["sessions"].as_u64() >= Some(1));
    assert_eq!(val.get_json(&inside).await.status, StatusCode::UNAUTHORIZED);
}
