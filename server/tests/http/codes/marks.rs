//! Who comes in by a code leaves the same marks as anybody.

use http::StatusCode;
use serde_json::json;

use super::{WRONG, house, is_in, jess, recovery_codes, with_code, with_recovery};
use crate::support::{House, STAFF};

/// What a person did since noon whose entry in the platform's log lacks a mark, and all that they did.
async fn marked(house: &House, short: &str) -> (Vec<String>, Vec<String>) {
    house.service.run_due().await.unwrap();
    let whose = format!(
        "SELECT event || ' ' || outcome AS text FROM audit_entry WHERE scope = 'platform' AND at >= {} \
         AND (SELECT id FROM staff WHERE email LIKE '{short}@%') IN (actor_id, act_id)",
        stagedoor_service::testing::NOON.micros()
    );
    let lacking = "flags % 2 = 0 OR CAST(canonical AS TEXT) NOT LIKE '%\"sub_role\":\"support_l1\"%'";
    let mut found = Vec::new();
    for sql in [format!("{whose} AND ({lacking}) ORDER BY at, id"), whose] {
        let rows = house.db.raw_fetch(&sql).await.unwrap();
        found.push(
            rows.iter()
                .map(|row| row.get::<String>("text").unwrap())
                .collect(),
        );
    }
    let all = found.pop().unwrap_or_default();
    (found.pop().unwrap_or_default(), all)
}

/// Before they have a session, at its beginning and its end, and in every call between.
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_somebody_temporary_with_a_sub_role_does_says_so() {
    let house = house().await;
    let narrowed = format!(
        "UPDATE staff SET sub_role = 'support_l1', account_until = {} WHERE email LIKE 'jess@%' OR email LIKE 'niko@%'",
        stagedoor_service::testing::NOON.micros() + 36_000_000_000
    );
    house.db.raw_execute(&narrowed).await.unwrap();
    let (mut jess, app, mut other) = jess(&house).await;
    let codes = recovery_codes(&mut jess).await;
    jess.visit("rod@acme.com").await;
    with_code(&mut other, WRONG).await;
    assert!(is_in(&with_code(&mut other, &app.code(&house)).await));
    let mut lost = house.browser();
    lost.identify("jess").await;
    let junk = lost.finish(&json!({})).await;
    assert!(!junk.status.is_success(), "{}", junk.text);
    with_recovery(&mut lost, "aaaa-aaaa-aaaa").await;
    with_recovery(&mut lost, &codes[0]).await;
    let options = lost.begin().await;
    let credential = lost.prove(&options);
    assert_eq!(lost.finish(&credential).await.status, StatusCode::OK);
    lost.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    let (lacking, all) = marked(&house, "jess").await;
    assert_eq!(lacking, Vec::<String>::new());
    for event in [
        "staff.sign_in success",
        "staff.sign_in failed",
        "staff.sign_out success",
        "totp.enrol success",
        "totp.use success",
        "totp.use failed",
        "recovery.use success",
        "recovery.use failed",
        "staff.register_passkey success",
        "impersonation.start success",
        "impersonation.end success",
    ] {
        assert!(all.iter().any(|told| told == event), "{event} in {all:?}");
    }

    let found = stagedoor_store::staff::list(&mut house.db.reader(), house.service.now())
        .await
        .unwrap();
    let niko = found.iter().find(|one| one.email.starts_with("niko@")).unwrap();
    let issued = house.service.reissue(niko.id).await.unwrap();
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, "niko").await;
    browser.get(back.as_str()).await;
    let token = issued.expose();
    browser
        .post_form(&format!("{STAFF}/enrollment"), &[("enrollment_token", &token)])
        .await;
    let options = browser.begin().await;
    let credential = browser.prove(&options);
    assert_eq!(browser.finish(&credential).await.status, StatusCode::OK);
    let (lacking, all) = marked(&house, "niko").await;
    assert_eq!(lacking, Vec::<String>::new());
    for event in [
        "staff.enrol success",
        "staff.register_passkey success",
        "staff.sign_in success",
    ] {
        assert!(all.iter().any(|told| told == event), "{event} in {all:?}");
    }
}
