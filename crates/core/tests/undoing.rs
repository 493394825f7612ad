//! Nobody can lock everybody out for good: whatever the core lets be tried and confirmed, a lasting super admin inside of it
//! gets from the entrance to what undoes it.

mod support;

use std::net::IpAddr;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use stagedoor_core::action::{Action, Danger};
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::{NetworkKind, NetworkRule, ProxyFact};
use stagedoor_core::guard_policy::{
    ActionSet, DeviceDemand, Draft, GuardPolicies, GuardPolicy, Narrowing, NetworkKinds, StaffRoles,
};
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::minutes;
use stagedoor_core::trial::{lockout, passkey_lockout};

use support::{NOW, staff_asks};

/// From the entrance to the undoing, and out again; the first three before the responsibilities are acknowledged.
const WAY: [Action; 11] = [
    Action::StaffSignIn,
    Action::SessionViewOwn,
    Action::DutiesViewOwn,
    Action::DutiesAcknowledge,
    Action::StaffStepUp,
    Action::SessionRenew,
    Action::TenantList,
    Action::PolicyView,
    Action::PolicyWrite,
    Action::NetworkWrite,
    Action::StaffSignOut,
];

fn guard_policy() -> impl Strategy<Value = GuardPolicy> {
    let kinds = subsequence(NetworkKind::ALL, 1..=NetworkKind::ALL.len());
    let actions = prop_oneof![
        1 => Just(ActionSet::ALL),
        5 => subsequence(&WAY[..], 1..3).prop_map(|some| some.into_iter().collect()),
        2 => subsequence(Action::ALL, 1..5).prop_map(|some| some.into_iter().collect()),
    ];
    let narrowing = (
        prop::option::of(kinds.prop_map(|kinds| kinds.into_iter().collect::<NetworkKinds>())),
        prop::option::of(select(vec![minutes(1), minutes(60)])),
        select(vec![
            None,
            None,
            Some(PasskeyLevel::DeviceBound),
            Some(PasskeyLevel::Attested),
        ]),
        select(vec![DeviceDemand::Any, DeviceDemand::Managed]),
        select(vec![
            Danger::Ordinary,
            Danger::Ordinary,
            Danger::Ordinary,
            Danger::BreakGlass,
        ]),
    );
    let roles = select(vec![
        StaffRoles::ALL,
        StaffRoles::of(&[StaffRole::SuperAdmin]),
        StaffRoles::of(&[StaffRole::Support]),
    ]);
    (any::<u64>(), roles, actions, narrowing).prop_filter_map(
        "nobody may write it",
        |(number, roles, actions, (networks, max_age, passkey, device, danger))| {
            let draft = Draft {
                name: format!("policy_{number}"),
                about: String::new(),
                roles,
                actions,
                narrowing: Narrowing {
                    networks,
                    max_age,
                    passkey,
                    device,
                    danger,
                    ..Narrowing::NOTHING
                },
            };
            draft.check().ok()
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    let rules = prop::collection::vec((0_u8..4, select(NetworkKind::ALL)), 0..3);
    let proxy = select(vec![Toggle::Off, Toggle::Off, Toggle::On]);
    let policies = prop::collection::vec(guard_policy(), 1..4);
    (rules, proxy, policies).prop_map(|(rules, proxy, policies)| Policy {
        networks: rules
            .into_iter()
            .map(|(number, kind)| NetworkRule {
                name: format!("range_{number}"),
                kind,
                range: format!("10.{number}.0.0/16").parse().expect("a range"),
            })
            .collect(),
        proxy,
        guard_policies: GuardPolicies::declared(policies).unwrap_or_default(),
        ..support::policy()
    })
}

/// Whether a super admin gets to do something from somewhere, with a fresh proof of their best passkey on a managed device.
fn reaches(policy: &Policy, action: Action, best: PasskeyLevel) -> bool {
    let mut question = staff_asks(StaffRole::SuperAdmin, action);
    question.policy = policy.clone();
    question.facts.factor = Some(ProvenFactor::passkey(best, NOW));
    if WAY.iter().take(4).any(|first| *first == action) {
        question.who.staff_mut().expect("staff").acknowledged = None;
    }
    let addresses = (0..4).map(|number| IpAddr::from([10, number, 0, 1]));
    addresses
        .flat_map(|address| [(address, ProxyFact::Silent), (address, ProxyFact::Vouched)])
        .any(|(address, proxy)| {
            question.facts.address = Some(address);
            question.facts.proxy = proxy;
            question.permits()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_may_be_confirmed_can_be_undone_from_the_entrance(policy in policy(), best in select(PasskeyLevel::ALL)) {
        if lockout(&policy).is_some() || passkey_lockout(&policy, best).is_some() {
            return Ok(());
        }
        for action in WAY {
            prop_assert!(reaches(&policy, action, best), "{} under {:?}", action.name(), policy.guard_policies);
        }
    }
}
