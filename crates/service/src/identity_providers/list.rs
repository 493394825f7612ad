//! Providers as they are, with the last test of each and how many people sign in through it.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::id::ProviderId;
use stagedoor_core::provider::passed;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::view::provider::{ProviderRow, ProviderTest, ProvidersView};
use stagedoor_store::provider::{self, Listed};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// All of them, by name.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn list(op: &StaffOp) -> Result<ProvidersView, ServiceError> {
    op.require::<IdpView>(&Platform).await?.discharge(());
    let all = provider::list_all(&mut op.service().db().reader()).await?;
    Ok(ProvidersView {
        rows: all.iter().map(|listed| row(op, listed)).collect(),
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
        Some(listed) => Ok(row(op, &listed)),
        None => Err(op.nothing_there(Event::IdpView, None).await),
    }
}

/// Whether somebody's role may change providers; how fresh their proof has to be is asked when they do.
#[must_use]
pub fn may_write(op: &StaffOp) -> bool {
    op.would(Action::IdpView, Platform.facts()).is_permit() && op.holds(Action::IdpWrite).is_some()
}

pub(super) fn row(op: &StaffOp, listed: &Listed) -> ProviderRow {
    let provider = &listed.provider;
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
        people: listed.people,
        own: op.session().provider == provider.id,
        test: listed.test.as_ref().map(|(at, steps)| ProviderTest {
            at: *at,
            passed: passed(steps),
            steps: steps.clone(),
        }),
    }
}
