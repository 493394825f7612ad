//! Forms that are kept and sent again, and staying signed in.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_kept_and_sent_again_by_the_server_itself() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let form = [
        ("passkey_id", key.as_str()),
        ("secret", "hunter2"),
        ("back", "/passkeys?tenant=acme"),
    ];
    let refused = kim
        .post_form(&format!("{STAFF}/api/fn/staff/revoke_passkey"), &form)
        .await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text);
    let page = refused.to().to_owned();
    let id = page
        .strip_prefix(&format!("{STAFF}/step-up/"))
        .unwrap()
        .to_owned();
    let shown = kim.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in [
        "revoke a passkey",
        "Drawer",
        "Use passkey",
        "href=\"/passkeys?tenant=acme\"",
        Reason::FactorStale.explain(),
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert!(!shown.text.contains("hunter2"), "what was typed is not shown");
    let stored = house.db.raw_fetch("SELECT told FROM step_up").await.unwrap();
    let told: Vec<u8> = stored[0].get("told").unwrap();
    assert!(
        !String::from_utf8_lossy(&told).contains("hunter2"),
        "nor stored in the clear"
    );
    assert_eq!(keys(&mut kim).await, 2, "whoever goes back has done nothing");

    let finished = prove(&mut kim, &id).await.json();
    assert_eq!(finished["location"], "/passkeys?tenant=acme");
    assert_eq!(finished["until"], Value::Null, "nothing is left to be sent");
    assert_eq!(keys(&mut kim).await, 1);
    let after = kim.get(&format!("{STAFF}/passkeys?tenant=acme")).await;
    assert!(after.text.contains("The passkey is revoked."), "{}", after.text);
    refused_as(&begin(&mut kim, &id).await, Reason::StepUpGone, "it was spent");
    let again = kim.get(&page).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(
        again.text.contains(Reason::StepUpGone.explain()),
        "{}",
        again.text
    );

    let told = entries(&mut kim, "passkey.revoke").await;
    let allowed = told.iter().find(|entry| entry["outcome"] == "success").unwrap();
    assert_eq!(allowed["facts"]["step_up"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_leads_nowhere_but_here() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let form = [("passkey_id", key.as_str()), ("back", "//evil.example/")];
    let refused = kim
        .post_form(&format!("{STAFF}/api/fn/staff/revoke_passkey"), &form)
        .await;
    let shown = kim.get(refused.to()).await;
    assert!(!shown.text.contains("evil.example"), "{}", shown.text);
    let mut ada = house.signed_in("ada").await;
    let hers = ada.get(refused.to()).await;
    assert_eq!(
        hers.status,
        StatusCode::UNAUTHORIZED,
        "another's form is not there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staying_signed_in_renews_the_proof_and_the_reference_but_never_the_end() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.later(601);
    let page = kim.get(&format!("{STAFF}/stay?back=/users?tenant=acme")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for words in [
        "Stay signed in",
        "Use passkey",
        "data-next=\"/users?tenant=acme\"",
        "12:00",
        "16:00",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let url = Url::parse(&format!("{STAFF}/stay")).unwrap();
    for (from, next) in [
        (format!("{STAFF}/audit?q=kim"), "data-next=\"/audit?q=kim\""),
        ("https://evil.example/audit".to_owned(), "data-next=\"/\""),
        (format!("{STAFF}//evil.example"), "data-next=\"/\""),
    ] {
        let mut request = kim.request(Method::GET, &url, None, "text/html");
        request.headers_mut().insert("referer", from.parse().unwrap());
        let linked = kim.send(&url, request).await;
        assert!(linked.text.contains(next), "{from}: {}", linked.text);
    }
    let elsewhere = kim.get(&format!("{STAFF}/stay?back=https://evil.example/")).await;
    assert!(elsewhere.text.contains("data-next=\"/\""), "{}", elsewhere.text);

    let before = kim.get_json(&api("session")).await.json();
    let mut former = kim.window();
    let options = kim
        .post_json(&api("session/renew/begin"), &json!({}))
        .await
        .json();
    let body = json!({ "credential": kim.prove(&options) });
    let renewed = kim.post_json(&api("session/renew"), &body).await;
    assert_eq!(renewed.status, StatusCode::NO_CONTENT, "{}", renewed.text);
    let after = kim.get_json(&api("session")).await.json();
    assert_eq!(
        (&after["factor_age_seconds"], &after["until"]),
        (&json!(0), &before["until"])
    );
    let dead = former.get_json(&api("session")).await;
    assert_eq!(
        dead.status,
        StatusCode::UNAUTHORIZED,
        "the former reference is dead"
    );
    let away = former.get(&format!("{STAFF}/users")).await;
    let removed = away.headers.get_all("set-cookie").iter().count();
    assert_eq!(
        (away.status, removed),
        (StatusCode::SEE_OTHER, 0),
        "nor does it take the fresh cookie away"
    );
}
