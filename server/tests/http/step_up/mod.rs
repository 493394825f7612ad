//! Step-up: a challenged call passes once, with a proof for exactly that call; whatever else a proof is tried for is refused,
//! with the same words for the caller and in the log.

mod calls;
mod fixation;
mod pages;
mod proofs;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::decision::Reason;
use url::Url;

use crate::support::{Answer, Browser, House, STAFF};

const HEADER: &str = "stagedoor-step-up";

fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// A call that needs a fresh proof once the session's is older than ten minutes.
#[derive(Clone)]
struct Called {
    method: Method,
    path: String,
    body: Option<&'static str>,
}

impl Called {
    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
        }
    }

    /// Begins to register a passkey, which changes nothing that another test of the same call would miss.
    fn registration() -> Self {
        Self {
            body: Some(r#"{"zone":"UTC"}"#),
            ..Self::new(Method::POST, &api("session/passkeys/begin"))
        }
    }

    async fn send(&self, browser: &mut Browser, proof: Option<&str>) -> Answer {
        let url = Url::parse(&self.path).unwrap();
        let body = self.body.map(|text| ("application/json", text.to_owned()));
        let mut request = browser.request(self.method.clone(), &url, body, "application/json");
        let headers = request.headers_mut();
        headers.insert("origin", STAFF.parse().unwrap());
        if let Some(proof) = proof {
            headers.insert(HEADER, proof.parse().unwrap());
        }
        browser.send(&url, request).await
    }

    /// Sends it, and returns the id of the step-up that it is challenged with.
    async fn challenged(&self, browser: &mut Browser) -> String {
        let refused = self.send(browser, None).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
        assert_eq!(refused.code(), "STEP_UP_REQUIRED");
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        let expected = "Bearer error=\"insufficient_user_authentication\", \
                        error_description=\"A fresh passkey check is needed\", acr_values=\"phr\", max_age=\"600\"";
        assert_eq!(challenge, expected);
        assert_eq!(refused.json()["error"]["acr_values"], "phr");
        refused.json()["error"]["step_up_id"].as_str().unwrap().to_owned()
    }
}

async fn begin(browser: &mut Browser, id: &str) -> Answer {
    browser
        .post_json(&api(&format!("step-up/{id}/begin")), &json!({}))
        .await
}

async fn finish(browser: &mut Browser, id: &str, credential: &Value) -> Answer {
    let body = json!({ "credential": credential });
    browser.post_json(&api(&format!("step-up/{id}")), &body).await
}

async fn prove(browser: &mut Browser, id: &str) -> Answer {
    let options = begin(browser, id).await;
    assert_eq!(options.status, StatusCode::OK, "{}", options.text);
    let credential = browser.prove(&options.json());
    let finished = finish(browser, id, &credential).await;
    assert_eq!(finished.status, StatusCode::OK, "{}", finished.text);
    finished
}

/// Another passkey, so that there is one to revoke.
async fn second_key(house: &House, browser: &mut Browser) -> String {
    house.later(1);
    let options = browser
        .post_json(&api("session/passkeys/begin"), &json!({}))
        .await;
    let credential = house.browser().prove(&options.json());
    let body = json!({ "name": "Drawer", "credential": credential });
    let added = browser.post_json(&api("session/passkeys"), &body).await;
    added.json()["id"].as_str().unwrap().to_owned()
}

async fn keys(browser: &mut Browser) -> usize {
    let list = browser.get_json(&api("session/passkeys")).await.json();
    list["items"].as_array().unwrap().len()
}

/// Kim, whose proof is too old for what changes her passkeys.
async fn stale_kim(house: &House) -> (Browser, String) {
    let mut kim = house.signed_in("kim").await;
    let key = second_key(house, &mut kim).await;
    house.later(601);
    (kim, key)
}

/// The newest entries of an action.
async fn entries(browser: &mut Browser, action: &str) -> Vec<Value> {
    let log = browser
        .get_json(&api(&format!("audit-logs?q=action:{action}")))
        .await;
    log.json()["items"].as_array().unwrap().clone()
}

fn refused_as(answer: &Answer, reason: Reason, why: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{why}: {}", answer.text);
    assert_eq!(answer.code(), "STEP_UP_REQUIRED", "{why}");
    assert_eq!(answer.json()["error"]["message"], reason.explain(), "{why}");
    assert!(answer.headers.contains_key("www-authenticate"), "{why}");
}
