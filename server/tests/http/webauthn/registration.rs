//! §7.1, registering a new credential: each step with one thing wrong, what may differ, and that neither a challenge nor a
//! credential counts twice.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Change, Trial};
use crate::support::{ATTESTED, Authenticator, Draft, STAFF, base64url, cbor_bytes};

const EVENT: &str = "staff.register_passkey";

/// What is changed before the answer is signed, what it is, and what the audit calls it.
const DRAFTS: &[(&str, Change<Draft>, &str)] = &[
    (
        "the type of a use",
        |draft| draft.client["type"] = "webauthn.get".into(),
        "passkey_wrong_type",
    ),
    (
        "no type of ours",
        |draft| draft.client["type"] = "payment.get".into(),
        "passkey_wrong_type",
    ),
    (
        "another challenge",
        |draft| draft.client["challenge"] = base64url(&[7; 32]).into(),
        "passkey_wrong_challenge",
    ),
    (
        "an empty challenge",
        |draft| draft.client["challenge"] = "".into(),
        "passkey_wrong_challenge",
    ),
    (
        "a framed page",
        |draft| draft.client["crossOrigin"] = true.into(),
        "passkey_cross_origin",
    ),
    (
        "a frame that is no yes or no",
        |draft| draft.client["crossOrigin"] = "false".into(),
        "passkey_cross_origin",
    ),
    (
        "a page above",
        |draft| draft.client["topOrigin"] = "https://evil.example".into(),
        "passkey_cross_origin",
    ),
    (
        "our own page above",
        |draft| draft.client["topOrigin"] = STAFF.into(),
        "passkey_cross_origin",
    ),
    (
        "no page at all",
        |draft| draft.client["origin"] = Value::Null,
        "passkey_malformed",
    ),
    (
        "client data that are no JSON",
        |draft| draft.client = "{".into(),
        "passkey_malformed",
    ),
    (
        "client data that are a list",
        |draft| draft.client = json!([]),
        "passkey_malformed",
    ),
    (
        "another relying party",
        |draft| draft.rp_id = "evil.example".into(),
        "passkey_wrong_relying_party",
    ),
    (
        "a domain above ours",
        |draft| draft.rp_id = "stagedoor.test".into(),
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
        "no credential",
        |draft| {
            draft.flags &= !ATTESTED;
            draft.key = None;
        },
        "passkey_no_credential",
    ),
    (
        "a credential that is not announced",
        |draft| draft.flags &= !ATTESTED,
        "passkey_malformed",
    ),
    (
        "another id inside than outside",
        |draft| draft.attested_id = vec![9; 32],
        "passkey_no_credential",
    ),
    (
        "an empty id",
        |draft| {
            draft.attested_id = Vec::new();
            draft.id = Vec::new();
        },
        "passkey_no_credential",
    ),
    (
        "an id that is too long",
        |draft| {
            draft.attested_id = vec![9; 1024];
            draft.id = vec![9; 1024];
        },
        "passkey_no_credential",
    ),
    (
        "a byte behind the credential",
        |draft| draft.behind = vec![0],
        "passkey_malformed",
    ),
    (
        "extensions that are not there",
        |draft| draft.flags |= 0x80,
        "passkey_malformed",
    ),
    (
        "extensions that are no map",
        |draft| {
            draft.flags |= 0x80;
            draft.behind = b"\x81\x01".to_vec();
        },
        "passkey_malformed",
    ),
    (
        "a byte behind the object",
        |draft| draft.after = vec![0],
        "passkey_malformed",
    ),
    (
        "the extension that moves the relying party",
        |draft| draft.extensions = json!({ "appid": true }),
        "passkey_extension",
    ),
    ("EdDSA", |draft| draft.key = Some(okp(0x27)), "passkey_algorithm"),
    ("ES512", |draft| alg(draft, b"\x38\x23"), "passkey_algorithm"),
    ("PS256", |draft| alg(draft, b"\x38\x24"), "passkey_algorithm"),
    ("RS1", |draft| alg(draft, b"\x39\xff\xfe"), "passkey_algorithm"),
    (
        "ES256 on another curve",
        |draft| byte(draft, 6, 2),
        "passkey_algorithm",
    ),
    ("a key of no kind", |draft| byte(draft, 2, 3), "passkey_algorithm"),
    (
        "a key that is no point",
        |draft| byte(draft, 40, 0xff),
        "passkey_algorithm",
    ),
    (
        "a format that nobody knows",
        |draft| draft.format = "made-up",
        "passkey_attestation",
    ),
    (
        "a statement beside none",
        |draft| draft.statement = b"\xa1\x61a\x01".to_vec(),
        "passkey_attestation",
    ),
    (
        "a packed statement without anything",
        |draft| draft.format = "packed",
        "passkey_attestation",
    ),
    (
        "a U2F statement without anything",
        |draft| draft.format = "fido-u2f",
        "passkey_attestation",
    ),
    (
        "a self attestation with a broken signature",
        |draft| draft.attest_to(|sig| sig[20] ^= 1),
        "passkey_attestation",
    ),
    (
        "a self attestation cut short",
        |draft| draft.attest_to(|sig| sig.truncate(40)),
        "passkey_attestation",
    ),
    (
        "a self attestation by another key",
        |draft| {
            draft.sign_with_another();
            draft.attest_to(|_| {});
        },
        "passkey_attestation",
    ),
    (
        "a self attestation of other client data",
        |draft| {
            draft.attest_to(|_| {});
            draft.client["crossOrigin"] = Value::Null;
            draft.client.as_object_mut().unwrap().remove("crossOrigin");
        },
        "passkey_attestation",
    ),
];

/// What is changed in the answer as the browser sends it.
const SENT: &[(&str, Change<Value>, &str)] = &[
    ("nothing", |sent| *sent = json!({}), "passkey_malformed"),
    ("no answer", |sent| *sent = Value::Null, "passkey_malformed"),
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
        "a raw id that is not the id",
        |sent| sent["rawId"] = base64url(&[1; 32]).into(),
        "passkey_no_credential",
    ),
    (
        "no object",
        |sent| sent["response"]["attestationObject"] = "".into(),
        "passkey_malformed",
    ),
    (
        "an object cut short",
        |sent| cut(sent, "attestationObject"),
        "passkey_malformed",
    ),
    (
        "no client data",
        |sent| sent["response"]["clientDataJSON"] = Value::Null,
        "passkey_malformed",
    ),
    (
        "client data cut short",
        |sent| cut(sent, "clientDataJSON"),
        "passkey_malformed",
    ),
    (
        "an object that is no base64url",
        |sent| sent["response"]["attestationObject"] = "a+/=".into(),
        "passkey_malformed",
    ),
];

fn cut(sent: &mut Value, field: &str) {
    let text = sent["response"][field].as_str().unwrap();
    sent["response"][field] = text[..text.len() / 2].into();
}

fn byte(draft: &mut Draft, at: usize, value: u8) {
    draft.key.as_mut().unwrap()[at] = value;
}

/// Another algorithm on the same key.
fn alg(draft: &mut Draft, number: &[u8]) {
    let key = draft.key.as_mut().unwrap();
    key.splice(4..5, number.iter().copied());
}

/// A key of EdDSA.
fn okp(alg: u8) -> Vec<u8> {
    let mut key = b"\xa4\x01\x01\x03".to_vec();
    key.push(alg);
    key.extend(b"\x20\x06\x21");
    key.extend(cbor_bytes(&[3; 32]));
    key
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_credential_with_one_thing_wrong_is_refused() {
    let mut trial = Trial::new().await;
    for (what, change, code) in DRAFTS {
        let options = trial.registration().await;
        let before = trial.proofs().await;
        let mut draft = Authenticator::default().make(STAFF, &options);
        change(&mut draft);
        let answer = trial.register(&draft.sealed()).await;
        trial.refused(&answer, &before, (EVENT, code), what).await;
    }
    for (what, change, code) in SENT {
        let options = trial.registration().await;
        let before = trial.proofs().await;
        let mut sent = Authenticator::default().make(STAFF, &options).sealed();
        change(&mut sent);
        let answer = trial.register(&sent).await;
        trial.refused(&answer, &before, (EVENT, code), what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_credential_is_taken_with_what_may_differ() {
    let honest: [(&str, Change<Draft>); 7] = [
        ("as it is", |_| {}),
        ("without a word on frames", |draft| {
            draft.client.as_object_mut().unwrap().remove("crossOrigin");
        }),
        ("with words of later levels", |draft| {
            draft.client["other_keys_can_be_added_here"] = "do not compare".into()
        }),
        ("able to be backed up", |draft| draft.flags |= 0x08),
        ("backed up", |draft| draft.flags |= 0x18),
        ("vouching for itself", |draft| draft.attest_to(|_| {})),
        ("with an extension that nobody asked for", |draft| {
            draft.flags |= 0x80;
            draft.behind = b"\xa1\x68madeUpXy\xf5".to_vec();
            draft.extensions = json!({ "prf": { "enabled": true } });
        }),
    ];
    let mut trial = Trial::new().await;
    for (what, change) in honest {
        let options = trial.registration().await;
        let mut draft = Authenticator::default().make(STAFF, &options);
        change(&mut draft);
        let taken = trial.register(&draft.sealed()).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{what}: {}", taken.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_answered_once_in_its_session_and_in_its_time() {
    let mut trial = Trial::new().await;
    let options = trial.registration().await;
    let honest = Authenticator::default().make(STAFF, &options).sealed();

    // Another person's session has a challenge of its own.
    let mut ada = trial.house.signed_in("ada").await;
    let path = super::api("passkeys/begin");
    ada.post_json(&path, &json!({})).await;
    trial.house.later(1);
    let before = trial.proofs().await;
    let stolen = ada
        .post_json(
            &super::api("passkeys"),
            &json!({ "name": "Mine", "credential": honest }),
        )
        .await;
    assert_eq!(stolen.status, StatusCode::CONFLICT);
    assert_eq!(
        trial.told().await,
        (EVENT.into(), "passkey_wrong_challenge".into())
    );
    assert_eq!(trial.proofs().await, before);

    assert_eq!(trial.register(&honest).await.status, StatusCode::CREATED);
    trial.house.later(1);
    let before = trial.proofs().await;
    let again = trial.register(&honest).await;
    trial
        .refused(&again, &before, (EVENT, "passkey_not_under_way"), "a second time")
        .await;

    let options = trial.registration().await;
    let late = Authenticator::default().make(STAFF, &options).sealed();
    trial.house.later(120);
    let answer = trial.register(&late).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(trial.told().await, (EVENT.into(), "passkey_not_under_way".into()));
    assert_eq!(trial.proofs().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_registered_once() {
    let mut trial = Trial::new().await;
    let mut ada = trial.house.signed_in("ada").await;
    let options = trial.registration().await;
    let mut device = Authenticator::default();
    let first = device.make(STAFF, &options);
    assert_eq!(trial.register(&first.sealed()).await.status, StatusCode::CREATED);

    // The same person again, and another one: whose it is, the second is not told.
    let options = trial.registration().await;
    let before = trial.proofs().await;
    let mut again = first.clone();
    again.client["challenge"] = options["publicKey"]["challenge"].clone();
    let answer = trial.register(&again.sealed()).await;
    trial
        .refused(
            &answer,
            &before,
            (EVENT, "passkey_registered_already"),
            "one's own",
        )
        .await;

    let options = ada
        .post_json(&super::api("passkeys/begin"), &json!({}))
        .await
        .json();
    trial.house.later(1);
    again.client["challenge"] = options["publicKey"]["challenge"].clone();
    let body = json!({ "name": "Mine", "credential": again.sealed() });
    let answer = ada.post_json(&super::api("passkeys"), &body).await;
    trial
        .refused(
            &answer,
            &before,
            (EVENT, "passkey_registered_already"),
            "another's",
        )
        .await;

    // Nor as somebody's first passkey, at the entrance.
    let mut sol = trial.house.browser();
    sol.identify("sol").await;
    let options = sol.begin().await;
    again.client["challenge"] = options["publicKey"]["challenge"].clone();
    trial.house.later(1);
    let answer = sol.finish(&again.sealed()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(
        trial.told().await,
        ("staff.sign_in".into(), "passkey_registered_already".into())
    );
    assert_eq!(trial.proofs().await, before);
}
