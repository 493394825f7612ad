//! The connection test: the provider is asked as a sign-in would ask it, step by step, and what each step found is kept.

use stagedoor_core::audit::{Event, Outcome};
use stagedoor_core::id::ProviderId;
use stagedoor_core::provider::{ProbeStep, ProviderKind, StepVerdict, passed};
use stagedoor_core::view::provider::ProviderRow;
use stagedoor_store::provider::{self, Listed, Provider};

use super::{TriedProvider, asked, list};
use crate::error::ServiceError;
use crate::op::StaffOp;

/// What stands as the reason, for nothing is changed that anybody would ask about.
const REASON: &str = "The connection is tested";

/// Tests the connection to a provider with the settings that are in force.
///
/// # Errors
/// Denied; not found; conflict when the settings changed meanwhile.
pub async fn test(op: &StaffOp, id: ProviderId) -> Result<ProviderRow, ServiceError> {
    let (listed, mut story) = asked(op, id, Event::IdpTest, REASON).await?;
    let kept = listed.provider.clone();
    let in_force = op.service().rules().await?.provider(kept.clone(), op.now())?;
    let steps = steps(op, &in_force).await;
    // What a trial leaves as it is was tested as it is kept.
    let alike = TriedProvider::of(&in_force).tests_alike(&TriedProvider::of(&kept));
    let under = in_force.trial.filter(|_| !alike);
    if !passed(&steps) {
        story.outcome = Outcome::Failed("connection_failed");
    }
    let (batch, at) = (op.record(story).await?, op.now());
    let (tested, found) = (kept, steps.clone());
    op.service()
        .db()
        .write(move |mut tx| {
            let (tested, found, batch) = (tested.clone(), found.clone(), batch.clone());
            Box::pin(async move {
                // What was found is of these settings, and says nothing of others.
                if provider::find(&mut tx, tested.id).await?.as_ref() != Some(&tested) {
                    return Err(ServiceError::Conflict(
                        "Somebody changed this provider during the test. Test it again.",
                    ));
                }
                provider::note_test(&mut tx, (tested.id, under), at, &found).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    let after = Listed {
        test: Some((at, steps)),
        test_trial: under,
        ..listed
    };
    list::row(op, &after).await
}

async fn steps(op: &StaffOp, provider: &Provider) -> Vec<ProbeStep> {
    let service = op.service();
    match (provider.kind, service.proxy_of(provider)) {
        (ProviderKind::Oidc, _) => {
            let own = Some(provider.id).filter(|_| !provider.declared);
            service
                .providers()
                .probe(provider, &service.redirect_uri_at(own), service.clock().as_ref())
                .await
        }
        (ProviderKind::Proxy(_), Some(proxy)) => {
            vec![
                service
                    .providers()
                    .probe_proxy(proxy, service.clock().as_ref())
                    .await,
            ]
        }
        (ProviderKind::Proxy(_), None) => {
            let words = "The configuration file no longer declares this proxy.";
            vec![ProbeStep::new("keys", StepVerdict::Failed, words)]
        }
    }
}
