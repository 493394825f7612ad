//! The questions of the bench, and our own way of answering them: the same code on the host and in WebAssembly.
//!
//! A test of the core compiles this file, too (`crates/core/tests/bench_questions.rs`): it is to know of the core alone, so that
//! a fact that is added there is added here. A question is about somebody of staff, an action of staff, and facts that are good
//! but for a few, drawn from a fixed seed; many of them are permitted, and many are not. The peers answer the same questions
//! under the same rules (`peers`).

use std::net::IpAddr;
use std::time::Duration;

use stagedoor_core::action::{Action, Audience};
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::decide;
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, IdentityFact, NetworkKind, NetworkRule, PersonKind, ProviderTrust,
    SessionFact,
};
use stagedoor_core::id::{Id, StaffId, TenantId};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::request::{Facts, Policy, Principal, Request, StaffFacts};
use stagedoor_core::resource::{ResourceFacts, ResourceKind, TenantStanding};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::Timestamp;

/// How many questions there are.
pub const QUESTIONS: usize = 4_096;
/// The network that staff come from, as each of the three says it.
pub const NETWORK: &str = "10.0.0.0/8";
/// The moment at which all of it plays.
const NOW: Timestamp = Timestamp::from_micros(1_795_263_242_000_000);

/// A question that owns its parts.
pub struct Question {
    /// Who asks, with which role.
    pub id: StaffId,
    /// Their role.
    pub role: StaffRole,
    /// Where it holds.
    pub scope: Scope,
    /// Where the account stands.
    pub account: AccountFact,
    /// What is asked for.
    pub action: Action,
    /// Upon what.
    pub resource: ResourceFacts,
    /// The facts around it.
    pub facts: Facts,
}

impl Question {
    /// Our answer.
    #[must_use]
    pub fn decide(&self, policy: &Policy) -> Decision {
        let staff = StaffFacts {
            id: self.id,
            role: self.role,
            scope: &self.scope,
            account: self.account,
            // The others know no such duty: everybody has acknowledged.
            acknowledged: Some(policy.responsibilities.version()),
            narrowed: Narrowed::nothing(),
            sub_role: None,
        };
        decide(
            policy,
            &Request {
                principal: Principal::Staff(staff),
                action: self.action,
                resource: self.resource,
                facts: self.facts,
            },
        )
    }

    /// How long ago a moment of the question was, in seconds.
    #[must_use]
    pub fn seconds_since(at: Timestamp) -> i64 {
        i64::try_from(NOW.since(at).as_secs()).unwrap_or(i64::MAX)
    }
}

/// The platform's policy, as it is shipped, with one network.
///
/// # Panics
/// Never: the network is a constant.
#[must_use]
pub fn policy() -> Policy {
    Policy {
        networks: vec![NetworkRule {
            name: "corp".to_owned(),
            kind: NetworkKind::CorpIp,
            range: NETWORK.parse().expect("a range"),
        }],
        ..Policy::default()
    }
}

/// The actions that are asked for: all of staff's but the sign-in, before which there is no session.
pub fn actions() -> impl Iterator<Item = Action> {
    let asked =
        |action: &Action| action.declaration().audience == Audience::Staff && *action != Action::StaffSignIn;
    Action::ALL.iter().copied().filter(asked)
}

/// SplitMix64: enough for facts that look drawn, the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True once in `of` times.
    fn once_in(&mut self, of: u64) -> bool {
        self.next().is_multiple_of(of)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.next() % of.len() as u64).unwrap_or(0)]
    }
}

/// All questions.
#[must_use]
pub fn questions() -> Vec<Question> {
    let actions: Vec<Action> = actions().collect();
    let mut draw = Draw(7);
    (0..QUESTIONS).map(|_| question(&actions, &mut draw)).collect()
}

fn question(actions: &[Action], draw: &mut Draw) -> Question {
    let (asker, other) = (StaffId::new(1, 1), StaffId::new(1, 2));
    let (here, elsewhere) = (TenantId::new(1, 1), TenantId::new(1, 2));
    let role = match draw.once_in(2) {
        true => StaffRole::SuperAdmin,
        false => draw.one(StaffRole::ALL),
    };
    let action = draw.one(actions);
    let scope = match draw.one(&[0, 0, 0, 1, 2]) {
        0 => Scope::All,
        1 => Scope::only(vec![here]),
        _ => Scope::only(vec![elsewhere]),
    };
    let account = match draw.once_in(40) {
        true => AccountFact::Deactivated,
        false => AccountFact::Active { until: None },
    };
    Question {
        id: asker,
        role,
        scope,
        account,
        action,
        resource: resource(action, here, if draw.once_in(8) { other } else { asker }),
        facts: facts(draw),
    }
}

fn resource(action: Action, tenant: TenantId, owner: StaffId) -> ResourceFacts {
    let kind = action.declaration().resource;
    let of_tenant = matches!(kind, ResourceKind::Tenant | ResourceKind::Visit);
    let of_staff = matches!(
        kind,
        ResourceKind::Session | ResourceKind::Visit | ResourceKind::Passkey
    );
    ResourceFacts {
        kind,
        tenant: of_tenant.then_some(tenant),
        owner: of_staff.then_some(owner),
        person: None,
        standing: of_tenant.then_some(TenantStanding {
            state: TenantState::Active,
            consent: Consent::On,
        }),
    }
}

fn facts(draw: &mut Draw) -> Facts {
    let ago = |seconds: u64| NOW.minus(Duration::from_secs(seconds));
    let kind = match draw.once_in(16) {
        true => FactorKind::Totp,
        false => FactorKind::Passkey,
    };
    Facts {
        address: Some(match draw.once_in(16) {
            true => IpAddr::from([192, 0, 2, 7]),
            false => IpAddr::from([10, 1, 2, 3]),
        }),
        identity: Some(IdentityFact {
            provider: match draw.once_in(20) {
                true => ProviderTrust::Untrusted,
                false => ProviderTrust::Trusted,
            },
            person: PersonKind::Workforce,
            device: DeviceFact::Unclaimed,
        }),
        factor: Some(ProvenFactor {
            kind,
            level: PasskeyLevel::Any,
            at: ago(draw.one(&[60, 60, 60, 300, 1_200, 7_200])),
        }),
        session: SessionFact::Live {
            since: ago(draw.one(&[3_600, 3_600, 7_200, 14_500])),
            until: NOW.plus(Duration::from_secs(3_600)),
            last_seen: ago(draw.one(&[10, 60, 120, 600, 950])),
        },
        grant: match draw.once_in(2) {
            true => GrantFact::Approved,
            false => GrantFact::None,
        },
        ..Facts::unknown(NOW)
    }
}

/// Answers all questions once; how many were permitted.
#[must_use]
pub fn decide_all(policy: &Policy, questions: &[Question]) -> usize {
    let permitted = |question: &&Question| std::hint::black_box(question.decide(policy)).is_permit();
    questions.iter().filter(permitted).count()
}

/// A digest over every verdict and outcome (FNV-1a): equal digests, equal answers.
#[must_use]
pub fn digest(policy: &Policy, questions: &[Question]) -> u64 {
    let said = questions.iter().flat_map(|question| {
        let decision = question.decide(policy);
        format!("{} {:?}\n", decision.verdicts.compact(), decision.outcome).into_bytes()
    });
    said.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
