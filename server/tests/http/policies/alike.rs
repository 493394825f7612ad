//! What the simulator says is what is done, in the same words, to whoever may hear it.

use http::StatusCode;
use serde_json::{Value, json};

use super::{api, good, guardrail, simulated, staff_id, with};
use crate::support::{House, STAFF};

/// The same text where the call is refused, where it is simulated, and where its entry is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_explained_alike_on_the_call_in_the_simulator_and_on_its_entry() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let id = staff_id(&mut jess).await;
    for (path, action) in [("policies", "policy.view"), ("roles", "staff.view")] {
        let call = jess.get_json(&api(path)).await;
        assert_eq!(call.status, StatusCode::FORBIDDEN, "{}", call.text);
        let message = call.json()["error"]["message"].as_str().unwrap().to_owned();
        let page = jess.get(&format!("{STAFF}/{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains(&message), "{path}: {}", page.text);

        let request = with(good("", action), json!({ "role": null, "person": id }));
        let simulated = simulated(&mut kim, &request).await;
        assert_eq!(simulated["present"]["text"], json!(message));
        assert_eq!(guardrail(&simulated["present"], "authz")["text"], json!(message));
        assert_eq!(simulated["present"]["code"], call.json()["error"]["code"]);
        let told = &call.json()["error"]["guardrails"];
        assert_eq!(told, &simulated["present"]["guardrails"], "all six, alike");
        for guardrail in told.as_array().unwrap() {
            let words = guardrail["text"].as_str().unwrap();
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }

        let event = if action == "policy.view" {
            "admin.policy.view"
        } else {
            "admin.staff.view"
        };
        let log = kim
            .get_json(&api(&format!("audit-logs?q=action:{event}%20outcome:denied")))
            .await
            .json();
        let entry = &log["items"][0];
        assert_eq!(
            entry["guardrails"]["authz"], simulated["present"]["reason"],
            "{log}"
        );
        assert_eq!(entry["guardrail_texts"], json!({ "authz": message }), "{log}");
        let open = format!("{STAFF}/audit?q=id%3A{}", entry["id"].as_str().unwrap());
        let read = kim.get(&open).await;
        assert!(read.text.contains(&message), "{}", read.text);

        let again =
            simulator_link(&read.text).unwrap_or_else(|| panic!("no way to the simulator: {}", read.text));
        assert!(
            again.contains(&format!("action={action}")) && again.contains(&id),
            "{again}"
        );
        let answer = kim.get(&format!("{STAFF}{again}")).await;
        assert!(answer.text.contains(&message), "{}", answer.text);
    }
}

/// The same where a sub-role is why: it is named, whoever reads of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_sub_role_takes_away_is_explained_alike_everywhere() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let id = staff_id(&mut jess).await;
    let given = "UPDATE staff SET sub_role = 'support_l1' WHERE email LIKE 'jess@%'";
    house.db.raw_execute(given).await.unwrap();
    let why = json!({ "reason": "Payment fraud is looked into" });
    let call = jess.post_json(&api("tenants/acme/suspend"), &why).await;
    assert_eq!(call.status, StatusCode::FORBIDDEN, "{}", call.text);
    let error = call.json()["error"].clone();
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("Your sub-role: support_l1."), "{message}");
    let asked = json!({ "role": null, "person": id, "tenant": "acme" });
    let simulated = simulated(&mut kim, &with(good("", "tenant.suspend"), asked)).await;
    assert_eq!(simulated["present"]["text"], error["message"]);
    assert_eq!(error["guardrails"], simulated["present"]["guardrails"]);
    assert_eq!(guardrail(&error, "authz")["text"], error["message"]);
    let who = kim
        .get_json(&api("roles/who-can?action=tenant.suspend&tenant=acme"))
        .await;
    let rows = who.json()["staff"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["staff_id"] == json!(id));
    assert_eq!(
        row.map(|row| &row["why"]),
        Some(&error["message"]),
        "{}",
        who.text
    );
    let denied = api("audit-logs?q=action:tenant.suspend%20outcome:denied");
    let log = kim.get_json(&denied).await.json();
    let open = format!("{STAFF}/audit?q=id%3A{}", log["items"][0]["id"].as_str().unwrap());
    let read = kim.get(&open).await;
    assert!(read.text.contains(message), "{}", read.text);
}

/// Where a page leads to the simulator with what is filled in.
fn simulator_link(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("href=\"/policies?person=")?;
    let (query, _) = rest.split_once('"')?;
    Some(format!("/policies?person={}", query.replace("&amp;", "&")))
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_request_leads_to_the_simulator_for_who_may_ask_it() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let page = kim.get(&format!("{STAFF}/whoami")).await;
    let link = simulator_link(&page.text).unwrap_or_else(|| panic!("{}", page.text));
    assert!(link.contains("address=127.0.0.1"), "{link}");
    let answer = kim.get(&format!("{STAFF}{link}")).await;
    assert!(
        answer.text.contains("Every guardrail that is asked for holds."),
        "{}",
        answer.text
    );

    assert_eq!(
        jess.get_json(&api("policies")).await.status,
        StatusCode::FORBIDDEN
    );
    for path in ["whoami", "audit"] {
        let page = jess.get(&format!("{STAFF}/{path}")).await;
        assert_eq!((page.status, simulator_link(&page.text)), (StatusCode::OK, None));
    }
}

/// What is hidden is not told of by the verdicts either, nor is anything to strangers.
#[tokio::test(flavor = "multi_thread")]
async fn the_six_are_told_of_nothing_hidden_and_to_no_stranger() {
    let house = House::new().await;
    house.only("jess", "lumen").await;
    let mut jess = house.signed_in("jess").await;
    for path in ["tenants/acme", "tenants/nowhere"] {
        let hidden = jess.get_json(&api(path)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.text);
        assert_eq!(hidden.json()["error"]["guardrails"], Value::Null, "{path}");
    }
    let stranger = house.browser().get_json(&api("tenants")).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.json()["error"]["guardrails"], Value::Null);
}

/// For each role, the simulator says of a real person what the console then does to them.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_simulator_says_of_a_person_is_what_they_get() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let doors = [
        ("tenant.list", "tenants"),
        ("session.view", "sessions"),
        ("staff.view", "roles"),
        ("policy.view", "policies"),
        ("platform.view_system_metrics", "system/queues"),
    ];
    for short in ["kim", "jess", "sasha", "rio"] {
        let mut person = match short {
            "kim" => kim.window(),
            other => house.signed_in(other).await,
        };
        let id = staff_id(&mut person).await;
        for (action, path) in doors {
            let request = with(good("", action), json!({ "role": null, "person": id }));
            let said = simulated(&mut kim, &request).await;
            let got = person.get_json(&api(path)).await.status;
            let permitted = said["present"]["outcome"] == "permit";
            assert_eq!(permitted, got == StatusCode::OK, "{short} {action}: {said}");
        }
    }
}
