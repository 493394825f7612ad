//! Gives committed entries their places: leaves in the order in which they are found durable, a signed checkpoint over them, and
//! the head moved by compare-and-swap, all in one transaction.
//!
//! An entry whose seal is not ours gets no place, and a log that is not what it was gets no signature. Other logs go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::leaf::{Frontier, Subtree, TreeHash};
use stagedoor_core::audit::note::Note;
use stagedoor_core::id::EventId;
use stagedoor_core::time::Timestamp;
use stagedoor_store::log::head::{self, Head};
use stagedoor_store::log::leaf::{self, Leaf};
use stagedoor_store::log::queue::{self, Waiting};
use stagedoor_store::log::subtree;
use stagedoor_store::tx::{Unaudited, WriteTx};
use stagedoor_store::{Committed, Error};

use super::Logs;
use super::known::{Damage, Known, against, edge};
use crate::error::ServiceError;
use crate::state::Service;

/// Entries that get their places in one transaction.
const BATCH: u32 = 1_000;
/// How long to wait for more, so that one checkpoint serves what comes together.
const GATHER: Duration = Duration::from_millis(5);
/// What another process committed and could not give places is found after this long.
const LOOK: Duration = Duration::from_millis(500);

/// What one round did.
#[derive(Debug, Clone, Default)]
pub struct Sequenced {
    /// How many entries were looked at.
    seen: u64,
    /// How many of them got their places.
    pub leaves: u64,
    /// The logs that grew, as they are now.
    pub heads: Vec<Head>,
    /// Entries that bear no seal of ours.
    pub refused: Vec<EventId>,
    /// Logs that are not what they were, with why.
    pub damaged: Vec<(String, Damage)>,
}

impl Sequenced {
    fn join(&mut self, more: Self) {
        self.seen += more.seen;
        self.leaves += more.leaves;
        self.heads.extend(more.heads);
        self.refused.extend(more.refused);
        self.damaged.extend(more.damaged);
    }
}

/// A log that grows.
struct Grown {
    from: u64,
    head: Head,
    known: Known,
    leaves: Vec<Leaf>,
    completed: Vec<(Subtree, TreeHash)>,
}

impl Service {
    /// Gives places to all that wait.
    ///
    /// # Errors
    /// When the database cannot be read or written. What was done before stays.
    pub async fn sequence(&self) -> Result<Sequenced, ServiceError> {
        self.read_checkpoints()?;
        let _turn = self.logs().turn.lock().await;
        let mut all = Sequenced::default();
        while queue::is_waiting(&mut self.db().reader()).await? {
            let done = match self.sequence_batch(&all.damaged, None).await {
                Err(ServiceError::Store(Error::Conflict { .. })) => {
                    self.sequence_singly(&all.damaged).await?
                }
                done => done?,
            };
            let is_last = done.seen < u64::from(BATCH) && done.damaged.is_empty();
            if !done.heads.is_empty() {
                self.logs().outside.note(&done.heads);
                self.logs().witnesses.note_growth();
            }
            all.join(done);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    /// Each log that has entries waiting in a transaction of its own: one of them has leaves beyond its head, which nothing but
    /// tampering leaves behind, and the others shall go on.
    async fn sequence_singly(&self, damaged: &[(String, Damage)]) -> Result<Sequenced, ServiceError> {
        let except: Vec<String> = damaged.iter().map(|(log, _)| log.clone()).collect();
        let waiting = queue::waiting(&mut self.db().reader(), &except, BATCH).await?;
        let logs: BTreeSet<String> = waiting.into_iter().map(|entry| entry.scope).collect();
        let mut all = Sequenced::default();
        for log in logs {
            match self.sequence_batch(damaged, Some(&log)).await {
                Err(ServiceError::Store(Error::Conflict { .. })) => {
                    tracing::error!(target: "stagedoor", log, "a log has leaves beyond its head; it is not signed any further");
                    all.damaged.push((log, Damage::Leaves));
                }
                done => all.join(done?),
            }
        }
        Ok(all)
    }

    /// One transaction's worth, of all logs or of one. Logs that were found damaged are left out, or their entries would fill every batch.
    async fn sequence_batch(
        &self,
        damaged: &[(String, Damage)],
        only: Option<&str>,
    ) -> Result<Sequenced, ServiceError> {
        let now = self.now();
        let service = self.clone();
        let only: Option<Arc<str>> = only.map(Arc::from);
        let except: Arc<[String]> = damaged.iter().map(|(log, _)| log.clone()).collect();
        let (done, known) = self
            .db()
            .sequence(move |tx| {
                let (service, except, only) = (service.clone(), Arc::clone(&except), only.clone());
                Box::pin(async move { round(tx, service.logs(), &except, only.as_deref(), now).await })
            })
            .await?;
        pass("committed");
        for (log, known) in known {
            // Its past was held against what stands outside, and is remembered from here on.
            self.logs().outside.settle(&log);
            self.logs().heads.remember(log, known);
        }
        for id in &done.refused {
            tracing::error!(target: "stagedoor", %id, "an entry was put into the database that this installation did not write; it gets no place in the log");
        }
        for (log, damage) in &done.damaged {
            tracing::error!(target: "stagedoor", log, %damage, "a log was tampered with; it is not signed any further");
        }
        Ok(done)
    }

    /// Gives places to entries as they are committed, for as long as the process lives.
    pub(crate) async fn run_sequencer(&self) {
        loop {
            // Whichever it was: the round looks for itself.
            drop(tokio::time::timeout(LOOK, self.db().committed()).await);
            tokio::time::sleep(GATHER).await;
            if let Err(error) = self.sequence().await {
                tracing::warn!(%error, "entries could not be given their places in the log");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Where tests let the process die: see `testing::pass`.
fn pass(_point: &str) {
    #[cfg(feature = "testing")]
    crate::testing::pass(_point);
}

type Round = (Sequenced, Vec<(String, Known)>);

async fn round(
    mut tx: WriteTx,
    logs: &Logs,
    except: &[String],
    only: Option<&str>,
    now: Timestamp,
) -> Result<Committed<Round>, ServiceError> {
    let mut sequenced = Sequenced::default();
    let mut known = Vec::new();
    let mut placed = Vec::new();
    let mut waiting = queue::waiting(&mut tx, except, BATCH).await?;
    waiting.retain(|entry| only.is_none_or(|log| entry.scope == log));
    sequenced.seen = waiting.len() as u64;
    pass("found");
    for (log, entries) in by_log(logs, waiting, &mut sequenced.refused) {
        let grown = match grow(&mut tx, logs, &log, &entries, now).await? {
            Ok(grown) => grown,
            Err(damage) => {
                sequenced.damaged.push((log, damage));
                continue;
            }
        };
        pass("signed");
        // First of all, so that who comes second loses here, where it counts as a collision and is tried again.
        head::advance(&mut tx, grown.from, &grown.head).await?;
        pass("head");
        leaf::insert(&mut tx, &log, &grown.leaves).await?;
        pass("leaves");
        subtree::insert(&mut tx, &log, &grown.completed).await?;
        placed.extend(grown.leaves.iter().map(|leaf| leaf.event));
        sequenced.heads.push(grown.head);
        known.push((log, grown.known));
    }
    sequenced.leaves = queue::remove(&mut tx, &placed).await?;
    pass("removed");
    for id in &sequenced.refused {
        queue::refuse(&mut tx, *id, now).await?;
    }
    Ok(tx
        .commit_unaudited(Unaudited::Sequencing, (sequenced, known))
        .await?)
}

/// An entry that is ours, with the hash of its leaf.
struct Ours {
    id: EventId,
    at: Timestamp,
    hash: TreeHash,
}

/// The entries by log, in their order; those without a seal of ours apart. Logs come in the order of their names, so that two
/// processes never wait for each other's heads crosswise.
fn by_log(logs: &Logs, waiting: Vec<Waiting>, refused: &mut Vec<EventId>) -> BTreeMap<String, Vec<Ours>> {
    let mut by_log: BTreeMap<String, Vec<Ours>> = BTreeMap::new();
    for entry in waiting {
        let hash = entry.canonical.as_deref().map(TreeHash::of_leaf);
        let seal = entry.seal.unwrap_or_default();
        match hash.filter(|hash| logs.seal_key().is_sealed(&entry.scope, *hash, &seal)) {
            Some(hash) => by_log.entry(entry.scope).or_default().push(Ours {
                id: entry.id,
                at: entry.at,
                hash,
            }),
            None => refused.push(entry.id),
        }
    }
    by_log
}

async fn grow(
    tx: &mut WriteTx,
    logs: &Logs,
    log: &str,
    entries: &[Ours],
    now: Timestamp,
) -> Result<Result<Grown, Damage>, ServiceError> {
    let name = logs.name(log)?;
    let before = head::find(tx, log).await?;
    if let Some(claim) = logs.outside.claim(log)
        && let Some(damage) = against(tx, log, before.as_ref(), &claim).await?
    {
        return Ok(Err(damage));
    }
    let mut frontier = match edge(tx, log, before.as_ref(), logs).await? {
        Ok(frontier) => frontier,
        Err(damage) => return Ok(Err(damage)),
    };
    let from = frontier.size();
    let (leaves, completed) = append(&mut frontier, entries);
    let checkpoint = Checkpoint {
        origin: name.to_string(),
        size: frontier.size(),
        root: frontier.root(),
        at: Some(now),
    };
    let signers = logs.signers(&name);
    let note: Note = checkpoint
        .sign(&signers.iter().collect::<Vec<_>>())
        .map_err(|error| ServiceError::Internal(format!("no checkpoint of {log} can be signed: {error}")))?;
    let note = note.to_string();
    Ok(Ok(Grown {
        from,
        head: Head {
            scope: log.to_owned(),
            size: frontier.size(),
            note: note.clone(),
            at: now,
        },
        known: Known { frontier, note },
        leaves,
        completed,
    }))
}

fn append(frontier: &mut Frontier, entries: &[Ours]) -> (Vec<Leaf>, Vec<(Subtree, TreeHash)>) {
    let mut leaves = Vec::with_capacity(entries.len());
    let mut completed = Vec::new();
    for entry in entries {
        leaves.push(Leaf {
            index: frontier.size(),
            at: entry.at,
            event: entry.id,
            hash: entry.hash,
        });
        completed.extend(frontier.append(entry.hash));
    }
    (leaves, completed)
}
