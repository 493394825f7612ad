//! The signature counter (§7.2 step 22): a passkey that does not count on may have been copied. It is dead from then on, a
//! risk is raised with the refusal, and whoever has another passkey still gets in.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Trial, api};
use crate::support::{Authenticator, Browser, House, STAFF, sentences};

/// Kim, whose first passkey counts its uses, and a second one that does not.
async fn counting(from: u32) -> (Trial, Browser) {
    let house = House::new().await;
    let mut kim = house.browser();
    kim.passkey = Authenticator::counting(from);
    kim.sign_in("kim").await;
    let mut trial = Trial { house, kim };
    let options = trial.registration().await;
    let mut other = trial.house.browser();
    let proof = other.prove(&options);
    let added = trial.register(&proof).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    (trial, other)
}

/// A use that says its count is this. The first passkey is the one that is asked for first.
async fn counted(trial: &mut Trial, counter: u32) -> (Value, Vec<String>) {
    let options = trial.renewal().await;
    let before = trial.proofs().await;
    let mut draft = trial.kim.passkey.answer(STAFF, &options);
    draft.counter = counter;
    (draft.sealed(), before)
}

async fn risks(trial: &Trial) -> Vec<String> {
    let sql = "SELECT kind || ' ' || level || ' ' || state || ' ' || cause AS text FROM risk_event WHERE staff_id IS NOT NULL";
    trial.texts(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_does_not_advance_ends_the_passkey_and_raises_a_risk() {
    for (first, then) in [(5, 5), (5, 4), (5, 0), (u32::MAX, 1)] {
        let (mut trial, mut other) = counting(first - 2).await;
        let (honest, _) = counted(&mut trial, first).await;
        assert_eq!(
            trial.renew(&honest).await.status,
            StatusCode::NO_CONTENT,
            "{first}"
        );

        let (copy, _) = counted(&mut trial, then).await;
        let proved = "SELECT id || factor_at AS text FROM staff_session ORDER BY id";
        let before = trial.texts(proved).await;
        let answer = trial.renew(&copy).await;
        assert_eq!(
            answer.status,
            StatusCode::CONFLICT,
            "{first}, then {then}: {}",
            answer.text
        );
        assert!(
            !answer.text.contains("copied"),
            "whoever tries is not told: {}",
            answer.text
        );
        let marked = "SELECT name AS text FROM staff_passkey WHERE copied_at IS NOT NULL";
        assert_eq!(trial.texts(marked).await, ["First passkey"]);
        assert_eq!(trial.texts(proved).await, before, "no proof was renewed");
        let ended = "SELECT ended_why AS text FROM staff_session WHERE ended_why = 'revoked'";
        assert_eq!(
            trial.texts(ended).await,
            ["revoked"],
            "the session that it proved is over"
        );
        let me = trial.kim.get_json(&format!("{STAFF}/api/admin/session")).await;
        assert_eq!(me.status, StatusCode::UNAUTHORIZED, "{}", me.text);
        let raised = ["passkey_copied high open a passkey counted backwards, it may have been copied"];
        assert_eq!(risks(&trial).await, raised);
        let linked = "SELECT audit_entry.event || ' ' || audit_entry.code AS text FROM audit_entry JOIN risk_event_entry ON risk_event_entry.entry_id = audit_entry.id";
        assert_eq!(trial.texts(linked).await, ["session.renew passkey_copied"]);
        let alerted = "SELECT alert.event || ' ' || staff.email AS text FROM alert JOIN alert_recipient ON alert_recipient.alert_id = alert.id JOIN staff ON staff.id = alert_recipient.staff_id WHERE alert.event = 'risk.raise'";
        assert_eq!(
            trial.texts(alerted).await,
            ["risk.raise kim@acme-corp.example"],
            "super admins learn of it at once"
        );

        // Right or wrong, it is asked for no more and proves nothing, not in a session that the other one proved either.
        other.sign_in("kim").await;
        let dead_key = std::mem::take(&mut trial.kim.passkey);
        trial.kim = other.window();
        trial.kim.passkey = dead_key;
        let (next, _) = dead(&mut trial, first.saturating_add(1)).await;
        assert_eq!(trial.renew(&next).await.status, StatusCode::CONFLICT);
        assert_eq!(
            trial.told().await,
            ("session.renew".into(), "passkey_unknown".into())
        );
        assert_eq!(risks(&trial).await.len(), 1, "one risk for one passkey");
        shown_and_removed(&mut other).await;
    }
}

/// What the dead passkey would answer.
async fn dead(trial: &mut Trial, counter: u32) -> (Value, Value) {
    let options = trial.renewal().await;
    let asked = options["publicKey"]["allowCredentials"].as_array().unwrap();
    assert_eq!(asked.len(), 1, "only the other one is asked for");
    let mut draft = trial.kim.passkey.answer_unasked(STAFF, &options);
    draft.counter = counter;
    (draft.sealed(), options)
}

/// Its owner is told, and can remove it; the one that works cannot be removed while it is the only one.
async fn shown_and_removed(kim: &mut Browser) {
    let listed = kim.get_json(&api("passkeys")).await.json();
    let keys = listed["items"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 2);
    let (dead, alive) = if keys[0]["copied_at"].is_string() {
        (&keys[0], &keys[1])
    } else {
        (&keys[1], &keys[0])
    };
    assert!(
        dead["copied_at"].is_string() && alive["copied_at"].is_null(),
        "{keys:?}"
    );
    let page = kim.get(&format!("{STAFF}/passkeys")).await;
    assert!(page.text.contains("may be copied"), "{}", page.text);
    let path = |key: &Value| api(&format!("passkeys/{}", key["id"].as_str().unwrap()));
    for (key, status) in [(alive, StatusCode::CONFLICT), (dead, StatusCode::NO_CONTENT)] {
        let gone = kim
            .call(http::Method::DELETE, &path(key), None, "application/json")
            .await;
        assert_eq!(gone.status, status, "{}", gone.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_entrance_too_and_of_two_at_once_one_counts() {
    let (trial, _) = counting(7).await;
    let mut house = trial.house.browser();
    // Two browsers with the same key, each with a ceremony of its own: the copy counts as far as the first.
    house.passkey = trial.kim.passkey.clone();
    let mut copy = trial.house.browser();
    copy.passkey = trial.kim.passkey.clone();
    let mut options = Vec::new();
    for browser in [&mut house, &mut copy] {
        browser.identify("kim").await;
        options.push(browser.begin().await);
    }
    let first = house.passkey.answer(STAFF, &options[0]).sealed();
    let second = copy.passkey.answer(STAFF, &options[1]).sealed();
    let entered = house.finish(&first).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    trial.house.later(1);
    let sessions = "SELECT id AS text FROM staff_session";
    let before = trial.texts(sessions).await;
    let refused = copy.finish(&second).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
    assert_eq!(trial.texts(sessions).await, before, "nobody got in");
    assert_eq!(risks(&trial).await.len(), 1);
    let linked = "SELECT audit_entry.event || ' ' || audit_entry.code AS text FROM audit_entry JOIN risk_event_entry ON risk_event_entry.entry_id = audit_entry.id";
    assert_eq!(trial.texts(linked).await, ["staff.sign_in passkey_copied"]);

    let mut ada = trial.house.signed_in("ada").await;
    let log = ada
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:risk.raise"))
        .await;
    let told = sentences(&log);
    let raised = told
        .iter()
        .find(|line| line.contains("passkey"))
        .unwrap_or_else(|| panic!("{told:?}"));
    assert!(
        raised.contains("raised") && raised.contains("kim") && raised.contains("high"),
        "{raised}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_counts_on_or_does_not_count_is_never_suspected() {
    let (mut trial, mut other) = counting(0).await;
    for counter in [2, 3, 1000, u32::MAX] {
        let (honest, _) = counted(&mut trial, counter).await;
        let answer = trial.renew(&honest).await;
        assert_eq!(
            answer.status,
            StatusCode::NO_CONTENT,
            "{counter}: {}",
            answer.text
        );
    }
    for _ in 0..3 {
        other.cookies.clear();
        other.sign_in("kim").await;
    }
    assert_eq!(risks(&trial).await, Vec::<String>::new());
    let none = other.get_json(&api("passkeys")).await.json();
    assert!(
        none["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|key| key["copied_at"] == json!(null))
    );
}
