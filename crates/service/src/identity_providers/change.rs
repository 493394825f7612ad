//! Adding a provider, and changing one. A secret comes in, is sealed, and never goes out again.

use stagedoor_core::audit::{Change, Event};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::{FieldError, Justification};
use stagedoor_core::provider::{ClaimRules, Draft, ProviderKind, check_secret, passed};
use stagedoor_core::request::Toggle;
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::provider::ProviderRow;
use stagedoor_store::provider::{self, Listed, Provider};

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

/// What of a provider is to change; nothing of what is `None`.
#[derive(Debug, Clone, Default)]
pub struct ProviderPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another client id.
    pub client_id: Option<String>,
    /// Another client secret; the inner `None` makes us a public client there.
    pub client_secret: Option<Option<String>>,
    /// Other e-mail domains.
    pub email_domains: Option<Vec<String>>,
    /// Other hosted domains.
    pub hosted_domains: Option<Vec<String>>,
    /// Another claim of groups.
    pub group_claim: Option<String>,
    /// Other groups.
    pub groups: Option<Vec<String>>,
    /// Other ways of signing in there that count.
    pub amr: Option<Vec<String>>,
    /// Another claim of the address.
    pub email_claim: Option<String>,
    /// Another claim of the name.
    pub name_claim: Option<String>,
    /// Another claim of whether a device is managed; empty for none.
    pub managed_claim: Option<String>,
    /// Whether its word counts.
    pub trust: Option<ProviderTrust>,
    /// What to do where people could not sign in any more.
    pub left_out: LeftOut,
}

/// What to do where a change leaves people out who sign in through the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LeftOut {
    /// Refuse the change, and say who.
    #[default]
    Refuse,
    /// Try it: it is meant so.
    Meant,
}

impl ProviderPatch {
    /// Whether it says anything of a field.
    fn gives(&self, field: &str) -> bool {
        match field {
            "name" => self.name.is_some(),
            "client_id" => self.client_id.is_some(),
            "email_domains" => self.email_domains.is_some(),
            "hosted_domains" => self.hosted_domains.is_some(),
            "group_claim" => self.group_claim.is_some(),
            "groups" => self.groups.is_some(),
            "amr" => self.amr.is_some(),
            "email_claim" => self.email_claim.is_some(),
            "name_claim" => self.name_claim.is_some(),
            "managed_claim" => self.managed_claim.is_some(),
            _ => false,
        }
    }
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
    let wanted = wanted(op, before, patch)?;
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
    if locks_out(&mut op.service().db().reader(), &old, &new).await? {
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

fn wanted(op: &StaffOp, before: &Provider, patch: &ProviderPatch) -> Result<Provider, ServiceError> {
    let list = |new: &Option<Vec<String>>, old: &[String]| new.clone().unwrap_or_else(|| old.to_vec());
    let text = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
    let rules = &before.rules;
    let draft = Draft {
        name: text(&patch.name, &before.name),
        issuer: before.issuer.clone(),
        client_id: text(&patch.client_id, &before.client_id),
        email_domains: list(&patch.email_domains, &before.email_domains),
        rules: ClaimRules {
            hosted_domains: list(&patch.hosted_domains, &rules.hosted_domains),
            group_claim: text(&patch.group_claim, &rules.group_claim),
            groups: list(&patch.groups, &rules.groups),
            amr: list(&patch.amr, &rules.amr),
            email_claim: text(&patch.email_claim, &rules.email_claim),
            name_claim: text(&patch.name_claim, &rules.name_claim),
            managed_claim: text(&patch.managed_claim, &rules.managed_claim),
        },
    };
    let draft = match checked(op, draft.clone()) {
        Ok(draft) => draft,
        // What was there before is nobody's mistake now: a trust must always be taken away.
        Err(ServiceError::Invalid(mut wrong)) => {
            wrong.retain(|error| patch.gives(error.field));
            if !wrong.is_empty() {
                return Err(ServiceError::Invalid(wrong));
            }
            draft
        }
        Err(error) => return Err(error),
    };
    let secret = match &patch.client_secret {
        None => before.client_secret.clone(),
        Some(None) => None,
        Some(Some(secret)) => Some(
            op.service()
                .seal_client_secret(before.id, checked_secret(secret)?),
        ),
    };
    Ok(Provider {
        name: draft.name,
        client_id: draft.client_id,
        client_secret: secret,
        email_domains: draft.email_domains,
        rules: draft.rules,
        trust: patch.trust.unwrap_or(before.trust),
        ..before.clone()
    })
}

/// Plain http is for where the console itself is served so.
fn checked(op: &StaffOp, draft: Draft) -> Result<Draft, ServiceError> {
    let plain = op.service().settings().origins.staff.starts_with("http://");
    let plain = if plain { Toggle::On } else { Toggle::Off };
    draft.check(plain).map_err(ServiceError::Invalid)
}

fn checked_secret(secret: &str) -> Result<&str, ServiceError> {
    check_secret(secret).map_err(ServiceError::field)
}

/// What changes, in words that hold no secret, and whether any of it is what a connection test looked at or what says who
/// gets in.
pub(super) fn changes(before: &Provider, after: &Provider) -> (Vec<Change>, bool) {
    let joined = |list: &[String]| list.join(" ");
    let trusted = |provider: &Provider| (provider.trust == ProviderTrust::Trusted).to_string();
    let settings = [
        ("client_id", before.client_id.clone(), after.client_id.clone()),
        (
            "email_domains",
            joined(&before.email_domains),
            joined(&after.email_domains),
        ),
        (
            "hosted_domains",
            joined(&before.rules.hosted_domains),
            joined(&after.rules.hosted_domains),
        ),
        (
            "group_claim",
            before.rules.group_claim.clone(),
            after.rules.group_claim.clone(),
        ),
        (
            "groups",
            before.rules.groups.join(", "),
            after.rules.groups.join(", "),
        ),
        ("amr", joined(&before.rules.amr), joined(&after.rules.amr)),
        (
            "email_claim",
            before.rules.email_claim.clone(),
            after.rules.email_claim.clone(),
        ),
        (
            "name_claim",
            before.rules.name_claim.clone(),
            after.rules.name_claim.clone(),
        ),
        (
            "managed_claim",
            before.rules.managed_claim.clone(),
            after.rules.managed_claim.clone(),
        ),
    ];
    let others = [
        ("name", before.name.clone(), after.name.clone()),
        ("is_trusted", trusted(before), trusted(after)),
    ];
    let different = |(field, before, after): &(&str, String, String)| {
        (before != after).then(|| told(field, before, after))
    };
    let mut changes: Vec<Change> = settings.iter().filter_map(different).collect();
    // One that is sealed anew is another one, whatever it says.
    if before.client_secret != after.client_secret {
        changes.push(told("client_secret", "(not shown)", "(not shown)"));
    }
    let anew = !changes.is_empty();
    changes.extend(others.iter().filter_map(different));
    (changes, anew)
}

fn told(field: &str, before: &str, after: &str) -> Change {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Change {
        field: field.to_owned(),
        before: text(before),
        after: text(after),
    }
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
