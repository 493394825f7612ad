//! What is told of refused tries, here and at the staff entrance: gathered while the answer is given, and written within the
//! second.
//!
//! An entry that names a person takes other statements than one of nobody, and of a stranger's tries only one a minute is told.
//! Written before the answer, that would tell the caller whom an address names. A try is counted against its account before
//! the answer all the same; a crash within the second loses only what is told of it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use stagedoor_core::audit::AuditBatch;
use stagedoor_core::time::Timestamp;

use crate::error::ServiceError;
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// Most that wait; whoever would add one more writes them all first.
const WAITING_MAX: usize = 1_024;
/// Most that are written in one transaction.
const AT_ONCE: usize = 100;

/// A try that was refused.
#[derive(Clone)]
struct RefusedTry {
    visitor: Visitor,
    acting: Acting,
    story: Story,
    /// The counter by which it is told once a minute only.
    once: Option<String>,
    at: Timestamp,
}

/// Refused tries that are not written yet.
#[derive(Default)]
pub(crate) struct RefusedTries(Mutex<VecDeque<RefusedTry>>);

impl RefusedTries {
    fn with<T>(&self, work: impl FnOnce(&mut VecDeque<RefusedTry>) -> T) -> T {
        // A panic elsewhere while the lock was held leaves a queue that is still a queue.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The oldest.
    fn take(&self) -> Vec<RefusedTry> {
        self.with(|waiting| {
            let some = waiting.len().min(AT_ONCE);
            waiting.drain(..some).collect()
        })
    }

    fn put_back(&self, taken: Vec<RefusedTry>) {
        self.with(|waiting| {
            for one in taken.into_iter().rev() {
                waiting.push_front(one);
            }
        });
    }
}

impl Service {
    /// Keeps what is to be told of a refused try.
    ///
    /// # Errors
    /// When too many wait and cannot be written.
    pub(crate) async fn tell_refused_try(
        &self,
        visitor: &Visitor,
        acting: Acting,
        story: Story,
        once: Option<String>,
    ) -> Result<(), ServiceError> {
        if self.refused_tries().with(|waiting| waiting.len()) >= WAITING_MAX {
            self.write_refused_tries().await?;
        }
        let refused = RefusedTry {
            visitor: visitor.clone(),
            acting,
            story,
            once,
            at: self.now(),
        };
        self.refused_tries().with(|waiting| waiting.push_back(refused));
        Ok(())
    }

    /// Writes down what is told of refused tries. Called once a second, and at the stop.
    ///
    /// # Errors
    /// When the database cannot be written; what waits is kept for the next time.
    pub(crate) async fn write_refused_tries(&self) -> Result<(), ServiceError> {
        loop {
            let mut taken = self.refused_tries().take();
            if taken.is_empty() {
                return Ok(());
            }
            if let Err(error) = self.write_tries(&mut taken).await {
                self.refused_tries().put_back(taken);
                return Err(error);
            }
        }
    }

    async fn write_tries(&self, tries: &mut Vec<RefusedTry>) -> Result<(), ServiceError> {
        let mut all: Option<AuditBatch> = None;
        let mut next = 0;
        while let Some(one) = tries.get_mut(next) {
            // Counted once, however often its writing is tried.
            if let Some(scope) = one.once.take()
                && self.count_one(scope, one.at).await? > 1
            {
                tries.remove(next);
                continue;
            }
            let batch = self
                .record(&one.visitor, &one.acting, one.story.clone(), one.at)
                .await?;
            all = Some(match all {
                Some(all) => all.and_all(batch),
                None => batch,
            });
            next += 1;
        }
        match all {
            Some(batch) => self.commit_only(batch).await,
            None => Ok(()),
        }
    }
}
