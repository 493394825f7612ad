//! The right edges of logs as this process last saw them: so that growing a log takes no reading, and so that a log that was cut
//! or rewritten behind the process's back is noticed before it is signed.

use moka::sync::Cache;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::leaf::Frontier;
use stagedoor_store::log::head::Head;
use stagedoor_store::log::subtree;
use stagedoor_store::statement::Executor;

use super::Logs;
use crate::error::ServiceError;

/// How many logs are remembered; others are read again when they grow.
const MOST: u64 = 10_000;

/// By the log's name in storage. Clones share what they know.
#[derive(Debug, Clone)]
pub(super) struct KnownHeads(Cache<String, Known>);

/// A log's right edge, under the checkpoint that was signed over it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) frontier: Frontier,
    pub(super) note: String,
}

/// Why a log gets no further entries: it is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It was longer.
    #[error("it is shorter than it was seen")]
    Cut,
    /// Its beginning was another.
    #[error("what was seen of it was changed")]
    Rewritten,
    /// The head's checkpoint is not signed by a key of ours, or not over this size.
    #[error("its last checkpoint is not ours")]
    Checkpoint,
    /// The leaves do not lead to the root that was signed.
    #[error("its leaves do not lead to the root that was signed")]
    Leaves,
}

impl Default for KnownHeads {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl KnownHeads {
    pub(super) fn get(&self, log: &str) -> Option<Known> {
        self.0.get(log)
    }

    pub(super) fn remember(&self, log: String, known: Known) {
        self.0.insert(log, known);
    }
}

/// A log's right edge as its head says it is: remembered where it has not moved, read and checked where it has.
pub(super) async fn edge(
    ex: &mut impl Executor,
    log: &str,
    head: Option<&Head>,
    logs: &Logs,
) -> Result<Result<Frontier, Damage>, ServiceError> {
    let size = head.map_or(0, |head| head.size);
    let Some(known) = logs.heads.get(log) else {
        return match head {
            Some(head) => read(ex, head, logs).await,
            None => Ok(Ok(Frontier::new())),
        };
    };
    let Some(head) = head.filter(|_| known.frontier.size() <= size) else {
        return Ok(Err(Damage::Cut));
    };
    if known.note == head.note {
        return Ok(Ok(known.frontier));
    }
    let before = at_size(ex, &head.scope, known.frontier.size()).await?;
    if before.as_ref() != Some(&known.frontier) {
        return Ok(Err(Damage::Rewritten));
    }
    read(ex, head, logs).await
}

/// What is wrong with a log by a checkpoint that was kept outside.
pub(super) async fn against(
    ex: &mut impl Executor,
    log: &str,
    head: Option<&Head>,
    kept: &Checkpoint,
) -> Result<Option<Damage>, ServiceError> {
    if head.map_or(0, |head| head.size) < kept.size {
        return Ok(Some(Damage::Cut));
    }
    let then = at_size(ex, log, kept.size).await?;
    let same = then.is_some_and(|frontier| frontier.root() == kept.root);
    Ok((!same).then_some(Damage::Rewritten))
}

async fn read(
    ex: &mut impl Executor,
    head: &Head,
    logs: &Logs,
) -> Result<Result<Frontier, Damage>, ServiceError> {
    let Ok((_, checkpoint)) = logs.open_head(head) else {
        return Ok(Err(Damage::Checkpoint));
    };
    let frontier = at_size(ex, &head.scope, head.size).await?;
    let whole = frontier.filter(|frontier| frontier.root() == checkpoint.root);
    Ok(whole.ok_or(Damage::Leaves))
}

/// The right edge that a log had at a size, from what is stored; `None` where a hash is missing.
async fn at_size(ex: &mut impl Executor, log: &str, size: u64) -> Result<Option<Frontier>, ServiceError> {
    let wanted = Frontier::wanted(size);
    let hashes = subtree::hashes(ex, log, wanted.iter().copied()).await?;
    let peaks: Option<Vec<_>> = wanted
        .iter()
        .map(|subtree| hashes.get(subtree).copied())
        .collect();
    Ok(peaks.and_then(|peaks| Frontier::resume(size, peaks)))
}
