//! The rounds: which logs a witness has not seen as they are, one after the other, and what came of it.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use stagedoor_core::time::Timestamp;
use stagedoor_store::log::witness::{self, Due};
use stagedoor_store::tx::Unaudited;
use tokio::task::JoinSet;

use super::Watched;
use super::pace::Pace;
use super::submit::{Cosigned, Refusal};
use crate::error::ServiceError;
use crate::jobs::EVERY;
use crate::state::Service;
use crate::status::Job;

/// Logs that are read at a time; what came of them is written down together.
const PAGE: u32 = 50;
/// What another process signed is found after this long.
const LOOK: Duration = Duration::from_secs(30);

/// What one round with one witness did.
#[derive(Debug, Default)]
struct Round {
    /// The first failure, in words.
    failure: Option<String>,
    /// When something is to be tried again; `None` where nothing was left.
    again: Option<Timestamp>,
}

impl Round {
    fn again_at(&mut self, at: Timestamp) {
        self.again = Some(self.again.map_or(at, |before| before.min(at)));
    }
}

/// What came of one log.
type Tried = (String, Result<Cosigned, Refusal>);

impl Watched {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        // A panic elsewhere while the lock was held leaves times that are still times.
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// One round with every witness, all of them at once: each log that a witness has not seen as it is now goes there, where it is
    /// time for it.
    ///
    /// # Errors
    /// The first failure, also of a witness. What failed is written down and tried again, less and less often.
    pub async fn ask_witnesses(&self) -> Result<(), ServiceError> {
        let mut rounds = JoinSet::new();
        for at in 0..self.logs().witnesses.all.len() {
            let service = self.clone();
            rounds.spawn(async move { service.round_with(at).await });
        }
        let mut done = Ok(());
        while let Some(round) = rounds.join_next().await {
            let round = round.unwrap_or_else(|_| Err(stopped()));
            done = done.and(round.and_then(told).map(drop));
        }
        done
    }

    /// Rounds with every witness for as long as the process lives, each in a task of its own.
    pub(crate) async fn run_witnesses(&self) {
        let mut tasks = JoinSet::new();
        for at in 0..self.logs().witnesses.all.len() {
            let service = self.clone();
            tasks.spawn(async move { service.run_witness(at).await });
        }
        while let Some(ended) = tasks.join_next().await {
            if ended.is_err() {
                tracing::error!(target: "stagedoor", "the task of a witness died; it is not asked until the next start");
            }
        }
    }

    async fn run_witness(&self, at: usize) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let grown = &self.logs().witnesses.grown;
        let (mut seen, mut next) = (None, self.now());
        loop {
            ticks.tick().await;
            let (growth, now) = (Some(grown.load(Ordering::Relaxed)), self.now());
            let is_due = growth != seen || next <= now;
            let work = async {
                if !is_due {
                    return Ok(());
                }
                seen = growth;
                next = now.plus(LOOK);
                let round = self.round_with(at).await?;
                next = round.again.map_or(next, |again| again.min(next));
                told(round).map(drop)
            };
            if let Err(error) = self.noted(Job::Witnesses, work).await {
                tracing::warn!(%error, "a log could not be cosigned");
            }
        }
    }

    async fn round_with(&self, at: usize) -> Result<Round, ServiceError> {
        let mut round = Round::default();
        let Some(watched) = self.logs().witnesses.all.get(at) else {
            return Ok(round);
        };
        watched.pace().tidy(self.now());
        let mut after = String::new();
        loop {
            if let Some(next) = watched.pace().away(self.now()) {
                round.again_at(next);
                return Ok(round);
            }
            let ex = &mut self.db().reader();
            let page = witness::due(ex, &watched.label, &after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(round);
            };
            after.clone_from(&last.head.scope);
            let tried = self.try_page(watched, page, &mut round).await?;
            self.keep(watched, tried).await?;
        }
    }

    /// Submits those logs of a page whose time has come. It ends where the witness is away.
    async fn try_page(
        &self,
        watched: &Watched,
        page: Vec<Due>,
        round: &mut Round,
    ) -> Result<Vec<Tried>, ServiceError> {
        let mut tried = Vec::new();
        for due in page {
            let log = due.head.scope.clone();
            if let Some(next) = watched.pace().wait(&log, self.now()) {
                round.again_at(next);
                continue;
            }
            let done = self.submit(watched, due).await?;
            if let Err(refusal) = &done {
                round.again_at(self.not_cosigned(watched, &log, refusal));
                let words = || format!("{log}, {}: {refusal}", watched.label);
                round.failure.get_or_insert_with(words);
            } else {
                watched.pace().cosigned(&log, self.now());
            }
            let is_away = matches!(done, Err(Refusal::Away(_)));
            tried.push((log, done));
            if is_away {
                break;
            }
        }
        Ok(tried)
    }

    /// Notes that a log was not cosigned, and says when it is tried again.
    fn not_cosigned(&self, watched: &Watched, log: &str, refusal: &Refusal) -> Timestamp {
        if refusal.disputed().is_some() {
            tracing::error!(target: "stagedoor", log, witness = watched.label, %refusal, "a witness has seen what the log is not");
        }
        let mut random = [0; 8];
        self.rng().fill(&mut random);
        let (now, random) = (self.now(), u64::from_be_bytes(random));
        match refusal {
            Refusal::Away(_) => watched.pace().unanswered(now, random),
            _ => watched.pace().refused(log, now, random),
        }
    }

    /// Writes down what came of some logs.
    async fn keep(&self, watched: &Watched, tried: Vec<Tried>) -> Result<(), ServiceError> {
        if tried.is_empty() {
            return Ok(());
        }
        let (now, label) = (self.now(), watched.label.clone());
        let tried = std::sync::Arc::new(tried);
        self.db()
            .sequence(move |mut tx| {
                let (tried, label) = (std::sync::Arc::clone(&tried), label.clone());
                Box::pin(async move {
                    for (log, done) in tried.iter() {
                        match done {
                            Ok(Cosigned { size, note }) => {
                                witness::cosigned(&mut tx, log, &label, (*size, note), now).await?;
                            }
                            Err(refusal) => {
                                let words = refusal.to_string();
                                let failure = (words.as_str(), refusal.disputed());
                                witness::failed(&mut tx, log, &label, failure, now).await?;
                            }
                        }
                    }
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Sequencing, ()).await?)
                })
            })
            .await
    }
}

/// A round with a failure as the failure.
fn told(mut round: Round) -> Result<Round, ServiceError> {
    match round.failure.take() {
        Some(words) => Err(ServiceError::Internal(format!("no cosignature: {words}"))),
        None => Ok(round),
    }
}

fn stopped() -> ServiceError {
    ServiceError::Internal("a round with a witness was stopped".to_owned())
}
