//! What the entrance shows of the six guardrails, beside what the core decides once the passkey was used: over guard policies,
//! networks and devices.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::action::Action;
use stagedoor_core::guard::{Guardrail, NetworkKind, NetworkRule};
use stagedoor_core::guard_policy::{
    ActionSet, DeviceDemand, Draft, GuardPolicies, Narrowing, NetworkKinds, StaffRoles,
};
use stagedoor_core::request::Policy;
use stagedoor_core::role::StaffRole;

use super::attempt::{Attempt, Scene};
use crate::support::{Answer, Browser, STAFF};

/// A VPN beside what the house has, and sign-ins narrowed.
fn narrowed(policy: &mut Policy, roles: StaffRoles, narrowing: Narrowing) {
    policy.networks.push(NetworkRule {
        name: "vpn".to_owned(),
        kind: NetworkKind::Vpn,
        range: "10.8.0.0/16".parse().unwrap(),
    });
    let narrow = Draft {
        name: "sign_ins".to_owned(),
        about: String::new(),
        roles,
        actions: ActionSet::of(&[Action::StaffSignIn]),
        narrowing,
    };
    policy.guard_policies = GuardPolicies::declared(vec![narrow.check().unwrap()]).unwrap();
}

/// Kim, through the provider from the office, then from some address.
async fn comes(scene: &Scene, kim: &mut Browser, (address, managed): (&str, &Value)) -> bool {
    kim.cookies.clear();
    kim.peer = "127.0.0.1:40000".parse().unwrap();
    let says = |attempt: &mut Attempt| attempt.claims["managed"] = managed.clone();
    let back = scene.walk(kim, &says).await;
    kim.peer = format!("{address}:40000").parse().unwrap();
    back.status == StatusCode::SEE_OTHER
}

async fn finishes(kim: &mut Browser) -> Answer {
    let begin = format!("{STAFF}/sign-in/passkey/begin");
    let begun = kim.post_json(&begin, &json!({})).await;
    if !begun.status.is_success() {
        // From a wrong network it is not even asked for.
        return begun;
    }
    let credential = kim.prove(&begun.json());
    kim.finish(&credential).await
}

/// How a row stands, and what it says.
fn row(page: &str, guardrail: Guardrail) -> (&'static str, String) {
    let from = format!("data-guard=\"{}\"", guardrail.as_str());
    let row = page.split(&from).nth(1).unwrap_or_else(|| panic!("{page}"));
    let row = row.split("</li>").next().unwrap();
    let standing = [">passed<", ">failed<"].iter().find(|word| row.contains(**word));
    let words = row.split("data-words=\"\">").nth(1).unwrap();
    let words = words.split("</span>").next().unwrap().to_owned();
    (standing.map_or("open", |word| &word[1..word.len() - 1]), words)
}

/// The rows against the six verdicts of the refusal, or against a session that began. The passkey was not asked for yet.
fn agree(page: &str, met: &Answer) -> Result<(), String> {
    let refused = met.json()["error"]["guardrails"].as_array().cloned();
    for guardrail in Guardrail::ALL {
        let (standing, words) = row(page, guardrail);
        let name = guardrail.as_str();
        let Some(said) = &refused else {
            if standing == "failed" || !met.status.is_success() {
                return Err(format!(
                    "{name} is {standing}, and met {} {}",
                    met.status, met.text
                ));
            }
            continue;
        };
        let said = said.iter().find(|said| said["name"] == name).unwrap();
        match guardrail {
            Guardrail::Mfa if standing == "open" => {}
            _ if said["standing"] != standing => return Err(format!("{name} is {standing}, not {said}")),
            _ if standing == "failed" && said["text"] != words.as_str() => {
                return Err(format!("{name}: {words}, not {said}"));
            }
            _ => {}
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_entrance_shows_is_what_the_core_says_and_what_the_passkey_meets() {
    let vpn = Narrowing {
        networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
        ..Narrowing::NOTHING
    };
    let managed = Narrowing {
        device: DeviceDemand::Managed,
        ..Narrowing::NOTHING
    };
    let both = Narrowing {
        device: DeviceDemand::Managed,
        ..vpn
    };
    let super_admins = StaffRoles::of(&[StaffRole::SuperAdmin]);
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for narrowing in [vpn, managed, both] {
        let scene = Scene::under(|policy| narrowed(policy, super_admins, narrowing)).await;
        let mut kim = scene.house.browser();
        for address in ["127.0.0.1", "10.8.0.7", "203.0.113.9"] {
            for managed in [json!(true), json!(false)] {
                assert!(comes(&scene, &mut kim, (address, &managed)).await);
                let under_way = kim.cookies.clone();
                let page = kim.get(&format!("{STAFF}/sign-in")).await;
                kim.cookies = under_way;
                let met = finishes(&mut kim).await;
                refused += usize::from(!met.status.is_success());
                if let Err(error) = agree(&page.text, &met) {
                    wrong.push(format!("{narrowing:?} {address} {managed}: {error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(refused, 4 + 4 + 5);
}

/// Of nobody known no role is known: strangers hear of the network what every role does, and nothing else yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_shown_the_network_that_every_role_needs_and_nothing_else() {
    let vpn = Narrowing {
        networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
        ..Narrowing::NOTHING
    };
    let scene = Scene::under(|policy| narrowed(policy, StaffRoles::ALL, vpn)).await;
    let mut stranger = scene.house.browser();
    for (address, standing) in [("127.0.0.1", "failed"), ("10.8.0.7", "passed")] {
        stranger.peer = format!("{address}:40000").parse().unwrap();
        let page = stranger.get(&format!("{STAFF}/sign-in")).await.text;
        assert_eq!(row(&page, Guardrail::Network).0, standing, "{page}");
        for guardrail in &Guardrail::ALL[1..] {
            assert_eq!(row(&page, *guardrail).0, "open", "{page}");
        }
        assert_eq!(page.contains("/sign-in/start"), standing == "passed", "{page}");
    }
    let start = format!("{STAFF}/sign-in/start?provider={}", scene.id);
    stranger.peer = "127.0.0.1:40000".parse().unwrap();
    let refused = stranger.get(&start).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(row(&refused.text, Guardrail::Network).0, "failed");
    assert_eq!(
        row(&refused.text, Guardrail::Session),
        ("open", "not asked yet".to_owned())
    );
}

/// Whom the provider vouches for and who may not come in sees all six, and begins anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_shows_all_six_and_what_to_do() {
    let scene = Scene::under(|_| {}).await;
    let mut kim = scene.house.browser();
    let over = "UPDATE staff SET account_until = 1 WHERE email LIKE 'kim@%'";
    scene.house.db.raw_execute(over).await.unwrap();
    let active = "UPDATE staff SET state = 'active' WHERE email LIKE 'kim@%'";
    scene.house.db.raw_execute(active).await.unwrap();
    let refused = scene.walk(&mut kim, &|_| {}).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let stands = Guardrail::ALL.map(|guardrail| row(&refused.text, guardrail).0);
    assert_eq!(
        stands,
        ["passed", "passed", "open", "passed", "open", "failed"],
        "{}",
        refused.text
    );
    assert!(
        row(&refused.text, Guardrail::Session)
            .1
            .contains("temporary account has ended")
            && refused
                .text
                .contains("A super admin can tell you how your account stands."),
        "{}",
        refused.text
    );
    let anew = kim.get(&format!("{STAFF}/sign-in")).await;
    assert!(anew.text.contains("/sign-in/start"), "{}", anew.text);
}
