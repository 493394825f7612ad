//! Risk events by the API and the console: who sees which, what can be done from where, and that of two one is taken.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF, sentences};

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/risk-events{path}")
}

async fn listed(browser: &mut Browser, q: &str) -> Vec<Value> {
    let answer = browser.get_json(&api(&format!("?q={q}"))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

fn id(risk: &Value) -> String {
    risk["id"].as_str().unwrap().to_owned()
}

async fn step(browser: &mut Browser, id: &str, body: Value) -> Answer {
    browser.post_json(&api(&format!("/{id}")), &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_three_that_are_open_and_each_is_found() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let all = listed(&mut kim, "").await;
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .all(|risk| risk["level"] == "elevated" && risk["status"] == "open")
    );
    for (q, found) in [
        ("status:open", 3),
        ("status:resolved", 0),
        ("level:elevated", 3),
        ("level:high,critical", 0),
        ("kind:token_reuse", 1),
        ("assignee:none", 3),
        ("assignee:me", 0),
        ("failed", 1),
    ] {
        assert_eq!(listed(&mut kim, q).await.len(), found, "{q}");
    }
    for wrong in ["status:closed", "level:9", "who:kim"] {
        let answer = kim.get_json(&api(&format!("?q={wrong}"))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(!answer.field("q").is_empty(), "{wrong}");
    }
    let first = kim.get_json(&api("?limit=2")).await.json();
    let next = first["next"].as_str().unwrap();
    let second = kim
        .get_json(&api(&format!("?limit=2&cursor={next}")))
        .await
        .json();
    assert_eq!(
        (
            first["items"].as_array().unwrap().len(),
            second["items"].as_array().unwrap().len()
        ),
        (2, 1)
    );
    assert_eq!(second["next"], Value::Null);
    let page = kim.get(&format!("{STAFF}/risk")).await;
    assert_eq!(page.status, StatusCode::OK);
    for risk in &all {
        assert!(
            page.text.contains(risk["cause"].as_str().unwrap()),
            "{}",
            page.text
        );
    }
    let home = kim.get(&format!("{STAFF}/")).await;
    assert!(
        home.text.contains("3 open risk events") && home.text.contains("/risk?q=status:open"),
        "{}",
        home.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_worked_on_step_by_step_from_what_was_seen() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let risk = id(&listed(&mut kim, "").await[0]);

    for (body, field) in [
        (json!({ "step": "close", "version": 0 }), "step"),
        (json!({ "step": "note", "version": 0 }), "note"),
        (json!({ "step": "resolve", "version": 0, "note": "  " }), "note"),
        (json!({ "step": "false_positive", "version": 0 }), "note"),
        (
            json!({ "step": "note", "version": 0, "note": "x".repeat(501) }),
            "note",
        ),
        (
            json!({ "step": "assign", "version": 0, "assignee": "stf_01k9w000000000000000000001" }),
            "assignee",
        ),
    ] {
        let answer = step(&mut kim, &risk, body.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            answer.text
        );
        assert!(!answer.field(field).is_empty(), "{body}: {}", answer.text);
    }
    let taken = step(&mut kim, &risk, json!({ "step": "acknowledge", "version": 0 })).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert_eq!(taken.json(), json!({ "status": "acknowledged", "version": 1 }));
    for body in [
        json!({ "step": "resolve", "version": 0, "note": "Too late" }),
        json!({ "step": "acknowledge", "version": 1 }),
    ] {
        let answer = step(&mut ada, &risk, body.clone()).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{body}: {}", answer.text);
    }
    let ada_id = ada.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    let ada_id = ada_id["staff_id"].as_str().unwrap().to_owned();
    let given = step(
        &mut ada,
        &risk,
        json!({ "step": "assign", "version": 1, "assignee": ada_id }),
    )
    .await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let resolved = step(
        &mut ada,
        &risk,
        json!({ "step": "resolve", "version": 2, "note": "It was Sam on a journey" }),
    )
    .await;
    assert_eq!(resolved.json()["status"], "resolved", "{}", resolved.text);
    let over = step(
        &mut ada,
        &risk,
        json!({ "step": "false_positive", "version": 3, "note": "No" }),
    )
    .await;
    assert_eq!(over.status, StatusCode::CONFLICT, "{}", over.text);
    let noted = step(
        &mut kim,
        &risk,
        json!({ "step": "note", "version": 3, "note": "Thanks" }),
    )
    .await;
    assert_eq!(
        noted.json(),
        json!({ "status": "resolved", "version": 4 }),
        "{}",
        noted.text
    );

    let detail = kim.get_json(&api(&format!("/{risk}"))).await.json();
    let steps: Vec<&str> = detail["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["acknowledge", "assign", "resolve", "note"]);
    assert_eq!(
        (&detail["status"], &detail["version"]),
        (&json!("resolved"), &json!(4))
    );
    assert!(
        detail["assignee"]["name"].as_str().unwrap().starts_with("Ada"),
        "{detail}"
    );
    let log = kim
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:risk.*"))
        .await;
    let told = sentences(&log);
    assert_eq!(
        told.iter()
            .filter(|line| line.contains("worked on a risk event of"))
            .count(),
        4,
        "{told:?}"
    );
    assert!(
        told.iter().any(|line| line.contains("looked at risk events")),
        "{told:?}"
    );
    let page = kim.get(&format!("{STAFF}/risk/{risk}")).await;
    assert!(
        page.text.contains("It was Sam on a journey") && page.text.contains("resolved"),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_one_moment_one_is_taken() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let risk = id(&listed(&mut kim, "").await[0]);
    let (one, other) = tokio::join!(
        step(&mut kim, &risk, json!({ "step": "acknowledge", "version": 0 })),
        step(
            &mut ada,
            &risk,
            json!({ "step": "resolve", "version": 0, "note": "Spoke to them" })
        ),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, other.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_look_may_not_always_work_and_what_is_hidden_is_not_there() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let risk = id(&listed(&mut kim, "").await[0]);
    let mut jess = house.signed_in("jess").await;
    assert_eq!(listed(&mut jess, "").await.len(), 3, "support may look");
    let page = jess.get(&format!("{STAFF}/risk/{risk}")).await;
    assert!(
        page.status == StatusCode::OK && !page.text.contains("triage_risk"),
        "{}",
        page.text
    );
    let mut sasha = house.signed_in("sasha").await;
    for other in [&mut jess, &mut sasha] {
        let refused = step(other, &risk, json!({ "step": "acknowledge", "version": 0 })).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    let mut rio = house.signed_in("rio").await;
    for path in [api(""), api(&format!("/{risk}"))] {
        assert_eq!(rio.get_json(&path).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(
        rio.get(&format!("{STAFF}/risk")).await.status,
        StatusCode::FORBIDDEN
    );
    let home = rio.get(&format!("{STAFF}/")).await;
    assert!(!home.text.contains("risk events"), "{}", home.text);

    house.only("jess", "lumen").await;
    assert_eq!(listed(&mut jess, "").await.len(), 0);
    let unknown = jess.get_json(&api("/rsk_01k9w000000000000000000001")).await;
    let hidden = jess.get_json(&api(&format!("/{risk}"))).await;
    assert_eq!(
        (hidden.status, unknown.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    assert_eq!(hidden.without_request(), unknown.without_request());
    assert_eq!(
        jess.get_json(&api("/nonsense")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_on_it_and_says_what_is_wrong() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let risk = id(&listed(&mut kim, "").await[0]);
    let (form, back) = (
        format!("{STAFF}/api/fn/staff/triage_risk"),
        format!("/risk/{risk}"),
    );
    let fields = |step, note| {
        [
            ("risk_id", risk.as_str()),
            ("version", "0"),
            ("step", step),
            ("note", note),
            ("assignee", ""),
            ("back", back.as_str()),
        ]
    };
    let refused = kim.post_form(&form, &fields("resolve", "")).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text);
    let page = kim.get(refused.to()).await;
    assert!(page.text.contains("Say how it was dealt with."), "{}", page.text);
    let done = kim.post_form(&form, &fields("resolve", "Sam called")).await;
    let page = kim.get(done.to()).await;
    assert!(
        page.text.contains("The risk event is resolved.") && page.text.contains("Sam called"),
        "{}",
        page.text
    );
    assert_eq!(listed(&mut kim, "status:open").await.len(), 2);
}
