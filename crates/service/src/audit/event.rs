//! An entry in fields, for the API and for files: what the timeline's line says. It never says more than the line does
//! to the same reader.

use stagedoor_core::audit::sentence::{Part, Reader, sentence};
use stagedoor_core::audit::{Record, Slot};
use stagedoor_core::view::audit::DiffLine;
use stagedoor_core::view::event::{AuditEvent, ReadLine};

use super::line::{Known, names};

/// The fields of an entry.
pub(super) fn event(record: &Record, known: &Known<'_>) -> AuditEvent {
    let names = names(record, known);
    let words: Vec<String> = sentence(record, &names, known.reader)
        .iter()
        .map(|part: &Part| part.as_str().to_owned())
        .collect();
    let platform = known.reader == Reader::Platform;
    let staff = record.actor.kind.starts_with("platform_staff");
    let behind = known.data(record, Slot::Actor).filter(|_| platform);
    // A tenant sees where its own people, and strangers at its door, came from; never where staff sit.
    let came_from = known.data(record, Slot::Actor).filter(|_| platform || !staff);
    let (actor_id, on_behalf_of_id) = actor_ids(record, platform);
    AuditEvent {
        id: record.id.clone(),
        at: record.at,
        scope: scope(&record.log).to_owned(),
        action: record.event.clone(),
        outcome: record.outcome.clone(),
        code: record.code.clone(),
        sentence: words.join(" "),
        actor_kind: record.actor.kind.clone(),
        actor_id,
        actor: names.actor,
        actor_email: behind.and_then(|data| data.email.clone()),
        on_behalf_of_id,
        on_behalf_of: names.subject,
        target_kind: record.target.as_ref().map(|target| target.kind.clone()),
        target_id: record.target.as_ref().map(|target| target.id.clone()),
        target: names.target,
        tenant_id: record.tenant.clone(),
        tenant: names.tenant,
        impersonation_id: record.impersonation.clone(),
        session_id: record.session.clone().filter(|_| platform),
        address: came_from.and_then(|data| data.address.clone()),
        agent: behind.and_then(|data| data.agent.clone()),
        request_id: record.request.clone(),
        reason: record.reason.clone(),
        ticket: record.ticket.clone(),
        flags: record.flags.clone(),
        changes: changes(record),
        reads: reads(record),
        facts: record.facts.clone(),
        guardrails: record.verdicts.clone().filter(|_| platform),
        retention: record.retention.clone(),
    }
}

fn scope(log: &str) -> &'static str {
    match log {
        "platform" => "platform",
        _ => "tenant",
    }
}

/// Who really acted, and in whose place. A tenant knows staff by name alone.
fn actor_ids(record: &Record, platform: bool) -> (Option<String>, Option<String>) {
    let actor = &record.actor;
    let (who, instead_of) = match &actor.act {
        Some(act) => (Some(act.clone()), actor.id.clone()),
        None => (actor.id.clone(), None),
    };
    let staff = actor.kind.starts_with("platform_staff");
    (who.filter(|_| platform || !staff), instead_of)
}

fn changes(record: &Record) -> Vec<DiffLine> {
    let line = |change: &stagedoor_core::audit::record::RecordChange| DiffLine {
        field: change.field.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    record.changes.iter().map(line).collect()
}

fn reads(record: &Record) -> Vec<ReadLine> {
    let line = |read: &stagedoor_core::audit::record::RecordRead| ReadLine {
        what: read.what.clone(),
        rows: read.rows,
    };
    record.reads.iter().map(line).collect()
}
