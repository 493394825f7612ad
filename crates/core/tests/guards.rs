//! Guard policies: whatever is declared only takes away; whatever is missing, unconfigured or cannot be evaluated denies.

mod support;

use proptest::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::decision::{AuthenticationContext, Outcome, Reason};
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, Guardrail, IdentityFact, NetworkKind, PersonKind, ProviderTrust,
    ProxyFact, SessionFact, Verdict,
};
use stagedoor_core::guard_policy::{
    ActionSet, Caller, DeviceDemand, Draft, Factors, Guard, GuardPolicies, Narrowing, NetworkKinds,
    StaffRoles,
};
use stagedoor_core::request::Toggle;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::time::hours;
use stagedoor_core::view::frame::GuardView;

use support::strategy::{guard_policies, guard_policy, question};
use support::{NOW, Question, lumen, staff_asks};

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_set_of_policies_turns_a_denial_into_a_permit(question in question(), policies in guard_policies()) {
        let without = question.but(|question| question.policy.guard_policies = GuardPolicies::default());
        let with = question.but(|question| question.policy.guard_policies = policies);
        prop_assert!(without.permits() || !with.permits());
        for guardrail in Guardrail::ALL {
            let (before, after) = (without.decide().verdicts.get(guardrail), with.decide().verdicts.get(guardrail));
            prop_assert!(before != Verdict::NotRequired || after == before || guardrail == Guardrail::Danger, "{:?}", guardrail);
            prop_assert!(!matches!(before, Verdict::Fail(_)) || matches!(after, Verdict::Fail(_)), "{:?}", guardrail);
        }
    }

    #[test]
    fn one_policy_more_never_permits_more(question in question(), policy in guard_policy()) {
        let Ok(more) = question.policy.guard_policies.with(policy) else { return Ok(()) };
        let narrower = question.but(|question| question.policy.guard_policies = more);
        prop_assert!(question.permits() || !narrower.permits());
    }

    #[test]
    fn the_order_of_policies_means_nothing(question in question(), policies in prop::collection::vec(guard_policy(), 2..5)) {
        let turned: Vec<_> = policies.iter().rev().cloned().collect();
        let (Ok(one), Ok(other)) = (GuardPolicies::declared(policies), GuardPolicies::declared(turned)) else {
            return Ok(())
        };
        let one = question.but(|question| question.policy.guard_policies = one);
        let other = question.but(|question| question.policy.guard_policies = other);
        prop_assert_eq!(one.decide(), other.decide());
    }

    /// What is shown of a guard is what is asked: whoever meets all that it says passes, and one tick beyond they do not.
    #[test]
    fn what_is_told_of_a_guard_is_what_decides(
        policies in guard_policies(),
        role in prop::sample::select(StaffRole::ALL),
        action in prop::sample::select(Action::ALL),
    ) {
        let question = staff_asks(role, action).but(|question| question.policy.guard_policies = policies);
        let guard = Guard::of(&question.policy, Caller::Staff(role), action);
        let decided = |question: &Question, guardrail| question.decide().verdicts.get(guardrail);
        for guardrail in Guardrail::ALL {
            prop_assert_eq!(decided(&question, guardrail) == Verdict::NotRequired, !guard.requires(guardrail));
        }
        let proved = |level, age| question.but(|question| {
            question.facts.factor = Some(ProvenFactor::passkey(level, NOW.minus(age)));
        });
        let aged = |age| proved(guard.factor.passkey, age);
        let tick = std::time::Duration::from_micros(1);
        if guard.requires(Guardrail::Mfa) {
            for level in PasskeyLevel::ALL.iter().filter(|level| **level < guard.factor.passkey) {
                let weak = proved(*level, std::time::Duration::ZERO);
                prop_assert_eq!(decided(&weak, Guardrail::Mfa), Verdict::Fail(Reason::PasskeyTooWeak));
            }
            prop_assert_eq!(decided(&aged(guard.factor.max_age), Guardrail::Mfa), Verdict::Pass);
            prop_assert_eq!(decided(&aged(guard.factor.max_age + tick), Guardrail::Mfa), Verdict::Fail(Reason::FactorStale));
        }
        if guard.requires(Guardrail::Network) && !guard.networks.contains(NetworkKind::CorpIp) {
            prop_assert_eq!(decided(&question, Guardrail::Network), Verdict::Fail(Reason::NetworkUnconfigured));
        }
    }
}

fn only_proxy(q: &mut Question) {
    q.policy.proxy = Toggle::On;
    let networks = Some(NetworkKinds::of(&[NetworkKind::Proxy]));
    narrow(
        q,
        Narrowing {
            networks,
            ..Narrowing::NOTHING
        },
    );
}

/// What is wrong, of which guardrail, what is said of it, and how it comes to be so.
type Gap = (&'static str, Guardrail, Reason, fn(&mut Question));

const GAPS: &[Gap] = &[
    (
        "network: no rule",
        Guardrail::Network,
        Reason::NetworkUnconfigured,
        |q| q.policy.networks.clear(),
    ),
    (
        "network: no rule of a kind that counts",
        Guardrail::Network,
        Reason::NetworkUnconfigured,
        |q| {
            narrow(
                q,
                Narrowing {
                    networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
                    ..Narrowing::NOTHING
                },
            );
        },
    ),
    (
        "network: a proxy that nothing vouches for",
        Guardrail::Network,
        Reason::NetworkUnconfigured,
        |q| {
            narrow(
                q,
                Narrowing {
                    networks: Some(NetworkKinds::of(&[NetworkKind::Proxy])),
                    ..Narrowing::NOTHING
                },
            );
        },
    ),
    (
        "network: only a proxy, which is silent",
        Guardrail::Network,
        Reason::ProxyAbsent,
        |q| {
            only_proxy(q);
            q.facts.proxy = ProxyFact::Silent;
        },
    ),
    (
        "network: only a proxy, which is not believed",
        Guardrail::Network,
        Reason::ProxyDisbelieved,
        |q| {
            only_proxy(q);
            q.facts.proxy = ProxyFact::Disbelieved;
        },
    ),
    (
        "network: a proxy that stands at an address",
        Guardrail::Network,
        Reason::NetworkUnconfigured,
        |q| q.policy.networks[0].kind = NetworkKind::Proxy,
    ),
    (
        "network: an address that cannot be told",
        Guardrail::Network,
        Reason::AddressUnknown,
        |q| {
            q.facts.address = None;
        },
    ),
    (
        "identity: nobody vouches",
        Guardrail::Identity,
        Reason::IdentityMissing,
        |q| q.facts.identity = None,
    ),
    (
        "identity: the proxy names another",
        Guardrail::Identity,
        Reason::IdentityOther,
        |q| {
            q.facts.identity = Some(IdentityFact {
                provider: ProviderTrust::Trusted,
                person: PersonKind::Another,
                device: DeviceFact::Unclaimed,
            });
        },
    ),
    (
        "identity: a provider that is not trusted",
        Guardrail::Identity,
        Reason::ProviderUntrusted,
        |q| {
            q.facts.identity = Some(IdentityFact {
                provider: ProviderTrust::Untrusted,
                person: PersonKind::Workforce,
                device: DeviceFact::Unclaimed,
            });
        },
    ),
    (
        "identity: a service token",
        Guardrail::Identity,
        Reason::NotWorkforce,
        |q| {
            q.facts.identity = Some(IdentityFact {
                provider: ProviderTrust::Trusted,
                person: PersonKind::Service,
                device: DeviceFact::Unclaimed,
            });
        },
    ),
    (
        "identity: nothing is claimed of the device",
        Guardrail::Identity,
        Reason::DeviceUnclaimed,
        |q| unmanaged(q, DeviceFact::Unclaimed),
    ),
    (
        "identity: the claim of the device is of another type",
        Guardrail::Identity,
        Reason::DeviceMisclaimed,
        |q| unmanaged(q, DeviceFact::Misclaimed),
    ),
    (
        "identity: the device is not managed",
        Guardrail::Identity,
        Reason::DeviceUnmanaged,
        |q| unmanaged(q, DeviceFact::Unmanaged),
    ),
    (
        "mfa: nothing proved",
        Guardrail::Mfa,
        Reason::FactorMissing,
        |q| q.facts.factor = None,
    ),
    (
        "mfa: a code, and the fallback is off",
        Guardrail::Mfa,
        Reason::FactorNotAllowed,
        |q| {
            q.facts.factor.as_mut().expect("a factor").kind = FactorKind::Totp;
        },
    ),
    (
        "mfa: a passkey below the level that is asked for",
        Guardrail::Mfa,
        Reason::PasskeyTooWeak,
        |q| {
            let passkey = Some(PasskeyLevel::DeviceBound);
            narrow(
                q,
                Narrowing {
                    passkey,
                    ..Narrowing::NOTHING
                },
            );
            q.facts.factor.as_mut().expect("a factor").level = PasskeyLevel::Any;
        },
    ),
    (
        "mfa: no proof is ever fresh enough",
        Guardrail::Mfa,
        Reason::FactorStale,
        |q| {
            q.policy.factor.max_age = std::time::Duration::ZERO;
        },
    ),
    (
        "authz: the role does not hold it",
        Guardrail::Authz,
        Reason::PermissionMissing,
        |q| {
            q.who.staff_mut().expect("staff").role = StaffRole::ReadOnly;
        },
    ),
    (
        "authz: no tenant is in scope",
        Guardrail::Authz,
        Reason::OutOfScope,
        |q| {
            q.who.staff_mut().expect("staff").scope = Scope::only(Vec::new());
        },
    ),
    (
        "authz: the tenant is not known",
        Guardrail::Authz,
        Reason::OutOfScope,
        |q| q.resource.tenant = None,
    ),
    ("danger: no grant", Guardrail::Danger, Reason::GrantMissing, |q| {
        q.facts.grant = GrantFact::None
    }),
    ("session: none", Guardrail::Session, Reason::SessionAbsent, |q| {
        q.facts.session = SessionFact::Absent
    }),
    (
        "session: it was ended",
        Guardrail::Session,
        Reason::SessionEnded,
        |q| {
            q.facts.session = SessionFact::Ended;
        },
    ),
    (
        "session: no time is allowed",
        Guardrail::Session,
        Reason::SessionExpired,
        |q| {
            q.policy.session_ttl = std::time::Duration::ZERO;
        },
    ),
    (
        "session: no idleness is allowed",
        Guardrail::Session,
        Reason::SessionIdle,
        |q| {
            q.policy.session_idle = std::time::Duration::ZERO;
        },
    ),
    (
        "session: the account is not enrolled",
        Guardrail::Session,
        Reason::AccountPending,
        |q| {
            q.who.staff_mut().expect("staff").account = AccountFact::Pending;
        },
    ),
    (
        "session: the account has ended",
        Guardrail::Session,
        Reason::AccountExpired,
        |q| {
            q.who.staff_mut().expect("staff").account = AccountFact::Active { until: Some(NOW) };
        },
    ),
];

fn narrow(question: &mut Question, narrowing: Narrowing) {
    let draft = Draft {
        name: "gap".to_owned(),
        about: String::new(),
        roles: StaffRoles::ALL,
        actions: ActionSet::ALL,
        narrowing,
    };
    let policy = draft.check().expect("a policy");
    question.policy.guard_policies = GuardPolicies::declared(vec![policy]).expect("one");
}

/// A managed device is asked for, and something else is said of it.
fn unmanaged(question: &mut Question, said: DeviceFact) {
    let narrowing = Narrowing {
        device: DeviceDemand::Managed,
        ..Narrowing::NOTHING
    };
    narrow(question, narrowing);
    assert!(question.permits(), "a managed one is enough");
    question.facts.identity.as_mut().expect("an identity").device = said;
}

#[test]
fn a_device_matters_only_where_a_managed_one_is_asked_for() {
    for said in DeviceFact::ALL {
        let asked = staff_asks(StaffRole::Support, Action::TenantSuspend)
            .but(|q| q.facts.identity.as_mut().expect("an identity").device = said);
        assert!(asked.permits(), "{said:?}");
        assert_eq!(DeviceFact::from_name(said.as_str()), Some(said));
    }
}

/// Deleting a tenant is asked about: the one call that all six guardrails guard.
#[test]
fn every_guardrail_that_is_missing_unconfigured_or_cannot_be_evaluated_denies() {
    let good = staff_asks(StaffRole::SuperAdmin, Action::TenantDelete)
        .but(|question| question.facts.grant = GrantFact::Approved);
    assert!(good.permits());
    for guardrail in Guardrail::ALL {
        assert!(
            good.decide().verdicts.get(guardrail) == Verdict::Pass,
            "{guardrail:?} is asked for"
        );
        assert!(
            GAPS.iter().any(|gap| gap.1 == guardrail),
            "{guardrail:?} has a row"
        );
    }
    for (name, guardrail, reason, open) in GAPS {
        let decision = good.but(open).decide();
        assert_eq!(
            decision.verdicts.get(*guardrail),
            Verdict::Fail(*reason),
            "{name}"
        );
        assert!(!decision.is_permit(), "{name}");
        for (other, verdict) in decision.verdicts.iter().filter(|(other, _)| other != guardrail) {
            assert_eq!(
                verdict,
                Verdict::Pass,
                "{name}: {other:?} has nothing to do with it"
            );
        }
    }
}

#[test]
fn a_verdict_has_one_name_and_one_text() {
    let all = Reason::ALL.iter().map(|reason| Verdict::Fail(*reason));
    for verdict in all.chain([Verdict::Pass, Verdict::NotRequired]) {
        assert_eq!(Verdict::from_name(verdict.as_str()), Some(verdict));
        assert_eq!(
            GuardView::of(Guardrail::Network, verdict, None).text,
            verdict.explain()
        );
        if let Verdict::Fail(reason) = verdict {
            assert_eq!(verdict.explain(), reason.explain());
        }
    }
    assert_eq!(Verdict::from_name("passed"), None);
}

#[test]
fn a_challenge_asks_for_what_the_strictest_policy_wants() {
    let stale = staff_asks(StaffRole::Support, Action::TenantSuspend).but(|question| {
        narrow(
            question,
            Narrowing {
                max_age: Some(std::time::Duration::from_secs(60)),
                factors: Some(Factors::of(&[FactorKind::Passkey])),
                ..Narrowing::NOTHING
            },
        );
        question.facts.factor.as_mut().expect("a factor").at = NOW.minus(hours(1));
    });
    let max_age = std::time::Duration::from_secs(60);
    assert_eq!(
        stale.decide().outcome,
        Outcome::Challenge {
            reason: Reason::FactorStale,
            max_age,
            context: Some(AuthenticationContext::Phr),
        }
    );
    let elsewhere =
        stale.but(|question| question.who.staff_mut().expect("staff").scope = Scope::only(vec![lumen()]));
    assert_eq!(elsewhere.decide().outcome, Outcome::Deny(Reason::FactorStale));
}
