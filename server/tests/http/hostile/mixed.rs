//! Answers of several providers, mixed up (RFC 9700, section 4.4): which of them answers is known by the name that it says, or by an
//! address that is its own.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::id::ProviderId;

use super::attempt::{Attempt, Scene};
use crate::support::STAFF;

/// What the audit keeps of answers of a provider, which names itself in them or does not, at some address: where it was asked to
/// answer, unless said.
async fn answered(scene: &Scene, says: &Value, asked: &str, to: Option<&str>) -> Option<String> {
    scene.house.later(3_601);
    let change = |attempt: &mut Attempt| {
        attempt.discovery["authorization_response_iss_parameter_supported"] = says.clone();
        if *says == json!(false) {
            attempt.back.retain(|(name, _)| *name != "iss");
        }
        if !attempt.to.is_empty() {
            assert_eq!(
                attempt.to,
                format!("{STAFF}{asked}"),
                "the redirect address that was sent"
            );
            attempt.to = format!("{STAFF}{}", to.unwrap_or(asked));
        }
    };
    let answer = scene.walk(&mut scene.house.browser(), &change).await;
    match answer.status {
        StatusCode::SEE_OTHER => {
            assert_eq!(answer.to(), format!("{STAFF}/sign-in"), "{}", answer.text);
            None
        }
        status => {
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{}", answer.text);
            let reasons = scene.reasons(&answer).await;
            assert_eq!(reasons.len(), 1, "{reasons:?}");
            Some(reasons[0].2.clone())
        }
    }
}

/// The id of the provider that the house began with.
async fn another(scene: &Scene) -> ProviderId {
    let known = stagedoor_store::provider::list(&mut scene.house.service.db().reader()).await;
    let mut known = known.unwrap().into_iter();
    known.find(|one| one.id != scene.id).unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_name_themselves_is_known_by_where_they_answer() {
    let scene = Scene::new().await;
    let shared = "/sign-in/callback";
    let own = format!("{shared}/{}", scene.id);
    let anothers = format!("{shared}/{}", another(&scene).await);
    let elsewhere = Some("other_redirect_address".to_owned());
    let (named, unnamed) = (json!(true), json!(false));
    // The one that the file declares has the address that it was registered with.
    for says in [&named, &unnamed] {
        assert_eq!(answered(&scene, says, shared, None).await, None);
        assert_eq!(answered(&scene, says, shared, Some(&own)).await, elsewhere);
    }
    let added = format!(
        "UPDATE identity_provider SET declared = 0 WHERE id = '{}'",
        scene.id
    );
    scene.house.db.raw_execute(&added).await.unwrap();
    assert_eq!(answered(&scene, &named, shared, None).await, None);
    assert_eq!(answered(&scene, &named, shared, Some(&own)).await, elsewhere);
    assert_eq!(answered(&scene, &unnamed, &own, None).await, None);
    for wrong in [shared, anothers.as_str()] {
        assert_eq!(
            answered(&scene, &unnamed, &own, Some(wrong)).await,
            elsewhere,
            "{wrong}"
        );
    }
    // Which address that is, its connection test tells.
    let mut ada = scene.house.signed_in("ada").await;
    let test = format!("{STAFF}/api/admin/identity-providers/{}/test", scene.id);
    let tested = ada.post_json(&test, &json!({})).await.json();
    let steps = tested["test"]["steps"].as_array().unwrap();
    let answers = steps.iter().find(|step| step["name"] == "answers").unwrap();
    let told = answers["about"].as_str().unwrap();
    assert!(
        answers["verdict"] == "warned" && told.contains(&format!("{STAFF}{own} ")),
        "{answers}"
    );
}
