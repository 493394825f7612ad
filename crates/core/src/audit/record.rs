//! A stored entry, read back from its canonical bytes. Reading never writes: a record cannot be turned into bytes again.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::audit::entry::Flag;
use crate::time::Timestamp;

/// Bytes that are no canonical entry of a known version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a canonical audit entry of version 1")]
pub struct BadRecord;

/// An entry as it was sealed. Ids and names are text here: a reader must be able to show what it does not know.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Record {
    v: u64,
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Which log: `platform` or a tenant's id.
    pub log: String,
    /// What happened.
    pub event: String,
    /// How it went: `success`, `denied` or `failed`.
    pub outcome: String,
    /// Why, when it was not done.
    pub code: Option<String>,
    /// Who acted.
    pub actor: RecordActor,
    /// The request it came with.
    pub request: String,
    /// The tenant it concerns.
    pub tenant: Option<String>,
    /// What was acted upon.
    pub target: Option<RecordTarget>,
    /// The visit it belongs to.
    pub impersonation: Option<String>,
    /// The staff session it came from.
    pub session: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// What changed.
    #[serde(default)]
    pub changes: Vec<RecordChange>,
    /// What was looked at.
    #[serde(default)]
    pub reads: Vec<RecordRead>,
    /// Further facts.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// What the guardrails said, by name: `pass`, `not_required`, or the reason of the failure.
    pub verdicts: Option<BTreeMap<String, String>>,
    /// Marks.
    #[serde(default)]
    pub flags: Vec<String>,
    /// The retention class.
    pub retention: String,
    /// The personal data beside it, by slot.
    #[serde(default)]
    pub personal: BTreeMap<String, RecordPersonal>,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordActor {
    /// `platform_staff`, `platform_staff_impersonating`, `tenant_user`, `system`, `anonymous`.
    pub kind: String,
    /// Who, or in whose place.
    pub id: Option<String>,
    /// The member of staff who really acted, when in somebody's place.
    pub act: Option<String>,
}

/// What was acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordTarget {
    /// Its kind.
    pub kind: String,
    /// Its id or name.
    pub id: String,
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordChange {
    /// The field.
    pub field: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordRead {
    /// What.
    pub what: String,
    /// How many records.
    pub rows: u64,
}

/// A commitment to personal data beside the entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordPersonal {
    /// Whose key it is encrypted under.
    pub subject: String,
    /// The digest of the encrypted bytes.
    pub sha256: String,
}

/// The columns in which a stored entry repeats what timelines search by, as its canonical bytes say they must be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each field is the column of its name in audit_entry, described in the migration"
)]
pub struct Columns<'a> {
    pub at: i64,
    pub id: &'a str,
    pub scope: &'a str,
    pub event: &'a str,
    pub outcome: &'a str,
    pub code: Option<&'a str>,
    pub actor_kind: &'a str,
    pub actor_id: Option<&'a str>,
    pub act_id: Option<&'a str>,
    pub target_kind: Option<&'a str>,
    pub target_id: Option<&'a str>,
    pub tenant_id: Option<&'a str>,
    pub impersonation_id: Option<&'a str>,
    pub session_id: Option<&'a str>,
    pub request_id: &'a str,
    pub retention: &'a str,
    pub flags: i64,
}

impl Record {
    /// What the columns beside the canonical bytes must hold.
    #[must_use]
    pub fn columns(&self) -> Columns<'_> {
        let target = self.target.as_ref();
        Columns {
            at: self.at.micros(),
            id: &self.id,
            scope: &self.log,
            event: &self.event,
            outcome: &self.outcome,
            code: self.code.as_deref(),
            actor_kind: &self.actor.kind,
            actor_id: self.actor.id.as_deref(),
            act_id: self.actor.act.as_deref(),
            target_kind: target.map(|target| target.kind.as_str()),
            target_id: target.map(|target| target.id.as_str()),
            tenant_id: self.tenant.as_deref(),
            impersonation_id: self.impersonation.as_deref(),
            session_id: self.session.as_deref(),
            request_id: &self.request,
            retention: &self.retention,
            flags: Flag::bits(self.flags.iter().map(String::as_str)),
        }
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`BadRecord`] when they are not those of a known version.
    pub fn parse(canonical: &[u8]) -> Result<Self, BadRecord> {
        let record: Self = serde_json::from_slice(canonical).map_err(|_| BadRecord)?;
        if record.v == 1 { Ok(record) } else { Err(BadRecord) }
    }
}
