//! Changes on trial beside one another: none is kept that leaves a way in only while another one lasts, and nobody is told of what they
//! may not look at.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRoles};
use stagedoor_store::testing::TestDb;

use crate::network::{AWAY, add, api, confirm, from, vpn};
use crate::support::{Answer, Browser, House};

const WHY: &str = "The auditors ask for it";

/// Super admins from the VPN alone.
fn vpn_only() -> Value {
    json!({
        "name": "vpn_only", "reason": WHY, "confirm_from_elsewhere": true,
        "says": { "roles": ["super_admin"], "networks": ["vpn"] },
    })
}

async fn tries(browser: &mut Browser, policy: &Value) -> Answer {
    from(browser, AWAY, (Method::POST, "policies"), Some(policy)).await
}

async fn confirms(browser: &mut Browser, trial: &Value) -> Answer {
    let path = format!("trials/{}/confirm", trial["id"].as_str().unwrap());
    from(browser, AWAY, (Method::POST, &path), Some(&json!({}))).await
}

/// The VPN with a rule that stays.
async fn lisbon(browser: &mut Browser) {
    let mut rule = vpn();
    rule["name"] = json!("vpn-lisbon");
    rule["range"] = json!("203.0.113.0/24");
    let trial = add(browser, &rule).await;
    assert_eq!(confirm(browser, &trial).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_not_tried_that_stands_only_by_a_rule_on_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let rule = add(&mut kim, &vpn()).await;
    let refused = tries(&mut kim, &vpn_only()).await;
    let words = refused.refused_at("policies");
    assert!(
        words.contains("No super admin") && words.contains("is rolled back"),
        "{words}"
    );
    assert_eq!(confirm(&mut kim, &rule).await.status, StatusCode::NO_CONTENT);
    assert_eq!(tries(&mut kim, &vpn_only()).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_from_a_place_that_is_itself_on_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    lisbon(&mut kim).await;
    let rule = add(&mut kim, &vpn()).await;
    let policy = tries(&mut kim, &vpn_only()).await.json();
    let leaning = confirms(&mut kim, &policy).await;
    assert_eq!(leaning.status, StatusCode::CONFLICT, "{}", leaning.text);
    assert!(
        leaning.text.contains("Another change is on trial"),
        "{}",
        leaning.text
    );
    assert_eq!(confirms(&mut kim, &rule).await.status, StatusCode::NO_CONTENT);
    assert_eq!(confirms(&mut kim, &policy).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_not_taken_away_that_is_spared_only_by_a_policy_on_trial() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let rule = add(&mut kim, &vpn()).await;
    assert_eq!(confirm(&mut kim, &rule).await.status, StatusCode::NO_CONTENT);
    let policy = tries(&mut kim, &vpn_only()).await.json();
    assert_eq!(confirms(&mut kim, &policy).await.status, StatusCode::NO_CONTENT);
    let removal = json!({ "reason": WHY });
    let path = (Method::DELETE, "policies/vpn_only");
    let relaxed = from(&mut kim, AWAY, path, Some(&removal)).await;
    assert_eq!(relaxed.status, StatusCode::OK, "{}", relaxed.text);
    let rules = kim.get_json(&api("network-rules")).await.json();
    let path = format!("network-rules/{}", rules["items"][1]["id"].as_str().unwrap());
    let refused = kim.send_json(Method::DELETE, &api(&path), &removal).await;
    let told = refused.refused_at("rules");
    assert!(told.contains("No super admin"), "{told}");
    let told = json!({ "id": rules["items"][1]["id"], "remove": true });
    let told = kim.post_json(&api("network-rules/preview"), &told).await.json();
    assert!(
        told["refused"].as_str().unwrap().contains("No super admin"),
        "{told}"
    );
}

/// The transaction goes by the rows that it finds, not by what the process knows.
async fn a_confirmation_goes_by_what_is_kept_when_it_is_written(db: TestDb) {
    let house = House::over(db).await;
    let mut kim = house.signed_in("kim").await;
    let rule = add(&mut kim, &vpn()).await;
    assert_eq!(confirm(&mut kim, &rule).await.status, StatusCode::NO_CONTENT);
    let policy = tries(&mut kim, &vpn_only()).await.json();
    let looked = from(&mut kim, AWAY, (Method::GET, "tenants"), None).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
    let unseen = "UPDATE network_rule SET kind = 'corp_ip'";
    house.db.raw_execute(unseen).await.unwrap();
    let refused = confirms(&mut kim, &policy).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let kept = house.db.raw_fetch("SELECT count(*) AS n FROM guard_policy").await;
    assert_eq!(kept.unwrap()[0].count("n").unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_goes_by_what_is_kept_when_it_is_written_on_postgresql() {
    a_confirmation_goes_by_what_is_kept_when_it_is_written(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_goes_by_what_is_kept_when_it_is_written_on_sqlite() {
    a_confirmation_goes_by_what_is_kept_when_it_is_written(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_over_what_is_everybodys_own_is_refused_by_its_field() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    for (says, field) in [
        (
            json!({ "actions": ["session.view_own"], "danger": "break_glass" }),
            "danger",
        ),
        (
            json!({ "actions": ["responsibilities.acknowledge"], "networks": ["vpn"] }),
            "policies",
        ),
    ] {
        let body = json!({ "name": "own", "says": says, "reason": WHY });
        let refused = kim.post_json(&api("policies"), &body).await;
        refused.refused_at(field);
    }
}

async fn listed(browser: &mut Browser) -> Answer {
    browser.get_json(&api("trials")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn trials_are_listed_for_who_may_look_at_what_they_change() {
    let only = |name: &str, permission: &str| {
        let draft = Draft {
            name: name.to_owned(),
            about: String::new(),
            of: StaffRole::Security,
            permissions: vec!["tenant.list".to_owned(), permission.to_owned()],
            tenants: None,
            visits: None,
            visit_minutes: None,
        };
        draft.check().unwrap()
    };
    let house = House::under(TestDb::sqlite().await, |policy| {
        let declared = vec![
            only("of_policies", "policy.view"),
            only("of_neither", "staff.view"),
        ];
        policy.sub_roles = SubRoles::declared(declared).unwrap();
    })
    .await;
    let mut kim = house.signed_in("kim").await;
    let mut sasha = house.signed_in("sasha").await;
    add(&mut kim, &vpn()).await;
    let body =
        json!({ "name": "strict", "reason": WHY, "says": { "roles": ["support"], "max_age_seconds": 600 } });
    assert_eq!(
        kim.post_json(&api("policies"), &body).await.status,
        StatusCode::CREATED
    );
    let kinds = |answer: &Answer| -> Vec<String> {
        let body = answer.json();
        let items = body["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut all = kinds(&listed(&mut sasha).await);
    all.sort();
    assert_eq!(all, ["guard_policies", "network_rules"]);
    let give = |name: &str| format!("UPDATE staff SET sub_role = '{name}' WHERE email LIKE 'sasha@%'");
    house.db.raw_execute(&give("of_policies")).await.unwrap();
    assert_eq!(kinds(&listed(&mut sasha).await), ["guard_policies"]);
    house.db.raw_execute(&give("of_neither")).await.unwrap();
    assert_eq!(listed(&mut sasha).await.status, StatusCode::FORBIDDEN);
}
