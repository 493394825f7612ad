//! What the tests of the core share: a question that owns its parts, a good one to start from, and arbitrary ones.

#![allow(dead_code, reason = "each test binary uses its own part of this module")]

pub(crate) mod entries;
pub(crate) mod examples;
pub(crate) mod model;
pub(crate) mod spec;
pub(crate) mod strategy;

use std::net::IpAddr;

use stagedoor_core::action::{Action, Audience};
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::decide;
use stagedoor_core::decision::Decision;
use stagedoor_core::duties::EDITION;
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, IdentityFact, NetworkKind, NetworkRule, PersonKind, ProviderTrust,
    SessionFact,
};
use stagedoor_core::id::{Id, ImpersonationId, MemberId, StaffId, TenantId};
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::request::{
    Facts, MemberFacts, MemberStanding, Policy, Principal, Request, StaffFacts, TenantOpen, VisitFacts,
    VisitStanding,
};
use stagedoor_core::resource::{ResourceFacts, ResourceKind, TenantStanding};
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};

/// The moment at which most tests play.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_263_242_000_000);

/// One of a few ids of a kind: equal numbers, equal ids.
pub(crate) fn id<I: Id>(number: u128) -> I {
    I::new(1_795_263_242_000, number)
}

/// An environment variable that changes how the tests run, such as a soak's number of cases.
#[allow(
    clippy::disallowed_methods,
    reason = "the environment steers the test run, never the code under test"
)]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A member of staff, owning their scope.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: StaffId,
    pub(crate) role: StaffRole,
    pub(crate) sub_role: Option<SubRoleName>,
    pub(crate) scope: Scope,
    pub(crate) account: AccountFact,
    pub(crate) acknowledged: Option<String>,
    pub(crate) narrowed: Narrowed,
}

impl Person {
    pub(crate) fn facts(&self) -> StaffFacts<'_> {
        StaffFacts {
            id: self.id,
            role: self.role,
            sub_role: self.sub_role.as_ref(),
            scope: &self.scope,
            account: self.account,
            acknowledged: self.acknowledged.as_deref(),
            narrowed: &self.narrowed,
        }
    }
}

/// A principal that owns its parts.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Anonymous,
    Staff(Person),
    OnBehalf { staff: Person, visit: VisitFacts },
    Member(MemberFacts),
}

impl Who {
    pub(crate) fn staff_mut(&mut self) -> Option<&mut Person> {
        match self {
            Self::Staff(staff) | Self::OnBehalf { staff, .. } => Some(staff),
            Self::Anonymous | Self::Member(_) => None,
        }
    }

    pub(crate) fn member_mut(&mut self) -> Option<&mut MemberFacts> {
        match self {
            Self::Member(member) => Some(member),
            _ => None,
        }
    }

    pub(crate) fn visit_mut(&mut self) -> Option<&mut VisitFacts> {
        match self {
            Self::OnBehalf { visit, .. } => Some(visit),
            _ => None,
        }
    }
}

/// A question for `decide` that owns its parts.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) policy: Policy,
    pub(crate) who: Who,
    pub(crate) action: Action,
    pub(crate) resource: ResourceFacts,
    pub(crate) facts: Facts,
}

impl Question {
    pub(crate) fn principal(&self) -> Principal<'_> {
        match &self.who {
            Who::Anonymous => Principal::Anonymous,
            Who::Staff(staff) => Principal::Staff(staff.facts()),
            Who::OnBehalf { staff, visit } => Principal::OnBehalf {
                staff: staff.facts(),
                visit: *visit,
            },
            Who::Member(member) => Principal::Member(*member),
        }
    }

    pub(crate) fn decide(&self) -> Decision {
        let (action, resource, facts) = (self.action, self.resource, self.facts);
        decide(
            &self.policy,
            &Request {
                principal: self.principal(),
                action,
                resource,
                facts,
            },
        )
    }

    pub(crate) fn permits(&self) -> bool {
        self.decide().is_permit()
    }

    /// The same question, changed.
    pub(crate) fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }
}

/// The tenant that good questions are about.
pub(crate) fn acme() -> TenantId {
    id(1)
}

/// Another tenant.
pub(crate) fn lumen() -> TenantId {
    id(2)
}

/// The member of staff who asks good questions.
pub(crate) fn kim() -> StaffId {
    id(11)
}

/// Another member of staff.
pub(crate) fn jess() -> StaffId {
    id(12)
}

/// The person of Acme whose own things good questions are about.
pub(crate) fn val() -> MemberId {
    id(31)
}

/// Another person of Acme.
pub(crate) fn rod() -> MemberId {
    id(32)
}

/// A policy with one network and every default.
pub(crate) fn policy() -> Policy {
    let range = "10.0.0.0/8".parse().expect("a range");
    Policy {
        networks: vec![NetworkRule {
            name: "corp".to_owned(),
            kind: NetworkKind::CorpIp,
            range,
        }],
        ..Policy::default()
    }
}

/// Facts that every guardrail likes, but no grant.
pub(crate) fn good_facts() -> Facts {
    Facts {
        address: Some(IpAddr::from([10, 1, 2, 3])),
        identity: Some(IdentityFact {
            provider: ProviderTrust::Trusted,
            person: PersonKind::Workforce,
            device: DeviceFact::Managed,
        }),
        factor: Some(ProvenFactor {
            kind: FactorKind::Passkey,
            level: PasskeyLevel::DeviceBound,
            at: NOW.minus(minutes(1)),
        }),
        session: SessionFact::Live {
            since: NOW.minus(hours(1)),
            until: NOW.plus(hours(1)),
            last_seen: NOW.minus(minutes(1)),
        },
        ..Facts::unknown(NOW)
    }
}

pub(crate) fn staff(role: StaffRole) -> Person {
    Person {
        id: kim(),
        role,
        sub_role: None,
        scope: Scope::All,
        account: AccountFact::Active { until: None },
        acknowledged: Some(EDITION.to_owned()),
        narrowed: Narrowed::NOTHING,
    }
}

/// A visit of kim's to Acme that has a while to go.
pub(crate) fn visit(role: TenantRole, mode: VisitMode) -> VisitFacts {
    VisitFacts {
        id: id::<ImpersonationId>(21),
        staff: kim(),
        tenant: acme(),
        person: Some(val()),
        role,
        mode,
        standing: VisitStanding::Live {
            until: NOW.plus(minutes(10)),
            last_seen: NOW.minus(minutes(1)),
        },
        tenant_open: TenantOpen::Open,
    }
}

/// The resource that an action asks for: kim's or val's own, of Acme, which is open to visits.
pub(crate) fn resource_for(action: Action) -> ResourceFacts {
    let kind = action.declaration().resource;
    let of_tenant = matches!(
        kind,
        ResourceKind::Tenant | ResourceKind::Visit | ResourceKind::Space | ResourceKind::Person
    );
    let of_staff = matches!(
        kind,
        ResourceKind::Session | ResourceKind::Visit | ResourceKind::Passkey
    );
    let standing = TenantStanding {
        state: TenantState::Active,
        consent: Consent::On,
    };
    ResourceFacts {
        kind,
        tenant: of_tenant.then(acme),
        owner: of_staff.then(kim),
        person: (kind == ResourceKind::Person).then(val),
        standing: (kind == ResourceKind::Tenant).then_some(standing),
    }
}

/// A member of staff asks, and everything but perhaps the role is good.
pub(crate) fn staff_asks(role: StaffRole, action: Action) -> Question {
    let mut facts = good_facts();
    if action == Action::StaffSignIn {
        facts.session = SessionFact::Starting;
    }
    Question {
        policy: policy(),
        who: Who::Staff(staff(role)),
        action,
        resource: resource_for(action),
        facts,
    }
}

/// A person of Acme asks, and everything but perhaps the role is good.
pub(crate) fn member_asks(role: TenantRole, action: Action) -> Question {
    let who = Who::Member(MemberFacts {
        id: val(),
        tenant: acme(),
        role,
        standing: MemberStanding::Active,
        tenant_state: TenantState::Active,
    });
    let session = match action {
        Action::UserSignIn => SessionFact::Starting,
        _ => good_facts().session,
    };
    Question {
        policy: policy(),
        who,
        action,
        resource: resource_for(action),
        facts: Facts {
            session,
            ..Facts::unknown(NOW)
        },
    }
}

/// Kim, of support, asks in the place of a person of Acme.
pub(crate) fn visitor_asks(role: TenantRole, mode: VisitMode, action: Action) -> Question {
    let who = Who::OnBehalf {
        staff: staff(StaffRole::Support),
        visit: visit(role, mode),
    };
    Question {
        policy: policy(),
        who,
        action,
        resource: resource_for(action),
        facts: good_facts(),
    }
}

/// The same question with an approved break-glass grant at hand.
pub(crate) fn with_grant(question: &Question) -> Question {
    question.but(|question| question.facts.grant = GrantFact::Approved)
}

/// Every action of an audience.
pub(crate) fn actions_of(audience: Audience) -> impl Iterator<Item = Action> {
    Action::ALL
        .iter()
        .copied()
        .filter(move |action| action.declaration().audience == audience)
}
