//! Network: the ranges that staff may come from, how the reader's own address stands, and what a change would do.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::id::NetworkRuleId;
use crate::time::Timestamp;
use crate::view::trial::TrialLine;

/// A network rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleLine {
    /// Its id; `None` for a rule of the configuration file, which is changed there.
    pub id: Option<NetworkRuleId>,
    /// Its name.
    pub name: String,
    /// What kind of way in it is.
    pub kind: String,
    /// The range.
    pub range: String,
    /// What it is for.
    pub note: String,
    /// When it was made; `None` for one of the file.
    pub created: Option<Timestamp>,
}

/// The Network page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkView {
    /// The rules in force, those of the configuration file first.
    pub rules: Vec<RuleLine>,
    /// The peers whose forwarded headers count.
    pub trusted_proxies: Vec<String>,
    /// Where the reader comes from.
    pub address: Option<IpAddr>,
    /// The rule that lets the reader in, with its range; or the proxy in front, which has none.
    pub let_in_by: Option<(String, Option<String>)>,
    /// A change of the rules that is on trial.
    pub pending: Option<TrialLine>,
    /// Whether the reader may change the rules.
    pub may_write: bool,
}

/// Somebody who was let in within the last day, from where they would not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideLine {
    /// Their name.
    pub name: String,
    /// Where they came from.
    pub address: String,
    /// When they were seen last.
    pub seen: Timestamp,
    /// Whether their session still runs.
    pub live: bool,
}

/// What a change of the rules would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkPreview {
    /// The rule it is about.
    pub name: String,
    /// The fields that change: name, before, after.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
    /// What is doubtful about it.
    pub warnings: Vec<String>,
    /// Where the reader comes from.
    pub address: Option<IpAddr>,
    /// Whether the reader's own request would pass.
    pub passes: bool,
    /// The rule, or the proxy, that would let the reader in.
    pub let_in_by: Option<String>,
    /// Why it cannot be tried at all.
    pub refused: Option<String>,
    /// People of the last day who would not get in from where they were; `None` for who may not see sessions.
    pub outside: Option<Vec<OutsideLine>>,
}
