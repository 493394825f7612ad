//! A change of the network rules that nobody makes, as the API reads it, and what it would do, as it tells it.

use serde::{Deserialize, Serialize};
use stagedoor_core::id::NetworkRuleId;
use stagedoor_core::network::RuleDraft;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::network::{NetworkPreview, OutsideLine};
use stagedoor_service::network::{RuleChange, RulePatch};
use utoipa::ToSchema;

use super::changed::wide;
use crate::http::api::schema;

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
struct OutsideBody {
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
pub(super) struct PreviewedBody {
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
