//! Changes of guard policies as the simulator and the page know them: of narrowed sessions, in the place of the one that is
//! changed, with whom they would shut out, and with room for those of the configuration.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard_policy::{
    ActionSet, CONFIGURED, DECLARED_MAX, Draft, GuardPolicies, GuardPolicy, Narrowing, StaffRoles,
};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::minutes;
use stagedoor_core::view::policy::PolicyCard;
use stagedoor_store::testing::TestDb;

use crate::policies::{api, good, guardrail, refused, simulated, staff_id, with};
use crate::support::{Answer, Browser, House, STAFF};

const WHY: &str = "The auditors ask for it";
/// Backup eligible.
const SYNCED: u8 = 0x08;

fn of(person: &str, action: &str, tenant: &str) -> Value {
    with(
        good("", action),
        json!({ "role": null, "person": person, "tenant": tenant }),
    )
}

/// What a narrowing takes away is said in the words that the call itself is refused with.
#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_session_is_simulated_as_it_is_refused() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    let id = staff_id(&mut jess).await;
    let suspend = of(&id, "tenant.suspend", "acme");
    let whole = simulated(&mut kim, &suspend).await;
    assert_eq!(
        (&whole["present"]["outcome"], &whole["narrowed"]),
        (&json!("permit"), &json!([]))
    );
    for (narrower, reason, words) in [
        (
            json!({ "reads_only": true }),
            "narrowed_reads",
            json!(["reads only"]),
        ),
        (
            json!({ "viewing_as": "read_only" }),
            "narrowed_role",
            json!(["viewing as read only", "reads only"]),
        ),
    ] {
        let narrowed = jess.post_json(&api("session/narrow"), &narrower).await;
        assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
        let call = jess
            .post_json(&api("tenants/acme/suspend"), &json!({ "reason": WHY }))
            .await;
        assert_eq!(call.status, StatusCode::FORBIDDEN, "{}", call.text);
        let own = jess.get_json(&api("session")).await.json();
        let as_she_is = json!({ "reads_only": own["reads_only"], "viewing_as": own["viewing_as"] });
        let said = simulated(&mut kim, &with(suspend.clone(), json!({ "narrowed": as_she_is }))).await;
        assert_eq!(said["narrowed"], words, "{said}");
        assert_eq!(said["present"]["reason"], reason, "{said}");
        let message = &call.json()["error"]["message"];
        assert_eq!(&said["present"]["text"], message);
        assert_eq!(&guardrail(&said["present"], "authz")["text"], message);
    }
    let elsewhere = with(suspend, json!({ "narrowed": { "tenant": "lumen" } }));
    let said = simulated(&mut kim, &elsewhere).await;
    assert_eq!(said["present"]["reason"], "narrowed_tenant", "{said}");
    assert_eq!(said["narrowed"], json!(["only Lumen"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_role_and_a_narrowing_that_nobody_has_are_refused_by_their_fields() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let id = staff_id(&mut kim).await;
    let request = with(good("support", "tenant.suspend"), json!({ "tenant": "acme" }));
    let first = simulated(
        &mut kim,
        &with(request.clone(), json!({ "sub_role": "support_l1" })),
    )
    .await;
    assert_eq!(first["who"], "somebody made up, support, support_l1");
    assert_eq!(first["present"]["reason"], "sub_role_narrower", "{first}");
    let words = first["present"]["text"].as_str().unwrap();
    assert!(words.ends_with("Your sub-role: support_l1."), "{words}");
    let person = json!({ "role": null, "person": id });
    for (change, field) in [
        (
            json!({ "narrowed": { "viewing_as": "super_admin" } }),
            "narrowed.viewing_as",
        ),
        (
            json!({ "narrowed": { "viewing_as": "nobody" } }),
            "narrowed.viewing_as",
        ),
        (json!({ "narrowed": { "tenant": "nowhere" } }), "narrowed.tenant"),
        (
            json!({ "scope": ["acme"], "narrowed": { "tenant": "lumen" } }),
            "narrowed.tenant",
        ),
        (
            with(person.clone(), json!({ "sub_role": "support_l1" })),
            "sub_role",
        ),
        (with(person, json!({ "account": "pending" })), "account"),
        (
            json!({ "change_of": "unknown", "change": { "max_age_seconds": 300 } }),
            "change_of",
        ),
        (
            json!({ "change_of": "administration", "change": { "max_age_seconds": 300 } }),
            "change_of",
        ),
        (json!({ "change_of": "unknown" }), "change_of"),
    ] {
        let answer = refused(&mut kim, &with(request.clone(), change.clone())).await;
        assert!(!answer.field(field).is_empty(), "{change}: {}", answer.text);
    }
}

async fn confirmed(kim: &mut Browser) {
    let trials = kim.get_json(&api("trials")).await.json();
    let items = trials["items"].as_array().unwrap();
    let pending = items.iter().find(|trial| trial["state"] == "pending");
    let path = format!("trials/{}/confirm", pending.unwrap()["id"].as_str().unwrap());
    let answer = kim.post_json(&api(&path), &json!({})).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
}

async fn keep(kim: &mut Browser, name: &str, says: &Value) -> Answer {
    let body = json!({ "name": name, "about": "For nights", "says": says, "reason": WHY });
    kim.post_json(&api("policies"), &body).await
}

async fn page(browser: &mut Browser, path: &str) -> String {
    let answer = browser.get(&format!("{STAFF}{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

/// From the form that is filled with all it says to the trial, with what was typed kept where it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_policy_is_changed_from_its_page_and_tried_in_its_own_place() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let says = json!({ "roles": ["support", "security"], "actions": ["tenant.update", "tenant.suspend"], "max_age_seconds": 90 });
    let begun = keep(&mut kim, "night", &says).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    confirmed(&mut kim).await;
    let list = page(&mut kim, "/policies").await;
    assert!(list.contains("/policies?kept=night#simulator"), "{list}");
    let form = page(&mut kim, "/policies?kept=night").await;
    for part in [
        "Change night",
        "value=\"tenant.update,tenant.suspend\"",
        "value=\"90 s\"",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    // In the place of what it says: a proof of ten minutes ago would do again.
    let asked = "/policies?role=support&action=tenant.suspend&target=acme&address=127.0.0.1&identity=workforce&factor=passkey\
                 &factor_age=10&session=live&kept=night&concerns=support%2Csecurity&doing=tenant.suspend&max_age=15";
    let compared = page(&mut kim, asked).await;
    assert!(compared.contains("A fresh passkey is asked for"), "{compared}");
    assert!(
        compared.contains("Permitted") && compared.contains("Keep this change"),
        "{compared}"
    );
    let dialog = format!("{asked}&act=save");
    let open = page(&mut kim, &dialog).await;
    assert!(
        open.contains("Change night?") && open.contains("value=\"For nights\""),
        "{open}"
    );
    let url = format!("{STAFF}/api/fn/staff/save_policy");
    let mut fields = vec![
        ("about", "For long nights"),
        ("policy", "night"),
        ("role", "support,security"),
        ("action", "tenant.suspend"),
        ("max_age", "15 moons"),
        ("reason", WHY),
        ("dialog", &dialog),
        ("back", asked),
    ];
    let back = kim.post_form(&url, &fields).await;
    assert_eq!(back.to(), format!("{STAFF}{dialog}"), "{}", back.text);
    let again = page(&mut kim, &dialog).await;
    assert!(
        again.contains("value=\"For long nights\"") && again.contains("a policy can only be stricter"),
        "{again}"
    );
    fields[4].1 = "15";
    let begun = kim.post_form(&url, &fields).await;
    assert_eq!(begun.to(), format!("{STAFF}{asked}"), "{}", begun.text);
    confirmed(&mut kim).await;
    let declared = kim.get_json(&api("policies")).await.json()["declared"].clone();
    assert_eq!(
        json!([
            declared.as_array().unwrap().len(),
            declared[0]["name"],
            declared[0]["about"],
            declared[0]["roles"],
            declared[0]["actions"],
            declared[0]["max_age_seconds"]
        ]),
        json!([
            1,
            "night",
            "For long nights",
            ["support", "security"],
            ["tenant.suspend"],
            900
        ])
    );
    fields[1].1 = "unknown";
    let unknown = kim.post_form(&url, &fields).await;
    assert_eq!(
        unknown.to(),
        format!("{STAFF}{asked}"),
        "there is nothing to type anew"
    );
}

/// Signs somebody in for the first time with a passkey that may be synchronised.
pub(crate) async fn signed_in_synced(house: &House, short: &str) -> Browser {
    let mut browser = house.browser();
    browser.identify(short).await;
    let options = browser.begin().await;
    let mut synced = browser.passkey.make(STAFF, &options);
    synced.flags |= SYNCED;
    let arrived = browser.finish(&synced.sealed()).await;
    assert_eq!(arrived.status, StatusCode::OK, "{}", arrived.text);
    browser
}

/// Known by name before it is tried, and just those whom it then keeps out.
#[tokio::test(flavor = "multi_thread")]
async fn whom_a_level_of_passkeys_would_shut_out_is_named_before_it_is_tried() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = signed_in_synced(&house, "jess").await;
    house.signed_in("sasha").await;
    let jess_id = staff_id(&mut jess).await;
    let enrolled = "UPDATE staff SET state = 'active', claimed_until = NULL WHERE email LIKE 'rio@%'";
    house.db.raw_execute(enrolled).await.unwrap();
    let request = with(good("support", "tenant.suspend"), json!({ "tenant": "acme" }));
    let asking = |change: Value| with(request.clone(), json!({ "change": change }));
    let of_all = simulated(&mut kim, &asking(json!({ "passkey": "device_bound" }))).await;
    assert_eq!(
        of_all["shut_out"],
        json!({
            "level": "device_bound", "from": "sign_in", "count": 1, "without_passkey": 1,
            "people": [{ "id": jess_id, "name": "Jess Park", "role": "support" }],
        }),
        "{of_all}"
    );
    let not_theirs = json!({ "passkey": "device_bound", "roles": ["security"] });
    let of_others = simulated(&mut kim, &asking(not_theirs)).await;
    assert_eq!(of_others["shut_out"]["count"], 0, "{of_others}");
    let of_some = json!({ "passkey": "attested", "actions": ["policy.write", "tenant.suspend"] });
    let of_some = simulated(&mut kim, &asking(of_some)).await["shut_out"].clone();
    let names: Vec<_> = of_some["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["role"])
        .collect();
    assert_eq!(
        (&of_some["from"], names),
        (&json!("actions"), vec![&json!("support"), &json!("super_admin")]),
        "security holds neither: {of_some}"
    );
    let none = simulated(&mut kim, &asking(json!({ "max_age_seconds": 300 }))).await;
    assert_eq!(none["shut_out"], Value::Null, "it asks for no level");

    let told = page(
        &mut kim,
        "/policies?role=support&action=tenant.view&target=acme&passkey=device_bound&act=save",
    )
    .await;
    assert_eq!(
        told.matches(&format!("/staff/{jess_id}")).count(),
        2,
        "with the answer and in the dialog: {told}"
    );
    // What was told is what happens.
    let begun = keep(&mut kim, "strict", &json!({ "passkey": "device_bound" })).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let out = jess.get_json(&api("tenants")).await;
    assert_eq!(out.code(), "STEP_UP_REQUIRED", "{}", out.text);
}

fn policy(name: String, narrowing: Narrowing) -> GuardPolicy {
    let draft = Draft {
        name,
        about: String::new(),
        roles: StaffRoles::of(&[StaffRole::ReadOnly]),
        actions: ActionSet::ALL,
        narrowing,
    };
    draft.check().unwrap()
}

/// As many as there may be are kept, and then the file asks for levels: everything loads, and only one more is refused.
#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_there_may_be_leave_room_for_those_of_the_configuration() {
    let level = |name: &str, level| {
        let passkey = Narrowing {
            passkey: Some(level),
            ..Narrowing::NOTHING
        };
        policy(format!("{CONFIGURED}{name}"), passkey)
    };
    let configured = vec![
        level("device_bound", PasskeyLevel::DeviceBound),
        level("attested", PasskeyLevel::Attested),
    ];
    let configured = GuardPolicies::declared(configured).unwrap();
    let house = House::guarded(TestDb::sqlite().await, configured).await;
    for number in 0..DECLARED_MAX {
        let age = Narrowing {
            max_age: Some(minutes(30)),
            ..Narrowing::NOTHING
        };
        let kept = policy(format!("p{number}"), age);
        let card = serde_json::to_string(&PolicyCard::from(&kept)).unwrap();
        let row = format!(
            "INSERT INTO guard_policy (name, definition) VALUES ('{}', '{card}')",
            kept.name()
        );
        house.db.raw_execute(&row).await.unwrap();
    }
    let counted = "UPDATE in_force SET epoch = epoch + 1";
    house.db.raw_execute(counted).await.unwrap();
    let mut kim = house.signed_in("kim").await;
    let declared = kim.get_json(&api("policies")).await.json()["declared"].clone();
    assert_eq!(declared.as_array().unwrap().len(), DECLARED_MAX + 2);
    let more = keep(&mut kim, "one-more", &json!({ "max_age_seconds": 600 })).await;
    let words = more.refused_at("policies");
    assert!(
        words.contains("At most 32") && words.contains("would be 33"),
        "{words}"
    );
    let reserved = keep(&mut kim, "simulated", &json!({ "max_age_seconds": 600 })).await;
    assert!(!reserved.field("name").is_empty(), "{}", reserved.text);
}

/// A later program ships a policy of a name that is kept: both hold, the two are told apart, and the kept one can be taken away.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_policy_of_a_shipped_name_shuts_nobody_out_and_loosens_nothing() {
    let house = House::new().await;
    let age = Narrowing {
        max_age: Some(minutes(30)),
        ..Narrowing::NOTHING
    };
    let kept = policy("administration".to_owned(), age);
    let card = serde_json::to_string(&PolicyCard::from(&kept)).unwrap();
    let row = format!("INSERT INTO guard_policy (name, definition) VALUES ('administration', '{card}')");
    house.db.raw_execute(&row).await.unwrap();
    let counted = "UPDATE in_force SET epoch = epoch + 1";
    house.db.raw_execute(counted).await.unwrap();
    let mut kim = house.signed_in("kim").await;
    let told = kim.get_json(&api("policies")).await.json();
    assert_eq!(told["declared"][0]["name"], "administration", "{told}");
    let guards = told["guards"].as_array().unwrap();
    let is_of = |guard: &&Value, action: &str| guard["role"] == "read_only" && guard["action"] == action;
    let of = |action: &str| guards.iter().find(|guard| is_of(guard, action)).unwrap();
    let listed = of("tenant.list");
    assert_eq!(
        (&listed["max_age_seconds"], &listed["policies"]),
        (&json!(1800), &json!(["administration (kept)"]))
    );
    let both = json!(["administration", "administration (kept)"]);
    assert_eq!(of("policy.write")["policies"], both);
    let taken = keep(&mut kim, "super_admin", &json!({ "max_age_seconds": 600 })).await;
    assert!(
        taken.field("name").contains("comes with the program"),
        "{}",
        taken.text
    );
    let path = api("policies/administration");
    let gone = kim
        .send_json(Method::DELETE, &path, &json!({ "reason": WHY }))
        .await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let left = kim.get_json(&api("policies")).await.json();
    assert_eq!(left["declared"], json!([]));
    assert_eq!(
        left["shipped"].as_array().unwrap().len(),
        GuardPolicies::shipped().len()
    );
}
