//! Whoever knew, or planted, a reference before a step holds nothing after it: at each step of a sign-in, and at each proof.

use super::*;

async fn is_in(browser: &mut Browser) -> bool {
    browser.get_json(&api("session")).await.status == StatusCode::OK
}

/// Whether what a browser holds still leads to a passkey ceremony of a sign-in that is under way.
async fn is_under_way(browser: &mut Browser) -> bool {
    let begun = browser
        .post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
        .await;
    begun.status == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_known_before_a_step_is_dead_after_it() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;

    // At a sign-in: before the provider, after it, and in the browser's former session.
    let mut former = kim.window();
    let (name, session) = kim
        .cookies
        .iter()
        .find(|((_, name), _)| name == "__Host-stagedoor_staff")
        .map(|(name, value)| (name.clone(), value.clone()))
        .unwrap();
    kim.cookies.remove(&name);
    let asked = kim.leave_for_the_provider().await;
    let mut planted = kim.window();
    let back = kim.choose(&asked, "kim").await;
    kim.get(back.as_str()).await;
    assert!(!is_under_way(&mut planted).await, "what left for the provider");
    let mut identified = kim.window();
    assert!(
        is_under_way(&mut identified).await,
        "what came back, until it is used"
    );
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    kim.cookies.insert(name, session);
    let entered = kim.finish(&credential).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert!(!is_under_way(&mut identified).await && !is_in(&mut identified).await);
    assert!(!is_in(&mut planted).await);
    assert!(!is_in(&mut former).await, "the session that it took the place of");
    assert!(is_in(&mut kim).await);

    // At a step-up, and when the passkey is proved to stay signed in.
    house.later(601);
    let revoke = Called::new(Method::DELETE, &api(&format!("session/passkeys/{key}")));
    let id = revoke.challenged(&mut kim).await;
    let mut former = kim.window();
    prove(&mut kim, &id).await;
    assert!(!is_in(&mut former).await && is_in(&mut kim).await, "at a step-up");
    let mut former = kim.window();
    let options = kim.post_json(&api("session/renew/begin"), &json!({})).await;
    let credential = kim.prove(&options.json());
    let body = json!({ "credential": credential });
    let renewed = kim.post_json(&api("session/renew"), &body).await;
    assert!(renewed.status.is_success(), "{}", renewed.text);
    assert!(!is_in(&mut former).await && is_in(&mut kim).await, "at a renewal");
    let me = kim.get_json(&api("session")).await.json();
    let id = me["session_id"].as_str().unwrap_or_else(|| panic!("{me}"));
    let own = kim.get_json(&api(&format!("sessions/{id}"))).await.json();
    assert_eq!(own["rotations"], json!(2), "{own}");
}
