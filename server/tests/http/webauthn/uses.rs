//! §7.2, verifying the use of a credential: each step with one thing wrong, what may differ, and whose and when a challenge
//! is.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Change, Trial, api};
use crate::support::{ATTESTED, Authenticator, Draft, STAFF, base64url};

const EVENT: &str = "session.renew";

/// What is changed before the answer is signed, what it is, and what the audit calls it.
const DRAFTS: &[(&str, Change<Draft>, &str)] = &[
    (
        "the type of a registration",
        |draft| draft.client["type"] = "webauthn.create".into(),
        "passkey_wrong_type",
    ),
    (
        "no type",
        |draft| draft.client["type"] = Value::Null,
        "passkey_malformed",
    ),
    (
        "another challenge",
        |draft| draft.client["challenge"] = base64url(&[7; 32]).into(),
        "passkey_wrong_challenge",
    ),
    (
        "a challenge cut short",
        |draft| cut_challenge(draft),
        "passkey_wrong_challenge",
    ),
    (
        "a framed page",
        |draft| draft.client["crossOrigin"] = true.into(),
        "passkey_cross_origin",
    ),
    (
        "a page above",
        |draft| draft.client["topOrigin"] = "https://evil.example".into(),
        "passkey_cross_origin",
    ),
    (
        "another relying party",
        |draft| draft.rp_id = "evil.example".into(),
        "passkey_wrong_relying_party",
    ),
    (
        "the origin for the relying party",
        |draft| draft.rp_id = STAFF.into(),
        "passkey_wrong_relying_party",
    ),
    (
        "nobody present",
        |draft| draft.flags &= !0x01,
        "passkey_user_absent",
    ),
    (
        "nobody verified",
        |draft| draft.flags &= !0x04,
        "passkey_user_unverified",
    ),
    (
        "backed up, and not able to be",
        |draft| draft.flags |= 0x10,
        "passkey_backup_state",
    ),
    (
        "able to be backed up by now",
        |draft| draft.flags |= 0x08,
        "passkey_backup_state",
    ),
    (
        "backed up by now",
        |draft| draft.flags |= 0x18,
        "passkey_backup_state",
    ),
    (
        "a credential that is not there",
        |draft| draft.flags |= ATTESTED,
        "passkey_malformed",
    ),
    (
        "a byte behind the end",
        |draft| draft.behind = vec![0],
        "passkey_malformed",
    ),
    (
        "extensions that are not there",
        |draft| draft.flags |= 0x80,
        "passkey_malformed",
    ),
    (
        "the extension that moves the relying party",
        |draft| draft.extensions = json!({ "appid": true }),
        "passkey_extension",
    ),
    (
        "another person's handle",
        |draft| draft.handle = Some(vec![9; 16]),
        "passkey_of_another",
    ),
    (
        "an empty handle",
        |draft| draft.handle = Some(Vec::new()),
        "passkey_of_another",
    ),
    (
        "a credential that nobody has",
        |draft| draft.id = vec![9; 32],
        "passkey_unknown",
    ),
    (
        "the signature of another key",
        |draft| draft.sign_with_another(),
        "passkey_wrong_signature",
    ),
    (
        "client data that are no JSON",
        |draft| draft.client = "webauthn.get".into(),
        "passkey_malformed",
    ),
];

/// What is changed in the answer as the browser sends it.
const SENT: &[(&str, Change<Value>, &str)] = &[
    ("nothing", |sent| *sent = json!({}), "passkey_malformed"),
    (
        "another type",
        |sent| sent["type"] = "password".into(),
        "passkey_malformed",
    ),
    (
        "an id that is not the raw id",
        |sent| sent["id"] = base64url(&[1; 32]).into(),
        "passkey_no_credential",
    ),
    (
        "one bit of the signature",
        |sent| flip(sent, "signature", 20),
        "passkey_wrong_signature",
    ),
    (
        "a signature that is no DER",
        |sent| sent["response"]["signature"] = base64url(&[1; 64]).into(),
        "passkey_wrong_signature",
    ),
    (
        "a signature cut short",
        |sent| cut(sent, "signature"),
        "passkey_wrong_signature",
    ),
    (
        "no signature",
        |sent| sent["response"]["signature"] = "".into(),
        "passkey_wrong_signature",
    ),
    (
        "one bit of the counter",
        |sent| flip(sent, "authenticatorData", 36),
        "passkey_wrong_signature",
    ),
    (
        "data cut short",
        |sent| cut(sent, "authenticatorData"),
        "passkey_malformed",
    ),
    (
        "no data",
        |sent| sent["response"]["authenticatorData"] = "".into(),
        "passkey_malformed",
    ),
    (
        "client data cut short",
        |sent| cut(sent, "clientDataJSON"),
        "passkey_malformed",
    ),
    (
        "client data with a space more",
        |sent| spaced(sent),
        "passkey_wrong_signature",
    ),
    (
        "a handle that is no text",
        |sent| sent["response"]["userHandle"] = json!(7),
        "passkey_malformed",
    ),
];

fn cut_challenge(draft: &mut Draft) {
    let text = draft.client["challenge"].as_str().unwrap().to_owned();
    draft.client["challenge"] = text[..20].into();
}

fn cut(sent: &mut Value, field: &str) {
    let whole = bytes(sent, field);
    sent["response"][field] = base64url(&whole[..whole.len() / 2]).into();
}

fn bytes(sent: &Value, field: &str) -> Vec<u8> {
    use base64::Engine as _;
    let text = sent["response"][field].as_str().unwrap();
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}

fn flip(sent: &mut Value, field: &str, at: usize) {
    let mut bytes = bytes(sent, field);
    bytes[at] ^= 1;
    sent["response"][field] = base64url(&bytes).into();
}

fn spaced(sent: &mut Value) {
    let mut bytes = bytes(sent, "clientDataJSON");
    bytes.push(b' ');
    sent["response"]["clientDataJSON"] = base64url(&bytes).into();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_with_one_thing_wrong_is_refused() {
    let mut trial = Trial::new().await;
    for (what, change, code) in DRAFTS {
        let options = trial.renewal().await;
        let before = trial.proofs().await;
        let mut draft = trial.kim.passkey.answer(STAFF, &options);
        change(&mut draft);
        let answer = trial.renew(&draft.sealed()).await;
        trial.refused(&answer, &before, (EVENT, code), what).await;
    }
    for (what, change, code) in SENT {
        let options = trial.renewal().await;
        let before = trial.proofs().await;
        let mut sent = trial.kim.passkey.answer(STAFF, &options).sealed();
        change(&mut sent);
        let answer = trial.renew(&sent).await;
        trial.refused(&answer, &before, (EVENT, code), what).await;
    }
    let options = trial.renewal().await;
    let honest = trial.kim.passkey.answer(STAFF, &options).sealed();
    let before = trial.proofs().await;
    assert_eq!(trial.renew(&honest).await.status, StatusCode::NO_CONTENT);
    assert_ne!(trial.proofs().await, before);
    trial.house.later(1);
    let before = trial.proofs().await;
    let again = trial.renew(&honest).await;
    trial
        .refused(&again, &before, (EVENT, "passkey_not_under_way"), "a second time")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_use_is_taken_with_what_may_differ() {
    let honest: [(&str, Change<Draft>); 4] = [
        ("without a handle", |draft| draft.handle = None),
        ("without a word on frames", |draft| {
            draft.client.as_object_mut().unwrap().remove("crossOrigin");
        }),
        ("with words of later levels", |draft| {
            draft.client["later"] = json!({ "level": 4 })
        }),
        ("with an extension that nobody asked for", |draft| {
            draft.flags |= 0x80;
            draft.behind = b"\xa1\x66madeUp\xf5".to_vec();
        }),
    ];
    let mut trial = Trial::new().await;
    for (what, change) in honest {
        let options = trial.renewal().await;
        let mut draft = trial.kim.passkey.answer(STAFF, &options);
        change(&mut draft);
        let taken = trial.renew(&draft.sealed()).await;
        assert_eq!(taken.status, StatusCode::NO_CONTENT, "{what}: {}", taken.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_of_its_session_and_its_time() {
    let mut trial = Trial::new().await;
    let options = trial.renewal().await;
    let mut ada = trial.house.signed_in("ada").await;
    let hers = ada.post_json(&api("renew/begin"), &json!({})).await.json();

    // Ada's passkey on her own challenge, in Kim's session; and Kim's on Ada's challenge.
    trial.house.later(1);
    let before = trial.proofs().await;
    let foreign = ada.passkey.answer(STAFF, &hers).sealed();
    let answer = trial.renew(&foreign).await;
    trial_told(&trial, &answer, "passkey_unknown").await;
    assert_eq!(trial.proofs().await, before);
    let mut mixed = trial.kim.passkey.answer(STAFF, &options);
    mixed.client["challenge"] = hers["publicKey"]["challenge"].clone();
    trial.renewal().await;
    let answer = trial.renew(&mixed.sealed()).await;
    trial_told(&trial, &answer, "passkey_wrong_challenge").await;
    assert_eq!(trial.proofs().await, before);

    let options = trial.renewal().await;
    let late = trial.kim.passkey.answer(STAFF, &options).sealed();
    trial.house.later(120);
    let answer = trial.renew(&late).await;
    trial_told(&trial, &answer, "passkey_not_under_way").await;

    // A newer challenge is the only one.
    let older = trial.renewal().await;
    trial.renewal().await;
    let answer = trial.kim.passkey.answer(STAFF, &older).sealed();
    let answer = trial.renew(&answer).await;
    trial_told(&trial, &answer, "passkey_wrong_challenge").await;

    // A proof of registration is none of use.
    let options = trial.registration().await;
    let made = Authenticator::default().make(STAFF, &options).sealed();
    let answer = trial.renew(&made).await;
    trial_told(&trial, &answer, "passkey_not_under_way").await;
    assert_eq!(trial.proofs().await, before);
}

async fn trial_told(trial: &Trial, answer: &crate::support::Answer, code: &str) {
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert_eq!(trial.told().await, (EVENT.to_owned(), code.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_credential_proves_nothing() {
    let mut trial = Trial::new().await;
    let options = trial.registration().await;
    let mut drawer = Authenticator::default();
    let made = drawer.make(STAFF, &options).sealed();
    let added = trial.register(&made).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let id = added.json()["id"].as_str().unwrap().to_owned();

    // It is asked for while it is in use, and revoked before the answer comes.
    let options = trial.renewal().await;
    let path = api(&format!("passkeys/{id}"));
    let gone = trial
        .kim
        .call(http::Method::DELETE, &path, None, "application/json")
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text);
    trial.house.later(1);
    let before = trial.proofs().await;
    let answer = drawer.answer_unasked(STAFF, &options).sealed();
    let answer = trial.renew(&answer).await;
    trial
        .refused(&answer, &before, (EVENT, "passkey_unknown"), "revoked")
        .await;
}
