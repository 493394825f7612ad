//! Identity providers as the API tells them, with their last connection test and the change that is on trial. That there is a
//! client secret is told, and never the secret.

use serde::Serialize;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::provider::{ProviderRow, ProviderTest};
use utoipa::ToSchema;

use crate::http::admin::trials::TrialBody;
use crate::http::api::schema;

/// One step of a connection test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderTestStep)]
struct StepBody {
    /// `discovery`, `issuer`, `endpoints`, `algorithms`, `pkce`, `answers` or `keys`.
    #[schema(example = "discovery")]
    name: String,
    /// `passed`, `warned`, `failed`, or `skipped` where something before it failed.
    #[schema(example = "passed")]
    verdict: String,
    /// What was found, and what to do.
    about: String,
    /// How long it took, in milliseconds.
    took_ms: u64,
}

/// The last connection test of the settings as they are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderTest)]
struct TestBody {
    #[schema(schema_with = schema::time)]
    tested_at: Timestamp,
    /// Whether no step failed.
    passed: bool,
    /// What each step said.
    steps: Vec<StepBody>,
}

impl From<ProviderTest> for TestBody {
    fn from(test: ProviderTest) -> Self {
        let steps = test.steps.into_iter().map(|step| StepBody {
            name: step.name,
            verdict: step.verdict.as_str().to_owned(),
            about: step.words,
            took_ms: step.took_ms,
        });
        Self {
            tested_at: test.at,
            passed: test.passed,
            steps: steps.collect(),
        }
    }
}

/// An identity provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityProvider)]
pub(super) struct ProviderBody {
    /// Its id.
    #[schema(value_type = String, example = "idp_01m7z0e7rge000000000000001")]
    id: ProviderId,
    /// `oidc`, or for a proxy in front `cloudflare_access`, `google_iap` or `pomerium`.
    #[schema(example = "oidc")]
    kind: String,
    /// Its name on the sign-in link.
    name: String,
    /// Its issuer.
    issuer: String,
    /// Our client id there, or the audience of a proxy's assertions.
    client_id: String,
    /// Whether we have a client secret there. The secret itself is never told.
    has_client_secret: bool,
    /// Whether people get in through it.
    is_trusted: bool,
    /// Whether the configuration file declares it: then nothing here changes it.
    declared: bool,
    /// E-mail domains of the workforce; empty asks for none.
    email_domains: Vec<String>,
    /// Values of `hd` that are the workforce's; empty asks for none.
    hosted_domains: Vec<String>,
    /// The claim that lists a person's groups.
    group_claim: String,
    /// Groups of which one is enough; empty asks for none.
    groups: Vec<String>,
    /// Values of `amr` of which one is enough, where a token has that claim.
    amr: Vec<String>,
    /// The claim of the address: a text.
    email_claim: String,
    /// The claim of the name: a text.
    name_claim: String,
    /// The claim that says whether a device is managed, `true` or `false`; empty where there is none.
    managed_claim: String,
    /// How many people of staff sign in through it.
    people: u64,
    /// The last connection test; `null` until there is one of the settings as they are.
    test: Option<TestBody>,
    /// The change that is on trial; the fields beside are as they are under it. `null` where none is.
    trial: Option<TrialBody>,
    /// What is missing before you can confirm that change; `null` where nothing is.
    trial_needs: Option<String>,
}

impl From<ProviderRow> for ProviderBody {
    fn from(row: ProviderRow) -> Self {
        let (trial, trial_needs) = match row.trial {
            Some(trial) => (Some(trial.line.into()), trial.missing),
            None => (None, None),
        };
        Self {
            id: row.id,
            kind: row.kind.as_str().to_owned(),
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            has_client_secret: row.has_secret,
            is_trusted: row.trust == ProviderTrust::Trusted,
            declared: row.declared,
            email_domains: row.email_domains,
            hosted_domains: row.rules.hosted_domains,
            group_claim: row.rules.group_claim,
            groups: row.rules.groups,
            amr: row.rules.amr,
            email_claim: row.rules.email_claim,
            name_claim: row.rules.name_claim,
            managed_claim: row.rules.managed_claim,
            people: row.people,
            test: row.test.map(Into::into),
            trial,
            trial_needs,
        }
    }
}
