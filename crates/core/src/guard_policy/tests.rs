//! What a draft must be to become a policy, and what is told of a guard.

use super::*;
use crate::action::Action;
use crate::assurance::{FactorKind, PasskeyLevel};
use crate::guard::{FactorRule, NetworkKind, TotpFallback};
use crate::request::Policy;
use crate::time::{hours, minutes};

fn draft() -> Draft {
    Draft {
        name: "support_vpn".to_owned(),
        about: "  Support works from the VPN.  ".to_owned(),
        roles: StaffRoles::of(&[StaffRole::Support]),
        actions: ActionSet::ALL,
        narrowing: Narrowing {
            networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
            ..Narrowing::NOTHING
        },
    }
}

fn with(narrowing: Narrowing) -> Draft {
    Draft { narrowing, ..draft() }
}

#[test]
fn what_is_right_becomes_a_policy() {
    let policy = draft().check().expect("it is right");
    assert_eq!(policy.about(), "Support works from the VPN.");
    assert!(policy.concerns(Some(StaffRole::Support), Action::TenantList));
    assert!(!policy.concerns(Some(StaffRole::Security), Action::TenantList));
    assert!(
        !policy.concerns(None, Action::TenantList),
        "of nobody known no role is known"
    );
}

#[test]
fn what_is_not_right_is_refused_by_the_name_of_its_field() {
    let one = ActionSet::of(&[Action::TenantDelete]);
    let nothing = Narrowing::NOTHING;
    let wrong: [(&str, Draft); 16] = [
        (
            "name",
            Draft {
                name: String::new(),
                ..draft()
            },
        ),
        (
            "name",
            Draft {
                name: "Support".to_owned(),
                ..draft()
            },
        ),
        (
            "name",
            Draft {
                name: "x".repeat(65),
                ..draft()
            },
        ),
        (
            "about",
            Draft {
                about: "two\nlines".to_owned(),
                ..draft()
            },
        ),
        (
            "roles",
            Draft {
                roles: StaffRoles::NONE,
                ..draft()
            },
        ),
        (
            "actions",
            Draft {
                actions: ActionSet::NONE,
                ..draft()
            },
        ),
        ("narrowing", with(nothing)),
        (
            "networks",
            with(Narrowing {
                networks: Some(NetworkKinds::NONE),
                ..nothing
            }),
        ),
        (
            "factors",
            with(Narrowing {
                factors: Some(Factors::of(&[FactorKind::Totp])),
                ..nothing
            }),
        ),
        (
            "max_age_seconds",
            with(Narrowing {
                max_age: Some(Duration::from_secs(59)),
                ..nothing
            }),
        ),
        (
            "session_ttl_seconds",
            with(Narrowing {
                session_ttl: Some(hours(5)),
                ..nothing
            }),
        ),
        (
            "session_idle_seconds",
            with(Narrowing {
                session_idle: Some(minutes(16)),
                ..nothing
            }),
        ),
        (
            "actions",
            Draft {
                actions: one,
                ..with(Narrowing {
                    session_idle: Some(minutes(5)),
                    ..nothing
                })
            },
        ),
        (
            "danger",
            with(Narrowing {
                danger: Danger::BreakGlass,
                ..nothing
            }),
        ),
        (
            "danger",
            Draft {
                actions: ActionSet::of(&[Action::TenantSuspend, Action::SessionViewOwn]),
                ..with(Narrowing {
                    danger: Danger::BreakGlass,
                    ..nothing
                })
            },
        ),
        (
            "passkey",
            with(Narrowing {
                passkey: Some(PasskeyLevel::Any),
                ..nothing
            }),
        ),
    ];
    for (field, draft) in wrong {
        let error = draft.clone().check().expect_err(field);
        assert_eq!(error.field, field, "{draft:?}: {}", error.message);
    }
}

#[test]
fn no_two_are_of_one_name_and_nobody_takes_the_place_of_a_shipped_one() {
    let policy = draft().check().expect("it is right");
    let policies = GuardPolicies::declared(vec![policy.clone()]).expect("one of a name");
    assert_eq!(policies.with(policy).expect_err("two of a name").field, "name");
    for shipped in GuardPolicies::shipped() {
        let named = Draft {
            name: shipped.name().to_owned(),
            ..draft()
        };
        let error = policies.with(named.check().expect("it is right"));
        assert_eq!(error.expect_err("a shipped name").field, "name");
    }
    let numbered = |number| {
        Draft {
            name: format!("p{number}"),
            ..draft()
        }
        .check()
        .expect("it is right")
    };
    let many = GuardPolicies::declared((0..=DECLARED_MAX).map(numbered).collect());
    let error = many.expect_err("too many");
    assert_eq!(error.field, "policies");
    assert!(
        error.message.contains("At most 32") && error.message.contains("would be 33"),
        "{}",
        error.message
    );
}

/// However many are kept, those of the configuration have their room, so that no change of a file makes a set that is none.
#[test]
fn those_of_the_configuration_count_apart() {
    let named = |name: String| {
        let draft = Draft { name, ..draft() };
        draft.check().expect("it is right")
    };
    let kept = (0..DECLARED_MAX).map(|number| named(format!("p{number}")));
    let configured = ["device_bound", "attested"].map(|name| named(format!("{CONFIGURED}{name}")));
    let all = GuardPolicies::declared(configured.into_iter().chain(kept).collect()).expect("room for all");
    assert_eq!(all.list_declared().len(), DECLARED_MAX + 2);
    assert_eq!(
        all.with(named("one-more".to_owned())).expect_err("no room").field,
        "policies"
    );
}

#[test]
fn one_takes_the_place_of_the_one_of_its_name_and_of_no_other() {
    let kept = draft().check().expect("it is right");
    let configured = Draft {
        name: format!("{CONFIGURED}attested"),
        ..draft()
    };
    let configured = configured.check().expect("it is right");
    let policies = GuardPolicies::declared(vec![configured.clone(), kept.clone()]).expect("two");
    let other = Draft {
        about: "Otherwise".to_owned(),
        ..draft()
    };
    let other = other.check().expect("it is right");
    let changed = policies.instead(other.clone()).expect("one of its name");
    assert_eq!(changed.list_declared(), [configured.clone(), other]);
    assert_eq!(policies.instead(configured), None, "the configuration's own");
    let unknown = Draft {
        name: "unknown".to_owned(),
        ..draft()
    };
    assert_eq!(policies.instead(unknown.check().expect("it is right")), None);
    let shipped = Draft {
        name: GuardPolicies::shipped()[0].name().to_owned(),
        ..draft()
    };
    assert_eq!(policies.instead(shipped.check().expect("it is right")), None);
}

/// They are written as literals: whatever the check refuses would be refused of them, too.
#[test]
fn the_shipped_ones_pass_the_check() {
    for shipped in GuardPolicies::shipped() {
        let again = Draft {
            name: shipped.name().to_owned(),
            about: shipped.about().to_owned(),
            roles: shipped.roles(),
            actions: shipped.actions(),
            narrowing: shipped.narrowing(),
        };
        assert_eq!(again.check().as_ref(), Ok(shipped));
    }
}

#[test]
fn the_shipped_ones_hold_however_loose_the_platform_is() {
    let loose = Policy {
        factor: FactorRule {
            max_age: hours(99),
            totp: TotpFallback::ExceptSuperAdmins,
        },
        session_ttl: hours(99),
        ..Policy::default()
    };
    let guard = |role, action| Guard::of(&loose, Caller::Staff(role), action);
    let boss = guard(StaffRole::SuperAdmin, Action::TenantList);
    assert_eq!(boss.factor.kinds, Factors::of(&[FactorKind::Passkey]));
    assert_eq!(boss.session.ttl, hours(4));
    let helper = guard(StaffRole::Support, Action::TenantList);
    assert_eq!(
        (helper.factor.kinds, helper.session.ttl),
        (Factors::ALL, hours(99))
    );
    assert_eq!(
        guard(StaffRole::SuperAdmin, Action::IdpWrite).factor.max_age,
        minutes(10),
        "whoever says who vouches has just proved who they are"
    );
    for action in [
        Action::PlatformManageStaff,
        Action::PolicyWrite,
        Action::NetworkWrite,
    ] {
        assert_eq!(
            guard(StaffRole::SuperAdmin, action).factor.max_age,
            hours(1),
            "{}",
            action.name()
        );
    }
}

#[test]
fn a_guard_is_told_in_one_line_and_says_nothing_that_is_not_asked_for() {
    let mut policy = Policy::default();
    let told =
        |policy: &Policy, action| Guard::of(policy, Caller::Staff(StaffRole::Support), action).to_string();
    assert_eq!(
        told(&policy, Action::TenantView),
        "audience = staff, network in (corp_ip, vpn, proxy), identity = workforce, factor = webauthn, max_age = 4h, \
         permission = tenant.view, session ttl = 4h idle = 15m, audit = on"
    );
    assert_eq!(
        told(&policy, Action::StaffSignOut),
        "audience = staff, permission = staff.sign_out, session ttl = 4h idle = 15m, audit = on"
    );
    policy.guard_policies = policy
        .guard_policies
        .with(draft().check().expect("it is right"))
        .expect("one more");
    let asking = Draft {
        name: "careful".to_owned(),
        actions: ActionSet::of(&[Action::TenantSuspend]),
        ..with(Narrowing {
            max_age: Some(Duration::from_secs(90)),
            passkey: Some(PasskeyLevel::DeviceBound),
            danger: Danger::BreakGlass,
            ..Narrowing::NOTHING
        })
    };
    policy.guard_policies = policy
        .guard_policies
        .with(asking.check().expect("it is right"))
        .expect("one more");
    assert_eq!(
        told(&policy, Action::TenantSuspend),
        "audience = staff, network in (vpn), identity = workforce, factor = webauthn, passkey = device_bound, \
         max_age = 90s, \
         permission = tenant.suspend, danger = break_glass, session ttl = 4h idle = 15m, audit = on"
    );
}

#[test]
fn a_set_has_what_was_put_in_and_nothing_else() {
    for action in Action::ALL {
        let one = ActionSet::of(&[*action]);
        assert_eq!(one.iter().collect::<Vec<_>>(), [*action]);
        assert_eq!(one.and(ActionSet::ALL), one);
    }
    assert_eq!(Action::ALL.iter().copied().collect::<ActionSet>(), ActionSet::ALL);
}

#[test]
fn what_is_kept_of_a_policy_is_read_back_whole() {
    let levels = PasskeyLevel::ALL
        .iter()
        .filter(|level| **level > PasskeyLevel::Any);
    for level in levels {
        let policy = with(Narrowing {
            passkey: Some(*level),
            ..Narrowing::NOTHING
        });
        let policy = policy.check().expect("it is right");
        let kept = crate::view::policy::canonical(std::slice::from_ref(&policy));
        let cards: Vec<crate::view::policy::PolicyCard> = serde_json::from_str(&kept).expect("JSON");
        assert_eq!(cards[0].policy(), Ok(policy));
    }
    let of_before = crate::view::policy::canonical(&[draft().check().expect("it is right")]);
    let of_before = of_before.replace("\"passkey\":null,", "");
    let cards: Vec<crate::view::policy::PolicyCard> = serde_json::from_str(&of_before).expect("JSON");
    assert_eq!(cards[0].narrowing.passkey, None, "kept before there were levels");
}
