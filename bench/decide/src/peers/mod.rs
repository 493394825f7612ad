//! The peers, and what all of them are given: the rules that follow from the core's own declarations, one for each role
//! and action that it may take at all.

pub mod casbin;
pub mod cedar;

use stagedoor_bench_decide::Question;
use stagedoor_core::action::{Action, Held};
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::decide::role_holds;
use stagedoor_core::guard::{AccountFact, GrantFact, Guardrail, PersonKind, ProviderTrust, SessionFact};
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::request::Policy;
use stagedoor_core::role::{Scope, StaffRole};

/// What a role must show for an action. Equal conditions are one policy where a peer can say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Condition {
    /// From the network.
    pub network: bool,
    /// Vouched for by a trusted provider, as one of the workforce.
    pub identity: bool,
    /// With a factor no older than so many seconds.
    pub factor: Option<i64>,
    /// With a one-time password, too.
    pub totp: bool,
    /// In a session not older, and not longer idle, than so many seconds.
    pub session: Option<(i64, i64)>,
    /// With a grant of two others.
    pub grant: bool,
    /// On what is one's own.
    pub own: bool,
}

/// A rule: a role may do an action on a condition.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The role.
    pub role: StaffRole,
    /// The action.
    pub action: Action,
    /// On what condition.
    pub condition: Condition,
}

fn whole(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

/// Every rule of a policy.
pub fn rules(policy: &Policy) -> Vec<Rule> {
    let pairs = StaffRole::ALL
        .iter()
        .flat_map(|role| stagedoor_bench_decide::actions().map(move |action| (*role, action)));
    pairs
        .filter_map(|(role, action)| rule(policy, role, action))
        .collect()
}

fn rule(policy: &Policy, role: StaffRole, action: Action) -> Option<Rule> {
    let held = role_holds(policy, role, action)?;
    let guard = Guard::of(policy, Caller::Staff(role), action);
    let condition = Condition {
        network: guard.requires(Guardrail::Network),
        identity: guard.requires(Guardrail::Identity),
        factor: guard
            .requires(Guardrail::Mfa)
            .then(|| whole(guard.factor.max_age)),
        totp: guard.factor.kinds.contains(FactorKind::Totp),
        session: guard
            .requires(Guardrail::Session)
            .then(|| (whole(guard.session.ttl), whole(guard.session.idle))),
        grant: guard.requires(Guardrail::Danger),
        own: held == Held::OwnOnly,
    };
    Some(Rule {
        role,
        action,
        condition,
    })
}

/// The facts of a question as plain values, for those who know no types of ours.
pub struct Plain {
    pub role: &'static str,
    pub action: &'static str,
    pub address: String,
    pub workforce: bool,
    pub passkey: bool,
    pub factor_age: i64,
    pub session_age: i64,
    pub idle: i64,
    pub active: bool,
    pub grant: bool,
    pub own: bool,
    pub in_scope: bool,
}

impl Plain {
    /// Of a question. Whether a resource is one's own and in one's scope is looked up here, and costs the peers nothing
    /// where they cannot say it themselves.
    pub fn of(question: &Question) -> Self {
        let facts = &question.facts;
        let (since, last_seen) = match facts.session {
            SessionFact::Live { since, last_seen, .. } => (since, last_seen),
            _ => (facts.now, facts.now),
        };
        let vouched = |identity: stagedoor_core::guard::IdentityFact| {
            identity.provider == ProviderTrust::Trusted && identity.person == PersonKind::Workforce
        };
        let factor = facts.factor;
        Self {
            role: question.role.as_str(),
            action: question.action.name(),
            address: facts
                .address
                .map(|address| address.to_string())
                .unwrap_or_default(),
            workforce: facts.identity.is_some_and(vouched),
            passkey: factor.is_some_and(|factor| factor.kind == FactorKind::Passkey),
            factor_age: factor.map_or(i64::MAX, |factor| Question::seconds_since(factor.at)),
            session_age: Question::seconds_since(since),
            idle: Question::seconds_since(last_seen),
            active: matches!(question.account, AccountFact::Active { .. }),
            grant: facts.grant == GrantFact::Approved,
            own: question.resource.owner == Some(question.id),
            in_scope: match (&question.scope, question.resource.tenant) {
                (Scope::All, _) | (_, None) => true,
                (scope, Some(tenant)) => scope.contains(tenant),
            },
        }
    }
}
