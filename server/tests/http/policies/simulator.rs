//! What the simulator says of a made-up request: each fact, each change, and what is asked wrongly.

use serde_json::{Value, json};

use super::{api, good, guardrail, refused, simulated, with};
use crate::support::House;

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
