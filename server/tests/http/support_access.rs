//! Support access: the owner alone chooses, administrators may end, visitors touch nothing, and the account tells all.

use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Answer, Browser, House, STAFF, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{}/api/tenant/{path}", tenant("acme"))
}

async fn choose(browser: &mut Browser, body: serde_json::Value) -> Answer {
    browser
        .send_json(Method::PUT, &api("support-access/consent"), &body)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_alone_chooses_and_both_logs_hold_before_and_after() {
    let house = House::new().await;
    let (mut val, mut rod, mut sam) = (
        house.inside(VAL).await,
        house.inside("rod@acme.com").await,
        house.inside("sam@acme.com").await,
    );
    let mut kim = house.signed_in("kim").await;
    kim.visit(VAL).await;
    for (who, browser) in [
        ("admin", &mut rod),
        ("developer", &mut sam),
        ("a visit as the owner", &mut kim),
    ] {
        let refused = choose(browser, json!({ "choice": "off" })).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN"),
            "{who}"
        );
    }
    for (body, field) in [
        (json!({ "choice": "sometimes" }), "choice"),
        (json!({ "choice": "window" }), "until"),
        (
            json!({ "choice": "window", "until": "2026-11-21T12:00:00Z" }),
            "until",
        ),
        (
            json!({ "choice": "on", "until": "2026-12-21T12:00:00Z" }),
            "until",
        ),
        (json!({ "choice": "on", "allow": true }), "allow"),
    ] {
        let refused = choose(&mut val, body.clone()).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "INVALID"),
            "{body}"
        );
        assert_ne!(refused.field(field), "", "{body}: {}", refused.text);
    }
    let window = json!({ "choice": "window", "until": "2026-11-21T18:00:00Z" });
    assert_eq!(choose(&mut val, window).await.status, StatusCode::NO_CONTENT);
    let stands = val.get_json(&api("support-access")).await.json();
    assert_eq!(stands["consent"]["choice"], "window");
    assert_eq!(stands["consent"]["until"], "2026-11-21T18:00:00.000000Z");
    let query = "audit-logs?q=action:support_access.consent%20outcome:success";
    let own = val.get_json(&api(query)).await;
    assert_eq!(sentences(&own), ["Val Marsh changed support access to Acme"]);
    let platform = kim.get_json(&format!("{STAFF}/api/admin/{query}")).await;
    assert_eq!(sentences(&platform), ["Val Marsh changed support access to Acme"]);
    let diff = &platform.json()["items"][0]["changes"][0];
    assert_eq!(
        (&diff["before"], &diff["after"]),
        (&json!("on"), &json!("window until 2026-11-21T18:00:00.000000Z"))
    );
    let refused = val
        .get_json(&api(
            "audit-logs?q=action:support_access.consent%20outcome:denied",
        ))
        .await;
    let told = sentences(&refused);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told.iter()
            .any(|line| line.starts_with("Kim Moreno tried to change support access")),
        "{told:?}"
    );
    let same = choose(
        &mut val,
        json!({ "choice": "window", "until": "2026-11-21T18:00:00Z" }),
    )
    .await;
    assert_eq!(same.status, StatusCode::NO_CONTENT);
    let own = val.get_json(&api(query)).await;
    assert_eq!(sentences(&own).len(), 1, "what is so already is no change");
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_ends_every_visit_in_the_same_moment() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let visits = [kim.visit("rod@acme.com").await, jess.visit("sam@acme.com").await];
    assert_eq!(
        choose(&mut val, json!({ "choice": "off" })).await.status,
        StatusCode::NO_CONTENT
    );
    for browser in [&mut kim, &mut jess] {
        let refused = browser.get_json(&api("sessions")).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(
            refused.text.contains("the owner switched support access off"),
            "{}",
            refused.text
        );
    }
    let rows = house
        .db
        .raw_fetch("SELECT ended_why FROM impersonation WHERE ended_at >= 1795262400000000")
        .await
        .unwrap();
    assert_eq!(
        rows.len(),
        2,
        "written in the very transaction, before any job ran"
    );
    let log = val.get_json(&api("audit-logs?q=action:impersonation.end")).await;
    let told: Vec<String> = sentences(&log).into_iter().take(2).collect();
    assert!(
        told.iter()
            .all(|line| line.starts_with("Val Marsh ended the visit of platform support as")),
        "{told:?}"
    );
    let minted = kim.mint("rod@acme.com").await;
    assert_eq!(minted.code(), "IMPERSONATION_BLOCKED");
    assert_eq!(
        choose(&mut val, json!({ "choice": "on" })).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        kim.get_json(&api("sessions")).await.status,
        StatusCode::UNAUTHORIZED,
        "an ended visit never comes back"
    );
    let stands = val.get_json(&api("support-access")).await.json();
    let past = stands["past"]["items"].as_array().unwrap();
    assert!(stands["live"].as_array().unwrap().is_empty());
    assert!(
        visits
            .iter()
            .all(|id| past.iter().any(|visit| visit["id"] == **id))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_a_visit_live_and_ends_it() {
    let house = House::new().await;
    let (mut rod, mut sam) = (
        house.inside("rod@acme.com").await,
        house.inside("sam@acme.com").await,
    );
    let mut kim = house.signed_in("kim").await;
    let id = kim.visit("rod@acme.com").await;
    kim.get(&format!("{}/members", tenant("acme"))).await;
    let stands = rod.get_json(&api("support-access")).await.json();
    let live = &stands["live"][0];
    assert_eq!(
        (&live["id"], &live["staff"], &live["as_whom"]),
        (&json!(id), &json!("Kim Moreno"), &json!("rod@acme.com"))
    );
    assert_eq!(
        (&live["ticket"], &live["mode"]),
        (&json!("#4218"), &json!("read only"))
    );
    assert!(
        !stands.to_string().contains("kim@"),
        "a tenant learns a name and no staff address"
    );

    let front = rod.get(&format!("{}/", tenant("acme"))).await;
    for words in [
        "Platform support is here now.",
        "Kim Moreno acts as rod@acme.com",
        "ticket #4218",
        "1 page viewed, nothing changed",
    ] {
        assert!(front.text.contains(words), "{words} in {}", front.text);
    }
    let sams = sam.get(&format!("{}/", tenant("acme"))).await;
    assert!(
        !sams.text.contains("Platform support is here now."),
        "not for a developer"
    );
    let end = api(&format!("support-access/impersonations/{id}/end"));
    assert_eq!(
        sam.post_json(&end, &json!({})).await.status,
        StatusCode::FORBIDDEN
    );
    let mut nested = kim.window();
    assert_eq!(
        nested.post_json(&end, &json!({})).await.status,
        StatusCode::FORBIDDEN,
        "with act present it is refused"
    );

    let account = rod.get(&format!("{}/support-access/{id}", tenant("acme"))).await;
    assert_eq!(account.status, StatusCode::OK);
    for words in [
        "Kim Moreno acts as rod@acme.com",
        "What was viewed",
        "Members",
        "What was refused",
        "platform support",
    ] {
        assert!(account.text.contains(words), "{words} in {}", account.text);
    }
    assert!(
        account.text.contains("tried to stop acting as"),
        "the refused try is in the account: {}",
        account.text
    );

    let ended = rod.post_json(&end, &json!({})).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    let refused = kim.get_json(&api("users")).await;
    assert!(refused.text.contains("the tenant ended it"), "{}", refused.text);
    assert_eq!(
        rod.post_json(&end, &json!({})).await.status,
        StatusCode::CONFLICT,
        "once"
    );
    let log = rod
        .get_json(&api(&format!(
            "audit-logs?q=impersonation:{id}%20action:impersonation.end%20outcome:success"
        )))
        .await;
    assert_eq!(
        sentences(&log),
        ["Rod Walsh ended the visit of platform support as rod@acme.com"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_tenant_is_as_unknown_as_what_does_not_exist() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim
        .post_json(
            &format!("{STAFF}/api/admin/tenants/lumen/impersonate"),
            &json!({ "reason": "Looking at another tenant" }),
        )
        .await;
    let foreign = minted.json()["impersonation_id"].as_str().unwrap().to_owned();
    let unknown = "imp_01h455vb4pex5vsknk084sn02q".to_owned();
    for verb in ["end"] {
        let mut answers = Vec::new();
        for id in [&foreign, &unknown] {
            let answer = val
                .post_json(
                    &api(&format!("support-access/impersonations/{id}/{verb}")),
                    &json!({}),
                )
                .await;
            answers.push((answer.status, answer.without_request()));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
    }
    let page = val
        .get(&format!("{}/support-access/{foreign}", tenant("acme")))
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let request = "cst_01h455vb4pex5vsknk084sn02q";
    for verb in ["approve", "deny"] {
        let answer = val
            .post_json(
                &api(&format!("support-access/requests/{request}/{verb}")),
                &json!({}),
            )
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{verb}");
    }
    let stands = val.get_json(&api("support-access")).await.json();
    assert_eq!(
        stands["live"].as_array().unwrap().len(),
        0,
        "Lumen's visit is not Acme's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_of_the_page_do_the_same_and_keep_what_was_typed() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let form = format!("{}/api/fn/tenant/consent", tenant("acme"));
    let back = ("back", "/support-access");
    let refused = val
        .post_form(&form, &[("choice", "window"), ("until", ""), back])
        .await;
    assert_eq!(refused.to(), format!("{}/support-access", tenant("acme")));
    let page = val.get(refused.to()).await;
    assert!(
        page.text.contains("Say until when it is open.") && page.text.contains("role=\"alert\""),
        "{}",
        page.text
    );
    val.post_form(&form, &[("choice", "window"), ("until", "2026-11-30"), back])
        .await;
    let stands = val.get_json(&api("support-access")).await.json();
    assert_eq!(
        stands["consent"]["until"], "2026-12-01T00:00:00.000000Z",
        "to the end of that day"
    );
    val.post_form(&form, &[("choice", "off"), ("until", "2026-11-30"), back])
        .await;
    let page = val.get(&format!("{}/support-access", tenant("acme"))).await;
    assert!(
        page.text.contains("Support access is as you chose."),
        "{}",
        page.text
    );
    let mut kim = house.signed_in("kim").await;
    let blocked = kim.mint("rod@acme.com").await;
    assert_eq!(blocked.code(), "IMPERSONATION_BLOCKED");
}
