//! Arbitrary questions: mostly nearly good ones, so that permits are as common as each way to be refused.

use std::net::IpAddr;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use stagedoor_core::action::{Action, Danger};
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::duties::EDITION;
use stagedoor_core::guard::{
    AccountFact, DeviceFact, FactorRule, GrantFact, IdentityFact, NetworkKind, NetworkRule, PersonKind,
    ProviderTrust, ProxyFact, SessionFact, TotpFallback,
};
use stagedoor_core::guard_policy::{
    ActionSet, DeviceDemand, Draft, Factors, GuardPolicies, GuardPolicy, Narrowing, NetworkKinds,
};
use stagedoor_core::id::{MemberId, StaffId, TenantId};
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::narrowed::{Narrowed, Reach, View};
use stagedoor_core::request::{
    Facts, MemberFacts, MemberStanding, Policy, TenantOpen, Toggle, VisitFacts, VisitStanding,
};
use stagedoor_core::resource::{ResourceFacts, ResourceKind, TenantStanding};
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::sub_role::{self, SubRole, SubRoleName, SubRoles};
use stagedoor_core::tenant::{Consent, Leave, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};

use super::{NOW, Person, Question, Who, good_facts, id, policy as good_policy, resource_for, visit};

/// Mostly the good value, sometimes any other.
fn mostly<T: std::fmt::Debug + Clone + 'static>(
    good: T,
    other: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![14 => Just(good), 1 => other].boxed()
}

fn toggle() -> impl Strategy<Value = Toggle> {
    select(vec![Toggle::Off, Toggle::On])
}

/// A moment: near a clock's edge, or anywhere in time.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    let spans = vec![
        Duration::ZERO,
        minutes(5),
        minutes(10),
        minutes(15),
        hours(1),
        hours(4),
    ];
    let edge = (select(spans), any::<bool>(), -1_i64..=1).prop_map(|(span, before, tick)| {
        let edge = if before { NOW.minus(span) } else { NOW.plus(span) };
        Timestamp::from_micros(edge.micros() + tick)
    });
    prop_oneof![9 => edge, 1 => any::<i64>().prop_map(Timestamp::from_micros)]
}

fn span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        select(vec![
            Duration::ZERO,
            minutes(5),
            minutes(15),
            hours(4),
            Duration::MAX
        ]),
        any::<u32>().prop_map(|micros| Duration::from_micros(micros.into())),
    ]
}

fn network() -> impl Strategy<Value = NetworkRule> {
    let ranges = vec![
        "10.0.0.0/8",
        "10.1.0.0/16",
        "192.0.2.7/32",
        "2001:db8::/32",
        "0.0.0.0/0",
        "::/0",
    ];
    (select(ranges), select(NetworkKind::ALL)).prop_map(|(range, kind)| NetworkRule {
        name: range.to_owned(),
        kind,
        range: range.parse().expect("a range"),
    })
}

/// What a guard policy takes away, as a person may write it.
fn narrowing() -> impl Strategy<Value = Narrowing> {
    let networks = prop::sample::subsequence(NetworkKind::ALL, 1..=NetworkKind::ALL.len())
        .prop_map(|kinds| kinds.into_iter().collect::<NetworkKinds>());
    let factors = select(vec![Factors::ALL, Factors::of(&[FactorKind::Passkey])]);
    let span = |most: Duration| {
        let most = most.as_secs();
        prop_oneof![select(vec![60, 300, 600, 900, most]), 60..=most].prop_map(Duration::from_secs)
    };
    (
        mostly(None, networks.prop_map(Some)),
        prop::option::of(factors),
        mostly(None, span(hours(4)).prop_map(Some)),
        select(vec![DeviceDemand::Any, DeviceDemand::Managed]),
        mostly(Danger::Ordinary, Just(Danger::BreakGlass)),
        mostly(None, span(hours(4)).prop_map(Some)),
        mostly(None, span(minutes(15)).prop_map(Some)),
        mostly(
            None,
            select(vec![
                Some(PasskeyLevel::DeviceBound),
                Some(PasskeyLevel::Attested),
            ]),
        ),
    )
        .prop_map(
            |(networks, factors, max_age, device, danger, session_ttl, session_idle, passkey)| Narrowing {
                networks,
                factors,
                passkey,
                max_age,
                device,
                danger,
                session_ttl,
                session_idle,
            },
        )
}

/// Any guard policy that the check lets pass.
pub(crate) fn guard_policy() -> impl Strategy<Value = GuardPolicy> {
    let roles = prop::sample::subsequence(StaffRole::ALL, 1..=StaffRole::ALL.len());
    let some = prop::sample::subsequence(Action::ALL, 1..=6);
    let actions = prop_oneof![
        1 => Just(ActionSet::ALL),
        1 => some.prop_map(|actions| actions.into_iter().collect()),
    ];
    (any::<u64>(), roles, actions, narrowing()).prop_filter_map(
        "nobody may write it",
        |(number, roles, actions, narrowing)| {
            let draft = Draft {
                name: format!("policy_{number}"),
                about: String::new(),
                roles: roles.into_iter().collect(),
                actions,
                narrowing,
            };
            draft.check().ok()
        },
    )
}

/// Mostly none, else a few.
pub(crate) fn guard_policies() -> impl Strategy<Value = GuardPolicies> {
    let some = prop::collection::vec(guard_policy(), 1..4)
        .prop_map(|policies| GuardPolicies::declared(policies).unwrap_or_default());
    prop_oneof![5 => Just(GuardPolicies::default()), 1 => some]
}

fn address() -> impl Strategy<Value = IpAddr> {
    let known = vec![
        "10.1.2.3",
        "10.255.0.1",
        "11.0.0.0",
        "192.0.2.7",
        "::ffff:10.1.2.3",
        "2001:db8::1",
        "::1",
    ];
    prop_oneof![
        4 => select(known).prop_map(|text| text.parse().expect("an address")),
        1 => any::<IpAddr>(),
    ]
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    let good = good_policy();
    let factor = (
        mostly(hours(4), span()),
        select(vec![TotpFallback::Off, TotpFallback::ExceptSuperAdmins]),
    );
    (
        mostly(good.networks.clone(), prop::collection::vec(network(), 0..4)),
        factor,
        (
            mostly(good.session_ttl, span()),
            mostly(good.session_idle, span()),
        ),
        mostly(good.visit_idle, span()),
        mostly(good.max_live_visits, 0_u32..7),
        (toggle(), toggle()),
        mostly(good.member_session_idle, span()),
        (guard_policies(), sub_roles()),
    )
        .prop_map(
            move |(
                networks,
                (max_age, totp),
                (session_ttl, session_idle),
                visit_idle,
                max_live_visits,
                (security_responds, proxy),
                member_session_idle,
                (guard_policies, sub_roles),
            )| Policy {
                networks,
                proxy,
                factor: FactorRule { max_age, totp },
                guard_policies,
                sub_roles,
                session_ttl,
                session_idle,
                visit_idle,
                max_live_visits,
                security_responds,
                member_session_idle,
                ..good.clone()
            },
        )
}

fn tenant() -> impl Strategy<Value = TenantId> {
    mostly(id(1), (1_u128..4).prop_map(id))
}

fn staff_id() -> impl Strategy<Value = StaffId> {
    mostly(id(11), (11_u128..14).prop_map(id))
}

fn member_id() -> impl Strategy<Value = MemberId> {
    mostly(super::val(), (31_u128..34).prop_map(id))
}

fn account() -> impl Strategy<Value = AccountFact> {
    let active = prop::option::of(moment()).prop_map(|until| AccountFact::Active { until });
    let other = prop_oneof![active, Just(AccountFact::Pending), Just(AccountFact::Deactivated)];
    mostly(AccountFact::Active { until: None }, other)
}

/// Any narrowing, also one that a session of the person could not have: the decision does not rely on it.
pub(crate) fn narrowed() -> impl Strategy<Value = Narrowed> {
    let some = (
        prop::option::weighted(0.4, (1_u128..4).prop_map(id)),
        select(vec![Reach::Everything, Reach::Reads]),
        prop::option::of((select(StaffRole::ALL), sub_role_name())),
    )
        .prop_map(|(tenant, reach, view)| Narrowed {
            tenant,
            reach,
            view: view.map(|(role, sub_role)| View { role, sub_role }),
        });
    prop_oneof![4 => Just(Narrowed::NOTHING), 1 => some]
}

/// Mostly none, else one that may be there, be another role's, or be gone.
fn sub_role_name() -> impl Strategy<Value = Option<SubRoleName>> {
    let named = select(vec!["support_l1", "support_l2", "desk_0", "desk_1", "gone"])
        .prop_map(|name| Some(SubRoleName::parse(name).expect("a name")));
    prop_oneof![5 => Just(None), 2 => named]
}

/// Any sub-role that the check lets pass.
fn sub_role() -> impl Strategy<Value = SubRole> {
    let staff: Vec<Action> = super::actions_of(stagedoor_core::action::Audience::Staff).collect();
    let names = prop_oneof![3 => select(vec!["desk_0", "desk_1"]), 1 => Just("support_l1")];
    let some = prop::sample::subsequence(staff.clone(), 1..=16);
    let tenants = prop::option::of(prop::collection::vec(1_u128..4, 1..3));
    (
        (
            names,
            select(StaffRole::ALL),
            prop_oneof![1 => some, 1 => Just(staff)],
        ),
        tenants,
        prop::option::of(0_u32..4),
        prop::option::of(1_u32..30),
    )
        .prop_filter_map(
            "it keeps nothing",
            |((name, of, actions), tenants, visits, visit_minutes)| {
                let listed = |tenants: &Vec<u128>| {
                    tenants
                        .iter()
                        .map(|one| id::<TenantId>(*one).to_string())
                        .collect()
                };
                let draft = |action: &Action| sub_role::Draft {
                    name: name.to_owned(),
                    about: String::new(),
                    of,
                    permissions: vec!["tenant.list".to_owned(), action.name().to_owned()],
                    tenants: tenants.as_ref().map(listed),
                    visits,
                    visit_minutes,
                };
                let held = actions.iter().filter(|action| draft(action).check().is_ok());
                let permissions = held
                    .map(|action| action.name().to_owned())
                    .chain(["tenant.list".to_owned()])
                    .collect();
                let all = sub_role::Draft {
                    permissions,
                    ..draft(&actions[0])
                };
                all.check().ok()
            },
        )
}

fn sub_roles() -> impl Strategy<Value = SubRoles> {
    let some = prop::collection::vec(sub_role(), 1..3)
        .prop_map(|declared| SubRoles::declared(declared).unwrap_or_default());
    prop_oneof![4 => Just(SubRoles::default()), 1 => some]
}

fn person() -> impl Strategy<Value = Person> {
    let listed = prop::collection::vec(1_u128..4, 0..4)
        .prop_map(|list| Scope::only(list.into_iter().map(id).collect()));
    (
        staff_id(),
        select(StaffRole::ALL),
        sub_role_name(),
        mostly(Scope::All, listed),
        account(),
        mostly(
            Some(EDITION.to_owned()),
            select(vec![None, Some(String::new()), Some("0".to_owned())]),
        ),
        narrowed(),
    )
        .prop_map(
            |(id, role, sub_role, scope, account, acknowledged, narrowed)| Person {
                narrowed,
                id,
                role,
                sub_role,
                scope,
                account,
                acknowledged,
            },
        )
}

fn visit_facts() -> impl Strategy<Value = VisitFacts> {
    let good = visit(TenantRole::Admin, VisitMode::ReadOnly);
    let live = (moment(), moment()).prop_map(|(until, last_seen)| VisitStanding::Live { until, last_seen });
    (
        staff_id(),
        tenant(),
        select(TenantRole::ALL),
        select(vec![VisitMode::ReadOnly, VisitMode::Write]),
        mostly(
            good.standing,
            prop_oneof![3 => live, 1 => Just(VisitStanding::Ended)],
        ),
        mostly(TenantOpen::Open, Just(TenantOpen::Closed)),
        mostly(good.person, prop::option::of(member_id())),
    )
        .prop_map(
            move |(staff, tenant, role, mode, standing, tenant_open, person)| VisitFacts {
                staff,
                tenant,
                person,
                role,
                mode,
                standing,
                tenant_open,
                ..good
            },
        )
}

fn member() -> impl Strategy<Value = MemberFacts> {
    use MemberStanding::{Active, Revoked, Suspended};
    (
        member_id(),
        tenant(),
        select(TenantRole::ALL),
        mostly(Active, select(vec![Suspended, Revoked])),
        mostly(TenantState::Active, Just(TenantState::Suspended)),
    )
        .prop_map(|(id, tenant, role, standing, tenant_state)| MemberFacts {
            id,
            tenant,
            role,
            standing,
            tenant_state,
        })
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        1 => Just(Who::Anonymous),
        6 => person().prop_map(Who::Staff),
        4 => (person(), visit_facts()).prop_map(|(staff, visit)| Who::OnBehalf { staff, visit }),
        4 => member().prop_map(Who::Member),
    ]
}

/// An action that suits the principal three times in four.
fn action(who: &Who) -> BoxedStrategy<Action> {
    use stagedoor_core::action::Audience;
    let audience = match who {
        Who::Anonymous | Who::Staff(_) => Audience::Staff,
        Who::OnBehalf { .. } | Who::Member(_) => Audience::Tenant,
    };
    let mut suiting: Vec<_> = super::actions_of(audience).collect();
    if audience == Audience::Staff {
        // The two with rules of their own come more often.
        suiting.extend([Action::TenantImpersonate; 20]);
        suiting.extend([Action::StaffSignIn; 10]);
    }
    prop_oneof![3 => select(suiting), 1 => select(Action::ALL)].boxed()
}

fn consent() -> impl Strategy<Value = Consent> {
    let window = moment().prop_map(|until| Consent::Window { until });
    prop_oneof![Just(Consent::Off), Just(Consent::Ask), Just(Consent::On), window]
}

fn resource(action: Action) -> impl Strategy<Value = ResourceFacts> {
    use ResourceKind::{Passkey, Person, Platform, Session, Space, Tenant, Visit};
    let good = resource_for(action);
    let state = select(vec![TenantState::Active, TenantState::Suspended]);
    let standing =
        prop::option::of((state, consent()).prop_map(|(state, consent)| TenantStanding { state, consent }));
    let standing = prop_oneof![3 => Just(good.standing), 2 => standing];
    (
        mostly(
            good.kind,
            select(vec![Platform, Tenant, Session, Visit, Space, Person, Passkey]),
        ),
        mostly(good.tenant, prop::option::of(tenant())),
        mostly(good.owner, prop::option::of(staff_id())),
        mostly(good.person, prop::option::of(member_id())),
        standing,
    )
        .prop_map(|(kind, tenant, owner, person, standing)| ResourceFacts {
            kind,
            tenant,
            owner,
            person,
            standing,
        })
}

/// Who vouches, and what is said of the device, which matters to few.
fn vouched(good: Option<IdentityFact>) -> impl Strategy<Value = Option<IdentityFact>> {
    let device = prop_oneof![1 => Just(DeviceFact::Managed), 1 => select(DeviceFact::ALL.to_vec())];
    (mostly(good, prop::option::of(identity())), device)
        .prop_map(|(identity, device)| identity.map(|fact| IdentityFact { device, ..fact }))
}

fn identity() -> impl Strategy<Value = IdentityFact> {
    (
        select(vec![ProviderTrust::Trusted, ProviderTrust::Untrusted]),
        select(vec![
            PersonKind::Workforce,
            PersonKind::Outsider,
            PersonKind::Service,
            PersonKind::Another,
        ]),
        Just(DeviceFact::Unclaimed),
    )
        .prop_map(|(provider, person, device)| IdentityFact {
            provider,
            person,
            device,
        })
}

fn session(action: Action) -> impl Strategy<Value = SessionFact> {
    let good = if matches!(action, Action::StaffSignIn | Action::UserSignIn) {
        SessionFact::Starting
    } else {
        good_facts().session
    };
    let began = mostly(NOW.minus(minutes(30)), moment());
    let live = (began, moment(), moment()).prop_map(|(since, until, last_seen)| SessionFact::Live {
        since,
        until,
        last_seen,
    });
    let other = prop_oneof![3 => live, 1 => select(vec![SessionFact::Absent, SessionFact::Starting, SessionFact::Ended])];
    mostly(good, other)
}

fn facts(action: Action) -> impl Strategy<Value = Facts> {
    let good = good_facts();
    let passkey =
        (select(PasskeyLevel::ALL), moment()).prop_map(|(level, at)| ProvenFactor::passkey(level, at));
    let factor = prop_oneof![passkey, moment().prop_map(ProvenFactor::code)];
    (
        mostly(NOW, moment()),
        (
            mostly(good.address, prop::option::of(address())),
            select(vec![
                ProxyFact::Silent,
                ProxyFact::Disbelieved,
                ProxyFact::Vouched,
            ]),
        ),
        vouched(good.identity),
        mostly(good.factor, prop::option::of(factor)),
        session(action),
        select(vec![GrantFact::None, GrantFact::Approved]),
        mostly(0, 0_u32..8),
        select(vec![Leave::Standing, Leave::Asked]),
    )
        .prop_map(
            |(now, (address, proxy), identity, factor, session, grant, live_visits, leave)| Facts {
                leave,
                now,
                address,
                proxy,
                identity,
                factor,
                session,
                grant,
                live_visits,
            },
        )
}

/// Any question.
pub(crate) fn question() -> impl Strategy<Value = Question> {
    let who_and_what = who().prop_flat_map(|who| {
        let action = action(&who);
        (Just(who), action)
    });
    (policy(), who_and_what, 0_u8..6).prop_flat_map(|(policy, (who, action), turn)| {
        let who = with_declared(who, &policy, turn);
        about((policy, (who, action)))
    })
}

/// Now and then somebody has, or views as, a sub-role that the policy declares: by chance alone that is too rare.
fn with_declared(mut who: Who, policy: &Policy, turn: u8) -> Who {
    if let (Some(one), Some(staff)) = (policy.sub_roles.iter().last(), who.staff_mut()) {
        let (role, sub_role) = (one.of(), Some(one.name().clone()));
        match turn {
            0 => (staff.role, staff.sub_role) = (role, sub_role),
            1 => {
                (staff.role, staff.sub_role) = (role, None);
                staff.narrowed.view = Some(View { role, sub_role });
            }
            _ => {}
        }
    }
    who
}

/// The same of one action, for what is so rare among all that waiting for it would take minutes.
pub(crate) fn question_of(action: Action) -> impl Strategy<Value = Question> {
    (policy(), who().prop_map(move |who| (who, action))).prop_flat_map(about)
}

fn about((policy, (who, action)): (Policy, (Who, Action))) -> impl Strategy<Value = Question> {
    (resource(action), facts(action)).prop_map(move |(resource, facts)| Question {
        policy: policy.clone(),
        who: who.clone(),
        action,
        resource,
        facts,
    })
}
