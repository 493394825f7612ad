//! The fields that the forms of a new provider and of one that is changed share, by their names there.

use serde::{Deserialize, Serialize};

/// What a provider is added with, and what of it is changed, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderFields {
    name: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    email_domains: String,
    #[serde(default)]
    hosted_domains: String,
    #[serde(default)]
    groups: String,
    #[serde(default)]
    group_claim: String,
    #[serde(default)]
    amr: String,
    #[serde(default)]
    email_claim: String,
    #[serde(default)]
    name_claim: String,
    #[serde(default)]
    managed_claim: String,
}

/// What was typed, by the names of its fields.
#[cfg(feature = "ssr")]
pub(super) type Typed = std::collections::BTreeMap<String, String>;

#[cfg(feature = "ssr")]
pub(super) fn kept(typed: &[(&str, &String)]) -> Typed {
    typed
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).clone()))
        .collect()
}

#[cfg(feature = "ssr")]
impl ProviderFields {
    /// What goes back to the dialog where something is wrong.
    pub(super) fn kept(&self, beside: &[(&str, &String)]) -> Typed {
        let mut typed = kept(&[
            ("name", &self.name),
            ("client_id", &self.client_id),
            ("email_domains", &self.email_domains),
            ("hosted_domains", &self.hosted_domains),
            ("groups", &self.groups),
            ("group_claim", &self.group_claim),
            ("amr", &self.amr),
            ("email_claim", &self.email_claim),
            ("name_claim", &self.name_claim),
            ("managed_claim", &self.managed_claim),
        ]);
        typed.extend(kept(beside));
        typed
    }

    /// A new provider of theirs.
    pub(super) fn draft(self, issuer: String) -> stagedoor_core::provider::Draft {
        stagedoor_core::provider::Draft {
            issuer,
            email_domains: words(&self.email_domains),
            rules: self.rules(),
            name: self.name,
            client_id: self.client_id,
        }
    }

    /// A change of all of them.
    pub(super) fn patch(self) -> stagedoor_service::identity_providers::ProviderPatch {
        let rules = self.rules();
        stagedoor_service::identity_providers::ProviderPatch {
            email_domains: Some(words(&self.email_domains)),
            name: Some(self.name),
            client_id: Some(self.client_id),
            hosted_domains: Some(rules.hosted_domains),
            group_claim: Some(rules.group_claim),
            groups: Some(rules.groups),
            amr: Some(rules.amr),
            email_claim: Some(rules.email_claim),
            name_claim: Some(rules.name_claim),
            managed_claim: Some(rules.managed_claim),
            ..stagedoor_service::identity_providers::ProviderPatch::default()
        }
    }

    fn rules(&self) -> stagedoor_core::provider::ClaimRules {
        stagedoor_core::provider::ClaimRules {
            hosted_domains: words(&self.hosted_domains),
            group_claim: self.group_claim.clone(),
            groups: parts(&self.groups),
            amr: words(&self.amr),
            email_claim: self.email_claim.clone(),
            name_claim: self.name_claim.clone(),
            managed_claim: self.managed_claim.clone(),
        }
    }
}

/// What stands between spaces.
#[cfg(feature = "ssr")]
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What stands between commas: names of groups have spaces.
#[cfg(feature = "ssr")]
fn parts(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
