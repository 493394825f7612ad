//! What of a provider is to become another, checked field by field, and what that changes, in words that hold no secret.

use stagedoor_core::audit::Change;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, Draft, check_secret};
use stagedoor_core::request::Toggle;
use stagedoor_store::provider::Provider;

use crate::error::ServiceError;
use crate::op::StaffOp;

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

/// A provider as it is asked for.
pub(super) fn wanted(
    op: &StaffOp,
    before: &Provider,
    patch: &ProviderPatch,
) -> Result<Provider, ServiceError> {
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
pub(super) fn checked(op: &StaffOp, draft: Draft) -> Result<Draft, ServiceError> {
    let plain = op.service().settings().origins.staff.starts_with("http://");
    let plain = if plain { Toggle::On } else { Toggle::Off };
    draft.check(plain).map_err(ServiceError::Invalid)
}

pub(super) fn checked_secret(secret: &str) -> Result<&str, ServiceError> {
    check_secret(secret).map_err(ServiceError::field)
}

/// What changes, in words that hold no secret, and whether any of it is what a connection test looked at or what says who
/// gets in.
pub(super) fn changes(before: &Provider, after: &Provider) -> (Vec<Change>, bool) {
    let trusted = |provider: &Provider| (provider.trust == ProviderTrust::Trusted).to_string();
    let others = [
        ("name", before.name.clone(), after.name.clone()),
        ("is_trusted", trusted(before), trusted(after)),
    ];
    let (olds, news) = (settings(before), settings(after));
    let settings = olds
        .into_iter()
        .zip(news)
        .map(|((field, old), (_, new))| (field, old, new));
    let different = |(field, before, after): &(&str, String, String)| {
        (before != after).then(|| told(field, before, after))
    };
    let mut changes: Vec<Change> = settings.filter_map(|one| different(&one)).collect();
    // One that is sealed anew is another one, whatever it says.
    if before.client_secret != after.client_secret {
        changes.push(told("client_secret", "(not shown)", "(not shown)"));
    }
    let anew = !changes.is_empty();
    changes.extend(others.iter().filter_map(different));
    (changes, anew)
}

pub(super) fn told(field: &str, before: &str, after: &str) -> Change {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Change {
        field: field.to_owned(),
        before: text(before),
        after: text(after),
    }
}

/// What a connection test looked at, and what says who gets in; but for the secret.
fn settings(of: &Provider) -> [(&'static str, String); 9] {
    let (joined, rules) = (|list: &[String]| list.join(" "), &of.rules);
    [
        ("client_id", of.client_id.clone()),
        ("email_domains", joined(&of.email_domains)),
        ("hosted_domains", joined(&rules.hosted_domains)),
        ("group_claim", rules.group_claim.clone()),
        ("groups", rules.groups.join(", ")),
        ("amr", joined(&rules.amr)),
        ("email_claim", rules.email_claim.clone()),
        ("name_claim", rules.name_claim.clone()),
        ("managed_claim", rules.managed_claim.clone()),
    ]
}
