//! The event of the audit, as the API and files carry it: one schema for both (spec 06 "The event").

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use stagedoor_core::guard::Verdict;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::DiffLine;
use stagedoor_core::view::event::{AuditEvent, ReadLine};
use stagedoor_service::audit::ExportedEvent;
use utoipa::ToSchema;

use crate::http::api::schema;
use crate::http::export::csv::{Table, maybe};

/// One entry. What its reader may not see, or the entry does not have, is `null`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct EventBody {
    /// Its id, ordered by time.
    #[schema(schema_with = schema::event_id)]
    id: String,
    /// When.
    #[schema(schema_with = schema::time)]
    at: Timestamp,
    /// Whose log it stands in.
    #[schema(schema_with = schema::log_scope)]
    scope: String,
    /// What happened, `noun.verb`: the same name for tried and done.
    #[schema(example = "impersonation.start")]
    action: String,
    /// How it went.
    #[schema(schema_with = schema::outcome)]
    outcome: String,
    /// Why, when it was not done.
    #[schema(example = "permission_missing")]
    code: Option<String>,
    /// All of it in one sentence, as the timeline has it.
    #[schema(example = "kim started impersonation of rod@acme.com")]
    sentence: String,
    /// What kind of actor.
    #[schema(schema_with = schema::actor_kind)]
    actor_kind: String,
    /// Who really acted; `null` for the program, for strangers, and for staff in a tenant's log.
    actor_id: Option<String>,
    /// Their name; `null` once it was erased.
    #[schema(example = "kim")]
    actor: Option<String>,
    /// Their address; never in a tenant's log of staff.
    #[schema(example = "kim@acme-corp.example")]
    actor_email: Option<String>,
    /// In whose place, while impersonating: a person or the tenant.
    on_behalf_of_id: Option<String>,
    /// That person's name or address.
    #[schema(example = "rod@acme.com")]
    on_behalf_of: Option<String>,
    /// What kind of thing was acted upon.
    #[schema(example = "user")]
    target_kind: Option<String>,
    /// Its id, or its name where it has none.
    target_id: Option<String>,
    /// The name behind that id.
    #[schema(example = "rod@acme.com")]
    target: Option<String>,
    /// The tenant it concerns.
    #[schema(schema_with = schema::tenant_id_or_null)]
    tenant_id: Option<String>,
    /// The tenant's name.
    #[schema(example = "Acme")]
    tenant: Option<String>,
    /// The impersonation it belongs to.
    #[schema(schema_with = schema::impersonation_id_or_null)]
    impersonation_id: Option<String>,
    /// The staff session it came from; never in a tenant's log.
    #[schema(schema_with = schema::session_id_or_null)]
    session_id: Option<String>,
    /// The network address it came from.
    #[schema(example = "203.0.113.9")]
    address: Option<String>,
    /// The program it came from, as it called itself.
    #[schema(example = "Mozilla/5.0")]
    agent: Option<String>,
    /// The request, as its answer named it.
    #[schema(schema_with = schema::request_id)]
    request_id: String,
    /// Why, in the person's words.
    #[schema(example = "Webhook page shows 500 after plan change")]
    reason: Option<String>,
    /// The ticket.
    #[schema(example = "#4218")]
    ticket: Option<String>,
    /// Marks: `temporary`, `break_glass`, `critical`.
    flags: Vec<String>,
    /// What changed.
    changes: Vec<ChangeBody>,
    /// What was looked at, and how many records of it.
    reads: Vec<ReadBody>,
    /// What else there is to know: `provider`, `factor`, `path` and so on.
    facts: BTreeMap<String, String>,
    /// What each guardrail said: `pass`, `not_required`, or why it failed; never in a tenant's log.
    guardrails: Option<BTreeMap<String, String>>,
    /// What those that failed found and what to do, in the words that the page has.
    guardrail_texts: Option<BTreeMap<String, String>>,
    /// How long it is kept before it may age out.
    #[schema(schema_with = schema::retention)]
    retention: String,
}

/// One field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    /// The field.
    #[schema(example = "name")]
    field: String,
    /// Its value before; `null` when it was not there.
    before: Option<String>,
    /// Its value after; `null` when it is gone.
    after: Option<String>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Read)]
pub struct ReadBody {
    /// What, in the words of the page.
    #[schema(example = "Members")]
    what: String,
    /// How many records left the store.
    rows: u64,
}

/// The words for what failed, guardrail by guardrail; a name that is none any more has none.
fn texts(verdicts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let words = |name: &str| match Verdict::from_name(name) {
        Some(verdict @ Verdict::Fail(_)) => Some(verdict.explain().to_owned()),
        _ => None,
    };
    let told = verdicts
        .iter()
        .filter_map(|(guardrail, name)| Some((guardrail.clone(), words(name)?)));
    told.collect()
}

impl From<AuditEvent> for EventBody {
    fn from(event: AuditEvent) -> Self {
        let change = |DiffLine { field, before, after }| ChangeBody { field, before, after };
        let read = |ReadLine { what, rows }| ReadBody { what, rows };
        Self {
            id: event.id,
            at: event.at,
            scope: event.scope,
            action: event.action,
            outcome: event.outcome,
            code: event.code,
            sentence: event.sentence,
            actor_kind: event.actor_kind,
            actor_id: event.actor_id,
            actor: event.actor,
            actor_email: event.actor_email,
            on_behalf_of_id: event.on_behalf_of_id,
            on_behalf_of: event.on_behalf_of,
            target_kind: event.target_kind,
            target_id: event.target_id,
            target: event.target,
            tenant_id: event.tenant_id,
            tenant: event.tenant,
            impersonation_id: event.impersonation_id,
            session_id: event.session_id,
            address: event.address,
            agent: event.agent,
            request_id: event.request_id,
            reason: event.reason,
            ticket: event.ticket,
            flags: event.flags,
            changes: event.changes.into_iter().map(change).collect(),
            reads: event.reads.into_iter().map(read).collect(),
            facts: event.facts,
            guardrail_texts: event.guardrails.as_ref().map(texts),
            guardrails: event.guardrails,
            retention: event.retention,
        }
    }
}

/// One entry of a file in JSON Lines, with what proves it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExportedAuditEvent)]
pub struct ExportedBody {
    #[serde(flatten)]
    event: EventBody,
    /// `null` for an entry of the last moment, which has no place in the log yet.
    proof: Option<EntryProofBody>,
}

/// What proves an entry under the checkpoint of the file's manifest. `stagedoor audit verify --export FILE` checks it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EntryProof)]
pub struct EntryProofBody {
    /// Its canonical bytes, to the letter.
    entry: String,
    /// Its place in the log, from 0.
    index: u64,
    /// The siblings from its leaf to the root, each 32 bytes in Base64.
    path: Vec<String>,
}

impl From<ExportedEvent> for ExportedBody {
    fn from(exported: ExportedEvent) -> Self {
        let proof = exported.proof.map(|proof| EntryProofBody {
            entry: proof.entry,
            index: proof.index,
            path: proof
                .path
                .unwrap_or_default()
                .into_iter()
                .map(|hash| BASE64_STANDARD.encode(hash.0.as_bytes()))
                .collect(),
        });
        Self {
            event: exported.event.into(),
            proof,
        }
    }
}

impl Table for ExportedBody {
    const HEAD: &'static [&'static str] = EventBody::HEAD;

    fn cells(&self) -> Vec<String> {
        self.event.cells()
    }
}

impl Table for EventBody {
    const HEAD: &'static [&'static str] = &[
        "id",
        "at",
        "scope",
        "action",
        "outcome",
        "code",
        "sentence",
        "actor_kind",
        "actor_id",
        "actor",
        "actor_email",
        "on_behalf_of_id",
        "on_behalf_of",
        "target_kind",
        "target_id",
        "target",
        "tenant_id",
        "tenant",
        "impersonation_id",
        "session_id",
        "address",
        "agent",
        "request_id",
        "reason",
        "ticket",
        "flags",
        "changes",
        "reads",
        "facts",
        "guardrails",
        "guardrail_texts",
        "retention",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.at.rfc3339(),
            self.scope.clone(),
            self.action.clone(),
            self.outcome.clone(),
            maybe(&self.code),
            self.sentence.clone(),
            self.actor_kind.clone(),
            maybe(&self.actor_id),
            maybe(&self.actor),
            maybe(&self.actor_email),
            maybe(&self.on_behalf_of_id),
            maybe(&self.on_behalf_of),
            maybe(&self.target_kind),
            maybe(&self.target_id),
            maybe(&self.target),
            maybe(&self.tenant_id),
            maybe(&self.tenant),
            maybe(&self.impersonation_id),
            maybe(&self.session_id),
            maybe(&self.address),
            maybe(&self.agent),
            self.request_id.clone(),
            maybe(&self.reason),
            maybe(&self.ticket),
            self.flags.join(" "),
            many(&self.changes),
            many(&self.reads),
            if self.facts.is_empty() {
                String::new()
            } else {
                json(&self.facts)
            },
            self.guardrails.as_ref().map(json).unwrap_or_default(),
            self.guardrail_texts.as_ref().map(json).unwrap_or_default(),
            self.retention.clone(),
        ]
    }
}

/// What has a shape of its own stands in its cell as JSON.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn many<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() {
        String::new()
    } else {
        json(&values)
    }
}
