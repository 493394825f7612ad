//! Attested passkeys: whose word counts, for which model, and for how long.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::request::Policy;
use stagedoor_service::passkeys::makers;
use stagedoor_store::testing::TestDb;

use super::levels::{SYNCED, add, asking, house, refusals, renew};
use super::{Change, api};
use crate::support::{Authenticator, Browser, Draft, House, STAFF};

/// A model of keys that is on the list, and one that is not.
const MODEL: &str = "0b1c2d3e-4f50-4152-8364-758697a8b9ca";
const AAGUID: [u8; 16] = [
    0x0b, 0x1c, 0x2d, 0x3e, 0x4f, 0x50, 0x41, 0x52, 0x83, 0x64, 0x75, 0x86, 0x97, 0xa8, 0xb9, 0xca,
];
const UNLISTED_AAGUID: [u8; 16] = {
    let mut id = AAGUID;
    id[0] = 0x1b;
    id
};
/// The authority that is on the list, and batches of keys by one key: two of the authority's, of which one is of the other model;
/// one that is over; one of another authority. They vouch for nothing outside these tests.
const AUTHORITY: &str = include_str!("maker/authority.pem");
const BATCH: &[u8] = include_bytes!("maker/batch.der");
const UNLISTED: &[u8] = include_bytes!("maker/unlisted.der");
const EXPIRED: &[u8] = include_bytes!("maker/expired.der");
const ANOTHER: &[u8] = include_bytes!("maker/another.der");
const BATCH_KEY: &[u8] = include_bytes!("maker/batch.key.der");

/// One model and one authority are on the lists.
pub(super) fn listing(policy: &mut Policy) {
    policy.passkey_makers = makers(&[MODEL.to_uppercase()], &[AUTHORITY.to_owned()]).unwrap();
}

/// Says of what model the key is, and brings a certificate of the batch's key for it.
fn attested(draft: &mut Draft, model: [u8; 16], certificate: &[u8]) {
    draft.aaguid = model;
    draft.vouched_by(BATCH_KEY, certificate);
}

/// What is wrong with an attestation, and what the audit calls it.
const ATTESTATIONS: &[(&str, Change<Draft>, &str)] = &[
    ("nobody vouches", |_| {}, "passkey_unattested"),
    (
        "it vouches for itself",
        |draft| draft.attest_to(|_| {}),
        "passkey_unattested",
    ),
    (
        "another model than the certificate's",
        |draft| attested(draft, UNLISTED_AAGUID, BATCH),
        "passkey_unattested",
    ),
    (
        "a listed model, and the certificate of another",
        |draft| attested(draft, AAGUID, UNLISTED),
        "passkey_unattested",
    ),
    (
        "a model that is not on the list",
        |draft| attested(draft, UNLISTED_AAGUID, UNLISTED),
        "passkey_unattested",
    ),
    (
        "an authority that is not on the list",
        |draft| attested(draft, AAGUID, ANOTHER),
        "passkey_unattested",
    ),
    (
        "a certificate that is over",
        |draft| attested(draft, AAGUID, EXPIRED),
        "passkey_unattested",
    ),
    (
        "a signature of something else",
        |draft| {
            attested(draft, AAGUID, BATCH);
            draft.counter += 1;
        },
        "passkey_unattested",
    ),
    (
        "one that may leave its device",
        |draft| {
            draft.flags |= SYNCED;
            attested(draft, AAGUID, BATCH);
        },
        "passkey_not_device_bound",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn only_a_listed_maker_vouches_and_only_for_its_own_model() {
    let house = house(PasskeyLevel::Attested).await;
    let mut kim = house.browser();
    kim.identify("kim").await;
    for (what, change, _) in ATTESTATIONS {
        house.later(1);
        let options = kim.begin().await;
        assert_eq!(options["publicKey"]["attestation"], "direct", "{options}");
        let mut draft = kim.passkey.make(STAFF, &options);
        change(&mut draft);
        let refused = kim.finish(&draft.sealed()).await;
        assert_eq!(
            refused.status,
            StatusCode::UNAUTHORIZED,
            "{what}: {}",
            refused.text
        );
    }
    let expected: Vec<&str> = ATTESTATIONS.iter().map(|(.., code)| *code).collect();
    assert_eq!(refusals(&house).await, expected);

    let options = kim.begin().await;
    let mut draft = kim.passkey.make(STAFF, &options);
    attested(&mut draft, AAGUID, BATCH);
    let arrived = kim.finish(&draft.sealed()).await;
    assert_eq!(arrived.status, StatusCode::OK, "{}", arrived.text);
    let list = kim.get_json(&api("passkeys")).await.json();
    let item = &list["items"][0];
    assert_eq!(
        json!([item["aaguid"], item["attestation"], item["level"], item["serves"]]),
        json!([MODEL, "packed", "attested", true])
    );
    let page = kim.get(&format!("{STAFF}/passkeys")).await;
    assert!(page.text.contains(MODEL), "{}", page.text);
    taken_off_the_list(&house, kim).await;
}

/// Taken off the list, a maker vouches for nothing any more.
async fn taken_off_the_list(house: &House, kim: Browser) {
    let (_, emptied) = house
        .second_process_under(|policy| {
            asking(PasskeyLevel::Attested)(policy);
            policy.passkey_makers.authorities.clear();
        })
        .await;
    let mut kim = kim.sent_to(&emptied);
    for url in [api("passkeys"), format!("{STAFF}/api/admin/tenants")] {
        let weak = kim.get_json(&url).await;
        assert_eq!(
            weak.code(),
            "STEP_UP_REQUIRED",
            "proved while it did: {}",
            weak.text
        );
        assert!(
            weak.text.contains("not strong enough for your role"),
            "{}",
            weak.text
        );
    }
    kim.cookies.clear();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let proof = kim.prove(&options);
    let refused = kim.finish(&proof).await;
    let words = "not strong enough for your role";
    assert!(refused.text.contains(words), "{}", refused.text);
}

/// Where makers are listed, each is asked to vouch, so that there are such passkeys before policy asks for them.
#[tokio::test(flavor = "multi_thread")]
async fn a_maker_is_asked_to_vouch_before_policy_asks_for_it() {
    let house = House::under(TestDb::sqlite().await, listing).await;
    let mut kim = house.signed_in("kim").await;
    let options = kim.post_json(&api("passkeys/begin"), &json!({})).await.json();
    assert_eq!(options["publicKey"]["attestation"], "direct", "{options}");
    house.later(1);
    let mut maker = Authenticator::default();
    let added = add(&mut kim, &mut maker, |draft| {
        attested(draft, AAGUID, BATCH);
    })
    .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    house.later(1);
    let other = add(&mut kim, &mut Authenticator::default(), |draft| {
        attested(draft, AAGUID, ANOTHER);
    })
    .await;
    assert_eq!(
        other.status,
        StatusCode::CREATED,
        "nobody asks for it: {}",
        other.text
    );
    let list = kim.get_json(&api("passkeys")).await.json();
    let levels: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["level"])
        .collect();
    assert_eq!(levels, ["device_bound", "attested", "device_bound"], "{list}");
    let (_, stricter) = house.second_process_under(asking(PasskeyLevel::Attested)).await;
    let mut kim = kim.sent_to(&stricter);
    assert!(renew(&mut kim, &mut maker, 0).await.status.is_success());
    let tenants = kim.get_json(&format!("{STAFF}/api/admin/tenants")).await;
    assert_eq!(tenants.status, StatusCode::OK, "{}", tenants.text);
}
