//! What follows from what a proxy says: a session, its requests, its end; and what it costs the proxy to be believed.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use stagedoor_core::provider::ProxyKind;
use stagedoor_service::named::DeclaredAdministrator;
use stagedoor_service::proxy::{Assertion, Carried};

use super::scene::{Scene, stranger};
use crate::support::{Browser, STAFF};

const SESSION: &str = "/api/admin/session";

/// Kim, signed in by the proxy's word and their own passkey.
async fn kim(scene: &Scene) -> Browser {
    enters(scene, scene.vouched()).await
}

async fn enters(scene: &Scene, mut kim: Browser) -> Browser {
    let answer = scene.start(&mut kim).await;
    assert_eq!(answer.to(), format!("{STAFF}/sign-in"), "{}", answer.text);
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    let finished = kim.finish(&credential).await;
    assert_eq!(finished.status, StatusCode::OK, "{}", finished.text);
    kim
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_s_word_is_identity_and_network_of_each_request() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let entrance = scene.vouched().get(&format!("{STAFF}/sign-in")).await;
    assert!(
        entrance.text.contains("Pomerium vouches for this request"),
        "{}",
        entrance.text
    );
    let mut kim = kim(&scene).await;
    let tenants = format!("{STAFF}/api/admin/tenants");
    assert_eq!(kim.get_json(&tenants).await.status, StatusCode::OK);
    let me = kim.get_json(&format!("{STAFF}{SESSION}")).await.json();
    assert_eq!(
        json!([
            me["proxy"],
            me["proxy_assertion"],
            me["proxy_subject"],
            me["network"]
        ]),
        json!(["Pomerium", "vouched", "demo-kim", "Pomerium"])
    );
    let rules = kim
        .get_json(&format!("{STAFF}/api/admin/network-rules"))
        .await
        .json();
    assert_eq!(rules["let_in_by"], "Pomerium");
    let asked = json!({ "name": "part", "kind": "vpn", "range": "198.51.100.128/25" });
    let preview = format!("{STAFF}/api/admin/network-rules/preview");
    let told = kim.post_json(&preview, &asked).await.json();
    assert_eq!(told["let_in_by"], "Pomerium");
    let outside = told["outside"].as_array().unwrap();
    assert!(
        outside.iter().all(|line| line["live"] == false),
        "who comes through the proxy comes wherever they are: {told}"
    );
    let overview = kim.get(&format!("{STAFF}/")).await.text;
    assert!(overview.contains("from Pomerium"), "{overview}");
    let lines = std::mem::take(&mut kim.headers);
    let silent = kim.get_json(&tenants).await;
    assert_eq!(
        (silent.status, silent.code()),
        (StatusCode::FORBIDDEN, "NETWORK_DENIED".to_owned())
    );
    kim.headers = vec![(ProxyKind::Pomerium.header(), "x.y.z".to_owned())];
    assert_eq!(kim.get_json(&tenants).await.status, StatusCode::FORBIDDEN);
    let me = kim.get_json(&format!("{STAFF}{SESSION}")).await.json();
    assert_eq!(me["proxy_assertion"], "disbelieved");
    kim.headers = lines;
    assert_eq!(kim.get_json(&tenants).await.status, StatusCode::OK);
    kim.peer = stranger();
    assert_eq!(
        kim.get_json(&tenants).await.status,
        StatusCode::FORBIDDEN,
        "from anybody else the line is not there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_from_a_trusted_peer_counts_and_nothing_else() {
    let scene = Scene::new(ProxyKind::GoogleIap).await;
    let good = scene.token(&scene.honest());
    let own = ProxyKind::GoogleIap.header();
    let other = ProxyKind::Pomerium.header();
    let tries = [
        (vec![], "token_absent"),
        (vec![(other, good.clone())], "token_absent"),
        (vec![(own, good.clone()), (own, good.clone())], "token_ambiguous"),
        (vec![(own, good.clone()), (own, String::new())], "token_ambiguous"),
        (vec![(own, format!("{good}, {good}"))], "token_malformed"),
        (vec![(own, format!("{good}\u{e9}"))], "token_ambiguous"),
    ];
    for (lines, code) in tries {
        let answer = scene.start(&mut scene.browser(&lines)).await;
        assert_eq!(scene.reasons(&answer).await[0].2, code, "{lines:?}");
    }
    let mut far = scene.browser(&[(own, good.clone())]);
    far.peer = stranger();
    let answer = scene.start(&mut far).await;
    assert_eq!(scene.reasons(&answer).await[0].2, "token_absent");
    assert_eq!(scene.keys.asked_for_keys(), 0, "nobody was asked for any of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_refused_to_whomever_else_the_proxy_names() {
    let scene = Scene::new(ProxyKind::CloudflareAccess).await;
    let mut kim = kim(&scene).await;
    let mut said = scene.honest();
    said.claims["sub"] = json!("demo-ada");
    let lines = std::mem::replace(
        &mut kim.headers,
        vec![(ProxyKind::CloudflareAccess.header(), scene.token(&said))],
    );
    let refused = kim.get_json(&format!("{STAFF}{SESSION}")).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".to_owned())
    );
    let expected = [("staff.sign_in", "denied", "identity_other")];
    let reasons = scene.reasons(&refused).await;
    let told: Vec<_> = reasons
        .iter()
        .map(|(event, outcome, code)| (event.as_str(), outcome.as_str(), code.as_str()))
        .collect();
    assert_eq!(told, expected);
    kim.headers = lines;
    assert_eq!(
        kim.get_json(&format!("{STAFF}{SESSION}")).await.status,
        StatusCode::OK,
        "it is nobody's but Kim's"
    );
    let out = kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    let hop = kim.get(out.to()).await;
    let way = format!("href=\"{STAFF}/cdn-cgi/access/logout\"");
    assert!(hop.text.contains(&way), "{}", hop.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_found_by_the_address_that_a_proxy_names() {
    let scene = Scene::new(ProxyKind::GoogleIap).await;
    let mut said = scene.honest();
    said.claims["sub"] = json!("accounts.google.com:1");
    let line = (ProxyKind::GoogleIap.header(), scene.token(&said));
    let answer = scene.start(&mut scene.browser(&[line])).await;
    assert_eq!(answer.to(), format!("{STAFF}/enrollment"), "{}", answer.text);
    // It is told behind the answer.
    scene.house.service.run_due().await.unwrap();
    assert_eq!(scene.reasons(&answer).await[0].2, "unknown_person");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_asks_for_the_keys_once_in_thirty_seconds_and_new_ones_are_found() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let service = &scene.house.service;
    let vouched =
        async |token: &str| matches!(service.believe(Carried::One(token)).await, Assertion::Vouched(_));
    assert!(vouched(&scene.token(&scene.honest())).await);
    let bad = |number: usize| {
        let mut said = scene.honest();
        if number.is_multiple_of(2) {
            said.header["kid"] = json!(format!("key-{number}"));
        }
        let (header, claims) = said.parts();
        scene.foreign.token(&header, &claims)
    };
    for number in 0..300 {
        assert!(!vouched(&bad(number)).await);
    }
    assert_eq!(scene.keys.asked_for_keys(), 1, "they were asked for a moment ago");
    scene.house.later(30);
    for number in 0..300 {
        assert!(!vouched(&bad(number)).await);
    }
    assert_eq!(scene.keys.asked_for_keys(), 2, "once in thirty seconds");
    assert!(vouched(&scene.token(&scene.honest())).await);
    scene.publish(&[scene.foreign.jwk("own")]);
    scene.house.later(30);
    let (header, claims) = scene.honest().parts();
    let rotated = scene.foreign.token(&header, &claims);
    let tries = [
        vouched(&rotated).await,
        vouched(&rotated).await,
        vouched(&rotated).await,
    ];
    assert_eq!(
        tries,
        [false, false, true],
        "after three failures in a row the keys are doubted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_says_of_the_device_is_read_of_each_request() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let header = ProxyKind::Pomerium.header();
    let mut managed = scene.honest();
    managed.claims["device_ok"] = json!(true);
    let mut kim = enters(&scene, scene.browser(&[(header, scene.token(&managed))])).await;
    // What it said when the session began stands for none of its silence, nor for what is forged.
    for (lines, expected) in [
        (vec![], "unclaimed"),
        (vec![(header, "x.y.z".to_owned())], "misclaimed"),
    ] {
        kim.headers = lines;
        let own = kim.get_json(&format!("{STAFF}{SESSION}")).await.json();
        assert_eq!(own["managed_device"], expected, "{own}");
    }
    for (claim, expected) in [
        (None, "unclaimed"),
        (Some(json!(true)), "managed"),
        (Some(json!(false)), "unmanaged"),
        (Some(json!("yes")), "misclaimed"),
    ] {
        let mut said = scene.honest();
        if let Some(claim) = claim {
            said.claims["device_ok"] = claim;
        }
        kim.headers = vec![(header, scene.token(&said))];
        let own = kim.get_json(&format!("{STAFF}{SESSION}")).await.json();
        assert_eq!(own["managed_device"], expected, "{own}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_another_provider_the_proxy_lets_in_the_person_that_it_names_and_nobody_else() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let back = "UPDATE staff SET provider_id = (SELECT id FROM identity_provider WHERE name = 'Demo SSO') \
                WHERE email LIKE 'kim@%'";
    scene.house.db.raw_execute(back).await.unwrap();
    let mut kim = scene.vouched();
    kim.sign_in("kim").await;
    let header = ProxyKind::Pomerium.header();
    for (email, status) in [
        ("ada@acme-corp.example", StatusCode::UNAUTHORIZED),
        ("KIM@Acme-Corp.example", StatusCode::OK),
    ] {
        let mut said = scene.honest();
        // Each has subjects of its own.
        said.claims["sub"] = json!("there-it-is-another");
        said.claims["email"] = json!(email);
        kim.headers = vec![(header, scene.token(&said))];
        let answer = kim.get_json(&format!("{STAFF}/api/admin/tenants")).await;
        assert_eq!(answer.status, status, "{email}: {}", answer.text);
        if status != StatusCode::OK {
            assert_eq!(scene.reasons(&answer).await[0].2, "identity_other");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_file_names_by_the_proxy_s_subject_enrols_by_its_word_and_nobody_by_another_s() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let named = |subject: &str, email: &str| DeclaredAdministrator {
        subject: subject.to_owned(),
        name: "Nia Quist".to_owned(),
        email: email.to_owned(),
    };
    let people = [
        named("named-at-the-proxy", "nia@acme-corp.example"),
        // Named by the file at the other provider alone.
        named("demo-sol", "nio@acme-corp.example"),
    ];
    let service = &scene.house.service;
    service
        .declare_administrators(&scene.proxy.issuer, &people)
        .await
        .unwrap();
    let comes = |person: &DeclaredAdministrator| {
        let mut said = scene.honest();
        said.claims["sub"] = json!(person.subject);
        said.claims["email"] = json!(person.email);
        scene.browser(&[(ProxyKind::Pomerium.header(), scene.token(&said))])
    };
    let mut nia = comes(&people[0]);
    assert_eq!(scene.start(&mut nia).await.to(), format!("{STAFF}/sign-in"));
    let options = nia.begin().await;
    let credential = nia.prove(&options);
    assert_eq!(nia.finish(&credential).await.status, StatusCode::OK);
    let own = nia.get_json(&format!("{STAFF}{SESSION}")).await.json();
    assert_eq!(own["role"], "super_admin", "{own}");
    let refused = scene.start(&mut comes(&people[1])).await;
    service.run_due().await.unwrap();
    let reasons = scene.reasons(&refused).await;
    assert!(
        reasons.iter().any(|(.., code)| code == "account_pending"),
        "{reasons:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_be_believed_waits_for_no_keys() {
    let scene = Scene::new(ProxyKind::Pomerium).await;
    let service = &scene.house.service;
    let vouched =
        async |token: &str| matches!(service.believe(Carried::One(token)).await, Assertion::Vouched(_));
    assert!(vouched(&scene.token(&scene.honest())).await);
    scene.house.later(360);
    // The answer that is on its way does not know the old key any more: who waited for it would not be believed.
    let keys = scene.keys.keys(&[scene.foreign.jwk("next")]);
    scene.publish_as(keys.after(Duration::from_secs(1)));
    assert!(
        vouched(&scene.token(&scene.honest())).await,
        "by the keys of six minutes ago"
    );
    let mut said = scene.honest();
    said.header["kid"] = json!("next");
    let (header, claims) = said.parts();
    assert!(
        vouched(&scene.foreign.token(&header, &claims)).await,
        "who needs the answer waits for it"
    );
    assert!(!vouched(&scene.token(&scene.honest())).await);
    assert_eq!(scene.keys.asked_for_keys(), 2);
}
