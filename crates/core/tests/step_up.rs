//! Step-up: what a proof commits to, and its life. The vectors were computed by code that is not ours, and never change.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::audit::canonical::hex;
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{Id, SessionId, StepUpId};
use stagedoor_core::step_up::{ASK_TTL, Arguments, Call, CallDigest, PROOF_TTL, StepUp, StepUpState, bind};
use stagedoor_core::time::Timestamp;

const NOW: Timestamp = Timestamp::from_micros(1_795_263_242_000_000);
const TICK: Duration = Duration::from_micros(1);

fn call(method: &str, operation: &str, target: &str, arguments: Arguments) -> Call {
    Call {
        method: method.to_owned(),
        operation: operation.to_owned(),
        target: target.to_owned(),
        arguments,
    }
}

fn revoke() -> Call {
    call(
        "DELETE",
        "/api/admin/session/passkeys/{id}",
        "/api/admin/session/passkeys/pky_01k9w000000000000000000001",
        Arguments::None,
    )
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn the_vectors_of_a_call_never_change() {
    let suspend = json!({ "reason": "Payment fraud", "ticket_ref": null, "nested": [1, -2.5, true, false, { "é": "ü" }] });
    let form = vec![field("passkey_id", "pky_1"), field("back", "/passkeys")];
    let vectors = [
        (
            revoke(),
            "0e99acb589f3ba60100336f4be5b68704cc75938b8df6113ebc5d292c02c7571",
        ),
        (
            call(
                "POST",
                "/api/admin/tenants/{id}/suspend",
                "/api/admin/tenants/acme/suspend",
                Arguments::Json(suspend),
            ),
            "e0dda008fc57473eb304b98499555754e2e2b97e9e8782cacdfe769e2f97d7df",
        ),
        (
            call(
                "POST",
                "/api/fn/staff/revoke_passkey",
                "/api/fn/staff/revoke_passkey",
                Arguments::Fields(form),
            ),
            "b0c7033802d037887f74a4be1ff75e7b2f7c612d11a9b8a20e53d3083e3482dc",
        ),
        (
            call("PUT", "/x", "/x?y=z", Arguments::Bytes(vec![0, 1])),
            "56e3530b4ec7e0f5324fd4032a62507d67bb598976571090ba43a69bb51806ac",
        ),
    ];
    for (call, digest) in vectors {
        assert_eq!(hex(call.digest().as_bytes()), digest, "{call:?}");
    }
    assert_eq!(
        hex(&bind(&[7; 32], &revoke().digest())),
        "97749e47f422b3cccb297e325bcf6ced3daeac5460564b02d136a6df3e335217"
    );
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        "[a-c\"é]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c]{0,2}", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn arguments() -> impl Strategy<Value = Arguments> {
    prop_oneof![
        Just(Arguments::None),
        value().prop_map(Arguments::Json),
        prop::collection::vec(("[ab]{0,2}", "[ab]{0,2}"), 0..3).prop_map(Arguments::Fields),
        prop::collection::vec(0u8..3, 0..4).prop_map(Arguments::Bytes),
    ]
}

fn calls() -> impl Strategy<Value = Call> {
    ("[AB]{0,2}", "[/a]{0,3}", "[/a]{0,3}", arguments()).prop_map(|(method, operation, target, arguments)| {
        Call {
            method,
            operation,
            target,
            arguments,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// The texts are short, so that parts that run into each other would meet often.
    #[test]
    fn two_calls_have_one_digest_only_when_they_are_one_call(one in calls(), other in calls()) {
        prop_assert_eq!(one == other, one.digest() == other.digest());
    }

    #[test]
    fn neither_white_space_nor_the_order_of_fields_matters(value in value()) {
        let pretty = serde_json::to_string_pretty(&value).expect("JSON");
        let again: Value = serde_json::from_str(&pretty).expect("JSON");
        let of = |value| call("POST", "/x", "/x", Arguments::Json(value)).digest();
        prop_assert_eq!(of(value), of(again));
    }

    #[test]
    fn a_challenge_is_another_for_each_call_and_each_time(
        one in calls(), other in calls(), random in any::<[u8; 32]>(), more in any::<[u8; 32]>()
    ) {
        let digests = (one.digest(), other.digest());
        prop_assert_eq!(bind(&random, &digests.0) == bind(&random, &digests.1), one == other);
        prop_assert_eq!(bind(&random, &digests.0) == bind(&more, &digests.0), random == more);
    }
}

#[test]
fn fields_in_another_order_are_another_object_only_in_a_form() {
    let json = |text: &str| Arguments::Json(serde_json::from_str(text).expect("JSON"));
    let of = |arguments| call("POST", "/x", "/x", arguments).digest();
    assert_eq!(of(json(r#"{"a":1,"b":2}"#)), of(json(r#"{ "b": 2, "a": 1 }"#)));
    let form = |fields: [&str; 2]| Arguments::Fields(fields.map(|name| field(name, "x")).to_vec());
    assert_ne!(of(form(["a", "b"])), of(form(["b", "a"])));
}

fn session() -> SessionId {
    SessionId::new(1, 1)
}

fn asked() -> StepUp {
    StepUp::asked(StepUpId::new(1, 1), session(), revoke().digest(), NOW)
}

fn by_passkey(at: Timestamp) -> ProvenFactor {
    ProvenFactor::passkey(PasskeyLevel::DeviceBound, at)
}

fn proved() -> StepUp {
    asked()
        .begin(NOW)
        .expect("in time")
        .prove(by_passkey(NOW))
        .expect("begun")
}

#[test]
fn a_proof_is_good_for_its_call_in_its_session_and_for_nothing_else() {
    let other = CallDigest::from_stored(&[9; 32]).expect("32 bytes");
    let proof = proved().spend(session(), &revoke().digest(), NOW).expect("good");
    let factor = proof.factor_for(&revoke().digest()).expect("its call");
    assert_eq!((factor.kind, factor.at), (FactorKind::Passkey, NOW));
    assert_eq!((proof.id(), proof.factor_for(&other)), (asked().id, None));

    let spend = |step_up: StepUp, session, call: &CallDigest| step_up.spend(session, call, NOW).unwrap_err();
    let mine = revoke().digest();
    assert_eq!(spend(proved(), session(), &other), Reason::StepUpOtherCall);
    assert_eq!(spend(proved(), SessionId::new(2, 2), &mine), Reason::StepUpGone);
    assert_eq!(spend(asked(), session(), &mine), Reason::StepUpUnproved);
    let begun = asked().begin(NOW).expect("in time");
    assert_eq!(spend(begun, session(), &mine), Reason::StepUpUnproved);
}

#[test]
fn from_the_challenge_to_the_call_there_is_a_minute_to_the_microsecond() {
    let late = NOW.plus(ASK_TTL);
    assert_eq!(asked().begin(late), Err(Reason::StepUpLate));
    let start = late.minus(TICK);
    let begun = asked().begin(start).expect("the last moment");
    let last = start.plus(PROOF_TTL).minus(TICK);
    assert_eq!(
        begun.prove(by_passkey(start.plus(PROOF_TTL))),
        Err(Reason::StepUpLate)
    );
    let proved = begun.prove(by_passkey(last)).expect("the last moment");
    assert_eq!(proved.until, begun.until, "the clock does not start anew");
    let digest = revoke().digest();
    assert!(proved.spend(session(), &digest, last).is_ok());
    let over = proved.spend(session(), &digest, start.plus(PROOF_TTL));
    assert_eq!(over, Err(Reason::StepUpLate));
}

#[test]
fn each_step_is_taken_from_the_one_before() {
    let begun = asked().begin(NOW).expect("in time");
    assert_eq!(
        asked().prove(by_passkey(NOW)),
        Err(Reason::StepUpGone),
        "no challenge is out"
    );
    assert_eq!(begun.begin(NOW).expect("another try").state, StepUpState::Begun);
    assert_eq!(proved().prove(by_passkey(NOW)), Err(Reason::StepUpGone));
    assert_eq!(proved().begin(NOW), Err(Reason::StepUpGone));
}
