//! What can be known of an identity provider's rules before somebody signs in by them: who would still pass, and what would
//! become of a sample of claims. Nothing here is stored.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use stagedoor_core::id::StaffId;
use stagedoor_core::view::provider::{ClaimsPreview, MappedClaim, ProviderPerson};
use utoipa::ToSchema;

use crate::http::api::schema;

/// Somebody who signs in through a provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityProviderPerson)]
pub(super) struct PersonBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    #[schema(schema_with = schema::staff_role)]
    role: String,
    /// Whether they would count as one of ours at their next sign-in: `yes`, `no`, or `unknown` where it takes claims that only the
    /// provider knows.
    #[schema(example = "yes")]
    passes: String,
}

impl From<ProviderPerson> for PersonBody {
    fn from(person: ProviderPerson) -> Self {
        Self {
            id: person.id,
            name: person.name,
            email: person.email,
            role: person.role.as_str().to_owned(),
            passes: person.standing.as_str().to_owned(),
        }
    }
}

/// Claims as a token of the provider would hold them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClaimsSample)]
pub struct SampleBody {
    /// The claims, at most 16 KiB: `{"sub": "…", "email": "…", …}`.
    #[schema(value_type = Object)]
    pub(super) claims: Map<String, Value>,
}

/// What is made of one claim of a sample.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappedClaim)]
struct MappedBody {
    /// What it is read for: `email`, `name`, `groups` or `managed`.
    #[schema(example = "email")]
    attribute: String,
    /// The claim.
    #[schema(example = "email")]
    claim: String,
    /// What was read; `null` where the claim is absent or of another type.
    value: Option<String>,
    /// What is wrong with it; `null` where nothing is.
    fault: Option<String>,
}

/// What would become of somebody with the claims of a sample.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimsPreview)]
pub(super) struct PreviewBody {
    /// What is read from which claim.
    attributes: Vec<MappedBody>,
    /// `sub`, by which alone they would be found.
    subject: Option<String>,
    /// The address.
    email: Option<String>,
    /// Why they would not be let in, by its code in the audit; `null` where they count as workforce.
    refused: Option<String>,
    /// The same in words.
    about: String,
}

impl From<ClaimsPreview> for PreviewBody {
    fn from(preview: ClaimsPreview) -> Self {
        let mapped = |one: MappedClaim| MappedBody {
            attribute: one.attribute,
            claim: one.claim,
            value: one.value,
            fault: one.fault,
        };
        Self {
            attributes: preview.attributes.into_iter().map(mapped).collect(),
            subject: preview.subject,
            email: preview.email,
            refused: preview.refused,
            about: preview.words,
        }
    }
}
