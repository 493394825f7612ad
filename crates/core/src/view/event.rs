//! The event: one schema for the API, for files, and for whatever reads the audit by program (spec 06 "The event").
//!
//! It says in fields what the timeline says in a sentence, and never more than its reader may see. A field is added at
//! the end of its group and none is ever renamed: others have written programs for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::view::audit::DiffLine;

/// One entry, in fields.
///
/// What a reader may not see is `None`, as on their page: a tenant learns no staff id, session, address or guardrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Its id.
    pub id: String,
    /// When, UTC.
    pub at: Timestamp,
    /// Whose log it stands in: `platform` or `tenant`.
    pub scope: String,
    /// What happened, `noun.verb`.
    pub action: String,
    /// `success`, `denied` or `failed`.
    pub outcome: String,
    /// Why, when it was not done.
    pub code: Option<String>,
    /// The sentence of the timeline.
    pub sentence: String,
    /// What kind of actor: `platform_staff`, `tenant_user`, `system` …
    pub actor_kind: String,
    /// Who really acted.
    pub actor_id: Option<String>,
    /// Their name.
    pub actor: Option<String>,
    /// Their address.
    pub actor_email: Option<String>,
    /// In whose place, when in somebody's.
    pub on_behalf_of_id: Option<String>,
    /// That person's name.
    pub on_behalf_of: Option<String>,
    /// What kind of thing was acted upon.
    pub target_kind: Option<String>,
    /// Its id or name.
    pub target_id: Option<String>,
    /// The name behind that id.
    pub target: Option<String>,
    /// The tenant it concerns.
    pub tenant_id: Option<String>,
    /// The tenant's name.
    pub tenant: Option<String>,
    /// The visit it belongs to.
    pub impersonation_id: Option<String>,
    /// The staff session it came from.
    pub session_id: Option<String>,
    /// The network address it came from.
    pub address: Option<String>,
    /// The program it came from.
    pub agent: Option<String>,
    /// The request.
    pub request_id: String,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// Marks: `temporary`, `break_glass`, `critical`.
    pub flags: Vec<String>,
    /// What changed.
    pub changes: Vec<DiffLine>,
    /// What was looked at, and how many records of it.
    pub reads: Vec<ReadLine>,
    /// Further facts.
    pub facts: BTreeMap<String, String>,
    /// What each guardrail said: `pass`, `not_required`, or why it failed.
    pub guardrails: Option<BTreeMap<String, String>>,
    /// How long it is kept before it may age out: `platform_365d`, `tenant_90d`.
    pub retention: String,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadLine {
    /// What.
    pub what: String,
    /// How many records.
    pub rows: u64,
}
