//! Adding a provider, and changing one. A secret comes in, is sealed, and never goes out again.

use stagedoor_core::audit::{Change, Event};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::{FieldError, Justification};
use stagedoor_core::provider::{Draft, Narrowings, ProviderKind, passed};
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::provider::ProviderRow;
use stagedoor_store::provider::{self, Listed, Provider};

use super::patch::{ProviderPatch, changes, checked, checked_secret, told, wanted};
use super::people;
use super::tried::{TriedProvider, locks_out};
use super::{LAST_WAY, about, asked, list, permitted, refused};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;
use crate::system::fresh_id;
use crate::trial;

const ON_TRIAL: &str = "A change of this provider is on trial. Confirm it or roll it back first.";

/// A provider that is to be added; nobody gets in through it before it is trusted.
#[derive(Debug, Clone)]
pub struct NewProvider {
    /// What is typed of it.
    pub draft: Draft,
    /// Our client secret there; `None` for a public client.
    pub client_secret: Option<String>,
}

/// Adds a provider, which is not trusted yet.
///
/// # Errors
/// Denied; invalid with the fields of [`Draft::check`], `client_secret` or `reason`.
pub async fn create(op: &StaffOp, new: &NewProvider, reason: &str) -> Result<ProviderRow, ServiceError> {
    let mut story = permitted(op, about(Event::IdpCreate, None), reason).await?;
    let draft = checked(op, new.draft.clone())?;
    let service = op.service();
    let id: ProviderId = fresh_id(service.rng(), op.now());
    let secret = new.client_secret.as_deref().map(checked_secret).transpose()?;
    let provider = Provider {
        id,
        kind: ProviderKind::Oidc,
        name: draft.name,
        issuer: draft.issuer,
        client_id: draft.client_id,
        client_secret: secret.map(|secret| service.seal_client_secret(id, secret)),
        trust: ProviderTrust::Untrusted,
        email_domains: draft.email_domains,
        rules: draft.rules,
        declared: false,
        trial: None,
        narrowed: Narrowings::NONE,
    };
    story.target = about(Event::IdpCreate, Some(&provider)).target;
    story.changes = vec![
        told("issuer", "", &provider.issuer),
        told("client_id", "", &provider.client_id),
        told("email_domains", "", &provider.email_domains.join(" ")),
    ];
    let (batch, now) = (op.record(story).await?, op.now());
    let stored = provider.clone();
    let inserted = service.db().write(move |mut tx| {
        let (stored, batch) = (stored.clone(), batch.clone());
        Box::pin(async move {
            provider::insert(&mut tx, &stored, now).await?;
            Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
        })
    });
    inserted.await.map_err(taken)?;
    let listed = Listed {
        provider,
        test: None,
        test_trial: None,
        people: 0,
    };
    list::row(op, &listed).await
}

/// Changes a provider, or says whether it is trusted: at once where nobody signs in by what changes, else as a trial.
///
/// # Errors
/// Denied; not found; invalid with the fields of [`Draft::check`], `client_secret`, `is_trusted`, `confirm_left_out` or `reason`;
/// conflict for one that the file declares, where nothing would change, where another change is on trial, and where no super
/// admin could sign in any more.
pub async fn change(
    op: &StaffOp,
    id: ProviderId,
    patch: &ProviderPatch,
    reason: &str,
) -> Result<ProviderRow, ServiceError> {
    again(|| change_once(op, id, patch, reason)).await
}

async fn change_once(
    op: &StaffOp,
    id: ProviderId,
    patch: &ProviderPatch,
    reason: &str,
) -> Result<ProviderRow, ServiceError> {
    op.service().look_at_rules().await?;
    let (listed, mut story) = asked(op, id, Event::IdpChange, reason).await?;
    let before = &listed.provider;
    let in_force = op.service().rules().await?.provider(before.clone(), op.now())?;
    if in_force.trial.is_some() {
        return Err(refused(op, story, "on_trial", ServiceError::Conflict(ON_TRIAL)).await);
    }
    let wanted = wanted(op, before, patch)?.narrowed_from(before, op.now());
    let (changes, anew) = changes(before, &wanted);
    let allowed = match allowed(op, &listed, &wanted, (changes.is_empty(), anew)) {
        Ok(()) => people::left_out(op, before, &wanted, patch.left_out).await?,
        refused => refused,
    };
    if let Err((code, error)) = allowed {
        return Err(refused(op, story, code, error).await);
    }
    story.changes = changes;
    if wanted.trust != before.trust || before.trust == ProviderTrust::Trusted && anew {
        return tried(op, listed, &wanted, (story, reason)).await;
    }
    let batch = op.record(story).await?;
    let (expected, stored) = (before.clone(), wanted.clone());
    op.service()
        .db()
        .write(move |mut tx| {
            let (expected, stored, batch) = (expected.clone(), stored.clone(), batch.clone());
            Box::pin(async move {
                if provider::find(&mut tx, expected.id).await?.as_ref() != Some(&expected) {
                    return Err(ServiceError::Moved);
                }
                provider::update(&mut tx, &stored).await?;
                if anew {
                    provider::forget_test(&mut tx, stored.id).await?;
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    let after = Listed {
        provider: wanted,
        test: listed.test.filter(|_| !anew),
        test_trial: listed.test_trial.filter(|_| !anew),
        people: listed.people,
    };
    list::row(op, &after).await
}

/// Begins the trial of a change, which is in force from the next request on.
async fn tried(
    op: &StaffOp,
    listed: Listed,
    wanted: &Provider,
    (story, reason): (Story, &str),
) -> Result<ProviderRow, ServiceError> {
    let (old, new) = (TriedProvider::of(&listed.provider), TriedProvider::of(wanted));
    if locks_out(op.service(), &mut op.service().db().reader(), (&old, &new)).await? {
        return Err(refused(op, story, "lockout", ServiceError::Conflict(LAST_WAY)).await);
    }
    let change = trial::Change {
        kind: TrialKind::IdentityProvider,
        about: about_trial(&listed.provider, wanted, &story.changes),
        old: old.written()?,
        new: new.written()?,
        reason: Justification::parse(reason).map_err(ServiceError::field)?,
        story,
    };
    trial::begin(op, change).await?;
    op.service().look_at_rules().await?;
    list::row(op, &listed).await
}

/// What a trial is about, in a line.
fn about_trial(before: &Provider, wanted: &Provider, changes: &[Change]) -> String {
    let name = &before.name;
    match (before.trust, wanted.trust) {
        (ProviderTrust::Untrusted, ProviderTrust::Trusted) => format!("{name} is trusted"),
        (ProviderTrust::Trusted, ProviderTrust::Untrusted) => format!("{name} is no longer trusted"),
        _ => {
            let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
            format!("{name} has another {}", fields.join(", "))
        }
    }
}

/// What stands against a change, with the code that the audit keeps.
pub(super) type Refusal = (&'static str, ServiceError);

/// Whether a change may be made as it is asked for.
fn allowed(
    op: &StaffOp,
    listed: &Listed,
    wanted: &Provider,
    (nothing, anew): (bool, bool),
) -> Result<(), Refusal> {
    let conflict = |code, message| Err((code, ServiceError::Conflict(message)));
    let before = &listed.provider;
    let trusted = (
        before.trust == ProviderTrust::Trusted,
        wanted.trust == ProviderTrust::Trusted,
    );
    if before.declared {
        return conflict(
            "declared",
            "The configuration file declares this provider. Change it there.",
        );
    }
    if nothing {
        return conflict("unchanged", "It is so already.");
    }
    if trusted == (true, false) && op.session().provider == before.id {
        let message = "You are signed in through this provider yourself, and would keep yourself out. Sign in through another \
                       one first.";
        return conflict("own_provider", message);
    }
    let test = listed.test.as_ref().filter(|_| listed.test_trial.is_none());
    let tested = test.is_some_and(|(_, steps)| passed(steps));
    if trusted == (false, true) && (anew || !tested) {
        let message = "Test the connection first: a provider is trusted only when its last test passed with the settings that it has.";
        let error = FieldError::new("is_trusted", message);
        return Err(("untested", ServiceError::field(error)));
    }
    if trusted.1 && !wanted.rules.tell_anybody(&wanted.email_domains) {
        let message =
            "Name an e-mail domain, a hosted domain or a group first: without any it lets nobody in.";
        let field = if trusted.0 { "email_domains" } else { "is_trusted" };
        let error = FieldError::new(field, message);
        return Err(("workforce_unconfigured", ServiceError::field(error)));
    }
    Ok(())
}

/// An issuer is one provider's, for ever: people are bound to it.
fn taken(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Store(stagedoor_store::Error::Conflict { constraint })
            if constraint.contains("issuer") =>
        {
            let message = "There is a provider with this issuer already.";
            ServiceError::field(FieldError::new("issuer", message))
        }
        other => other,
    }
}
