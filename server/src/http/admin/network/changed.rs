//! A network rule that is to be added, changed or removed, as the API reads it. What is wide, and what shuts the caller out, is
//! done where they say that they mean it, and never by default.

use serde::Deserialize;
use stagedoor_core::id::NetworkRuleId;
use stagedoor_core::network::{RuleDraft, Wide};
use stagedoor_service::network::{Elsewhere, RuleChange, RulePatch};
use utoipa::ToSchema;

/// A change, what is said of confirming it from elsewhere, and why it is made.
pub(super) type Asked = (RuleChange, Elsewhere, String);

pub(super) const fn wide(meant: bool) -> Wide {
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

impl NewBody {
    /// The rule, to be added.
    pub(super) fn read(self) -> Asked {
        let draft = RuleDraft {
            name: self.name,
            kind: self.kind,
            range: self.range,
            note: self.note,
            wide: wide(self.confirm_wide),
        };
        let change = RuleChange::Add(draft);
        (change, elsewhere(self.confirm_from_elsewhere), self.reason)
    }
}

impl PatchBody {
    /// The change of a rule.
    pub(super) fn read(self, id: NetworkRuleId) -> Asked {
        let patch = RulePatch {
            name: self.name,
            kind: self.kind,
            range: self.range,
            note: self.note,
            wide: wide(self.confirm_wide),
        };
        let change = RuleChange::Change(id, patch);
        (change, elsewhere(self.confirm_from_elsewhere), self.reason)
    }
}

impl RemoveBody {
    /// The removal of a rule.
    pub(super) fn read(self, id: NetworkRuleId) -> Asked {
        let change = RuleChange::Remove(id);
        (change, elsewhere(self.confirm_from_elsewhere), self.reason)
    }
}
