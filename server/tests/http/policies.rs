//! Policies and roles over the API: what is declared, what the simulator says, who can do what; and that what it says is
//! what is done.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF};

pub(crate) fn api(path: &str) -> String {
    format!("{STAFF}/api/admin/{path}")
}

/// A request that everything is good about, of somebody made up.
pub(crate) fn good(role: &str, action: &str) -> Value {
    json!({
        "role": role, "action": action, "address": "127.0.0.1", "identity": "workforce",
        "factor": "passkey", "factor_age_seconds": 600, "session": "live",
    })
}

pub(crate) fn with(mut request: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

pub(crate) async fn simulated(browser: &mut Browser, request: &Value) -> Value {
    let answer = browser.post_json(&api("policies/simulate"), request).await;
    assert_eq!(answer.status, StatusCode::OK, "{request}: {}", answer.text);
    answer.json()
}

pub(crate) async fn refused(browser: &mut Browser, request: &Value) -> Answer {
    let answer = browser.post_json(&api("policies/simulate"), request).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{request}: {}",
        answer.text
    );
    answer
}

/// What one guardrail says.
pub(crate) fn guardrail<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let all = answer["guardrails"].as_array().unwrap();
    assert_eq!(all.len(), 6, "{answer}");
    all.iter().find(|guardrail| guardrail["name"] == name).unwrap()
}

pub(crate) async fn staff_id(browser: &mut Browser) -> String {
    let me = browser.get_json(&api("session")).await.json();
    me["staff_id"].as_str().unwrap().to_owned()
}

async fn entries(house: &House) -> i64 {
    let rows = house.db.raw_fetch("SELECT count(*) AS x FROM audit_entry").await;
    rows.unwrap()[0].get("x").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_guards_the_console_is_told_as_it_is_in_force() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let body = kim.get_json(&api("policies")).await.json();
    assert_eq!(
        body["networks"],
        json!([{ "name": "loopback", "kind": "corp_ip", "range": "127.0.0.0/8" }])
    );
    let shipped: Vec<_> = body["shipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| &policy["name"])
        .collect();
    assert_eq!(shipped, ["super_admin", "administration"]);
    assert_eq!(body["declared"], json!([]));
    let guard = |role: &str, action: &str| {
        let guards = body["guards"].as_array().unwrap();
        guards
            .iter()
            .find(|guard| guard["role"] == role && guard["action"] == action)
            .unwrap()
            .clone()
    };
    let manage = guard("super_admin", "platform.manage_staff");
    assert_eq!(
        json!([
            manage["max_age_seconds"],
            manage["factors"],
            manage["held"],
            manage["policies"]
        ]),
        json!([3600, ["passkey"], "fully", ["super_admin", "administration"]])
    );
    assert_eq!(guard("support", "platform.manage_staff")["held"], Value::Null);
    let out = guard("support", "staff.sign_out");
    assert_eq!(
        json!([out["networks"], out["factors"], out["max_age_seconds"]]),
        json!([null, null, null])
    );
    assert_eq!(guard("super_admin", "tenant.delete")["needs_grant"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_which_nothing_is_known_is_denied_and_each_fact_opens_its_guardrail() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let nothing = json!({ "role": "support", "action": "tenant.suspend", "tenant": "acme" });
    let answer = simulated(&mut kim, &nothing).await["present"].clone();
    assert_eq!(
        json!([answer["outcome"], answer["reason"]]),
        json!(["deny", "session_absent"])
    );
    let facts = [
        ("network", json!({ "address": "127.0.0.1" })),
        ("identity", json!({ "identity": "workforce" })),
        ("mfa", json!({ "factor": "passkey" })),
        ("session", json!({ "session": "live" })),
    ];
    for (name, fact) in &facts {
        assert_eq!(guardrail(&answer, name)["standing"], "failed", "{answer}");
        let known = simulated(&mut kim, &with(nothing.clone(), fact.clone())).await;
        assert_eq!(
            guardrail(&known["present"], name)["standing"],
            "passed",
            "{known}"
        );
    }
    let all = facts
        .into_iter()
        .fold(nothing, |request, (_, fact)| with(request, fact));
    let permitted = simulated(&mut kim, &all).await;
    assert_eq!(
        json!([
            permitted["present"]["outcome"],
            permitted["present"]["reason"],
            permitted["changed"]
        ]),
        json!(["permit", null, null])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fact_that_is_not_good_fails_its_guardrail_alone() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let suspend = || with(good("support", "tenant.suspend"), json!({ "tenant": "acme" }));
    let delete = || {
        with(
            good("super_admin", "tenant.delete"),
            json!({ "tenant": "acme", "grant": "approved" }),
        )
    };
    assert_eq!(
        simulated(&mut kim, &delete()).await["present"]["outcome"],
        "permit"
    );
    let cases = [
        (
            suspend(),
            json!({ "address": "203.0.113.9" }),
            "network",
            "network_outside",
        ),
        (
            suspend(),
            json!({ "identity": "untrusted" }),
            "identity",
            "provider_untrusted",
        ),
        (
            suspend(),
            json!({ "identity": "service" }),
            "identity",
            "not_workforce",
        ),
        (
            suspend(),
            json!({ "factor": "totp" }),
            "mfa",
            "factor_not_allowed",
        ),
        (
            suspend(),
            json!({ "factor_age_seconds": 14_401 }),
            "mfa",
            "factor_stale",
        ),
        (
            suspend(),
            json!({ "role": "security" }),
            "authz",
            "permission_missing",
        ),
        (suspend(), json!({ "scope": ["lumen"] }), "authz", "out_of_scope"),
        (delete(), json!({ "grant": "none" }), "danger", "grant_missing"),
        (
            suspend(),
            json!({ "session": "ended" }),
            "session",
            "session_ended",
        ),
        (
            suspend(),
            json!({ "session_age_seconds": 14_400 }),
            "session",
            "session_expired",
        ),
        (
            suspend(),
            json!({ "session_idle_seconds": 900 }),
            "session",
            "session_idle",
        ),
        (
            suspend(),
            json!({ "account": "deactivated" }),
            "session",
            "account_deactivated",
        ),
        (
            suspend(),
            json!({ "account": "expired" }),
            "session",
            "account_expired",
        ),
    ];
    for (request, change, name, reason) in cases {
        let answer = simulated(&mut kim, &with(request, change.clone())).await["present"].clone();
        assert_eq!(answer["reason"], reason, "{change}: {answer}");
        assert_eq!(answer["text"], guardrail(&answer, name)["text"], "{answer}");
        for other in answer["guardrails"].as_array().unwrap() {
            assert_eq!(
                other["standing"] == "failed",
                other["name"] == name,
                "{change}: {answer}"
            );
        }
        let challenged = name == "mfa";
        assert_eq!(
            answer["outcome"],
            if challenged { "challenge" } else { "deny" },
            "{answer}"
        );
        assert_eq!(
            answer["max_age_seconds"],
            if challenged { json!(14_400) } else { Value::Null }
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_shown_beside_what_is_in_force_and_can_only_take_away() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let request = with(good("support", "tenant.suspend"), json!({ "tenant": "acme" }));
    let changed = |change: Value| with(request.clone(), json!({ "change": change }));
    let fresh = simulated(&mut kim, &changed(json!({ "max_age_seconds": 300 }))).await;
    assert_eq!(
        json!([
            fresh["present"]["outcome"],
            fresh["changed"]["outcome"],
            fresh["changed"]["max_age_seconds"]
        ]),
        json!(["permit", "challenge", 300])
    );
    assert_eq!(fresh["changed"]["guard"]["policies"], json!(["simulated"]));
    let vpn = simulated(&mut kim, &changed(json!({ "networks": ["vpn"] }))).await;
    assert_eq!(
        vpn["changed"]["reason"], "network_unconfigured",
        "no VPN is configured: {vpn}"
    );
    let other = simulated(
        &mut kim,
        &changed(json!({ "networks": ["vpn"], "roles": ["security"] })),
    )
    .await;
    assert_eq!(
        other["changed"]["outcome"], "permit",
        "it does not concern them: {other}"
    );
    let grant = json!({ "danger": "break_glass", "actions": ["tenant.suspend"] });
    let grant = simulated(&mut kim, &changed(grant)).await;
    assert_eq!(grant["changed"]["code"], "BREAK_GLASS_REQUIRED", "{grant}");

    let level = json!({ "passkey": "device_bound" });
    let weak = simulated(&mut kim, &changed(level.clone())).await;
    assert_eq!(
        json!([
            weak["present"]["outcome"],
            weak["changed"]["reason"],
            weak["changed"]["guard"]["passkey"]
        ]),
        json!(["permit", "passkey_too_weak", "device_bound"])
    );
    let strong = with(changed(level), json!({ "passkey": "attested" }));
    let strong = simulated(&mut kim, &strong).await;
    assert_eq!(strong["changed"]["outcome"], "permit", "{strong}");

    for (change, field) in [
        (json!({ "passkey": "any" }), "change.passkey"),
        (json!({ "passkey": "hard" }), "change.passkey"),
        (json!({}), "change"),
        (json!({ "max_age_seconds": 14_401 }), "change.max_age_seconds"),
        (json!({ "factors": ["totp"] }), "change.factors"),
        (json!({ "networks": ["moon"] }), "change.networks"),
        (json!({ "networks": [] }), "change.networks"),
        (json!({ "danger": "break_glass" }), "change.danger"),
        (
            json!({ "session_idle_seconds": 60, "actions": ["tenant.list"] }),
            "change.actions",
        ),
        (
            json!({ "max_age_seconds": 300, "actions": ["no.such"] }),
            "change.actions",
        ),
    ] {
        let answer = refused(&mut kim, &changed(change.clone())).await;
        assert!(
            answer.json()["error"]["fields"][field].is_string(),
            "{change}: {}",
            answer.text
        );
    }
    let still = kim.get_json(&api("policies")).await.json();
    assert_eq!(still["declared"], json!([]), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_refused_by_its_field_and_hides_what_is_hidden() {
    let house = House::new().await;
    house.only("sasha", "lumen").await;
    let mut sasha = house.signed_in("sasha").await;
    let request = with(good("support", "tenant.suspend"), json!({ "tenant": "lumen" }));
    simulated(&mut sasha, &request).await;
    let mut said = Vec::new();
    for (change, field) in [
        (json!({ "tenant": "acme" }), "tenant"),
        (json!({ "tenant": "nowhere" }), "tenant"),
        (json!({ "tenant": null }), "tenant"),
        (json!({ "action": "policy.view" }), "tenant"),
        (json!({ "action": "no.such" }), "action"),
        (json!({ "action": "member.list" }), "action"),
        (json!({ "role": "owner" }), "role"),
        (json!({ "role": null }), "person"),
        (json!({ "person": "stf_01kajt7c0me3vbxtr4cq3p6ahm" }), "person"),
        (json!({ "role": null, "person": "nobody" }), "person"),
        (json!({ "scope": ["acme"] }), "scope"),
        (json!({ "address": "127.0.0" }), "address"),
        (json!({ "identity": "friend" }), "identity"),
        (json!({ "factor": "password" }), "factor"),
        (json!({ "passkey": "hard" }), "passkey"),
        (json!({ "factor": "totp", "passkey": "attested" }), "passkey"),
        (json!({ "session": "long" }), "session"),
        (json!({ "grant": "maybe" }), "grant"),
        (json!({ "surprise": 1 }), "surprise"),
    ] {
        let answer = refused(&mut sasha, &with(request.clone(), change.clone())).await;
        let words = answer.json()["error"]["fields"][field].clone();
        assert!(words.is_string(), "{change}: {}", answer.text);
        said.push(words);
    }
    assert_eq!(said[0], said[1], "hidden and unknown are the same");
    let found = sasha
        .get_json(&api("roles/who-can?action=tenant.suspend&tenant=acme"))
        .await;
    assert_eq!(found.json()["error"]["fields"]["tenant"], said[0]);
}

/// The same text where the call is refused, where it is simulated, and where its entry is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_explained_alike_on_the_call_in_the_simulator_and_on_its_entry() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let id = staff_id(&mut jess).await;
    for (path, action) in [("policies", "policy.view"), ("roles", "staff.view")] {
        let call = jess.get_json(&api(path)).await;
        assert_eq!(call.status, StatusCode::FORBIDDEN, "{}", call.text);
        let message = call.json()["error"]["message"].as_str().unwrap().to_owned();
        let page = jess.get(&format!("{STAFF}/{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains(&message), "{path}: {}", page.text);

        let request = with(good("", action), json!({ "role": null, "person": id }));
        let simulated = simulated(&mut kim, &request).await;
        assert_eq!(simulated["present"]["text"], json!(message));
        assert_eq!(guardrail(&simulated["present"], "authz")["text"], json!(message));
        assert_eq!(simulated["present"]["code"], call.json()["error"]["code"]);
        let told = &call.json()["error"]["guardrails"];
        assert_eq!(told, &simulated["present"]["guardrails"], "all six, alike");
        for guardrail in told.as_array().unwrap() {
            let words = guardrail["text"].as_str().unwrap();
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }

        let event = if action == "policy.view" {
            "admin.policy.view"
        } else {
            "admin.staff.view"
        };
        let log = kim
            .get_json(&api(&format!("audit-logs?q=action:{event}%20outcome:denied")))
            .await
            .json();
        let entry = &log["items"][0];
        assert_eq!(
            entry["guardrails"]["authz"], simulated["present"]["reason"],
            "{log}"
        );
        let open = format!("{STAFF}/audit?q=id%3A{}", entry["id"].as_str().unwrap());
        let read = kim.get(&open).await;
        assert!(read.text.contains(&message), "{}", read.text);

        let again =
            simulator_link(&read.text).unwrap_or_else(|| panic!("no way to the simulator: {}", read.text));
        assert!(
            again.contains(&format!("action={action}")) && again.contains(&id),
            "{again}"
        );
        let answer = kim.get(&format!("{STAFF}{again}")).await;
        assert!(answer.text.contains(&message), "{}", answer.text);
    }
}

/// The same where a sub-role is why: it is named, whoever reads of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_sub_role_takes_away_is_explained_alike_everywhere() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let id = staff_id(&mut jess).await;
    let given = "UPDATE staff SET sub_role = 'support_l1' WHERE email LIKE 'jess@%'";
    house.db.raw_execute(given).await.unwrap();
    let why = json!({ "reason": "Payment fraud is looked into" });
    let call = jess.post_json(&api("tenants/acme/suspend"), &why).await;
    assert_eq!(call.status, StatusCode::FORBIDDEN, "{}", call.text);
    let error = call.json()["error"].clone();
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("Your sub-role: support_l1."), "{message}");
    let asked = json!({ "role": null, "person": id, "tenant": "acme" });
    let simulated = simulated(&mut kim, &with(good("", "tenant.suspend"), asked)).await;
    assert_eq!(simulated["present"]["text"], error["message"]);
    assert_eq!(error["guardrails"], simulated["present"]["guardrails"]);
    assert_eq!(guardrail(&error, "authz")["text"], error["message"]);
    let who = kim
        .get_json(&api("roles/who-can?action=tenant.suspend&tenant=acme"))
        .await;
    let rows = who.json()["staff"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["staff_id"] == json!(id));
    assert_eq!(
        row.map(|row| &row["why"]),
        Some(&error["message"]),
        "{}",
        who.text
    );
    let denied = api("audit-logs?q=action:tenant.suspend%20outcome:denied");
    let log = kim.get_json(&denied).await.json();
    let open = format!("{STAFF}/audit?q=id%3A{}", log["items"][0]["id"].as_str().unwrap());
    let read = kim.get(&open).await;
    assert!(read.text.contains(message), "{}", read.text);
}

/// Where a page leads to the simulator with what is filled in.
fn simulator_link(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("href=\"/policies?person=")?;
    let (query, _) = rest.split_once('"')?;
    Some(format!("/policies?person={}", query.replace("&amp;", "&")))
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_request_leads_to_the_simulator_for_who_may_ask_it() {
    let house = House::new().await;
    let (mut kim, mut jess) = (house.signed_in("kim").await, house.signed_in("jess").await);
    let page = kim.get(&format!("{STAFF}/whoami")).await;
    let link = simulator_link(&page.text).unwrap_or_else(|| panic!("{}", page.text));
    assert!(link.contains("address=127.0.0.1"), "{link}");
    let answer = kim.get(&format!("{STAFF}{link}")).await;
    assert!(
        answer.text.contains("Every guardrail that is asked for holds."),
        "{}",
        answer.text
    );

    assert_eq!(
        jess.get_json(&api("policies")).await.status,
        StatusCode::FORBIDDEN
    );
    for path in ["whoami", "audit"] {
        let page = jess.get(&format!("{STAFF}/{path}")).await;
        assert_eq!((page.status, simulator_link(&page.text)), (StatusCode::OK, None));
    }
}

/// What is hidden is not told of by the verdicts either, nor is anything to strangers.
#[tokio::test(flavor = "multi_thread")]
async fn the_six_are_told_of_nothing_hidden_and_to_no_stranger() {
    let house = House::new().await;
    house.only("jess", "lumen").await;
    let mut jess = house.signed_in("jess").await;
    for path in ["tenants/acme", "tenants/nowhere"] {
        let hidden = jess.get_json(&api(path)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.text);
        assert_eq!(hidden.json()["error"]["guardrails"], Value::Null, "{path}");
    }
    let stranger = house.browser().get_json(&api("tenants")).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stranger.json()["error"]["guardrails"], Value::Null);
}

/// For each role, the simulator says of a real person what the console then does to them.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_simulator_says_of_a_person_is_what_they_get() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let doors = [
        ("tenant.list", "tenants"),
        ("session.view", "sessions"),
        ("staff.view", "roles"),
        ("policy.view", "policies"),
        ("platform.view_system_metrics", "system/queues"),
    ];
    for short in ["kim", "jess", "sasha", "rio"] {
        let mut person = match short {
            "kim" => kim.window(),
            other => house.signed_in(other).await,
        };
        let id = staff_id(&mut person).await;
        for (action, path) in doors {
            let request = with(good("", action), json!({ "role": null, "person": id }));
            let said = simulated(&mut kim, &request).await;
            let got = person.get_json(&api(path)).await.status;
            let permitted = said["present"]["outcome"] == "permit";
            assert_eq!(permitted, got == StatusCode::OK, "{short} {action}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_do_something_follows_from_the_rows_of_staff() {
    let house = House::new().await;
    house.only("rob", "lumen").await;
    let mut kim = house.signed_in("kim").await;
    for short in ["jess", "rob", "sasha", "rio"] {
        house.signed_in(short).await;
    }
    let mut can = async |query: &str| -> Vec<(String, String, String)> {
        let answer = kim.get_json(&api(&format!("roles/who-can?{query}"))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body = answer.json();
        let staff = body["staff"].as_array().unwrap().clone();
        let told = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        staff
            .iter()
            .map(|row| {
                let short = told(row, "email").split('@').next().unwrap().to_owned();
                (short, told(row, "can"), told(row, "why"))
            })
            .collect()
    };
    let of = |rows: &[(String, String, String)], short: &str| {
        let row = rows
            .iter()
            .find(|row| row.0 == short)
            .unwrap_or_else(|| panic!("{short}: {rows:?}"));
        (row.1.clone(), row.2.clone())
    };
    let suspend = can("action=tenant.suspend&tenant=acme").await;
    for (short, expected, why) in [
        ("kim", "yes", "The role super admin holds it, for every tenant."),
        ("jess", "yes", "The role support holds it, for every tenant."),
        ("rob", "no", "There is nothing here, or you may not know of it."),
        (
            "sasha",
            "no",
            "Your role does not allow this. A super admin can tell you who may.",
        ),
        (
            "niko",
            "no",
            "This staff account is not enrolled yet. Use your enrollment token first.",
        ),
    ] {
        assert_eq!(
            of(&suspend, short),
            (expected.to_owned(), why.to_owned()),
            "{short}"
        );
    }
    let lumen = can("action=tenant.suspend&tenant=lumen").await;
    let why = "The role support holds it, for the tenants listed for them.";
    assert_eq!(of(&lumen, "rob"), ("yes".to_owned(), why.to_owned()));
    let revoke = can("action=session.revoke").await;
    assert_eq!(of(&revoke, "jess").0, "own_only");
    assert_eq!(of(&revoke, "sasha").0, "no", "the policy setting is off");
    let delete = can("action=tenant.delete&tenant=acme").await;
    assert_eq!(
        (of(&delete, "kim").0, of(&delete, "jess").0),
        ("with_grant".to_owned(), "no".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_told_cell_by_cell() {
    let house = House::new().await;
    let mut sasha = house.signed_in("sasha").await;
    let body = sasha.get_json(&api("roles")).await.json();
    let cell = |name: &str, role: &str| {
        let rows = body["permissions"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        let roles = row["roles"].as_array().unwrap();
        roles.iter().find(|cell| cell["role"] == role).unwrap()["holds"].clone()
    };
    for (name, role, holds) in [
        ("tenant.list", "read_only", "yes"),
        ("tenant.create", "security", "no"),
        ("tenant.delete", "super_admin", "with_grant"),
        ("session.revoke", "support", "own_only"),
        ("session.revoke", "security", "by_policy_off"),
    ] {
        assert_eq!(cell(name, role), holds, "{name} {role}");
    }
    assert!(
        !body["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["name"] == "member.list")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_and_simulating_write_nothing_down() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let before = entries(&house).await;
    for path in ["policies", "roles", "roles/who-can?action=policy.view"] {
        assert_eq!(kim.get_json(&api(path)).await.status, StatusCode::OK, "{path}");
    }
    simulated(&mut kim, &good("read_only", "policy.write")).await;
    assert_eq!(entries(&house).await, before);
    let mut rio = house.signed_in("rio").await;
    let before = entries(&house).await;
    let denied = rio
        .post_json(&api("policies/simulate"), &good("read_only", "policy.write"))
        .await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert_eq!(entries(&house).await, before + 1, "a refusal is an entry");
}
