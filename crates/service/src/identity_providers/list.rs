//! Providers as they are in force, with the last test of each and how many people sign in through it.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::id::ProviderId;
use stagedoor_core::provider::{ProbeStep, passed};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::time::Timestamp;
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::provider::{ProviderRow, ProviderTest, ProviderTrial, ProvidersView};
use stagedoor_store::provider::{self, Listed, Provider};

use super::patch::changes;
use super::tried::{missing, test_counts};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::trial;

/// All of them, by name.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn list(op: &StaffOp) -> Result<ProvidersView, ServiceError> {
    op.require::<IdpView>(&Platform).await?.discharge(());
    let all = provider::list_all(&mut op.service().db().reader()).await?;
    let mut rows = Vec::with_capacity(all.len());
    for listed in &all {
        rows.push(row(op, listed).await?);
    }
    Ok(ProvidersView {
        rows,
        may_write: may_write(op),
        redirect_uri: op.service().redirect_uri(),
    })
}

/// One of them.
///
/// # Errors
/// Denied; not found; unavailable when the database is.
pub async fn one(op: &StaffOp, id: ProviderId) -> Result<ProviderRow, ServiceError> {
    op.require::<IdpView>(&Platform).await?.discharge(());
    match provider::find_listed(&mut op.service().db().reader(), id).await? {
        Some(listed) => row(op, &listed).await,
        None => Err(op.nothing_there(Event::IdpView, None).await),
    }
}

/// Whether somebody may change providers in this session; how fresh their proof has to be is asked when they do.
#[must_use]
pub fn may_write(op: &StaffOp) -> bool {
    op.would(Action::IdpView, Platform.facts()).is_permit() && op.offered(Action::IdpWrite).is_ok()
}

/// A provider as it is in force, with what is tried of it.
pub(super) async fn row(op: &StaffOp, listed: &Listed) -> Result<ProviderRow, ServiceError> {
    let service = op.service();
    let tried = service
        .rules()
        .await?
        .provider(listed.provider.clone(), op.now())?;
    let (mut test, mut on_trial) = (listed.test.as_ref(), None);
    if tried.trial.is_none() {
        test = test.filter(|_| listed.test_trial.is_none());
    } else if let Some((kept, line)) = trial::pending_kept(op, TrialKind::IdentityProvider).await? {
        if !test_counts(listed, &kept)? {
            test = None;
        }
        let missing = match line.own {
            true => missing(op, &kept).await?,
            false => None,
        };
        on_trial = Some(ProviderTrial {
            line,
            changes: changes(&listed.provider, &tried).0,
            missing: missing.map(|why| why.explain().to_owned()),
        });
    }
    Ok(shown(op, (&tried, test, listed.people), on_trial))
}

fn shown(
    op: &StaffOp,
    (provider, test, people): (&Provider, Option<&(Timestamp, Vec<ProbeStep>)>, u64),
    trial: Option<ProviderTrial>,
) -> ProviderRow {
    ProviderRow {
        id: provider.id,
        kind: provider.kind,
        name: provider.name.clone(),
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        has_secret: provider.client_secret.is_some(),
        trust: provider.trust,
        declared: provider.declared,
        email_domains: provider.email_domains.clone(),
        rules: provider.rules.clone(),
        people,
        own: op.session().provider == provider.id,
        trial,
        test: test.map(|(at, steps)| ProviderTest {
            at: *at,
            passed: passed(steps),
            steps: steps.clone(),
        }),
    }
}
