//! One log submitted to one witness: the proof made, the answer judged.

use stagedoor_core::audit::proof::Plan;
use stagedoor_core::audit::witness::AddCheckpoint;
use stagedoor_store::log::head::{self, Head};
use stagedoor_store::log::subtree;
use stagedoor_store::log::witness::Due;

use super::Watched;
use super::call::{self, Answer};
use crate::error::ServiceError;
use crate::log::known::Damage;
use crate::state::Service;

/// The second try goes on from the size that the witness gave as its own.
const TRIES: u32 = 2;

/// A checkpoint with the cosignature.
pub(super) struct Cosigned {
    pub(super) size: u64,
    pub(super) note: String,
}

/// Why a log was not cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// The witness is not there: no other log will fare better.
    #[error("{0}")]
    Away(String),
    /// The witness does not cosign this log, or says nothing that can be used.
    #[error("{0}")]
    Refused(String),
    /// It has seen more than there is.
    #[error("it has cosigned {size} entries of the log, which has {found}: the database was rolled back")]
    Ahead {
        /// What it has seen.
        size: u64,
        /// What there is.
        found: u64,
    },
    /// It has seen something else.
    #[error(
        "it has cosigned {size} entries of the log, and they are not those that the log begins with: its past was rewritten"
    )]
    Other {
        /// What it has seen.
        size: u64,
    },
}

impl Refusal {
    /// The size that the witness has cosigned and that the log does not go on from.
    pub(super) const fn disputed(&self) -> Option<u64> {
        match self {
            Self::Ahead { size, .. } | Self::Other { size } => Some(*size),
            Self::Away(_) | Self::Refused(_) => None,
        }
    }
}

/// What to do after an answer.
enum Next {
    Done(Result<Cosigned, Refusal>),
    /// Go on from this size.
    Again(u64),
}

impl Service {
    /// Has a log cosigned as it is. Where the witness has cosigned another size than we know of, it is tried once more from there.
    pub(super) async fn submit(
        &self,
        watched: &Watched,
        due: Due,
    ) -> Result<Result<Cosigned, Refusal>, ServiceError> {
        let (mut head, mut old) = (due.head, due.seen);
        for _ in 0..TRIES {
            head = match self.not_behind(head, old).await? {
                Ok(head) => head,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let submitted = match self.submission(&head, old).await? {
                Ok(submitted) => submitted,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let answer = call::submit(&self.logs().witnesses.http, &watched.witness, &submitted).await;
            match judge(watched, &head, &submitted, answer) {
                Next::Done(done) => return Ok(done),
                Next::Again(size) => old = size,
            }
        }
        let words = "it has cosigned another size each time that it was asked".to_owned();
        let head = self.not_behind(head, old).await?;
        Ok(head.and(Err(Refusal::Refused(words))))
    }

    /// A head that is not smaller than what a witness has cosigned. What it has seen was committed before, by whichever process,
    /// so that a smaller head is read once more; if it still is, the log was cut.
    async fn not_behind(&self, head: Head, size: u64) -> Result<Result<Head, Refusal>, ServiceError> {
        if head.size >= size {
            return Ok(Ok(head));
        }
        let found = head::find(&mut self.db().reader(), &head.scope).await?;
        let found = found.unwrap_or(Head { size: 0, ..head });
        if found.size >= size {
            return Ok(Ok(found));
        }
        let found = found.size;
        Ok(Err(Refusal::Ahead { size, found }))
    }

    /// What is said to the witness: the head, and that it goes on from a size.
    async fn submission(
        &self,
        head: &Head,
        old: u64,
    ) -> Result<Result<AddCheckpoint, Refusal>, ServiceError> {
        let damaged = |damage: Damage| Ok(Err(Refusal::Refused(format!("it was not asked: {damage}"))));
        let Ok((checkpoint, _)) = self.logs().open_head(head) else {
            return damaged(Damage::Checkpoint);
        };
        let Some(plan) = Plan::consistency(old, head.size) else {
            return damaged(Damage::Cut);
        };
        // Leaves below a head never change, so that no snapshot is needed.
        let hashes = subtree::hashes(&mut self.db().reader(), &head.scope, plan.wanted()).await?;
        match plan.path(|subtree| hashes.get(&subtree).copied()) {
            Ok(proof) => Ok(Ok(AddCheckpoint {
                old,
                proof,
                checkpoint,
            })),
            Err(_) => damaged(Damage::Leaves),
        }
    }
}

/// What an answer means.
fn judge(watched: &Watched, head: &Head, submitted: &AddCheckpoint, answer: Answer) -> Next {
    let old = submitted.old;
    let refused = |words: String| Next::Done(Err(Refusal::Refused(words)));
    match answer {
        Answer::Lines(lines) => match watched.witness.key.join(&submitted.checkpoint, &lines) {
            Ok((note, _)) => Next::Done(Ok(Cosigned {
                size: head.size,
                note: note.to_string(),
            })),
            Err(error) => refused(format!("its cosignature does not hold: {error}")),
        },
        Answer::Conflict(Some(size)) if size != old => Next::Again(size),
        // Of this very size, it has another root.
        Answer::Conflict(_) if old == head.size => Next::Done(Err(Refusal::Other { size: old })),
        Answer::Conflict(_) => refused("it answered with a conflict and no other size".to_owned()),
        Answer::Inconsistent if old > 0 => Next::Done(Err(Refusal::Other { size: old })),
        Answer::Inconsistent => refused("it takes no checkpoint as the first one".to_owned()),
        Answer::Refused(words) => refused(words),
        Answer::Unwell(words) => Next::Done(Err(Refusal::Away(words))),
    }
}
