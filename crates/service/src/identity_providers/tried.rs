//! Providers under trial (ADR 0025): the settings as a trial keeps them, providers as they are in force, and what has to be seen
//! before a change of one stays. A client secret is sealed here as it is in its own row.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{ProviderId, TrialId};
use stagedoor_core::provider::{ClaimRules, passed};
use stagedoor_core::time::Timestamp;
use stagedoor_core::trial::{NotProven, ProviderProof, Seen, Trial, TrialKind, TrialState};
use stagedoor_store::WriteTx;
use stagedoor_store::db::Executor;
use stagedoor_store::provider::{self, Listed, Provider};
use stagedoor_store::session::{self, Vouched};
use stagedoor_store::trial::{self, KeptTrial};

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::state::Service;

/// What of a provider a trial changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriedProvider {
    /// Whose settings they are.
    pub(crate) id: ProviderId,
    name: String,
    client_id: String,
    /// Sealed, in Base64.
    client_secret: Option<String>,
    is_trusted: bool,
    email_domains: Vec<String>,
    rules: ClaimRules,
}

impl TriedProvider {
    pub(crate) fn of(provider: &Provider) -> Self {
        Self {
            id: provider.id,
            name: provider.name.clone(),
            client_id: provider.client_id.clone(),
            client_secret: provider
                .client_secret
                .as_ref()
                .map(|sealed| STANDARD.encode(sealed)),
            is_trusted: provider.trust == ProviderTrust::Trusted,
            email_domains: provider.email_domains.clone(),
            rules: provider.rules.clone(),
        }
    }

    /// The settings as a trial keeps them.
    pub(crate) fn written(&self) -> Result<String, ServiceError> {
        serde_json::to_string(self).map_err(|error| ServiceError::Internal(error.to_string()))
    }

    /// Reads what a trial keeps.
    pub(crate) fn read(text: &str) -> Result<Self, ServiceError> {
        serde_json::from_str(text)
            .map_err(|error| ServiceError::Internal(format!("a provider on trial cannot be read: {error}")))
    }

    /// A provider with these settings. One of another id, and one that the file declares, stays as it is.
    pub(crate) fn over(&self, kept: Provider, trial: Option<TrialId>) -> Result<Provider, ServiceError> {
        if kept.id != self.id || kept.declared {
            return Ok(kept);
        }
        let unreadable = |_| ServiceError::Internal("a client secret on trial cannot be read".to_owned());
        let secret = self.client_secret.as_ref().map(|text| STANDARD.decode(text));
        Ok(Provider {
            name: self.name.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret.transpose().map_err(unreadable)?,
            trust: self.trust(),
            email_domains: self.email_domains.clone(),
            rules: self.rules.clone(),
            trial,
            ..kept
        })
    }

    /// The same under the trial that they are tried in: since it began they may ask for more.
    pub(crate) fn tried_over(&self, kept: Provider, trial: &Trial) -> Result<Provider, ServiceError> {
        let tried = self.over(kept.clone(), Some(trial.id))?;
        Ok(tried.narrowed_from(&kept, trial.started))
    }

    /// All providers with these settings in the place of those of its own.
    fn over_all(&self, kept: &[Provider]) -> Result<Vec<Provider>, ServiceError> {
        kept.iter().cloned().map(|one| self.over(one, None)).collect()
    }

    const fn trust(&self) -> ProviderTrust {
        if self.is_trusted {
            ProviderTrust::Trusted
        } else {
            ProviderTrust::Untrusted
        }
    }

    /// Whether a connection test of the one is one of the other, too.
    pub(crate) fn tests_alike(&self, other: &Self) -> bool {
        let bare = |one: &Self| Self {
            name: String::new(),
            is_trusted: false,
            ..one.clone()
        };
        bare(self) == bare(other)
    }
}

impl Service {
    /// A provider as it is in force now: as it is kept, with what is tried over it.
    pub(crate) async fn provider_in_force(&self, id: ProviderId) -> Result<Option<Provider>, ServiceError> {
        self.look_at_rules().await?;
        let rules = self.rules().await?;
        let kept = provider::find(&mut self.db().reader(), id).await?;
        kept.map(|kept| rules.provider(kept, self.now())).transpose()
    }

    /// All providers as they are in force now, by name as it is kept.
    pub(crate) async fn providers_in_force(&self) -> Result<Vec<Provider>, ServiceError> {
        self.look_at_rules().await?;
        let rules = self.rules().await?;
        let kept = provider::list(&mut self.db().reader()).await?;
        let now = self.now();
        kept.into_iter().map(|kept| rules.provider(kept, now)).collect()
    }

    /// Whether what a provider vouched for still counts: what it did under a trial that was not confirmed counts no longer than
    /// the trial.
    pub(crate) async fn still_vouched(
        &self,
        vouched: Vouched,
        provider: &Provider,
    ) -> Result<bool, ServiceError> {
        match vouched.trial {
            None => Ok(true),
            under if under == provider.trial => Ok(true),
            Some(under) => {
                let found = trial::find(&mut self.db().reader(), under).await?;
                Ok(found.is_some_and(|kept| matches!(kept.trial.state, TrialState::Confirmed { .. })))
            }
        }
    }

    /// The same for a sign-in under way: what was vouched for before the trial of other settings has to be vouched for anew.
    pub(crate) async fn still_signing_in(
        &self,
        vouched: Vouched,
        provider: &Provider,
    ) -> Result<bool, ServiceError> {
        let of_these = provider.trial.is_none() || vouched.trial == provider.trial;
        Ok(of_these && self.still_vouched(vouched, provider).await?)
    }
}

/// Whether a change takes the last way in from super admins: some permanent one could sign in before, and none could after.
pub(crate) async fn locks_out(
    service: &Service,
    ex: &mut impl Executor,
    (before, after): (&TriedProvider, &TriedProvider),
) -> Result<bool, ServiceError> {
    let kept = provider::list(ex).await?;
    let (before, after) = (before.over_all(&kept)?, after.over_all(&kept)?);
    service.shut_out(ex, (&before, &after)).await
}

/// All providers as they are kept and, where one is tried, as they are tried: either may be what stays.
pub(crate) async fn providers_of(
    ex: &mut impl Executor,
    now: Timestamp,
) -> Result<Vec<Vec<Provider>>, ServiceError> {
    let kept = provider::list(ex).await?;
    let pending = trial::pending_of(ex, TrialKind::IdentityProvider).await?;
    let tried = pending.filter(|kept| kept.trial.is_tried(now));
    let tried = tried.map(|trial| TriedProvider::read(&trial.new)?.over_all(&kept));
    let tried = tried.transpose()?;
    Ok(std::iter::once(kept).chain(tried).collect())
}

/// Whether a test that was noted is of the settings that are tried.
pub(super) fn test_counts(listed: &Listed, kept: &KeptTrial) -> Result<bool, ServiceError> {
    let (old, new) = (TriedProvider::read(&kept.old)?, TriedProvider::read(&kept.new)?);
    Ok(listed.test_trial == Some(kept.trial.id) || listed.test_trial.is_none() && old.tests_alike(&new))
}

/// What is missing before a change can be confirmed by this call.
pub(crate) async fn missing(op: &StaffOp, kept: &KeptTrial) -> Result<Option<NotProven>, ServiceError> {
    let tried = TriedProvider::read(&kept.new)?;
    let ex = &mut op.service().db().reader();
    let Some(listed) = provider::find_listed(ex, tried.id).await? else {
        return Ok(Some(NotProven::Test));
    };
    let seen = |is: bool| if is { Seen::Yes } else { Seen::NotYet };
    let works = listed.test.as_ref().is_some_and(|(_, steps)| passed(steps));
    let under = session::count_vouched_under(ex, kept.trial.id).await?;
    let proof = ProviderProof {
        after: tried.trust(),
        own: op.session().provider == tried.id,
        own_sign_in: seen(op.session().vouched.trial == Some(kept.trial.id)),
        any_sign_in: seen(under > 0),
        test: seen(works && test_counts(&listed, kept)?),
        people: listed.people,
    };
    Ok(proof.check().err())
}

/// Whether what is kept is still what a change was made from, and leaves a way in.
pub(crate) async fn same_world(
    service: &Service,
    tx: &mut WriteTx,
    kept: &KeptTrial,
) -> Result<(), ServiceError> {
    let (old, new) = (TriedProvider::read(&kept.old)?, TriedProvider::read(&kept.new)?);
    let found = provider::find(tx, old.id).await?;
    let same = found.is_some_and(|found| !found.declared && TriedProvider::of(&found) == old);
    if !same {
        return Err(ServiceError::Moved);
    }
    if locks_out(service, tx, (&old, &new)).await? {
        return Err(ServiceError::Conflict(super::LAST_WAY));
    }
    Ok(())
}

/// Keeps what was tried, and the test of it.
pub(crate) async fn settle(tx: &mut WriteTx, kept: &KeptTrial) -> Result<(), ServiceError> {
    let (old, new) = (TriedProvider::read(&kept.old)?, TriedProvider::read(&kept.new)?);
    let found = provider::find(tx, new.id).await?.ok_or(ServiceError::Moved)?;
    let settled = new.over(found.clone(), None)?;
    provider::update(tx, &settled.narrowed_from(&found, kept.trial.started)).await?;
    let tested = provider::keep_test(tx, new.id, kept.trial.id).await?;
    if !tested && !new.tests_alike(&old) {
        provider::forget_test(tx, new.id).await?;
    }
    Ok(())
}
