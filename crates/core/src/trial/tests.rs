//! The life of a trial against a model, and what shuts everybody out.

use proptest::prelude::*;

use super::*;
use crate::action::Danger;
use crate::assurance::PasskeyLevel;
use crate::guard::{NetworkKind, NetworkRule};
use crate::guard_policy::{ActionSet, Draft, GuardPolicies, Narrowing, NetworkKinds, StaffRoles};
use crate::id::Id;
use crate::request::Policy;
use crate::role::StaffRole;

const START: Timestamp = Timestamp::from_micros(1_000_000_000_000);

fn who(number: u128) -> StaffId {
    StaffId::new(1, number)
}

fn trial() -> Trial {
    Trial::start(TrialId::new(1, 1), TrialKind::NetworkRules, who(1), START)
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Wait(u64),
    Confirm { theirs: bool, stands: Stands },
    RollBack(RollBack),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let span = TRIAL_SPAN.as_secs();
    let one = prop_oneof![
        prop::sample::select(vec![0, 1, span - 1, span, span + 1]).prop_map(Step::Wait),
        (
            any::<bool>(),
            prop::sample::select(vec![Stands::Inside, Stands::Outside, Stands::Leaning])
        )
            .prop_map(|(theirs, stands)| Step::Confirm { theirs, stands }),
        prop::sample::select(RollBack::ALL.to_vec()).prop_map(Step::RollBack),
    ];
    prop::collection::vec(one, 0..12)
}

proptest! {
    /// In other words: it is tried for less than five minutes after its start, ends once, and what it ended as it stays.
    #[test]
    fn a_trial_ends_once_and_is_tried_for_less_than_its_span(steps in steps()) {
        let (mut real, mut seconds, mut over) = (trial(), 0, false);
        for step in steps {
            let now = START.plus(Duration::from_secs(seconds));
            let (in_time, before) = (seconds < TRIAL_SPAN.as_secs(), real);
            let allowed = match step {
                Step::Wait(more) => {
                    seconds += more;
                    continue;
                }
                Step::Confirm { theirs, stands } => {
                    let by = if theirs { who(1) } else { who(2) };
                    if let Ok(after) = real.confirm(by, stands, now) {
                        real = after;
                    }
                    !over && in_time && theirs && stands == Stands::Inside
                }
                Step::RollBack(why) => {
                    if let Ok(after) = real.roll_back(why, now) {
                        real = after;
                    }
                    !over && in_time == (why != RollBack::ByTime)
                }
            };
            prop_assert_eq!(real != before, allowed, "{:?} at {} s", step, seconds);
            over |= allowed;
        }
        let now = START.plus(Duration::from_secs(seconds));
        prop_assert_eq!(real.is_tried(now), !over && seconds < TRIAL_SPAN.as_secs());
        prop_assert_eq!(real.state_at(now) == TrialState::Pending, real.is_tried(now));
    }

    /// Whatever the clock shows, what is in force is one of the two, and the kept one from the deadline on.
    #[test]
    fn what_is_in_force_needs_nobody_to_roll_back(seconds in 0_u64..1_000) {
        let until = START.plus(TRIAL_SPAN);
        let both = Tried { kept: "kept", tried: Some(("tried", until)) };
        let now = START.plus(Duration::from_secs(seconds));
        prop_assert_eq!(*both.at(now), if seconds < TRIAL_SPAN.as_secs() { "tried" } else { "kept" });
        prop_assert_eq!(both.changes_at(now).is_some(), seconds < TRIAL_SPAN.as_secs());
        let either: Vec<_> = both.either(now).copied().collect();
        prop_assert_eq!((either.first(), either.last()), (Some(both.at(now)), Some(&"kept")));
    }
}

#[test]
fn every_name_leads_back() {
    for kind in TrialKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    for why in RollBack::ALL {
        assert_eq!(why.as_str().parse(), Ok(*why));
    }
    assert_eq!("proxy".parse::<TrialKind>(), Err(BadTrial));
}

fn from(kind: NetworkKind) -> Policy {
    Policy {
        networks: vec![NetworkRule {
            name: "office".to_owned(),
            kind,
            range: "192.0.2.0/24".parse().expect("a range"),
        }],
        ..Policy::default()
    }
}

fn with(policy: Policy, actions: ActionSet, narrowing: Narrowing) -> Policy {
    let draft = Draft {
        name: "tried".to_owned(),
        about: String::new(),
        roles: StaffRoles::ALL,
        actions,
        narrowing,
    };
    let guard_policies = GuardPolicies::declared(vec![draft.check().expect("a policy")]).expect("one");
    Policy {
        guard_policies,
        ..policy
    }
}

#[test]
fn a_policy_that_no_super_admin_passes_is_known_before_it_is_tried() {
    let vpn = Narrowing {
        networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
        ..Narrowing::NOTHING
    };
    let grant = Narrowing {
        danger: Danger::BreakGlass,
        ..Narrowing::NOTHING
    };
    assert_eq!(lockout(&from(NetworkKind::CorpIp)), None);
    assert_eq!(
        lockout(&Policy::default()),
        Some(Lockout::Network(Action::StaffSignIn))
    );
    assert_eq!(
        lockout(&from(NetworkKind::Proxy)),
        Some(Lockout::Network(Action::StaffSignIn))
    );
    let narrowed = with(from(NetworkKind::CorpIp), ActionSet::ALL, vpn);
    assert_eq!(lockout(&narrowed), Some(Lockout::Network(Action::StaffSignIn)));
    assert_eq!(lockout(&with(from(NetworkKind::Vpn), ActionSet::ALL, vpn)), None);
    let undo = ActionSet::of(&[Action::PolicyWrite]);
    let granted = with(from(NetworkKind::Vpn), undo, grant);
    assert_eq!(lockout(&granted), Some(Lockout::Grant(Action::PolicyWrite)));
    // A new edition of the responsibilities would keep everybody out.
    let acknowledging = with(
        from(NetworkKind::CorpIp),
        ActionSet::of(&[Action::DutiesAcknowledge]),
        vpn,
    );
    assert_eq!(
        lockout(&acknowledging),
        Some(Lockout::Network(Action::DutiesAcknowledge))
    );
    let elsewhere = ActionSet::of(&[Action::TenantSuspend]);
    assert_eq!(lockout(&with(from(NetworkKind::Vpn), elsewhere, grant)), None);
}

#[test]
fn a_level_that_no_super_admin_has_is_known_before_it_is_tried() {
    let asking = |level, roles| {
        let draft = Draft {
            name: "level".to_owned(),
            about: String::new(),
            roles,
            actions: ActionSet::ALL,
            narrowing: Narrowing {
                passkey: Some(level),
                ..Narrowing::NOTHING
            },
        };
        Policy {
            guard_policies: GuardPolicies::declared(vec![draft.check().expect("a policy")]).expect("one"),
            ..from(NetworkKind::CorpIp)
        }
    };
    let (bound, attested) = (PasskeyLevel::DeviceBound, PasskeyLevel::Attested);
    let of_all = asking(bound, StaffRoles::ALL);
    assert_eq!(
        passkey_lockout(&from(NetworkKind::CorpIp), PasskeyLevel::Any),
        None
    );
    assert_eq!(
        passkey_lockout(&of_all, PasskeyLevel::Any),
        Some(Lockout::Passkey(Action::StaffSignIn, bound))
    );
    assert_eq!(passkey_lockout(&of_all, bound), None);
    let leaving = Narrowing {
        passkey: Some(bound),
        ..Narrowing::NOTHING
    };
    let leaving = with(
        from(NetworkKind::CorpIp),
        ActionSet::of(&[Action::StaffSignOut]),
        leaving,
    );
    assert_eq!(
        passkey_lockout(&leaving, PasskeyLevel::Any),
        None,
        "no proof is asked for to go"
    );
    assert!(passkey_lockout(&asking(attested, StaffRoles::ALL), bound).is_some());
    let of_others = asking(attested, StaffRoles::of(&[StaffRole::Support]));
    assert_eq!(passkey_lockout(&of_others, PasskeyLevel::Any), None);
}

/// Whoever is shut out of the way in, or of something that they hold; nobody for what they do not hold anyhow.
#[test]
fn whom_a_level_of_passkeys_shuts_out_is_known_before_it_is_tried() {
    let (any, bound) = (PasskeyLevel::Any, PasskeyLevel::DeviceBound);
    let asking = |actions| {
        let passkey = Narrowing {
            passkey: Some(bound),
            ..Narrowing::NOTHING
        };
        with(from(NetworkKind::CorpIp), actions, passkey)
    };
    let (support, read_only) = ((StaffRole::Support, None), (StaffRole::ReadOnly, None));
    let of_all = asking(ActionSet::ALL);
    assert_eq!(
        beyond_passkey(&of_all, ActionSet::ALL, support, any),
        Some(Action::StaffSignIn)
    );
    assert_eq!(beyond_passkey(&of_all, ActionSet::ALL, support, bound), None);
    assert_eq!(
        beyond_passkey(&from(NetworkKind::CorpIp), ActionSet::ALL, support, any),
        None
    );
    let some = ActionSet::of(&[Action::TenantSuspend]);
    let of_some = asking(some);
    assert_eq!(
        beyond_passkey(&of_some, some, support, any),
        Some(Action::TenantSuspend)
    );
    assert_eq!(
        beyond_passkey(&of_some, some, read_only, any),
        None,
        "they do not hold it"
    );
    let out = ActionSet::of(&[Action::StaffSignOut]);
    assert_eq!(
        beyond_passkey(&asking(out), out, support, any),
        None,
        "it takes no passkey"
    );
}
