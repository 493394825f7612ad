//! The laws of the decision point, on arbitrary questions.

mod support;

use std::time::Duration;

use proptest::prelude::*;
use stagedoor_core::action::{Action, Audience, Cell, Danger, Effect, WhileImpersonated, kind};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::decide::ORDER;
use stagedoor_core::decision::{Outcome, Reason};
use stagedoor_core::duties::Responsibilities;
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, Guardrail, NetworkKind, ProxyFact, SessionFact, Verdict,
};
use stagedoor_core::guard_policy::{ActionSet, DeviceDemand, Draft, Narrowing, NetworkKinds, StaffRoles};
use stagedoor_core::id::TenantId;
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::narrowed::{Narrowed, Reach, View};
use stagedoor_core::offers::{Offers, session_holds};
use stagedoor_core::permit::authorize;
use stagedoor_core::request::{Facts, MemberStanding, TenantOpen, Toggle, VisitStanding};
use stagedoor_core::resource::{Platform, ResourceFacts, ResourceKind, Space, TenantTarget};
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::sub_role::{SubRoleName, SubRoles};
use stagedoor_core::tenant::{Consent, Leave, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};

use support::strategy::{narrowed, question, question_of};
use support::{
    NOW, Person, Question, Who, acme, id, jess, kim, lumen, resource_for, staff_asks, visitor_asks,
};

/// Everything of its kind that an action could be asked about: one's own and others', in each tenant, all open to visits.
fn things(action: Action, staff: &Person) -> Vec<ResourceFacts> {
    let good = resource_for(action);
    let tenants = match good.tenant {
        Some(_) => vec![Some(id(1)), Some(id(2)), Some(id(3))],
        None if good.kind == ResourceKind::Session => vec![None, Some(id(1)), Some(id(2)), Some(id(3))],
        None => vec![None],
    };
    let owners = match good.owner {
        Some(_) => vec![Some(staff.id), Some(jess()), None],
        None => vec![None],
    };
    let of = |tenant: Option<TenantId>| owners.iter().map(move |owner| (tenant, *owner));
    tenants
        .into_iter()
        .flat_map(of)
        // A session is staff's or a tenant's person's, never both.
        .filter(|(tenant, owner)| good.kind != ResourceKind::Session || tenant.is_some() != owner.is_some())
        .map(|(tenant, owner)| ResourceFacts {
            tenant,
            owner,
            ..good
        })
        .collect()
}

/// A change that takes something away. None of them may ever open a door.
type Loss = (&'static str, fn(&mut Question, Duration));

fn earlier(at: &mut Timestamp, by: Duration) {
    *at = at.minus(by);
}

fn person(question: &mut Question, change: impl FnOnce(&mut Person)) {
    if let Some(staff) = question.who.staff_mut() {
        change(staff);
    }
}

const LOSSES: &[Loss] = &[
    ("the proxy falls silent", |q, _| q.facts.proxy = ProxyFact::Silent),
    ("the proxy is not believed", |q, _| {
        q.facts.proxy = ProxyFact::Disbelieved
    }),
    ("no proxy counts any more", |q, _| q.policy.proxy = Toggle::Off),
    ("a network rule is removed", |q, _| drop(q.policy.networks.pop())),
    ("the first network rule is removed", |q, _| {
        q.policy.networks = q.policy.networks.split_off(1.min(q.policy.networks.len()));
    }),
    ("the address becomes unknown", |q, _| q.facts.address = None),
    ("nobody vouches any more", |q, _| q.facts.identity = None),
    ("nothing is said of the device", |q, _| {
        if let Some(identity) = &mut q.facts.identity {
            identity.device = DeviceFact::Unclaimed;
        }
    }),
    ("the factor becomes older", |q, by| {
        if let Some(factor) = &mut q.facts.factor {
            earlier(&mut factor.at, by);
        }
    }),
    ("the factor is gone", |q, _| q.facts.factor = None),
    ("the session began earlier", |q, by| {
        if let SessionFact::Live { since, .. } = &mut q.facts.session {
            earlier(since, by);
        }
    }),
    ("sessions may last for less", |q, by| {
        q.policy.session_ttl = q.policy.session_ttl.saturating_sub(by)
    }),
    ("a guard policy is declared", |q, by| {
        let narrowing = Narrowing {
            networks: Some(NetworkKinds::of(&[NetworkKind::Vpn])),
            max_age: Some(by.clamp(minutes(1), hours(4))),
            passkey: Some(PasskeyLevel::Attested),
            device: DeviceDemand::Managed,
            session_idle: Some(by.clamp(minutes(1), minutes(15))),
            ..Narrowing::NOTHING
        };
        let draft = Draft {
            name: "loss".to_owned(),
            about: String::new(),
            roles: StaffRoles::ALL,
            actions: ActionSet::ALL,
            narrowing,
        };
        let policy = draft.check().expect("a policy");
        q.policy.guard_policies = q.policy.guard_policies.with(policy).expect("room for one more");
    }),
    ("a fresher factor is asked for", |q, by| {
        q.policy.factor.max_age = q.policy.factor.max_age.saturating_sub(by)
    }),
    ("the session ends", |q, _| q.facts.session = SessionFact::Ended),
    ("there is no session", |q, _| {
        q.facts.session = SessionFact::Absent
    }),
    ("the session ends earlier", |q, by| {
        if let SessionFact::Live { until, .. } = &mut q.facts.session {
            earlier(until, by);
        }
    }),
    ("the session was idle for longer", |q, by| {
        if let SessionFact::Live { last_seen, .. } = &mut q.facts.session {
            earlier(last_seen, by);
        }
    }),
    ("less idleness is allowed", |q, by| {
        q.policy.session_idle = q.policy.session_idle.saturating_sub(by);
        q.policy.visit_idle = q.policy.visit_idle.saturating_sub(by);
    }),
    ("the account is switched off", |q, _| {
        person(q, |staff| staff.account = AccountFact::Deactivated)
    }),
    ("the account ends now", |q, _| {
        let now = q.facts.now;
        person(q, |staff| {
            staff.account = AccountFact::Active { until: Some(now) }
        });
    }),
    ("the scope shrinks to one tenant", |q, _| {
        person(q, |staff| {
            staff.scope = Scope::only(
                [acme()]
                    .into_iter()
                    .filter(|one| staff.scope.contains(*one))
                    .collect(),
            )
        });
    }),
    ("nothing is acknowledged", |q, _| {
        person(q, |staff| staff.acknowledged = None)
    }),
    ("the organisation adds a responsibility", |q, _| {
        q.policy.responsibilities = Responsibilities::with(vec!["Lock the door.".to_owned()]);
    }),
    ("the scope is empty", |q, _| {
        person(q, |staff| staff.scope = Scope::only(Vec::new()))
    }),
    ("the session is narrowed to reads", |q, _| {
        person(q, |staff| staff.narrowed.reach = Reach::Reads)
    }),
    ("the session is narrowed to one tenant", |q, _| {
        person(q, |staff| {
            staff.narrowed.tenant.get_or_insert(acme());
        });
    }),
    ("the session is viewed as the narrowest role", |q, _| {
        person(q, |staff| {
            let narrowest = View::of(StaffRole::ReadOnly);
            staff.narrowed.view.get_or_insert(narrowest);
        })
    }),
    ("a sub-role narrows the role", |q, _| {
        let first = SubRoleName::parse("support_l1").expect("a name");
        person(q, |staff| {
            staff.sub_role.get_or_insert(first);
        });
    }),
    ("the sub-roles are removed from the file", |q, _| {
        q.policy.sub_roles = SubRoles::default();
        person(q, |staff| {
            let gone = SubRoleName::parse("gone").expect("a name");
            if let Some(view) = &mut staff.narrowed.view {
                view.sub_role = view.sub_role.is_some().then_some(gone.clone());
            }
            staff.sub_role = staff.sub_role.is_some().then_some(gone);
        });
    }),
    ("the grant is gone", |q, _| q.facts.grant = GrantFact::None),
    ("security may not respond", |q, _| {
        q.policy.security_responds = Toggle::Off
    }),
    ("the owner withdraws consent", |q, _| {
        if let Some(standing) = &mut q.resource.standing {
            standing.consent = Consent::Off;
        }
        if let Some(visit) = q.who.visit_mut() {
            visit.tenant_open = TenantOpen::Closed;
        }
    }),
    ("the owner wants to be asked", |q, _| {
        // Asking is less only where the door stood open: for a closed one it is more.
        let now = q.facts.now;
        if let Some(standing) = &mut q.resource.standing
            && standing.consent.allows_at(now)
        {
            standing.consent = Consent::Ask;
        }
    }),
    ("the tenant is suspended", |q, _| {
        if let Some(standing) = &mut q.resource.standing {
            standing.state = TenantState::Suspended;
        }
    }),
    ("nothing is known of the tenant", |q, _| {
        q.resource.standing = None
    }),
    ("there is one more visit", |q, _| {
        q.facts.live_visits = q.facts.live_visits.saturating_add(1)
    }),
    ("fewer visits are allowed", |q, _| {
        q.policy.max_live_visits = q.policy.max_live_visits.saturating_sub(1)
    }),
    ("the leave is gone", |q, _| q.facts.leave = Leave::Standing),
    ("the membership is suspended", |q, _| {
        if let Some(member) = q.who.member_mut() {
            member.standing = MemberStanding::Suspended;
        }
    }),
    ("the membership ends", |q, _| {
        if let Some(member) = q.who.member_mut() {
            member.standing = MemberStanding::Revoked;
        }
    }),
    ("the tenant is closed to its people", |q, _| {
        if let Some(member) = q.who.member_mut() {
            member.tenant_state = TenantState::Suspended;
        }
    }),
    ("a tenant's people may be idle for less", |q, by| {
        q.policy.member_session_idle = q.policy.member_session_idle.saturating_sub(by)
    }),
    ("the visit ends", |q, _| {
        if let Some(visit) = q.who.visit_mut() {
            visit.standing = VisitStanding::Ended;
        }
    }),
    ("the visit may only look", |q, _| {
        if let Some(visit) = q.who.visit_mut() {
            visit.mode = VisitMode::ReadOnly;
        }
    }),
    ("time passes", |q, by| q.facts.now = q.facts.now.plus(by)),
];

fn any_span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::from_micros(1)),
        (0_u64..100_000_000_000).prop_map(Duration::from_micros),
        Just(Duration::MAX),
    ]
}

/// The guardrails that the action's own declaration asks for.
fn asked(question: &Question) -> impl Fn(Guardrail) -> bool + use<> {
    let declaration = question.action.declaration();
    let guards = match question.who {
        Who::Member(_) => declaration.members,
        _ => declaration.guards,
    };
    // A guard policy can ask for two people where the row does not; never for fewer.
    let role = match &question.who {
        Who::Staff(staff) | Who::OnBehalf { staff, .. } => Some(staff.role),
        Who::Anonymous | Who::Member(_) => None,
    };
    let mut concerning = question
        .policy
        .guard_policies
        .iter()
        .filter(|of| of.concerns(role, question.action));
    let by_policy = concerning.any(|of| of.narrowing().danger == Danger::BreakGlass);
    let is_member = matches!(question.who, Who::Member(_));
    let danger = declaration.danger == Danger::BreakGlass || by_policy && !is_member;
    move |guardrail| match guardrail {
        Guardrail::Danger => danger,
        other => guards.contains(other),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 200_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_question_has_the_same_answer(question in question()) {
        prop_assert_eq!(question.decide(), question.clone().decide());
    }

    #[test]
    fn nobody_known_may_do_nothing(question in question()) {
        let question = question.but(|question| question.who = Who::Anonymous);
        prop_assert!(matches!(question.decide().outcome, Outcome::Deny(_)));
    }

    #[test]
    fn nothing_known_permits_nothing(question in question()) {
        let question = question.but(|question| question.facts = Facts::unknown(question.facts.now));
        prop_assert!(matches!(question.decide().outcome, Outcome::Deny(_)));
    }

    #[test]
    fn a_permit_means_that_every_required_guardrail_passed(question in question()) {
        let decision = question.decide();
        prop_assume!(decision.is_permit());
        prop_assert!(decision.guardrails_hold());
        let is_asked = asked(&question);
        for (guardrail, verdict) in decision.verdicts.iter() {
            let expected = if is_asked(guardrail) { Verdict::Pass } else { Verdict::NotRequired };
            prop_assert_eq!(verdict, expected, "{:?}", guardrail);
        }
    }

    #[test]
    fn what_is_not_asked_for_neither_fails_nor_passes(question in question()) {
        let is_asked = asked(&question);
        for (guardrail, verdict) in question.decide().verdicts.iter() {
            prop_assert!(is_asked(guardrail) || verdict == Verdict::NotRequired, "{:?}", guardrail);
        }
    }

    #[test]
    fn only_the_declaration_says_not_required(question in question()) {
        let is_asked = asked(&question);
        for (guardrail, verdict) in question.decide().verdicts.iter() {
            prop_assert_eq!(verdict == Verdict::NotRequired, !is_asked(guardrail), "{:?}", guardrail);
        }
    }

    #[test]
    fn a_failed_guardrail_gives_a_reason_of_its_own(question in question()) {
        for (guardrail, verdict) in question.decide().verdicts.iter() {
            if let Verdict::Fail(reason) = verdict {
                prop_assert!(reason == Reason::WrongAudience || reason.guardrail() == Some(guardrail), "{:?}", reason);
            }
        }
    }

    #[test]
    fn the_reason_told_is_that_of_the_first_guardrail_that_failed(question in question()) {
        let decision = question.decide();
        let first = ORDER.into_iter().find_map(|guardrail| match decision.verdicts.get(guardrail) {
            Verdict::Fail(reason) => Some(reason),
            Verdict::Pass | Verdict::NotRequired => None,
        });
        match first {
            Some(reason) => prop_assert_eq!(decision.reason(), Some(reason)),
            None => prop_assert!(decision.reason().is_none_or(|reason| reason.guardrail().is_none())),
        }
    }

    #[test]
    fn a_proof_is_asked_for_exactly_when_nothing_else_failed(question in question()) {
        let decision = question.decide();
        let failed: Vec<_> = decision.verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Fail(_))).collect();
        let only_the_factor = failed.len() == 1 && failed[0].0 == Guardrail::Mfa;
        prop_assert_eq!(matches!(decision.outcome, Outcome::Challenge { .. }), only_the_factor);
    }

    #[test]
    fn a_loss_never_opens_a_door(question in question(), by in any_span(), loss in prop::sample::select(LOSSES)) {
        let (name, change) = loss;
        let worse = question.but(|question| change(question, by));
        prop_assert!(question.permits() || !worse.permits(), "{}", name);
    }

    #[test]
    fn no_loss_opens_a_door_that_is_nearly_open(question in question(), by in any_span()) {
        prop_assume!(!question.permits());
        for (name, change) in LOSSES {
            prop_assert!(!question.but(|question| change(question, by)).permits(), "{}", name);
        }
    }

    #[test]
    fn no_narrowing_gives_anything(question in question(), narrowed in narrowed()) {
        let wide = question.but(|question| person(question, |staff| staff.narrowed = Narrowed::NOTHING));
        let narrow = question.but(|question| person(question, |staff| staff.narrowed = narrowed));
        prop_assert!(wide.permits() || !narrow.permits());
    }

    #[test]
    fn a_session_that_reads_changes_nothing_but_itself(question in question()) {
        let question = question.but(|question| person(question, |staff| staff.narrowed.reach = Reach::Reads));
        if question.who.clone().staff_mut().is_none() || !question.permits() {
            return Ok(());
        }
        let row = question.action.declaration();
        let itself = ["staff.sign_in", "staff.sign_out", "staff.step_up", "session.renew", "session.narrow", "responsibilities.acknowledge", "impersonation.end_own"];
        prop_assert!(row.effect == Effect::Read || itself.contains(&row.name), "{}", row.name);
    }

    #[test]
    fn what_is_offered_is_what_somewhere_is_not_denied(question in question()) {
        let Who::Staff(staff) = &question.who else {
            return Ok(());
        };
        let somewhere = things(question.action, staff).into_iter().any(|resource| {
            let asked = question.but(|question| {
                question.resource = resource;
                question.facts.leave = Leave::Asked;
                question.facts.live_visits = 0;
            });
            asked.decide().offered().is_ok()
        });
        let offers = Offers::of(&question.policy, &staff.facts(), &question.facts);
        prop_assert_eq!(offers.may(question.action), somewhere, "{}", question.action.name());
        let held = session_holds(&question.policy, &staff.facts(), question.action);
        prop_assert!(held.is_some() || !somewhere, "{}", question.action.name());
    }

    #[test]
    fn no_sub_role_ever_permits_what_its_role_does_not(question in question()) {
        prop_assume!(question.permits());
        let of_the_role = question.but(|question| person(question, |staff| staff.sub_role = None));
        prop_assert!(of_the_role.permits());
    }

    #[test]
    fn what_is_listed_is_what_is_reached(question in question()) {
        let (Who::Staff(staff), Some(tenant)) = (&question.who, question.resource.tenant) else {
            return Ok(());
        };
        let own = View { role: staff.role, sub_role: staff.sub_role.clone() };
        let listed = staff.narrowed.scope((&own, &staff.scope), &question.policy.sub_roles);
        prop_assert!(staff.scope.covers(&listed), "never wider than the account");
        match question.decide().verdicts.get(Guardrail::Authz) {
            Verdict::Pass => prop_assert!(listed.contains(tenant)),
            Verdict::Fail(
                Reason::OutOfScope | Reason::SubRoleElsewhere | Reason::NarrowedElsewhere | Reason::NarrowedTenant,
            ) => prop_assert!(!listed.contains(tenant)),
            _ => {}
        }
    }

    #[test]
    fn a_sub_role_that_is_not_known_leaves_one_s_own_session_alone(question in question()) {
        prop_assume!(!matches!(question.who, Who::Anonymous | Who::Member(_)));
        let gone = SubRoleName::parse("gone").expect("a name");
        let unknown = question.but(|question| person(question, |staff| staff.sub_role = Some(gone)));
        let own = matches!(question.action, Action::SessionViewOwn | Action::StaffSignOut);
        prop_assert!(own || !unknown.permits());
    }

    #[test]
    fn without_a_network_rule_staff_get_nothing_that_asks_for_one(question in question()) {
        prop_assume!(!matches!(question.who, Who::Member(_)));
        prop_assume!(question.action.declaration().guards.contains(Guardrail::Network));
        let decision = question.but(|question| {
            question.policy.networks.clear();
            question.policy.proxy = Toggle::Off;
        }).decide();
        prop_assert!(matches!(decision.outcome, Outcome::Deny(_)));
        prop_assert_eq!(decision.verdicts.get(Guardrail::Network), Verdict::Fail(Reason::NetworkUnconfigured));
    }

    #[test]
    fn a_visit_stays_inside_its_bounds(question in question()) {
        let Who::OnBehalf { staff, visit } = &question.who else { return Ok(()) };
        prop_assume!(question.permits());
        let declaration = question.action.declaration();
        prop_assert_eq!(declaration.audience, Audience::Tenant, "no staff action");
        prop_assert_ne!(declaration.impersonated, WhileImpersonated::Never, "nothing out of bounds");
        prop_assert!(declaration.cells[1..].contains(&Cell::Yes), "nothing that is the owner's alone");
        let only_ends = declaration.impersonated == WhileImpersonated::Always;
        prop_assert!(
            declaration.effect == Effect::Read || visit.mode == VisitMode::Write || only_ends,
            "no write before escalation"
        );
        prop_assert_eq!(question.resource.tenant, Some(visit.tenant), "no other tenant");
        prop_assert_eq!(visit.staff, staff.id, "nobody else's visit");
        prop_assert!(matches!(staff.role, StaffRole::SuperAdmin | StaffRole::Support), "a role that may visit");
    }

    #[test]
    fn a_visit_as_an_owner_is_one_as_an_admin(question in question()) {
        let as_role = |role| question.but(|question| {
            if let Some(visit) = question.who.visit_mut() {
                visit.role = role;
            }
        });
        prop_assert_eq!(as_role(TenantRole::Owner).decide(), as_role(TenantRole::Admin).decide());
    }

    #[test]
    fn staff_reach_no_tenant_outside_their_scope(question in question()) {
        let (Who::Staff(staff) | Who::OnBehalf { staff, .. }) = &question.who else { return Ok(()) };
        prop_assume!(question.permits());
        prop_assert!(question.resource.tenant.is_none_or(|tenant| staff.scope.contains(tenant)));
    }

    #[test]
    fn who_has_not_acknowledged_gets_no_further_than_there(question in question()) {
        let before = [
            Action::StaffSignIn, Action::StaffSignOut, Action::SessionViewOwn, Action::SessionRenew, Action::StaffStepUp,
            Action::DutiesViewOwn, Action::DutiesAcknowledge, Action::VisitEndOwn,
        ];
        let staff = matches!(question.who, Who::Staff(_) | Who::OnBehalf { .. });
        let owing = question.but(|q| person(q, |staff| staff.acknowledged = None));
        if staff && owing.permits() {
            prop_assert!(before.contains(&question.action), "{:?}", question.action);
        }
    }

    #[test]
    fn nobody_starts_a_session_for_another(question in question_of(Action::StaffSignIn)) {
        prop_assume!(question.permits());
        let Who::Staff(staff) = &question.who else { panic!("only staff start a staff session") };
        prop_assert_eq!(question.resource.owner, Some(staff.id));
    }

    #[test]
    fn a_tenant_s_people_stay_in_their_own_tenant_and_on_its_side(question in question()) {
        let Who::Member(member) = question.who else { return Ok(()) };
        prop_assume!(question.permits());
        let declaration = question.action.declaration();
        prop_assert_eq!(declaration.audience, Audience::Tenant, "no staff action");
        prop_assert_eq!(question.resource.tenant, Some(member.tenant), "no other tenant");
        prop_assert_eq!(member.tenant_state, TenantState::Active, "not while the tenant is suspended");
        prop_assert_eq!(member.standing, MemberStanding::Active, "not without a membership in force");
        let cell = declaration.cells[member.role as usize];
        prop_assert!(cell == Cell::Yes || cell == Cell::Own && question.resource.person == Some(member.id));
        let starting = question.facts.session == SessionFact::Starting;
        prop_assert_eq!(starting, question.action == Action::UserSignIn, "nobody acts before the session is there");
    }

    #[test]
    fn staff_facts_never_help_or_hinder_a_tenant_s_people(question in question()) {
        let Who::Member(_) = question.who else { return Ok(()) };
        let without = question.but(|question| {
            question.facts = Facts { session: question.facts.session, grant: question.facts.grant, ..Facts::unknown(question.facts.now) };
            question.policy.networks.clear();
        });
        prop_assert_eq!(question.decide().outcome, without.decide().outcome);
    }

    #[test]
    fn an_answer_opens_only_a_door_whose_owner_wants_to_be_asked(question in question()) {
        let standing = question.but(|question| question.facts.leave = Leave::Standing);
        let asked = question.but(|question| question.facts.leave = Leave::Asked);
        if asked.permits() && !standing.permits() {
            prop_assert_eq!(question.action, Action::TenantImpersonate);
            prop_assert_eq!(question.resource.standing.map(|standing| standing.consent), Some(Consent::Ask));
        }
    }

    #[test]
    fn a_grant_is_given_exactly_on_a_permit(question in question()) {
        let (policy, facts) = (&question.policy, question.facts);
        let asked = |action, resource| question.but(|question| (question.action, question.resource) = (action, resource));
        let target = TenantTarget { id: acme(), standing: support::resource_for(Action::TenantImpersonate).standing.expect("a tenant has one") };
        use stagedoor_core::resource::Resource as _;
        prop_assert_eq!(
            authorize::<kind::TenantImpersonate>(policy, question.principal(), facts, &target).is_ok(),
            asked(Action::TenantImpersonate, target.facts()).permits()
        );
        prop_assert_eq!(
            authorize::<kind::TenantList>(policy, question.principal(), facts, &Platform).is_ok(),
            asked(Action::TenantList, Platform.facts()).permits()
        );
        let space = Space { tenant: acme() };
        match authorize::<kind::MemberList>(policy, question.principal(), facts, &space) {
            Ok(granted) => {
                prop_assert!(granted.decision().is_permit());
                let permit = granted.discharge(());
                prop_assert_eq!(permit.resource(), &space.facts());
                prop_assert_eq!(permit.at(), facts.now);
            }
            Err(refused) => prop_assert_eq!(refused.decision, asked(Action::MemberList, space.facts()).decide()),
        }
    }
}

#[test]
fn a_represented_role_is_never_the_owner_and_never_more_than_it_was() {
    for role in TenantRole::ALL {
        let represented = role.impersonated();
        assert_ne!(represented, TenantRole::Owner);
        assert!(represented >= *role, "the order is from most to least powerful");
    }
}

/// What is refused, and what puts it right.
type Step = (Reason, fn(&mut Question));

/// A mint with everything against it; each step puts one thing right, in the order of spec 02 step 3.
#[test]
fn a_mint_is_refused_in_the_order_of_the_specification() {
    let good = staff_asks(StaffRole::Support, Action::TenantImpersonate);
    let mut question = good.but(|question| {
        question.who = Who::Staff(Person {
            scope: Scope::only(vec![lumen()]),
            ..support::staff(StaffRole::Security)
        });
        question.facts = Facts {
            live_visits: 5,
            ..Facts::unknown(NOW)
        };
        question.policy.networks.clear();
        let standing = question.resource.standing.as_mut().expect("a tenant has one");
        (standing.consent, standing.state) = (Consent::Off, TenantState::Suspended);
    });
    let steps: [Step; 10] = [
        (Reason::SessionAbsent, |q| {
            q.facts.session = support::good_facts().session
        }),
        (Reason::NetworkUnconfigured, |q| {
            q.policy.networks = support::policy().networks;
            q.facts.address = support::good_facts().address;
        }),
        (Reason::IdentityMissing, |q| {
            q.facts.identity = support::good_facts().identity
        }),
        (Reason::FactorMissing, |q| {
            q.facts.factor = support::good_facts().factor
        }),
        (Reason::PermissionMissing, |q| {
            person(q, |staff| staff.role = StaffRole::Support)
        }),
        (Reason::OutOfScope, |q| {
            person(q, |staff| staff.scope = Scope::All)
        }),
        (Reason::ConsentOff, |q| {
            q.resource.standing.as_mut().expect("a tenant").consent = Consent::Ask
        }),
        (Reason::ConsentAsk, |q| {
            q.resource.standing.as_mut().expect("a tenant").consent = Consent::On
        }),
        (Reason::TenantSuspended, |q| {
            q.resource.standing.as_mut().expect("a tenant").state = TenantState::Active
        }),
        (Reason::VisitLimit, |q| q.facts.live_visits = 4),
    ];
    for (reason, put_right) in steps {
        assert_eq!(question.decide().outcome, Outcome::Deny(reason));
        put_right(&mut question);
    }
    assert!(question.permits());
}

#[test]
fn a_thing_of_an_unknown_tenant_is_out_of_everybody_s_scope() {
    for action in [
        Action::TenantView,
        Action::TenantImpersonate,
        Action::ImpersonationEndOther,
    ] {
        let question = staff_asks(StaffRole::SuperAdmin, action);
        assert!(question.permits());
        let unknown = question.but(|question| question.resource.tenant = None);
        assert_eq!(unknown.decide().outcome, Outcome::Deny(Reason::OutOfScope));
    }
}

#[test]
fn a_visitor_is_the_staff_member_whose_visit_it_is() {
    let mode = VisitMode::ReadOnly;
    let question = visitor_asks(TenantRole::Admin, mode, Action::MemberList);
    assert!(question.permits());
    assert_eq!(
        question.who.clone().visit_mut().map(|visit| visit.staff),
        Some(kim())
    );
    let stolen = question.but(|question| person(question, |staff| staff.id = support::jess()));
    assert_eq!(stolen.decide().outcome, Outcome::Deny(Reason::VisitNotAllowed));
}
