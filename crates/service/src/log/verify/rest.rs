//! What is in no log: entries that wait for their places, and the keys of personal data.

use stagedoor_core::audit::Record;
use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::review::{self, Beside, StoredKey, StoredWaiting};

use super::fault::{Fault, Finding};
use super::told::{Life, Told};
use super::{PAGE, Report, Seen, entry};
use crate::error::ServiceError;
use crate::state::Service;

impl Service {
    /// The queue: what waits must be ours, once, and whole.
    pub(super) async fn verify_queue(
        &self,
        ex: &mut ReadTx,
        report: &mut Report,
        seen: &mut Seen,
        told: &mut Told,
    ) -> Result<(), ServiceError> {
        let mut after = String::new();
        loop {
            let page = review::waiting(ex, &after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            let beside = review::beside_waiting(ex, &after, &last.event).await?;
            after.clone_from(&last.event);
            for one in &page {
                let its: Vec<&Beside> = beside.iter().filter(|row| row.event == one.event).collect();
                let (faults, record) = self.waiting_faults(one, &its);
                if let Some(record) = record.filter(|record| faults.is_empty() && record.log == "platform") {
                    told.hear(&record);
                }
                if one.has_leaf_in.is_none() {
                    // Those with a leaf were counted where it is.
                    seen.entries += u64::from(one.entry.is_some());
                    seen.personal += its.len() as u64;
                }
                report.waiting += u64::from(faults.is_empty());
                for fault in faults {
                    report.findings.push(Finding {
                        log: Some(one.scope.clone()),
                        place: None,
                        entry: Some(one.event.clone()),
                        fault,
                    });
                }
            }
        }
    }

    fn waiting_faults(&self, one: &StoredWaiting, beside: &[&Beside]) -> (Vec<Fault>, Option<Record>) {
        if one.has_leaf_in.is_some() {
            return (vec![Fault::Twice], None);
        }
        let Some(found) = &one.entry else {
            return (vec![Fault::Missing], None);
        };
        let seal = one.seal.as_deref().unwrap_or_default();
        let leaf = TreeHash::of_leaf(&found.canonical);
        if !self.logs().seal_key().is_sealed(&one.scope, leaf, seal) {
            return (vec![Fault::Forged], None);
        }
        let (mut faults, record) = entry::faults(&one.scope, found, beside);
        if one.is_refused {
            faults.push(Fault::Suppressed);
        }
        (faults, record)
    }

    /// `erased` is what the log tells of a key that was destroyed.
    fn key_fault(&self, key: &StoredKey, erased: Option<&Option<Life>>) -> Option<Fault> {
        let subject = || key.subject.clone();
        match (&key.wrapped, key.destroyed_at) {
            (Some(_), None) if erased.is_some() => Some(Fault::KeyBack(subject())),
            (None, Some(at)) if erased == Some(&Some((key.created_at, at))) => None,
            (Some(wrapped), None) => {
                let opened = self.open_key(&key.subject, wrapped, key.created_at);
                opened.is_none().then(|| Fault::Key(subject()))
            }
            (None, Some(_)) => Some(Fault::KeyMissing(subject())),
            _ => Some(Fault::Key(subject())),
        }
    }

    /// Keys must open with the master key, each for its own subject.
    pub(super) async fn verify_keys(
        &self,
        ex: &mut ReadTx,
        told: &Told,
        report: &mut Report,
    ) -> Result<(), ServiceError> {
        let mut after = String::new();
        loop {
            let page = review::keys(ex, &after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.subject);
            for key in page {
                report.keys += 1;
                if let Some(fault) = self.key_fault(&key, told.erased.get(&key.subject)) {
                    report.findings.push(Finding {
                        log: None,
                        place: None,
                        entry: None,
                        fault,
                    });
                }
            }
        }
    }
}
