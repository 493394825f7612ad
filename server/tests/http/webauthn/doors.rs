//! The same steps at the doors beside the one that the whole tables go through: the entrance, a call's own proof, and the first
//! registration. An answer is taken by each as it is by all, or by none.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_store::testing::TestDb;

use super::{Change, Trial, api};
use crate::support::{Answer, Authenticator, Draft, House, STAFF, base64url};

/// One thing of each kind that can be wrong, and what the audit calls it.
const DRAFTS: &[(&str, Change<Draft>, &str)] = &[
    (
        "the type of a registration",
        |draft| draft.client["type"] = "webauthn.create".into(),
        "passkey_wrong_type",
    ),
    (
        "another challenge",
        |draft| draft.client["challenge"] = base64url(&[7; 32]).into(),
        "passkey_wrong_challenge",
    ),
    (
        "another origin",
        |draft| draft.client["origin"] = "https://evil.example".into(),
        "passkey_wrong_origin",
    ),
    (
        "a framed page",
        |draft| draft.client["crossOrigin"] = true.into(),
        "passkey_cross_origin",
    ),
    (
        "another relying party",
        |draft| draft.rp_id = "evil.example".into(),
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
        "another person's handle",
        |draft| draft.handle = Some(vec![9; 16]),
        "passkey_of_another",
    ),
    (
        "the signature of another key",
        |draft| draft.sign_with_another(),
        "passkey_wrong_signature",
    ),
];

/// Where a passkey is used.
enum Door {
    /// On the way in.
    Entrance,
    /// For one call, which waits for it.
    StepUp(String),
}

impl Door {
    async fn entrance(trial: &mut Trial) -> Self {
        trial.kim.cookies.clear();
        trial.kim.identify("kim").await;
        Self::Entrance
    }

    /// A call that is challenged, as the session's proof is old.
    async fn step_up(trial: &mut Trial) -> Self {
        trial.house.later(601);
        let asked = trial.kim.post_json(&api("passkeys/begin"), &json!({})).await;
        assert_eq!(asked.code(), "STEP_UP_REQUIRED", "{}", asked.text);
        Self::StepUp(asked.json()["error"]["step_up_id"].as_str().unwrap().to_owned())
    }

    async fn begin(&self, trial: &mut Trial) -> Value {
        // So that each entry has a moment of its own.
        trial.house.later(1);
        let Self::StepUp(id) = self else {
            return trial.kim.begin().await;
        };
        let path = format!("{STAFF}/api/admin/step-up/{id}/begin");
        let begun = trial.kim.post_json(&path, &json!({})).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
        begun.json()
    }

    async fn finish(&self, trial: &mut Trial, credential: &Value) -> Answer {
        let Self::StepUp(id) = self else {
            return trial.kim.finish(credential).await;
        };
        let body = json!({ "credential": credential });
        let path = format!("{STAFF}/api/admin/step-up/{id}");
        trial.kim.post_json(&path, &body).await
    }

    /// What is answered to what does not verify.
    const fn refusal(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Entrance => (StatusCode::UNAUTHORIZED, "staff.sign_in"),
            Self::StepUp(_) => (StatusCode::CONFLICT, "staff.step_up"),
        }
    }

    /// What the audit calls an answer to a challenge that was answered already.
    const fn used_up(&self) -> &'static str {
        match self {
            Self::Entrance => "passkey_not_under_way",
            Self::StepUp(_) => "step_up_gone",
        }
    }
}

async fn one_thing_wrong(trial: &mut Trial, door: &Door) {
    let (status, event) = door.refusal();
    let mut used = None;
    for (what, change, code) in DRAFTS {
        let options = door.begin(trial).await;
        let before = trial.proofs().await;
        let honest = trial.kim.passkey.answer(STAFF, &options);
        let mut draft = honest.clone();
        change(&mut draft);
        let answer = door.finish(trial, &draft.sealed()).await;
        assert_eq!(answer.status, status, "{event}, {what}: {}", answer.text);
        assert_eq!(
            trial.told().await,
            (event.to_owned(), (*code).to_owned()),
            "{what}"
        );
        assert_eq!(
            trial.proofs().await,
            before,
            "{event}, {what}: something was stored"
        );
        used = Some((honest.sealed(), before));
    }
    // A wrong answer has used up its challenge: the right one comes too late.
    let (late, before) = used.unwrap();
    trial.house.later(1);
    let answer = door.finish(trial, &late).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(trial.told().await, (event.to_owned(), door.used_up().to_owned()));
    assert_eq!(trial.proofs().await, before);

    let options = door.begin(trial).await;
    let honest = trial.kim.passkey.answer(STAFF, &options).sealed();
    let taken = door.finish(trial, &honest).await;
    assert_eq!(taken.status, StatusCode::OK, "{event}: {}", taken.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entrance_and_one_call_refuse_what_has_one_thing_wrong() {
    let mut trial = Trial::new().await;
    let door = Door::step_up(&mut trial).await;
    one_thing_wrong(&mut trial, &door).await;
    let door = Door::entrance(&mut trial).await;
    one_thing_wrong(&mut trial, &door).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_passkey_counts_only_with_its_person_verified() {
    let trial = Trial::new().await;
    let mut jess = trial.house.browser();
    jess.identify("jess").await;
    trial.house.later(1);
    let before = trial.proofs().await;
    let options = jess.begin().await;
    let mut draft = jess.passkey.make(STAFF, &options);
    draft.flags &= !0x04;
    let refused = jess.finish(&draft.sealed()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
    let told = ("staff.sign_in".to_owned(), "passkey_user_unverified".to_owned());
    assert_eq!(trial.told().await, told);
    assert_eq!(trial.proofs().await, before, "no passkey, no session");
    let state = "SELECT state AS text FROM staff WHERE email LIKE 'jess@%'";
    assert_eq!(trial.texts(state).await, ["claimed"]);
    let options = jess.begin().await;
    let honest = jess.prove(&options);
    assert_eq!(jess.finish(&honest).await.status, StatusCode::OK);
}

/// The passkey that the session itself was proved with counts backwards for one of its calls.
async fn counted_backwards(db: TestDb) {
    let house = House::over(db).await;
    let mut kim = house.browser();
    kim.passkey = Authenticator::counting(5);
    kim.sign_in("kim").await;
    let mut trial = Trial { house, kim };
    let door = Door::step_up(&mut trial).await;
    let options = door.begin(&mut trial).await;
    let mut draft = trial.kim.passkey.answer(STAFF, &options);
    draft.counter = 2;
    let refused = door.finish(&mut trial, &draft.sealed()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(!refused.text.contains("copied"), "{}", refused.text);
    let linked = "SELECT audit_entry.event || ' ' || audit_entry.code AS text FROM audit_entry JOIN risk_event_entry ON risk_event_entry.entry_id = audit_entry.id";
    assert_eq!(trial.texts(linked).await, ["staff.step_up passkey_copied"]);
    let marked = "SELECT name AS text FROM staff_passkey WHERE copied_at IS NOT NULL";
    assert_eq!(trial.texts(marked).await, ["First passkey"]);
    let me = trial.kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED, "{}", me.text);
    let ended = "SELECT ended_why AS text FROM staff_session WHERE ended_why = 'revoked'";
    assert_eq!(trial.texts(ended).await, ["revoked"]);
    let calls = "SELECT step_up.id AS text FROM step_up WHERE state <> 'asked'";
    assert!(
        trial.texts(calls).await.is_empty(),
        "the call was not proved by it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_goes_back_for_one_call_ends_the_session_on_either_engine() {
    counted_backwards(TestDb::sqlite().await).await;
    counted_backwards(TestDb::postgres().await).await;
}
