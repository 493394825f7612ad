//! The policy in force: what the configuration says, the network rules and guard policies that were confirmed, and over them
//! what is on trial. Of identity providers it is what is tried alone: how they are kept is read with each call.
//!
//! It is kept in memory and counted: each call of staff reads the count together with what it reads anyway, and whoever finds
//! another one reads everything anew. So a change, and its end, holds for the very next request of every process. A trial that
//! has come to its end needs no count: what is kept here goes by the clock. Before the first look nobody is let in.

use std::sync::{Arc, Mutex, PoisonError};

use stagedoor_core::guard::NetworkRule;
use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::input::FieldError;
use stagedoor_core::network::OwnRule;
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::time::Timestamp;
use stagedoor_core::trial::{Trial, TrialKind, Tried};
use stagedoor_core::view::policy::PolicyCard;
use stagedoor_store::db::Executor;
use stagedoor_store::provider::Provider;
use stagedoor_store::trial::KeptTrial;
use stagedoor_store::{guard_policy, network_rule, trial};

use crate::error::ServiceError;
use crate::identity_providers::TriedProvider;
use crate::state::Service;

/// What is changed in the console, kept and tried.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// What it was counted up to when it was read.
    epoch: u64,
    /// Network rules beside those of the configuration.
    pub(crate) networks: Tried<Vec<OwnRule>>,
    /// Guard policies beside those that are shipped and those of the configuration.
    pub(crate) policies: Tried<Vec<GuardPolicy>>,
    /// What is tried of an identity provider.
    provider: Option<(TriedProvider, Trial)>,
    /// Those that nobody has ended.
    pub(crate) pending: Vec<Trial>,
}

/// What was read last, with the policy that follows.
struct Known {
    rules: Arc<Rules>,
    policy: Arc<Policy>,
    /// When another policy follows by itself.
    until: Option<Timestamp>,
}

/// What this process knows of the policy in force.
#[derive(Default)]
pub(crate) struct InForce(Mutex<Option<Known>>);

impl Rules {
    /// As they stand in the database; all of it has to be of one moment.
    pub(crate) async fn read(ex: &mut impl Executor) -> Result<Self, ServiceError> {
        let epoch = trial::epoch(ex).await?;
        let pending = trial::pending(ex).await?;
        let networks = network_rule::list(ex).await?;
        let policies = guard_policy::list(ex).await?;
        Ok(Self {
            epoch,
            networks: over(networks, &pending, TrialKind::NetworkRules, read_networks)?,
            policies: over(policies, &pending, TrialKind::GuardPolicies, read_policies)?,
            provider: provider_on_trial(&pending)?,
            pending: pending.iter().map(|kept| kept.trial).collect(),
        })
    }

    /// What is tried of one kind, for whoever asks at a moment.
    pub(crate) fn pending_at(&self, now: Timestamp) -> impl Iterator<Item = &Trial> {
        self.pending.iter().filter(move |trial| trial.is_tried(now))
    }

    /// A provider as it is in force at a moment, from how it is kept.
    pub(crate) fn provider(&self, kept: Provider, now: Timestamp) -> Result<Provider, ServiceError> {
        match &self.provider {
            Some((tried, trial)) if trial.is_tried(now) => tried.tried_over(kept, trial),
            _ => Ok(kept),
        }
    }

    /// The policy at a moment.
    fn policy(&self, configured: &Policy, now: Timestamp) -> Policy {
        compose(configured, self.networks.at(now), self.policies.at(now))
    }
}

/// The configured policy with network rules and guard policies beside its own. Whatever is kept goes in: what it was checked
/// against when it was typed may have changed since, and neither less than it says nor nothing at all may hold for that.
pub(crate) fn compose(configured: &Policy, networks: &[OwnRule], policies: &[GuardPolicy]) -> Policy {
    let own: Vec<NetworkRule> = networks.iter().map(OwnRule::rule).collect();
    Policy {
        networks: [configured.networks.as_slice(), &own].concat(),
        guard_policies: configured.guard_policies.beside(policies),
        ..configured.clone()
    }
}

/// Network rules as a trial keeps them.
pub(crate) fn read_networks(text: &str) -> Result<Vec<OwnRule>, ServiceError> {
    serde_json::from_str(text).map_err(|error| unreadable("network rules", &error))
}

/// Guard policies as a trial keeps them, each checked anew.
pub(crate) fn read_policies(text: &str) -> Result<Vec<GuardPolicy>, ServiceError> {
    let cards: Vec<PolicyCard> =
        serde_json::from_str(text).map_err(|error| unreadable("guard policies", &error))?;
    let read: Result<Vec<_>, FieldError> = cards.iter().map(PolicyCard::policy).collect();
    read.map_err(|error| unreadable("guard policies", &error.message))
}

fn unreadable(what: &str, error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("{what} on trial cannot be read: {error}"))
}

impl Service {
    /// The policy in force, as this process knew it when it last looked: every call of staff looks.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        let now = self.now();
        let mut known = self.in_force();
        let Some(known) = known.as_mut() else {
            return Arc::new(self.before_the_first_look());
        };
        if known.until.is_some_and(|until| now >= until) {
            known.policy = Arc::new(known.rules.policy(&self.settings().policy, now));
            known.until = changes_at(&known.rules, now);
        }
        Arc::clone(&known.policy)
    }

    /// No network counts, so that nobody passes.
    fn before_the_first_look(&self) -> Policy {
        Policy {
            networks: Vec::new(),
            proxy: Toggle::Off,
            ..self.settings().policy.clone()
        }
    }

    fn in_force(&self) -> std::sync::MutexGuard<'_, Option<Known>> {
        // What is there was put there as a whole.
        self.known_rules()
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules that were read last.
    ///
    /// # Errors
    /// When they were never read and cannot be.
    pub(crate) async fn rules(&self) -> Result<Arc<Rules>, ServiceError> {
        let known = self.in_force().as_ref().map(|known| Arc::clone(&known.rules));
        match known {
            Some(rules) => Ok(rules),
            None => self.read_rules().await,
        }
    }

    /// Looks whether the rules are still those that this process knows, for whoever comes without a session.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn look_at_rules(&self) -> Result<(), ServiceError> {
        let epoch = trial::epoch(&mut self.db().reader()).await?;
        self.look_at_rules_of(epoch).await
    }

    /// The same for whoever has read the count with something else.
    pub(crate) async fn look_at_rules_of(&self, epoch: u64) -> Result<(), ServiceError> {
        let known = self.in_force().as_ref().map(|known| known.rules.epoch);
        // A count behind what is known was read before: what is known is newer.
        if known.is_none_or(|known| known < epoch) {
            self.read_rules().await?;
        }
        Ok(())
    }

    async fn read_rules(&self) -> Result<Arc<Rules>, ServiceError> {
        let mut ex = self.db().snapshot().await?;
        let rules = Arc::new(Rules::read(&mut ex).await?);
        drop(ex);
        let epoch = rules.epoch;
        let now = self.now();
        let policy = rules.policy(&self.settings().policy, now);
        let mut known = self.in_force();
        if known.as_ref().is_none_or(|known| known.rules.epoch <= epoch) {
            *known = Some(Known {
                rules: Arc::clone(&rules),
                policy: Arc::new(policy),
                until: changes_at(&rules, now),
            });
        }
        Ok(rules)
    }
}

fn changes_at(rules: &Rules, now: Timestamp) -> Option<Timestamp> {
    let ends = [rules.networks.changes_at(now), rules.policies.changes_at(now)];
    ends.into_iter().flatten().min()
}

fn provider_on_trial(pending: &[KeptTrial]) -> Result<Option<(TriedProvider, Trial)>, ServiceError> {
    let found = pending
        .iter()
        .find(|kept| kept.trial.kind == TrialKind::IdentityProvider);
    found
        .map(|kept| Ok((TriedProvider::read(&kept.new)?, kept.trial)))
        .transpose()
}

/// What is kept, with the trial of its kind over it.
fn over<T>(
    kept: T,
    pending: &[KeptTrial],
    kind: TrialKind,
    read: impl Fn(&str) -> Result<T, ServiceError>,
) -> Result<Tried<T>, ServiceError> {
    let found = pending.iter().find(|kept| kept.trial.kind == kind);
    let tried = found.map(|kept| Ok::<_, ServiceError>((read(&kept.new)?, kept.trial.until)));
    Ok(Tried {
        kept,
        tried: tried.transpose()?,
    })
}
