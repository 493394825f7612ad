//! One entry: its bytes, the columns beside them, and the personal data that it commits to. Pure.

use sha2::{Digest, Sha256};
use stagedoor_core::audit::Record;
use stagedoor_core::audit::canonical::hex;
use stagedoor_core::audit::record::RecordPersonal;
use stagedoor_store::log::review::{BETWEEN, Beside, COLUMNS, StoredEntry};

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

/// What the columns must hold, as they are read.
fn sealed(record: &Record) -> String {
    let sealed = record.columns();
    let mut text = String::with_capacity(512);
    let mut add = |absent: bool, sign: &str, value: &str| {
        if !text.is_empty() {
            text.push(BETWEEN);
        }
        if !absent {
            text.push_str(sign);
            text.push_str(value);
        }
    };
    let (flags, at) = (sealed.flags.to_string(), sealed.at.to_string());
    for value in [sealed.id, sealed.scope, sealed.event, sealed.outcome] {
        add(false, "", value);
    }
    add(sealed.code.is_none(), "=", sealed.code.unwrap_or_default());
    add(false, "", sealed.actor_kind);
    for value in [
        sealed.actor_id,
        sealed.act_id,
        sealed.target_kind,
        sealed.target_id,
        sealed.tenant_id,
        sealed.impersonation_id,
        sealed.session_id,
    ] {
        add(value.is_none(), "=", value.unwrap_or_default());
    }
    for value in [sealed.request_id, sealed.retention, &flags, &at] {
        add(false, "", value);
    }
    text
}

/// Whether columns are what the entry must say, and nothing else could have come as the same text.
pub(super) fn is_sealed(record: &Record, columns: &str) -> bool {
    let expected = sealed(record);
    expected == columns && expected.matches(BETWEEN).count() == COLUMNS.len() - 1
}

fn columns(record: &Record, entry: &StoredEntry) -> Vec<Fault> {
    if is_sealed(record, &entry.columns) {
        return Vec::new();
    }
    different(&sealed(record), &entry.columns)
}

/// Whether personal data is what an entry commits to.
pub(super) fn is_committed(committed: &RecordPersonal, subject: &str, ciphertext: &[u8]) -> bool {
    subject == committed.subject && hex(&Sha256::digest(ciphertext)) == committed.sha256
}

/// Which columns differ. Where one holds a letter that none may hold, from there on all do.
fn different(expected: &str, stored: &str) -> Vec<Fault> {
    let (expected, stored): (Vec<&str>, Vec<&str>) =
        (expected.split(BETWEEN).collect(), stored.split(BETWEEN).collect());
    let differ = COLUMNS
        .into_iter()
        .enumerate()
        .filter(|(at, _)| expected.get(*at) != stored.get(*at));
    let faults: Vec<Fault> = differ.map(|(_, column)| Fault::Column(column)).collect();
    if faults.is_empty() {
        return vec![Fault::Unreadable];
    }
    faults
}

fn personal(record: &Record, beside: &[&Beside], faults: &mut Vec<Fault>) {
    for (slot, committed) in &record.personal {
        match beside.iter().find(|stored| stored.slot == *slot) {
            None => faults.push(Fault::PersonalMissing(slot.clone())),
            Some(stored) => {
                if !is_committed(committed, &stored.subject, &stored.ciphertext) {
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
