//! What a change could lead to, whatever becomes of the other changes that are on trial. Each of those is in force now, and gone in a few
//! minutes unless it is confirmed. A change has to leave a way in either way, and whoever makes it has to stand inside either way:
//! else each of two trials could hold the other up, and the one that lapses would shut everybody out. Nothing here changes anything.

use stagedoor_core::action::Action;
use stagedoor_core::decision::Outcome;
use stagedoor_core::guard::{Guardrail, Verdict};
use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::network::OwnRule;
use stagedoor_core::request::Policy;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::trial::{Stands, TrialState, lockout};
use stagedoor_store::db::Executor;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::trial;

use crate::error::ServiceError;
use crate::in_force::{Rules, compose};
use crate::op::StaffOp;

/// What is said behind a reason that holds only where another trial is not confirmed.
const OTHERWISE: &str = " That is so once the other change that is on trial is rolled back: confirm that one first, or roll it back.";
const ON_TRIAL: &str = "Your session began by a change of an identity provider that is on trial itself. Confirm that one first, or \
     roll it back and sign in again.";

/// What is changed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum New<'a> {
    /// The network rules become these.
    Networks(&'a [OwnRule]),
    /// The guard policies become these.
    Policies(&'a [GuardPolicy]),
    /// An identity provider is changed, and is in force as it would be.
    Provider,
}

/// Every policy that a change could lead to.
pub(crate) struct Worlds {
    /// While whatever else is on trial is in force.
    pub(crate) meanwhile: Policy,
    /// Once some of it is not.
    otherwise: Vec<Policy>,
    footing: Footing,
}

/// What the caller's own session stands on.
enum Footing {
    /// Their provider as it is in force, and as it is kept.
    Kept(Option<Box<Provider>>),
    /// Their provider as it is in force: it is what is changed.
    InForce,
    /// Settings of their provider that are on trial.
    OnTrial,
}

/// What stands against a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Against {
    /// No super admin could get in and undo it.
    Everybody(String),
    /// Something other than where they are would refuse the caller.
    Caller(String),
    /// The caller's address would not pass; with what is said behind it.
    Address(&'static str),
}

impl Worlds {
    /// The worlds of a change.
    ///
    /// # Errors
    /// Unavailable when the database is.
    pub(crate) async fn of(
        op: &StaffOp,
        ex: &mut impl Executor,
        rules: &Rules,
        new: New<'_>,
    ) -> Result<Self, ServiceError> {
        let (configured, now) = (&op.service().settings().policy, op.now());
        let networks: Vec<&[OwnRule]> = match new {
            New::Networks(new) => vec![new],
            _ => rules.networks.either(now).map(Vec::as_slice).collect(),
        };
        let policies: Vec<&[GuardPolicy]> = match new {
            New::Policies(new) => vec![new],
            _ => rules.policies.either(now).map(Vec::as_slice).collect(),
        };
        let mut all = Vec::with_capacity(networks.len() * policies.len());
        for networks in networks {
            for policies in &policies {
                all.push(compose(configured, networks, policies));
            }
        }
        let mut all = all.into_iter();
        let none = || ServiceError::Internal("a change leads nowhere".to_owned());
        Ok(Self {
            meanwhile: all.next().ok_or_else(none)?,
            otherwise: all.collect(),
            footing: footing(op, ex, new).await?,
        })
    }

    /// Whether nobody could get in and undo it in any of them.
    pub(super) fn is_closed(&self) -> bool {
        self.all().all(|(policy, _)| lockout(policy).is_some())
    }

    /// What stands against the change in any of them, for whoever makes it.
    pub(crate) fn against(&self, op: &StaffOp, action: Action) -> Option<Against> {
        let closed = self.all().find_map(|(policy, when)| {
            lockout(policy).map(|lockout| Against::Everybody(lockout.explain() + when))
        });
        if closed.is_some() {
            return closed;
        }
        if matches!(self.footing, Footing::OnTrial) {
            return Some(Against::Caller(ON_TRIAL.to_owned()));
        }
        let refused: Vec<Against> = self
            .all()
            .filter_map(|(policy, when)| self.refused(op, (policy, when), action))
            .collect();
        let caller = refused.iter().find(|one| matches!(one, Against::Caller(_)));
        caller.or(refused.first()).cloned()
    }

    /// How the caller stands who would confirm the change.
    pub(super) fn stands(&self, op: &StaffOp, action: Action) -> Stands {
        let decision = op.would_as(&self.meanwhile, op.provider(), action, Platform.facts());
        match (decision.is_permit(), self.against(op, action)) {
            (false, _) => Stands::Outside,
            (true, Some(_)) => Stands::Leaning,
            (true, None) => Stands::Inside,
        }
    }

    fn all(&self) -> impl Iterator<Item = (&Policy, &'static str)> {
        let otherwise = self.otherwise.iter().map(|policy| (policy, OTHERWISE));
        std::iter::once((&self.meanwhile, "")).chain(otherwise)
    }

    /// Why the caller's own request would not pass in one of them. A fresher proof is always to be had.
    fn refused(
        &self,
        op: &StaffOp,
        (policy, when): (&Policy, &'static str),
        action: Action,
    ) -> Option<Against> {
        let kept = match &self.footing {
            Footing::Kept(kept) => Some(kept.as_deref()),
            Footing::InForce | Footing::OnTrial => None,
        };
        std::iter::once(op.provider()).chain(kept).find_map(|provider| {
            let decision = op.would_as(policy, provider, action, Platform.facts());
            match (decision.verdicts.get(Guardrail::Network), decision.outcome) {
                (Verdict::Fail(_), _) => Some(Against::Address(when)),
                (_, Outcome::Deny(reason)) => Some(Against::Caller(reason.explain().to_owned() + when)),
                (_, Outcome::Permit | Outcome::Challenge { .. }) => None,
            }
        })
    }
}

async fn footing(op: &StaffOp, ex: &mut impl Executor, new: New<'_>) -> Result<Footing, ServiceError> {
    if matches!(new, New::Provider) {
        return Ok(Footing::InForce);
    }
    let session = op.session();
    if let Some(under) = session.vouched.trial {
        let found = trial::find(ex, under).await?;
        if !found.is_some_and(|kept| matches!(kept.trial.state, TrialState::Confirmed { .. })) {
            return Ok(Footing::OnTrial);
        }
    }
    let kept = provider::find(ex, session.provider).await?;
    Ok(Footing::Kept(kept.map(Box::new)))
}
