//! Identity providers: the list, one of them, and what super admins may do about them. A client secret goes in and never
//! comes out.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{ProviderId, StaffId};
use stagedoor_core::provider::{ClaimRules, Draft};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Page;
use stagedoor_core::view::provider::{ClaimsPreview, MappedClaim, ProviderPerson, ProviderRow, ProviderTest};
use stagedoor_service::identity_providers::{self, LeftOut, NewProvider, ProviderPatch};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::ToSchema;

use super::refuse;
use super::trials::TrialBody;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{JsonBody, PathId};

/// One step of a connection test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderTestStep)]
pub struct StepBody {
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
pub struct TestBody {
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
pub struct ProviderBody {
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

fn answer(op: &StaffOp, status: StatusCode, row: Result<ProviderRow, ServiceError>) -> Response {
    match row {
        Ok(row) => (status, Json(ProviderBody::from(row))).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Identity providers by name.
#[utoipa::path(
    get, path = "/api/admin/identity-providers", tag = "identity providers", security(("staff_session" = [])),
    responses((status = 200, description = "All of them, on one page.", body = ListBody<ProviderBody>), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match identity_providers::list(&op).await {
        Ok(view) => {
            let page = Page {
                items: view.rows,
                next: None,
            };
            Json(ListBody::<ProviderBody>::from(page)).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

/// One identity provider.
#[utoipa::path(
    get, path = "/api/admin/identity-providers/{id}", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "The identity provider.", body = ProviderBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    answer(&op, StatusCode::OK, identity_providers::one(&op, id).await)
}

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

/// Add an identity provider. Nobody gets in through it before it was tested and is trusted.
#[utoipa::path(
    post, path = "/api/admin/identity-providers", tag = "identity providers", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "It was added.", body = ProviderBody), Refusals)
)]
pub async fn create(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let usual = ClaimRules::default();
    let new = NewProvider {
        draft: Draft {
            name: body.name,
            issuer: body.issuer,
            client_id: body.client_id,
            email_domains: body.email_domains,
            rules: ClaimRules {
                hosted_domains: body.hosted_domains,
                group_claim: body.group_claim.unwrap_or(usual.group_claim),
                groups: body.groups,
                amr: body.amr.unwrap_or(usual.amr),
                email_claim: body.email_claim.unwrap_or(usual.email_claim),
                name_claim: body.name_claim.unwrap_or(usual.name_claim),
                managed_claim: body.managed_claim.unwrap_or(usual.managed_claim),
            },
        },
        client_secret: body.client_secret,
    };
    let created = identity_providers::create(&op, &new, &body.reason).await;
    answer(&op, StatusCode::CREATED, created)
}

/// Tells `null` from what was left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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

/// Change an identity provider, or say whether it is trusted. What people sign in by changes as a trial: it is in force at once,
/// and rolls back by itself unless you confirm it, once somebody has shown that they can still sign in. The settings of one that
/// nobody signs in by are changed without.
#[utoipa::path(
    patch, path = "/api/admin/identity-providers/{id}", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    request_body = PatchBody,
    responses((status = 200, description = "It is as it is in force now, on trial or not.", body = ProviderBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<ProviderId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let patch = ProviderPatch {
        name: body.name,
        client_id: body.client_id,
        client_secret: body.client_secret,
        email_domains: body.email_domains,
        hosted_domains: body.hosted_domains,
        group_claim: body.group_claim,
        groups: body.groups,
        amr: body.amr,
        email_claim: body.email_claim,
        name_claim: body.name_claim,
        managed_claim: body.managed_claim,
        trust: body.is_trusted.map(|trusted| match trusted {
            true => ProviderTrust::Trusted,
            false => ProviderTrust::Untrusted,
        }),
        left_out: match body.confirm_left_out {
            true => LeftOut::Meant,
            false => LeftOut::Refuse,
        },
    };
    let changed = identity_providers::change(&op, id, &patch, &body.reason).await;
    answer(&op, StatusCode::OK, changed)
}

/// Test the connection to an identity provider with the settings that are in force. What each step says is kept.
#[utoipa::path(
    post, path = "/api/admin/identity-providers/{id}/test", tag = "identity providers",
    security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "What was found, also where something failed.", body = ProviderBody), Refusals, Conflict)
)]
pub async fn test(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    answer(&op, StatusCode::OK, identity_providers::test(&op, id).await)
}

/// Somebody who signs in through a provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IdentityProviderPerson)]
pub struct PersonBody {
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

/// Who signs in through an identity provider, and whether they still would by its settings in force; at most 200, by address.
#[utoipa::path(
    get, path = "/api/admin/identity-providers/{id}/people", tag = "identity providers", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    responses((status = 200, description = "Who signs in through it.", body = ListBody<PersonBody>), Refusals)
)]
pub async fn people(Extension(op): Extension<StaffOp>, PathId(id): PathId<ProviderId>) -> Response {
    match identity_providers::people(&op, id).await {
        Ok(items) => Json(ListBody::<PersonBody>::from(Page { items, next: None })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Claims as a token of the provider would hold them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClaimsSample)]
pub struct SampleBody {
    /// The claims, at most 16 KiB: `{"sub": "…", "email": "…", …}`.
    #[schema(value_type = Object)]
    claims: Map<String, Value>,
}

/// What is made of one claim of a sample.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappedClaim)]
pub struct MappedBody {
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
pub struct PreviewBody {
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

/// Hold a sample of claims against an identity provider's rules. Nothing is stored.
#[utoipa::path(
    post, path = "/api/admin/identity-providers/{id}/preview", tag = "identity providers",
    security(("staff_session" = [])),
    params(("id" = String, Path, description = "The identity provider.")),
    request_body = SampleBody,
    responses((status = 200, description = "What would become of them.", body = PreviewBody), Refusals)
)]
pub async fn preview(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<ProviderId>,
    JsonBody(body): JsonBody<SampleBody>,
) -> Response {
    let claims = Value::Object(body.claims).to_string();
    match identity_providers::preview(&op, id, &claims).await {
        Ok(preview) => Json(PreviewBody::from(preview)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
