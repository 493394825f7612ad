//! The level of a passkey: what may leave its device, and what nobody vouches for, is refused where policy asks for more, at
//! its registration and at each use, with a reason that says what to do.

use http::{Method, StatusCode};
use serde_json::json;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard_policy::{ActionSet, Draft as Guarding, GuardPolicies, Narrowing, StaffRoles};
use stagedoor_core::request::Policy;
use stagedoor_core::role::StaffRole;
use stagedoor_server::command::serve::leave_a_way_in;
use stagedoor_store::testing::TestDb;

use super::api;
use super::attested::listing;
use crate::support::{Answer, Authenticator, Browser, Draft, House, STAFF};

/// Backup eligible.
pub(crate) const SYNCED: u8 = 0x08;

/// Super admins need a passkey of a level.
pub(super) fn asking(level: PasskeyLevel) -> impl Fn(&mut Policy) {
    move |policy| {
        let guarding = Guarding {
            name: "passkeys".to_owned(),
            about: String::new(),
            roles: StaffRoles::of(&[StaffRole::SuperAdmin]),
            actions: ActionSet::ALL,
            narrowing: Narrowing {
                passkey: Some(level),
                ..Narrowing::NOTHING
            },
        };
        policy.guard_policies = GuardPolicies::declared(vec![guarding.check().unwrap()]).unwrap();
        listing(policy);
    }
}

pub(super) async fn house(level: PasskeyLevel) -> House {
    House::under(TestDb::sqlite().await, asking(level)).await
}

/// The codes of refused sign-ins.
pub(super) async fn refusals(house: &House) -> Vec<String> {
    let sql = "SELECT code AS text FROM audit_entry WHERE event = 'staff.sign_in' AND code IS NOT NULL ORDER BY at, id";
    let rows = house.db.raw_fetch(sql).await.unwrap();
    rows.iter().map(|row| row.get("text").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_leave_its_device_is_not_registered_where_policy_asks_for_more() {
    let house = house(PasskeyLevel::DeviceBound).await;
    let mut kim = house.browser();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let mut synced = kim.passkey.make(STAFF, &options);
    synced.flags |= SYNCED;
    let refused = kim.finish(&synced.sealed()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
    assert!(
        refused
            .text
            .contains("Policy asks your role for a passkey that cannot leave its device"),
        "{}",
        refused.text
    );
    assert_eq!(refusals(&house).await, ["passkey_not_device_bound"]);
    let options = kim.begin().await;
    let bound = kim.prove(&options);
    let arrived = kim.finish(&bound).await;
    assert_eq!(arrived.status, StatusCode::OK, "{}", arrived.text);
    // It concerns her role alone.
    let mut jess = house.browser();
    jess.identify("jess").await;
    let options = jess.begin().await;
    let mut synced = jess.passkey.make(STAFF, &options);
    synced.flags |= SYNCED;
    let arrived = jess.finish(&synced.sealed()).await;
    assert_eq!(arrived.status, StatusCode::OK, "{}", arrived.text);
}

/// Adds a passkey inside the session.
pub(crate) async fn add(
    browser: &mut Browser,
    passkey: &mut Authenticator,
    change: impl FnOnce(&mut Draft),
) -> Answer {
    let options = browser.post_json(&api("passkeys/begin"), &json!({})).await.json();
    let mut draft = passkey.make(STAFF, &options);
    change(&mut draft);
    let body = json!({ "name": "Drawer", "credential": draft.sealed() });
    browser.post_json(&api("passkeys"), &body).await
}

/// Uses a passkey inside the session.
pub(super) async fn renew(browser: &mut Browser, passkey: &mut Authenticator, flags: u8) -> Answer {
    let options = browser.post_json(&api("renew/begin"), &json!({})).await.json();
    let mut draft = passkey.answer(STAFF, &options);
    draft.flags |= flags;
    let body = json!({ "credential": draft.sealed() });
    browser.post_json(&api("renew"), &body).await
}

/// A passkey of before the policy: it is looked at again at each use, and the session that it proved is, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_below_the_level_proves_nothing_any_more() {
    let house = House::new().await;
    let mut kim = house.browser();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let mut synced = kim.passkey.make(STAFF, &options);
    synced.flags |= SYNCED;
    assert_eq!(kim.finish(&synced.sealed()).await.status, StatusCode::OK);
    house.later(1);
    let mut bound = Authenticator::default();
    let added = add(&mut kim, &mut bound, |_| {}).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let (_, stricter) = house
        .second_process_under(asking(PasskeyLevel::DeviceBound))
        .await;
    let mut kim = kim.sent_to(&stricter);
    let asked = kim.get_json(&format!("{STAFF}/api/admin/tenants")).await;
    assert_eq!(asked.code(), "STEP_UP_REQUIRED", "{}", asked.text);
    let challenge = asked.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("acr_values=\"phrh\""), "{challenge}");
    let words = "not strong enough for your role";
    assert!(asked.text.contains(words), "{}", asked.text);
    // The same passkey again does not help, the other one does.
    let mut weak = kim.passkey.clone();
    let again = renew(&mut kim, &mut weak, SYNCED).await;
    assert!(again.text.contains(words), "{} {}", again.status, again.text);
    let renewed = renew(&mut kim, &mut bound, 0).await;
    assert!(renewed.status.is_success(), "{}", renewed.text);
    listed_as_what_they_are(&mut kim).await;
    kim.cookies.clear();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let mut used = kim.passkey.answer(STAFF, &options);
    used.flags |= SYNCED;
    let refused = kim.finish(&used.sealed()).await;
    assert!(refused.text.contains(words), "{}", refused.text);
    assert_eq!(refusals(&house).await, ["passkey_too_weak"]);
}

/// The one that does not serve stays in the list and says so; the one that does cannot be revoked.
async fn listed_as_what_they_are(kim: &mut Browser) {
    let list = kim.get_json(&api("passkeys")).await.json();
    assert_eq!(list["asked"], "device_bound", "{list}");
    let told = |at: usize| {
        let item = &list["items"][at];
        (item["level"].clone(), item["serves"].clone())
    };
    assert_eq!(told(0), (json!("any"), json!(false)), "{list}");
    assert_eq!(told(1), (json!("device_bound"), json!(true)), "{list}");
    let page = kim.get(&format!("{STAFF}/passkeys")).await;
    assert!(
        page.text.contains("This one lets nobody in any more."),
        "{}",
        page.text
    );
    let revoke = |at: usize| api(&format!("passkeys/{}", list["items"][at]["id"].as_str().unwrap()));
    let last = kim.send_json(Method::DELETE, &revoke(1), &json!({})).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "{}", last.text);
    assert!(
        last.text
            .contains("only passkey that policy lets you sign in with"),
        "{}",
        last.text
    );
}

/// A level that no super admin could meet is not even tried; one that some could is, and needs such a passkey to be confirmed.
#[tokio::test(flavor = "multi_thread")]
async fn no_level_shuts_every_super_admin_out() {
    let house = House::new().await;
    let (configured, _) = house
        .second_process_under(asking(PasskeyLevel::DeviceBound))
        .await;
    let nobody = leave_a_way_in(&configured).await;
    assert!(nobody.is_ok(), "nobody is enrolled yet: {nobody:?}");
    let mut kim = house.browser();
    kim.identify("kim").await;
    let options = kim.begin().await;
    let mut synced = kim.passkey.make(STAFF, &options);
    synced.flags |= SYNCED;
    assert_eq!(kim.finish(&synced.sealed()).await.status, StatusCode::OK);
    let shut = leave_a_way_in(&configured).await.unwrap_err().to_string();
    assert!(
        shut.starts_with("passkeys.device_bound_roles: No super admin"),
        "{shut}"
    );
    let policies = format!("{STAFF}/api/admin/policies");
    let asking = |name: &str, roles: &[&str], level: &str| json!({ "name": name, "about": "", "reason": "The auditors ask for it", "says": { "roles": roles, "passkey": level } });
    for (body, field, words) in [
        (
            asking("strict", &["super_admin"], "device_bound"),
            "policies",
            "none of them has a passkey",
        ),
        (
            asking("strict", &["support"], "attested"),
            "policies",
            "list models and authorities",
        ),
        (
            asking("strict", &["support"], "any"),
            "passkey",
            "ask for device_bound or attested",
        ),
        (
            asking("configured_x", &["support"], "device_bound"),
            "name",
            "the configuration's own",
        ),
    ] {
        let refused = kim.post_json(&policies, &body).await;
        let told = refused.refused_at(field);
        assert!(told.contains(words), "{told}");
    }
    house.later(1);
    let mut bound = Authenticator::default();
    let added = add(&mut kim, &mut bound, |_| {}).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert!(leave_a_way_in(&configured).await.is_ok(), "one could meet it now");
    let begun = kim
        .post_json(&policies, &asking("strict", &["super_admin"], "device_bound"))
        .await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let confirm = format!(
        "{STAFF}/api/admin/trials/{}/confirm",
        begun.json()["id"].as_str().unwrap()
    );
    let outside = kim.post_json(&confirm, &json!({})).await;
    assert_eq!(outside.code(), "STEP_UP_REQUIRED", "{}", outside.text);
    assert!(renew(&mut kim, &mut bound, 0).await.status.is_success());
    let confirmed = kim.post_json(&confirm, &json!({})).await;
    assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.text);
    let declared = kim.get_json(&policies).await.json()["declared"].clone();
    assert_eq!(declared[0]["passkey"], "device_bound", "{declared}");
}

/// To view the console as support does not soften what a super admin must prove.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_registered_by_one_s_own_role_whatever_the_session_is_viewed_as() {
    let house = house(PasskeyLevel::DeviceBound).await;
    let mut kim = house.signed_in("kim").await;
    let view = json!({ "viewing_as": "support" });
    let narrowed = kim
        .post_json(&format!("{STAFF}/api/admin/session/narrow"), &view)
        .await;
    assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
    house.later(1);
    let mut other = Authenticator::default();
    let refused = add(&mut kim, &mut other, |draft| draft.flags |= SYNCED).await;
    assert!(
        refused
            .text
            .contains("Policy asks your role for a passkey that cannot leave its device"),
        "{} {}",
        refused.status,
        refused.text
    );
    let mut bound = Authenticator::default();
    let added = add(&mut kim, &mut bound, |_| {}).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
}
