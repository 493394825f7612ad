//! `/sign-in`: each step can be taken once, in order, by the browser that began it.

use std::net::SocketAddr;

use http::StatusCode;
use serde_json::json;

use crate::support::{Browser, House, STAFF, sentences};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sign_in_registers_a_passkey_and_the_next_one_uses_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let me = kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert_eq!(me.json()["role"], "super_admin");
    assert_eq!(me.json()["factor"], "passkey");
    let out = kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert_eq!(out.to(), format!("{STAFF}/signed-out"));
    assert_eq!(
        kim.get_json(&format!("{STAFF}/api/admin/session")).await.code(),
        "UNAUTHENTICATED"
    );
    kim.identify("kim").await;
    let options = kim.begin().await;
    assert!(
        options["publicKey"]["user"].is_null(),
        "the second time it asks for the passkey: {options}"
    );
    let credential = kim.prove(&options);
    assert_eq!(kim.finish(&credential).await.json()["location"], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_state_a_wrong_nonce_and_a_second_answer_are_refused() {
    let house = House::new().await;
    let mut browser = house.browser();

    let asked = browser.leave_for_the_provider().await;
    let mut back = browser.choose(&asked, "kim").await;
    let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    back.query_pairs_mut()
        .clear()
        .extend_pairs(pairs.iter().map(|(name, value)| {
            (
                name.as_str(),
                if name == "state" {
                    "another"
                } else {
                    value.as_str()
                },
            )
        }));
    assert_eq!(browser.get(back.as_str()).await.status, StatusCode::UNAUTHORIZED);

    // Somebody between browser and provider changes the nonce: the token then carries another than ours.
    let mut asked = browser.leave_for_the_provider().await;
    let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
    asked
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs.iter().map(|(name, value)| {
            (
                name.as_str(),
                if name == "nonce" {
                    "another"
                } else {
                    value.as_str()
                },
            )
        }));
    let back = browser.choose(&asked, "kim").await;
    assert_eq!(browser.get(back.as_str()).await.status, StatusCode::UNAUTHORIZED);

    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, "kim").await;
    let before = browser.cookies.clone();
    assert_eq!(browser.get(back.as_str()).await.status, StatusCode::SEE_OTHER);
    browser.cookies = before;
    assert_eq!(
        browser.get(back.as_str()).await.status,
        StatusCode::UNAUTHORIZED,
        "an answer counts once"
    );

    let mut ada = house.signed_in("ada").await;
    let log = ada
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:staff.sign_in%20outcome:failed"
        ))
        .await;
    let codes: Vec<String> = log.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["code"].to_string())
        .collect();
    // The second answer belongs to no sign-in any more: it is counted with what strangers are refused.
    for code in ["wrong_state", "wrong_nonce"] {
        assert!(
            codes.iter().any(|found| found.contains(code)),
            "{code} in {codes:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_in_another_browser_starts_nothing() {
    let house = House::new().await;
    let (mut victim, mut thief) = (house.browser(), house.browser());
    let asked = victim.leave_for_the_provider().await;
    let back = victim.choose(&asked, "kim").await;
    assert_eq!(thief.get(back.as_str()).await.status, StatusCode::UNAUTHORIZED);
    thief.leave_for_the_provider().await;
    assert_eq!(thief.get(back.as_str()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_and_only_for_its_own_ceremony() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    kim.identify("kim").await;
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    let before = kim.cookies.clone();
    assert_eq!(kim.finish(&credential).await.status, StatusCode::OK);

    kim.cookies = before;
    let again = kim.finish(&credential).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
    );

    kim.identify("kim").await;
    kim.begin().await;
    let replayed = kim.finish(&credential).await;
    assert_eq!(
        replayed.status,
        StatusCode::UNAUTHORIZED,
        "the new ceremony has another challenge"
    );
    let fresh = kim.finish(&credential).await;
    assert_eq!(
        fresh.status,
        StatusCode::UNAUTHORIZED,
        "the failed try used the ceremony up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_ceremony_and_a_slow_sign_in_are_over() {
    let house = House::new().await;
    let mut kim = house.browser();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    house.later(121);
    assert_eq!(kim.finish(&credential).await.status, StatusCode::UNAUTHORIZED);
    house.later(900);
    assert_eq!(
        kim.post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_only_invited_or_nobody_at_all_does_not_get_to_the_passkey() {
    let house = House::new().await;
    let mut niko = house.browser();
    let asked = niko.leave_for_the_provider().await;
    let back = niko.choose(&asked, "niko").await;
    let answer = niko.get(back.as_str()).await;
    assert!(answer.to().ends_with("/enrollment"), "{}", answer.text);
    assert_eq!(
        niko.post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_idleness_and_by_its_absolute_end() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let me = format!("{STAFF}/api/admin/session");
    house.later(15 * 60 - 1);
    assert_eq!(kim.get_json(&me).await.status, StatusCode::OK);
    house.later(15 * 60);
    assert_eq!(kim.get_json(&me).await.code(), "UNAUTHENTICATED");

    let mut ada = house.signed_in("ada").await;
    for _ in 0..24 {
        house.later(599);
        assert_eq!(ada.get_json(&me).await.status, StatusCode::OK);
        house.service.flush_touches().await.unwrap();
    }
    house.later(24);
    assert_eq!(
        ada.get_json(&me).await.code(),
        "UNAUTHENTICATED",
        "four hours to the second, whatever the activity"
    );
    house.service.run_due().await.unwrap();
    let mut sol = house.signed_in("sol").await;
    let log = sol
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:staff.sign_out&limit=5"
        ))
        .await;
    assert!(
        sentences(&log).iter().any(|words| words.contains("Stagedoor")),
        "{:?}",
        sentences(&log)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entrance_loads_no_web_assembly_and_one_file_of_style() {
    let house = House::new().await;
    let page = house.browser().get(&format!("{STAFF}/sign-in")).await;
    assert!(
        !page.text.contains("wasm") && !page.text.contains("<script"),
        "{}",
        page.text
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"));
    assert!(page.text.len() < 9_000, "{} bytes", page.text.len());
}

/// From an address that no rule lets in.
pub(crate) fn outside(browser: &mut Browser) {
    browser.peer = SocketAddr::from(([198, 51, 100, 7], 40_000));
}

/// The latest entry of an event: its outcome, its code, and whose provider it names.
async fn latest(house: &House, event: &str) -> String {
    let sql = format!(
        "SELECT outcome || ' ' || coalesce(code, '') AS text FROM audit_entry WHERE event = '{event}' ORDER BY at DESC, id DESC LIMIT 1"
    );
    house.db.raw_fetch(&sql).await.unwrap()[0].get("text").unwrap()
}

/// A sign-in that began inside is not carried on outside: neither is the provider's answer taken there, nor does anybody out there
/// learn which passkeys somebody has.
#[tokio::test(flavor = "multi_thread")]
async fn every_step_asks_for_the_network_again() {
    let house = House::new().await;
    let inside = house.signed_in("kim").await.peer;
    house.later(1);
    let mut kim = house.browser();
    let asked = kim.leave_for_the_provider().await;
    let back = kim.choose(&asked, "kim").await;
    outside(&mut kim);
    let refused = kim.get(back.as_str()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert!(
        refused.text.contains("not in an allowed network"),
        "{}",
        refused.text
    );
    assert_eq!(latest(&house, "staff.sign_in").await, "denied network_outside");
    kim.peer = inside;
    let over = kim.get(back.as_str()).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{}", over.text);

    kim.identify("kim").await;
    house.later(1);
    outside(&mut kim);
    let before = house.service.now();
    let begin = format!("{STAFF}/sign-in/passkey/begin");
    let refused = kim.post_json(&begin, &json!({})).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "NETWORK_DENIED"),
        "{}",
        refused.text
    );
    assert!(!refused.text.contains("allowCredentials"), "{}", refused.text);
    let told = format!(
        "SELECT count(*) AS n FROM audit_entry WHERE event = 'staff.sign_in' AND code = 'network_outside' AND at >= {}",
        before.micros()
    );
    let told = house.db.raw_fetch(&told).await.unwrap()[0].count("n").unwrap();
    assert_eq!(told, 1);
    kim.peer = inside;
    let options = kim.begin().await;
    assert!(options["publicKey"]["allowCredentials"].is_array(), "{options}");
}
