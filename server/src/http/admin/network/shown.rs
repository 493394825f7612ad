//! Network rules as the API tells them: those in force, how the caller stands in them, and what is on trial.

use serde::Serialize;
use stagedoor_core::id::NetworkRuleId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::network::{NetworkView, RuleLine};
use utoipa::ToSchema;

use crate::http::admin::trials::TrialBody;
use crate::http::api::schema;

/// A range of addresses that staff may come from.
#[derive(Serialize, ToSchema)]
#[schema(as = NetworkRule)]
struct RuleBody {
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
pub(super) struct RulesBody {
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
