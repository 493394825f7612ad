//! An identity provider that is to be added, and what of one is to change, as the API reads them: what is left out stays, or is
//! as usual. A client secret goes in here and never comes out.

use serde::Deserialize;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, Draft};
use stagedoor_service::identity_providers::{LeftOut, NewProvider, ProviderPatch};
use utoipa::ToSchema;

use crate::http::input::given;

/// A provider that is to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIdentityProvider)]
pub struct NewBody {
    /// Its name on the sign-in link.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// Its issuer, exactly as it names itself. It never changes.
    #[schema(max_length = 255, example = "https://login.example.com")]
    issuer: String,
    /// Our client id there.
    #[schema(min_length = 1, max_length = 255)]
    client_id: String,
    /// Our client secret there; `null` or left out for a public client.
    #[serde(default)]
    #[schema(max_length = 512)]
    client_secret: Option<String>,
    /// E-mail domains of the workforce.
    #[serde(default)]
    #[schema(max_items = 50)]
    email_domains: Vec<String>,
    /// Values of `hd` that are the workforce's.
    #[serde(default)]
    #[schema(max_items = 50)]
    hosted_domains: Vec<String>,
    /// The claim that lists a person's groups; `groups` unless said.
    #[serde(default)]
    group_claim: Option<String>,
    /// Groups of which one is enough.
    #[serde(default)]
    #[schema(max_items = 50)]
    groups: Vec<String>,
    /// Values of `amr` of which one is enough, where a token has that claim; `mfa`, `swk`, `hwk` and `otp` unless said.
    #[serde(default)]
    amr: Option<Vec<String>>,
    /// The claim of the address, a text; `email` unless said. Of another claim it need not say that it is verified.
    #[serde(default)]
    email_claim: Option<String>,
    /// The claim of the name, a text; `name` unless said.
    #[serde(default)]
    name_claim: Option<String>,
    /// The claim that says whether a device is managed, `true` or `false`; none unless said.
    #[serde(default)]
    managed_claim: Option<String>,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

impl NewBody {
    /// The provider, and why it is added.
    pub(super) fn read(self) -> (NewProvider, String) {
        let usual = ClaimRules::default();
        let new = NewProvider {
            draft: Draft {
                name: self.name,
                issuer: self.issuer,
                client_id: self.client_id,
                email_domains: self.email_domains,
                rules: ClaimRules {
                    hosted_domains: self.hosted_domains,
                    group_claim: self.group_claim.unwrap_or(usual.group_claim),
                    groups: self.groups,
                    amr: self.amr.unwrap_or(usual.amr),
                    email_claim: self.email_claim.unwrap_or(usual.email_claim),
                    name_claim: self.name_claim.unwrap_or(usual.name_claim),
                    managed_claim: self.managed_claim.unwrap_or(usual.managed_claim),
                },
            },
            client_secret: self.client_secret,
        };
        (new, self.reason)
    }
}

/// What of a provider is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityProviderChange)]
pub struct PatchBody {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    /// Another client id.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    client_id: Option<String>,
    /// Another client secret; `null` makes us a public client there.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 512)]
    client_secret: Option<Option<String>>,
    /// Other e-mail domains of the workforce.
    #[serde(default)]
    #[schema(max_items = 50)]
    email_domains: Option<Vec<String>>,
    /// Other values of `hd`.
    #[serde(default)]
    #[schema(max_items = 50)]
    hosted_domains: Option<Vec<String>>,
    /// Another claim that lists groups.
    #[serde(default)]
    group_claim: Option<String>,
    /// Other groups.
    #[serde(default)]
    #[schema(max_items = 50)]
    groups: Option<Vec<String>>,
    /// Other values of `amr`.
    #[serde(default)]
    amr: Option<Vec<String>>,
    /// Another claim of the address.
    #[serde(default)]
    email_claim: Option<String>,
    /// Another claim of the name.
    #[serde(default)]
    name_claim: Option<String>,
    /// Another claim of whether a device is managed; empty for none.
    #[serde(default)]
    managed_claim: Option<String>,
    /// Whether people get in through it. Without trust every session that came through it is refused by the next request.
    #[serde(default)]
    is_trusted: Option<bool>,
    /// Whether it is meant that people whose addresses are in none of the domains can sign in no more.
    #[serde(default)]
    confirm_left_out: bool,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

impl PatchBody {
    /// The change, and why.
    pub(super) fn read(self) -> (ProviderPatch, String) {
        let patch = ProviderPatch {
            name: self.name,
            client_id: self.client_id,
            client_secret: self.client_secret,
            email_domains: self.email_domains,
            hosted_domains: self.hosted_domains,
            group_claim: self.group_claim,
            groups: self.groups,
            amr: self.amr,
            email_claim: self.email_claim,
            name_claim: self.name_claim,
            managed_claim: self.managed_claim,
            trust: self.is_trusted.map(|trusted| match trusted {
                true => ProviderTrust::Trusted,
                false => ProviderTrust::Untrusted,
            }),
            left_out: match self.confirm_left_out {
                true => LeftOut::Meant,
                false => LeftOut::Refuse,
            },
        };
        (patch, self.reason)
    }
}
