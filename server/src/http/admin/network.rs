//! Network rules: where staff may come from, how the caller stands in them, and changes, each as a trial.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::NetworkRuleId;
use stagedoor_core::network::{RuleDraft, Wide};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::network::{NetworkPreview, NetworkView, OutsideLine, RuleLine};
use stagedoor_service::StaffOp;
use stagedoor_service::network::{self, Elsewhere, RuleChange, RulePatch};
use utoipa::ToSchema;

use super::refuse;
use super::trials::TrialBody;
use crate::http::api::{Conflict, Refusals, schema};
use crate::http::input::{JsonBody, PathId};

/// A range of addresses that staff may come from.
#[derive(Serialize, ToSchema)]
#[schema(as = NetworkRule)]
pub struct RuleBody {
    #[schema(schema_with = schema::network_rule_id_or_null)]
    id: Option<NetworkRuleId>,
    /// Whether the configuration file declares it: then it is changed there, and has no id.
    declared: bool,
    /// Its name.
    #[schema(example = "corp-berlin")]
    name: String,
    #[schema(schema_with = schema::network_kind)]
    kind: String,
    /// The range.
    #[schema(example = "203.0.113.0/24")]
    range: String,
    /// What it is for.
    note: String,
    #[schema(schema_with = schema::time_or_null)]
    created_at: Option<Timestamp>,
}

impl From<RuleLine> for RuleBody {
    fn from(line: RuleLine) -> Self {
        Self {
            declared: line.id.is_none(),
            id: line.id,
            name: line.name,
            kind: line.kind,
            range: line.range,
            note: line.note,
            created_at: line.created,
        }
    }
}

/// The rules in force, and how you stand in them.
#[derive(Serialize, ToSchema)]
#[schema(as = NetworkRules)]
pub struct RulesBody {
    /// The rules in force, those of the configuration file first; with what is on trial.
    items: Vec<RuleBody>,
    /// The peers whose forwarded headers count.
    trusted_proxies: Vec<String>,
    /// Where you come from; `null` when nobody knows.
    address: Option<String>,
    /// The rule, or the proxy in front, that lets you in, by name; `null` when nothing does.
    let_in_by: Option<String>,
    /// The change of the rules that is on trial.
    #[schema(inline)]
    trial: Option<TrialBody>,
}

impl From<NetworkView> for RulesBody {
    fn from(view: NetworkView) -> Self {
        Self {
            items: view.rules.into_iter().map(Into::into).collect(),
            trusted_proxies: view.trusted_proxies,
            address: view.address.map(|address| address.to_string()),
            let_in_by: view.let_in_by.map(|(name, _)| name),
            trial: view.pending.map(Into::into),
        }
    }
}

/// The network rules in force, those of the configuration file first, and which of them lets you in.
#[utoipa::path(
    get, path = "/api/admin/network-rules", tag = "network", security(("staff_session" = [])),
    responses((status = 200, description = "The rules in force.", body = RulesBody), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match network::network(&op).await {
        Ok(view) => Json(RulesBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

const fn wide(meant: bool) -> Wide {
    if meant { Wide::Meant } else { Wide::Unasked }
}

const fn elsewhere(said: bool) -> Elsewhere {
    if said {
        Elsewhere::ConfirmFrom
    } else {
        Elsewhere::Refuse
    }
}

/// A rule to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNetworkRule)]
pub struct NewBody {
    /// Its name, which no other rule has.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// `corp_ip` or `vpn`.
    #[schema(example = "corp_ip")]
    kind: String,
    /// A range, or one address.
    #[schema(example = "203.0.113.0/24")]
    range: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 200)]
    note: String,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// That a range wider than /8 (IPv4) or /16 (IPv6) is meant.
    #[serde(default)]
    confirm_wide: bool,
    /// That you will confirm from inside the new rules, where your own address does not pass under them.
    #[serde(default)]
    confirm_from_elsewhere: bool,
}

/// What of a rule is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NetworkRuleChange)]
pub struct PatchBody {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    /// Another kind.
    #[serde(default)]
    kind: Option<String>,
    /// Another range.
    #[serde(default)]
    range: Option<String>,
    /// Another note.
    #[serde(default)]
    #[schema(max_length = 200)]
    note: Option<String>,
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// That a range wider than /8 (IPv4) or /16 (IPv6) is meant.
    #[serde(default)]
    confirm_wide: bool,
    /// That you will confirm from inside the new rules, where your own address does not pass under them.
    #[serde(default)]
    confirm_from_elsewhere: bool,
}

/// Why a rule is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NetworkRuleRemoval)]
pub struct RemoveBody {
    /// Why.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
    /// That you will confirm from inside the remaining rules, where your own address does not pass under them.
    #[serde(default)]
    confirm_from_elsewhere: bool,
}

async fn begin(
    op: &StaffOp,
    status: StatusCode,
    change: &RuleChange,
    (said, reason): (bool, &str),
) -> Response {
    match network::change(op, change, elsewhere(said), reason).await {
        Ok(line) => (status, Json(TrialBody::from(line))).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Add a rule, as a trial: it is in force at once, and rolls back by itself unless you confirm it from inside.
#[utoipa::path(
    post, path = "/api/admin/network-rules", tag = "network", security(("staff_session" = [])),
    request_body = NewBody,
    responses((status = 201, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn add(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    let draft = RuleDraft {
        name: body.name,
        kind: body.kind,
        range: body.range,
        note: body.note,
        wide: wide(body.confirm_wide),
    };
    let said = (body.confirm_from_elsewhere, body.reason.as_str());
    begin(&op, StatusCode::CREATED, &RuleChange::Add(draft), said).await
}

/// Change a rule, as a trial.
#[utoipa::path(
    patch, path = "/api/admin/network-rules/{id}", tag = "network", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The rule.")),
    request_body = PatchBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn update(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<NetworkRuleId>,
    JsonBody(body): JsonBody<PatchBody>,
) -> Response {
    let patch = RulePatch {
        name: body.name,
        kind: body.kind,
        range: body.range,
        note: body.note,
        wide: wide(body.confirm_wide),
    };
    let said = (body.confirm_from_elsewhere, body.reason.as_str());
    begin(&op, StatusCode::OK, &RuleChange::Change(id, patch), said).await
}

/// Remove a rule, as a trial.
#[utoipa::path(
    delete, path = "/api/admin/network-rules/{id}", tag = "network", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The rule.")),
    request_body = RemoveBody,
    responses((status = 200, description = "The change is on trial.", body = TrialBody), Refusals, Conflict)
)]
pub async fn remove(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<NetworkRuleId>,
    JsonBody(body): JsonBody<RemoveBody>,
) -> Response {
    let said = (body.confirm_from_elsewhere, body.reason.as_str());
    begin(&op, StatusCode::OK, &RuleChange::Remove(id), said).await
}

/// A change that nobody makes: without `id` a rule to add, with it one to change, or to remove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewedNetworkChange)]
pub struct PreviewBody {
    /// The rule that is changed or removed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<NetworkRuleId>,
    /// That it is removed.
    #[serde(default)]
    remove: bool,
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// Its kind.
    #[serde(default)]
    kind: Option<String>,
    /// Its range.
    #[serde(default)]
    range: Option<String>,
    /// What it is for.
    #[serde(default)]
    note: Option<String>,
    /// That a range wider than /8 (IPv4) or /16 (IPv6) is meant.
    #[serde(default)]
    confirm_wide: bool,
}

impl From<PreviewBody> for RuleChange {
    fn from(body: PreviewBody) -> Self {
        let wide = wide(body.confirm_wide);
        match (body.id, body.remove) {
            (Some(id), true) => Self::Remove(id),
            (Some(id), false) => Self::Change(
                id,
                RulePatch {
                    name: body.name,
                    kind: body.kind,
                    range: body.range,
                    note: body.note,
                    wide,
                },
            ),
            (None, _) => Self::Add(RuleDraft {
                name: body.name.unwrap_or_default(),
                kind: body.kind.unwrap_or_default(),
                range: body.range.unwrap_or_default(),
                note: body.note.unwrap_or_default(),
                wide,
            }),
        }
    }
}

/// Somebody who was let in within the last day, from where they would not be.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonOutside)]
pub struct OutsideBody {
    /// Their name.
    name: String,
    /// Where they came from.
    address: String,
    #[schema(schema_with = schema::time)]
    last_seen_at: Timestamp,
    /// Whether their session still runs.
    live: bool,
}

impl From<OutsideLine> for OutsideBody {
    fn from(line: OutsideLine) -> Self {
        Self {
            name: line.name,
            address: line.address,
            last_seen_at: line.seen,
            live: line.live,
        }
    }
}

/// What a change would do.
#[derive(Serialize, ToSchema)]
#[schema(as = NetworkPreview)]
pub struct PreviewedBody {
    /// Where you come from; `null` when nobody knows.
    address: Option<String>,
    /// Whether your own request would pass.
    passes: bool,
    /// The rule, or the proxy in front, that would let you in, by name; `null` when nothing would.
    let_in_by: Option<String>,
    /// What is doubtful about it.
    warnings: Vec<String>,
    /// Why it cannot be tried at all; `null` when it can.
    refused: Option<String>,
    /// People of the last day who would not get in from where they were; `null` when you may not see sessions.
    outside: Option<Vec<OutsideBody>>,
}

impl From<NetworkPreview> for PreviewedBody {
    fn from(preview: NetworkPreview) -> Self {
        let outside = |lines: Vec<OutsideLine>| lines.into_iter().map(Into::into).collect();
        Self {
            address: preview.address.map(|address| address.to_string()),
            passes: preview.passes,
            let_in_by: preview.let_in_by,
            warnings: preview.warnings,
            refused: preview.refused,
            outside: preview.outside.map(outside),
        }
    }
}

/// What would a change do? Whether you would still get in, and who would not. It changes nothing.
#[utoipa::path(
    post, path = "/api/admin/network-rules/preview", tag = "network", security(("staff_session" = [])),
    request_body = PreviewBody,
    responses((status = 200, description = "What it would do.", body = PreviewedBody), Refusals)
)]
pub async fn preview(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<PreviewBody>) -> Response {
    match network::preview(&op, &body.into()).await {
        Ok(preview) => Json(PreviewedBody::from(preview)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
