//! Asking first: one question, one answer, one visit.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

const REASON: &str = "Webhook page shows 500 after plan change";

fn api(path: &str) -> String {
    format!("{}/api/tenant/{path}", tenant("acme"))
}

async fn mint(browser: &mut Browser, body: Value) -> Answer {
    browser
        .post_json(&format!("{STAFF}/api/admin/tenants/acme/impersonate"), &body)
        .await
}

fn body() -> Value {
    json!({ "reason": REASON, "ticket_ref": "#4218" })
}

async fn asking() -> (House, Browser, Browser) {
    let house = House::new().await;
    let ask = "UPDATE tenant SET consent = 'ask' WHERE slug = 'acme'";
    house.db.raw_execute(ask).await.unwrap();
    let (val, kim) = (house.inside(VAL).await, house.signed_in("kim").await);
    (house, val, kim)
}

fn request_id(answer: &Answer) -> String {
    answer.json()["consent_request"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn answer(val: &mut Browser, id: &str, verb: &str) -> StatusCode {
    val.post_json(&api(&format!("support-access/requests/{id}/{verb}")), &json!({}))
        .await
        .status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_once_answered_once_and_opens_one_visit() {
    let (house, mut val, mut kim) = asking().await;
    let first = mint(&mut kim, body()).await;
    assert_eq!(
        (first.status, first.code().as_str()),
        (StatusCode::ACCEPTED, "CONSENT_PENDING"),
        "{}",
        first.text
    );
    let id = request_id(&first);
    assert!(id.starts_with("cst_"));
    assert_eq!(first.json()["consent_request"]["expires_in_seconds"], 1800);
    let again = mint(&mut kim, body()).await;
    assert_eq!(
        (again.status, request_id(&again)),
        (StatusCode::ACCEPTED, id.clone()),
        "the same question"
    );

    let stands = val.get_json(&api("support-access")).await.json();
    let asked = &stands["requests"][0];
    assert_eq!(
        (&asked["staff"], &asked["reason"], &asked["ticket"]),
        (&json!("Kim Moreno"), &json!(REASON), &json!("#4218"))
    );
    let front = val.get(&format!("{}/support-access", tenant("acme"))).await;
    assert!(front.text.contains("Platform support asks to come in") && front.text.contains("Approve"));
    let mut rod = house.inside("rod@acme.com").await;
    assert_eq!(
        answer(&mut rod, &id, "approve").await,
        StatusCode::FORBIDDEN,
        "the owner alone answers"
    );

    assert_eq!(answer(&mut val, &id, "approve").await, StatusCode::NO_CONTENT);
    assert_eq!(
        answer(&mut val, &id, "deny").await,
        StatusCode::CONFLICT,
        "an answer stands"
    );
    let mut jess = house.signed_in("jess").await;
    let other = mint(&mut jess, body()).await;
    assert_eq!(
        other.status,
        StatusCode::ACCEPTED,
        "somebody else has to ask themselves"
    );
    assert_ne!(request_id(&other), id);
    let stolen = mint(
        &mut jess,
        json!({ "reason": REASON, "ticket_ref": "#4218", "consent_request_id": id }),
    )
    .await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND, "and cannot use another's");

    let changed = mint(
        &mut kim,
        json!({ "reason": "Something else entirely", "ttl_seconds": 1800 }),
    )
    .await;
    assert_eq!(
        changed.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        changed.text
    );
    for field in ["reason", "ticket_ref", "ttl_seconds"] {
        assert!(
            changed.field(field).contains("agreed"),
            "{field}: {}",
            changed.text
        );
    }
    let begun = mint(&mut kim, body()).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let door = kim.reach_the_door(&begun).await;
    kim.get(&door).await;
    let inside = kim.get_json(&api("users")).await;
    assert_eq!(
        inside.status,
        StatusCode::OK,
        "the visit goes on though the owner wants to be asked: {}",
        inside.text
    );
    let used = mint(
        &mut kim,
        json!({ "reason": REASON, "ticket_ref": "#4218", "consent_request_id": id }),
    )
    .await;
    assert_eq!(
        (used.status, used.code().as_str()),
        (StatusCode::FORBIDDEN, "IMPERSONATION_BLOCKED"),
        "once"
    );
    let next = mint(&mut kim, body()).await;
    assert_eq!(
        next.status,
        StatusCode::ACCEPTED,
        "another visit is another question"
    );

    for (address, browser) in [
        (api("audit-logs"), &mut val),
        (format!("{STAFF}/api/admin/audit-logs"), &mut kim),
    ] {
        let log = browser
            .get_json(&format!("{address}?q=action:support_access.*%20outcome:success"))
            .await;
        let told = sentences(&log);
        assert!(
            told.iter()
                .any(|line| line == "Val Marsh agreed to support access to Acme"),
            "{told:?}"
        );
        assert!(
            told.iter()
                .filter(|line| line.ends_with("asked for support access to Acme"))
                .count()
                >= 3,
            "{told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands_and_a_question_lapses() {
    let (house, mut val, mut kim) = asking().await;
    let id = request_id(&mint(&mut kim, body()).await);
    assert_eq!(answer(&mut val, &id, "deny").await, StatusCode::NO_CONTENT);
    for refused in [
        mint(&mut kim, body()).await,
        mint(&mut kim, json!({ "reason": REASON, "consent_request_id": id })).await,
    ] {
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "IMPERSONATION_BLOCKED"),
            "{}",
            refused.text
        );
    }
    house.later(1800);
    let mut kim = house.signed_in("ada").await;
    let id = request_id(&mint(&mut kim, body()).await);
    house.later(1799);
    house.service.run_due().await.unwrap();
    let mut val = house.inside(VAL).await;
    assert_eq!(
        val.get_json(&api("support-access")).await.json()["requests"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    house.later(1);
    assert_eq!(
        answer(&mut val, &id, "approve").await,
        StatusCode::CONFLICT,
        "too late, before any job ran"
    );
    assert_eq!(
        val.get_json(&api("support-access")).await.json()["requests"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    house.service.run_due().await.unwrap();
    house.service.run_due().await.unwrap();
    let mut sol = house.signed_in("sol").await;
    let log = sol
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:support_access.expire"
        ))
        .await;
    assert_eq!(
        sentences(&log),
        ["Stagedoor closed the request for support access to Acme"],
        "written once"
    );
    kim.sign_in("ada").await;
    let late = mint(&mut kim, json!({ "reason": REASON, "consent_request_id": id })).await;
    assert_eq!(late.code(), "IMPERSONATION_BLOCKED", "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lapses_too_and_a_closed_door_makes_it_worthless() {
    let (house, mut val, mut kim) = asking().await;
    let id = request_id(&mint(&mut kim, body()).await);
    answer(&mut val, &id, "approve").await;
    let off = json!({ "choice": "off" });
    val.send_json(http::Method::PUT, &api("support-access/consent"), &off)
        .await;
    let closed = mint(&mut kim, body()).await;
    assert_eq!(closed.code(), "IMPERSONATION_BLOCKED", "closed since");
    let ask = json!({ "choice": "ask" });
    val.send_json(http::Method::PUT, &api("support-access/consent"), &ask)
        .await;
    for _ in 0..3 {
        house.later(600);
        kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    }
    let lapsed = mint(
        &mut kim,
        json!({ "reason": REASON, "ticket_ref": "#4218", "consent_request_id": id }),
    )
    .await;
    assert_eq!(
        lapsed.code(),
        "IMPERSONATION_BLOCKED",
        "an answer holds for half an hour: {}",
        lapsed.text
    );
    assert_eq!(mint(&mut kim, body()).await.status, StatusCode::ACCEPTED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_what_would_be_refused_anyway() {
    let (house, mut val, mut kim) = asking().await;
    for (body, field) in [
        (json!({ "reason": "short" }), "reason"),
        (json!({ "reason": REASON, "ttl_seconds": 1 }), "ttl_seconds"),
    ] {
        let refused = mint(&mut kim, body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_ne!(refused.field(field), "");
    }
    let mut rio = house.signed_in("rio").await;
    assert_eq!(mint(&mut rio, body()).await.code(), "FORBIDDEN");
    let suspend = "UPDATE tenant SET state = 'suspended' WHERE slug = 'acme'";
    house.db.raw_execute(suspend).await.unwrap();
    assert_eq!(mint(&mut kim, body()).await.code(), "CONFLICT");
    let restore = "UPDATE tenant SET state = 'active' WHERE slug = 'acme'";
    house.db.raw_execute(restore).await.unwrap();
    let stands = val.get_json(&api("support-access")).await.json();
    assert_eq!(stands["requests"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_one_moment_ask_once_and_use_an_answer_once() {
    for db in [
        stagedoor_store::testing::TestDb::sqlite().await,
        stagedoor_store::testing::TestDb::postgres().await,
    ] {
        let house = House::over(db).await;
        let ask = "UPDATE tenant SET consent = 'ask' WHERE slug = 'acme'";
        house.db.raw_execute(ask).await.unwrap();
        let (mut val, mut kim) = (house.inside(VAL).await, house.signed_in("kim").await);
        let asked = at_once(&kim, 6).await;
        assert!(
            asked.iter().all(|answer| answer.status == StatusCode::ACCEPTED),
            "{:?}",
            statuses(&asked)
        );
        let ids: std::collections::BTreeSet<String> = asked.iter().map(request_id).collect();
        assert_eq!(ids.len(), 1);
        let id = ids.into_iter().next().unwrap();
        assert_eq!(answer(&mut val, &id, "approve").await, StatusCode::NO_CONTENT);
        let begun = at_once(&kim, 6).await;
        let created = begun
            .iter()
            .filter(|answer| answer.status == StatusCode::CREATED)
            .count();
        assert_eq!(created, 1, "{:?}", statuses(&begun));
        let count = house
            .db
            .raw_fetch("SELECT count(*) AS n FROM impersonation WHERE started_at >= 1795262400000000")
            .await
            .unwrap();
        assert_eq!(count[0].count("n").unwrap(), 1);
        kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    }
}

async fn at_once(kim: &Browser, many: usize) -> Vec<Answer> {
    let calls: Vec<_> = (0..many)
        .map(|_| {
            let mut twin = kim.window();
            tokio::spawn(async move { mint(&mut twin, body()).await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

fn statuses(answers: &[Answer]) -> Vec<String> {
    answers
        .iter()
        .map(|answer| format!("{} {}", answer.status, answer.text))
        .collect()
}
