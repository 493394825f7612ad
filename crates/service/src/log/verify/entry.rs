//! One entry: its bytes, the columns beside them, and the personal data that it commits to. Pure.

use sha2::{Digest, Sha256};
use stagedoor_core::audit::Record;
use stagedoor_core::audit::canonical::hex;
use stagedoor_store::log::review::{Beside, StoredEntry};

use super::fault::Fault;

/// What is wrong with an entry of a log, its personal data included; and the entry, where it can be read.
pub(super) fn faults(log: &str, entry: &StoredEntry, beside: &[&Beside]) -> (Vec<Fault>, Option<Record>) {
    let Ok(record) = Record::parse(&entry.canonical) else {
        return (vec![Fault::Unreadable], None);
    };
    let mut faults = columns(&record, entry);
    if record.log != log {
        faults.push(Fault::OtherEntry);
    }
    personal(&record, beside, &mut faults);
    (faults, Some(record))
}

fn columns(record: &Record, entry: &StoredEntry) -> Vec<Fault> {
    let sealed = record.columns();
    let opt = Option::as_deref;
    let agree = [
        ("at", sealed.at == entry.at),
        ("id", sealed.id == entry.id),
        ("scope", sealed.scope == entry.scope),
        ("event", sealed.event == entry.event),
        ("outcome", sealed.outcome == entry.outcome),
        ("code", sealed.code == opt(&entry.code)),
        ("actor_kind", sealed.actor_kind == entry.actor_kind),
        ("actor_id", sealed.actor_id == opt(&entry.actor_id)),
        ("act_id", sealed.act_id == opt(&entry.act_id)),
        ("target_kind", sealed.target_kind == opt(&entry.target_kind)),
        ("target_id", sealed.target_id == opt(&entry.target_id)),
        ("tenant_id", sealed.tenant_id == opt(&entry.tenant_id)),
        (
            "impersonation_id",
            sealed.impersonation_id == opt(&entry.impersonation_id),
        ),
        ("session_id", sealed.session_id == opt(&entry.session_id)),
        ("request_id", sealed.request_id == entry.request_id),
        ("retention", sealed.retention == entry.retention),
        ("flags", sealed.flags == entry.flags),
    ];
    agree
        .into_iter()
        .filter(|(_, agrees)| !agrees)
        .map(|(column, _)| Fault::Column(column))
        .collect()
}

fn personal(record: &Record, beside: &[&Beside], faults: &mut Vec<Fault>) {
    for (slot, committed) in &record.personal {
        match beside.iter().find(|stored| stored.slot == *slot) {
            None => faults.push(Fault::PersonalMissing(slot.clone())),
            Some(stored) => {
                let digest = hex(&Sha256::digest(&stored.ciphertext));
                if digest != committed.sha256 || stored.subject != committed.subject {
                    faults.push(Fault::PersonalChanged(slot.clone()));
                }
            }
        }
    }
    let unknown = beside
        .iter()
        .filter(|stored| !record.personal.contains_key(&stored.slot));
    faults.extend(unknown.map(|stored| Fault::PersonalExtra(stored.slot.clone())));
}
