//! The origin, compared letter by letter: nothing that is only written alike, near, above or below is ours.

use http::StatusCode;
use serde_json::{Value, json};

use super::Trial;
use crate::support::{Authenticator, STAFF};

/// What is not `https://admin.stagedoor.test`.
const FOREIGN: &[&str] = &[
    // Other schemes.
    "http://admin.stagedoor.test",
    "ftp://admin.stagedoor.test",
    "wss://admin.stagedoor.test",
    "HTTPS://admin.stagedoor.test",
    "https:admin.stagedoor.test",
    "https:/admin.stagedoor.test",
    "//admin.stagedoor.test",
    "admin.stagedoor.test",
    "file://admin.stagedoor.test",
    "file:///admin.stagedoor.test",
    "chrome-extension://admin.stagedoor.test",
    "android:apk-key-hash:0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "android:apk-key-hash-sha256:https://admin.stagedoor.test",
    "ios:bundle-id:test.stagedoor.admin",
    "blob:https://admin.stagedoor.test",
    "data:text/html,https://admin.stagedoor.test",
    "javascript:https://admin.stagedoor.test",
    // Other ports.
    "https://admin.stagedoor.test:443",
    "https://admin.stagedoor.test:8443",
    "https://admin.stagedoor.test:0",
    "https://admin.stagedoor.test:",
    // Above, below and beside.
    "https://stagedoor.test",
    "https://test",
    "https://evil.admin.stagedoor.test",
    "https://www.admin.stagedoor.test",
    "https://acme.app.stagedoor.test",
    "https://app.stagedoor.test",
    "https://*.stagedoor.test",
    "https://.admin.stagedoor.test",
    // Ends and beginnings alike.
    "https://evil-admin.stagedoor.test",
    "https://eviladmin.stagedoor.test",
    "https://admin.stagedoor.test.evil.example",
    "https://admin.stagedoor.testing",
    "https://admin-stagedoor.test",
    "https://admin.stagedoor.tes",
    // Look-alikes.
    "https://admin.stagedo0r.test",
    "https://adm1n.stagedoor.test",
    "https://\u{430}dmin.stagedoor.test",
    "https://xn--dmin-7cd.stagedoor.test",
    "https://admin.stagedoor\u{3002}test",
    "https://ad\u{ad}min.stagedoor.test",
    "https://\u{ff41}dmin.stagedoor.test",
    // Other writings of the same.
    "https://admin.stagedoor.test.",
    "https://ADMIN.stagedoor.test",
    "https://admin.stagedoor.TEST",
    "https://admin.stagedoor.test/",
    "https://admin.stagedoor.test//",
    "https://admin.stagedoor.test/sign-in",
    "https://admin.stagedoor.test?",
    "https://admin.stagedoor.test#",
    "https://kim@admin.stagedoor.test",
    "https://@admin.stagedoor.test",
    "https://admin.stagedoor.test@evil.example",
    "https://evil.example#admin.stagedoor.test",
    "https://evil.example/?https://admin.stagedoor.test",
    "https://admin%2estagedoor.test",
    "https:\\\\admin.stagedoor.test",
    " https://admin.stagedoor.test",
    "https://admin.stagedoor.test ",
    "https://admin.stagedoor.test\n",
    "https://admin.stagedoor.test\u{0}",
    "https://admin.stagedoor.test, https://evil.example",
    // Addresses, and no origin at all.
    "https://127.0.0.1",
    "https://[::1]",
    "https://localhost",
    "https://",
    "null",
    "undefined",
    "opaque",
    "",
];

/// What is no text at all.
fn no_texts() -> [Value; 5] {
    [
        Value::Null,
        json!(0),
        json!(true),
        json!([STAFF]),
        json!({ "origin": STAFF }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_on_another_origin_is_refused() {
    assert!(FOREIGN.len() >= 40 && !FOREIGN.contains(&STAFF));
    let mut trial = Trial::new().await;
    let foreign = FOREIGN
        .iter()
        .map(|origin| (json!(origin), "passkey_wrong_origin"));
    let none = no_texts().map(|value| (value, "passkey_malformed"));
    for (origin, code) in foreign.chain(none) {
        let options = trial.renewal().await;
        let before = trial.proofs().await;
        let mut draft = trial.kim.passkey.answer(STAFF, &options);
        draft.client["origin"] = origin.clone();
        let answer = trial.renew(&draft.sealed()).await;
        let what = origin.to_string();
        trial
            .refused(&answer, &before, ("session.renew", code), &what)
            .await;
    }
    let options = trial.renewal().await;
    let honest = trial.kim.passkey.answer(STAFF, &options).sealed();
    assert_eq!(trial.renew(&honest).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_on_another_origin_is_refused() {
    let mut trial = Trial::new().await;
    for origin in FOREIGN {
        let options = trial.registration().await;
        let before = trial.proofs().await;
        let sent = Authenticator::default().make(origin, &options).sealed();
        let answer = trial.register(&sent).await;
        let told = ("staff.register_passkey", "passkey_wrong_origin");
        trial.refused(&answer, &before, told, origin).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entrance_compares_origins_as_strictly() {
    let mut trial = Trial::new().await;
    let path = "https://admin.stagedoor.test/";
    trial.kim.cookies.clear();
    trial.kim.identify("kim").await;
    let options = trial.kim.begin().await;
    trial.house.later(1);
    let before = trial.proofs().await;
    let answer = trial.kim.passkey.answer(path, &options).sealed();
    let answer = trial.kim.finish(&answer).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(
        trial.told().await,
        ("staff.sign_in".into(), "passkey_wrong_origin".into())
    );
    assert_eq!(trial.proofs().await, before);
}
