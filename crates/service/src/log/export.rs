//! Proofs in files: of a whole part of a log, as an operator takes it, and of the entries that somebody chose.
//!
//! All of a file is read from one snapshot, so that every proof leads to the one checkpoint in its manifest. The forms, and how
//! they are checked without us, are in [`stagedoor_core::audit::export`].

use std::collections::HashMap;

use stagedoor_core::audit::export::{End, EntryProof, HashText, LogProof, Part};
use stagedoor_core::audit::leaf::Frontier;
use stagedoor_core::audit::proof::Plan;
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::id::EventId;
use stagedoor_store::audit::Stored;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::{head, leaf, review, subtree};
use stagedoor_store::statement::Executor;

use crate::error::ServiceError;
use crate::recorder::Story;
use crate::state::Service;

/// Entries read at a time.
const PAGE: u32 = 2_000;

impl Service {
    /// What proves entries of a log, chosen one by one; `None` while the log has not begun.
    pub(crate) async fn log_proof(
        &self,
        ex: &mut impl Executor,
        log: &str,
    ) -> Result<Option<LogProof>, ServiceError> {
        let Some(head) = head::find(ex, log).await? else {
            return Ok(None);
        };
        Ok(Some(LogProof {
            checkpoint: head.note,
            keys: self.log_vkeys(log)?,
            part: None,
        }))
    }

    /// What proves some entries of a log, each by its path, in their order; `None` for one that has no place yet.
    pub(crate) async fn entry_proofs(
        &self,
        ex: &mut impl Executor,
        log: &str,
        entries: &[Stored],
    ) -> Result<Vec<Option<EntryProof>>, ServiceError> {
        let Some(head) = head::find(ex, log).await? else {
            return Ok(vec![None; entries.len()]);
        };
        let ids: Vec<EventId> = entries.iter().map(|entry| entry.id).collect();
        let places: HashMap<EventId, u64> = leaf::places(ex, log, &ids).await?.into_iter().collect();
        let plans: Vec<Option<(u64, Plan)>> = ids
            .iter()
            .map(|id| {
                let index = *places.get(id)?;
                Some((index, Plan::inclusion(index, head.size)?))
            })
            .collect();
        let wanted = plans.iter().flatten().flat_map(|(_, plan)| plan.wanted());
        let hashes = subtree::hashes(ex, log, wanted).await?;
        entries
            .iter()
            .zip(plans)
            .map(|(entry, plan)| {
                let Some((index, plan)) = plan else {
                    return Ok(None);
                };
                let path = plan.path(|subtree| hashes.get(&subtree).copied());
                let path = path.map_err(|_| damaged(log))?;
                Ok(Some(EntryProof {
                    entry: text(log, &entry.canonical)?,
                    index,
                    path: Some(path.into_iter().map(HashText).collect()),
                }))
            })
            .collect()
    }

    /// The last line of a file with proofs of a log: signed, over the digest of all above it.
    pub(crate) fn export_end(&self, log: &str, rows: u64, sha256: [u8; 32]) -> Result<String, ServiceError> {
        let name = self.logs().name(log)?;
        let signers = self.logs().signers(&name);
        let end = End {
            origin: name.to_string(),
            rows,
            sha256,
        };
        end.line(&signers.iter().collect::<Vec<_>>())
            .map_err(|error| ServiceError::Internal(format!("an export cannot be signed: {error}")))
    }

    /// Begins a file of a whole part of a log, from a place on, which is recorded first: the operator's own way, past every role.
    ///
    /// # Errors
    /// Not found for a log that has not begun, or not come so far.
    pub async fn export_log(&self, log: &str, from: u64) -> Result<LogExport, ServiceError> {
        let mut story = Story::new(Event::AuditExport);
        story.target = Some(Target::Other("log", log.to_owned()));
        story.facts.insert(Field::Format, "jsonl".to_owned());
        let batch = self.record_own(story).await?;
        self.commit_only(batch).await?;
        let mut ex = self.db().snapshot().await?;
        let head = head::find(&mut ex, log).await?;
        let head = head
            .filter(|head| from <= head.size)
            .ok_or(ServiceError::NotFound)?;
        let wanted = Frontier::wanted(from);
        let hashes = subtree::hashes(&mut ex, log, wanted.iter().copied()).await?;
        let before: Option<Vec<HashText>> = wanted
            .iter()
            .map(|one| hashes.get(one).copied().map(HashText))
            .collect();
        let proof = LogProof {
            checkpoint: head.note,
            keys: self.log_vkeys(log)?,
            part: Some(Part {
                from,
                before: before.ok_or_else(|| damaged(log))?,
            }),
        };
        Ok(LogExport {
            service: self.clone(),
            ex,
            log: log.to_owned(),
            proof,
            next: from,
            size: head.size,
        })
    }
}

fn damaged(log: &str) -> ServiceError {
    ServiceError::Internal(format!(
        "the log {log} is damaged: `stagedoor audit verify` says how"
    ))
}

fn text(log: &str, canonical: &[u8]) -> Result<String, ServiceError> {
    std::str::from_utf8(canonical)
        .map(str::to_owned)
        .map_err(|_| damaged(log))
}

/// A whole part of a log on its way into a file.
pub struct LogExport {
    service: Service,
    ex: ReadTx,
    log: String,
    proof: LogProof,
    next: u64,
    size: u64,
}

impl LogExport {
    /// The manifest: what the file is, and where its proofs begin.
    #[must_use]
    pub fn manifest(&self) -> serde_json::Value {
        serde_json::json!({
            "manifest": {
                "export": "log",
                "log": self.log,
                "at": self.service.now(),
                "rows": self.size - self.next,
                "proof": self.proof,
            }
        })
    }

    /// The next entries; none at the end.
    ///
    /// # Errors
    /// When the database cannot be read, or the log is damaged: then the file must not be ended.
    pub async fn next(&mut self) -> Result<Vec<EntryProof>, ServiceError> {
        let after = i64::try_from(self.next).unwrap_or(i64::MAX) - 1;
        let leaves = review::leaves(&mut self.ex, &self.log, after, PAGE).await?;
        let mut entries = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let whole = leaf.entry.filter(|_| u64::try_from(leaf.index) == Ok(self.next));
            let entry = whole.ok_or_else(|| damaged(&self.log))?;
            entries.push(EntryProof {
                entry: text(&self.log, &entry.canonical)?,
                index: self.next,
                path: None,
            });
            self.next += 1;
        }
        if entries.is_empty() && self.next != self.size {
            return Err(damaged(&self.log));
        }
        Ok(entries)
    }

    /// The last line, over the digest of all lines above it.
    ///
    /// # Errors
    /// When nobody can sign.
    pub fn end(&self, rows: u64, sha256: [u8; 32]) -> Result<String, ServiceError> {
        self.service.export_end(&self.log, rows, sha256)
    }
}
