//! Whether this instance should get requests: the database can be read and an audited write made durable.
//!
//! Whoever asks is answered within [`FRESH`] and [`PATIENCE`] together of any change, however the database fails: an
//! answer is kept for a moment, a probe is not waited for longer than that, and no second one starts while the first
//! hangs, so that asking often never becomes a load of its own.

use std::time::Duration;

use stagedoor_store::{Error, audit};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::error::ServiceError;
use crate::state::Service;

/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(1);
/// How long a probe may take before the answer is no.
const PATIENCE: Duration = Duration::from_millis(900);
/// How far clocks of processes may be apart.
const SKEW: Duration = Duration::from_secs(1);
/// Within this time of its failure, a database is known to have failed (spec 08).
const BOUND: Duration = Duration::from_secs(2);
const _: () = assert!(FRESH.as_millis() + PATIENCE.as_millis() < BOUND.as_millis());

/// The last answer, and the probe that is under way.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Slot>);

#[derive(Debug, Default)]
struct Slot {
    last: Option<(Duration, Result<(), Error>)>,
    probe: Option<JoinHandle<Result<(), Error>>>,
}

impl Readiness {
    /// The answer at a moment of the monotonic clock; `start` starts a probe, in a task of its own.
    async fn ask(
        &self,
        now: Duration,
        patience: Duration,
        start: impl FnOnce() -> JoinHandle<Result<(), Error>>,
    ) -> Result<(), Error> {
        let mut slot = self.0.lock().await;
        if let Some((at, answer)) = &slot.last
            && now.saturating_sub(*at) < FRESH
        {
            return answer.clone();
        }
        // One that has ended while nobody looked tells of a moment that is long past.
        let running = slot.probe.take().filter(|probe| !probe.is_finished());
        let mut probe = running.unwrap_or_else(start);
        let answer = match tokio::time::timeout(patience, &mut probe).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(unavailable("the probe was stopped")),
            Err(_) => {
                slot.probe = Some(probe);
                Err(unavailable("it does not answer in time"))
            }
        };
        slot.last = Some((now, answer.clone()));
        answer
    }
}

fn unavailable(why: &str) -> Error {
    Error::Unavailable { why: why.to_owned() }
}

impl Service {
    /// Whether requests can be served: reads, and audited writes that last.
    ///
    /// # Errors
    /// Why not.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        let db = self.db().clone();
        let start = || tokio::spawn(async move { db.ping().await });
        let now = self.clock().monotonic();
        Ok(self.readiness().ask(now, PATIENCE, start).await?)
    }
}

impl Service {
    /// How far this process's clock is behind what has been written already, by another or before a restart, where that is more
    /// than [`SKEW`]: then entries of this process would stand before those that led to them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn clock_behind(&self) -> Result<Option<Duration>, ServiceError> {
        let newest = audit::newest(&mut self.db().reader()).await?;
        let behind = newest.map_or(Duration::ZERO, |at| at.since(self.now()));
        Ok((behind > SKEW).then_some(behind))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const SHORT: Duration = Duration::from_millis(5);
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn answers_hold_for_a_second_good_and_bad_ones() {
        let (readiness, probes) = (Readiness::default(), AtomicU32::new(0));
        let at = |millis| Duration::from_millis(millis);
        let probe = |answer: Result<(), Error>| {
            probes.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async { answer })
        };
        for millis in 0..100 {
            assert_eq!(
                readiness.ask(at(9 * millis), LONG, || probe(Ok(()))).await,
                Ok(())
            );
        }
        assert_eq!(probes.load(Ordering::SeqCst), 1);
        let bad = Err(unavailable("test"));
        assert_eq!(readiness.ask(at(1_000), LONG, || probe(bad.clone())).await, bad);
        assert_eq!(readiness.ask(at(1_999), LONG, || probe(Ok(()))).await, bad);
        assert_eq!(readiness.ask(at(2_000), LONG, || probe(Ok(()))).await, Ok(()));
        assert_eq!(probes.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_probe_that_hangs_is_a_no_and_stays_the_only_one() {
        let (readiness, probes) = (Readiness::default(), Arc::new(AtomicU32::new(0)));
        let (release, held) = tokio::sync::watch::channel(false);
        let hang = || {
            probes.fetch_add(1, Ordering::SeqCst);
            let mut held = held.clone();
            tokio::spawn(async move {
                held.wait_for(|free| *free).await.unwrap();
                Ok(())
            })
        };
        for second in 0..5 {
            let answer = readiness.ask(Duration::from_secs(second), SHORT, hang).await;
            assert!(matches!(answer, Err(Error::Unavailable { .. })));
        }
        assert_eq!(probes.load(Ordering::SeqCst), 1);
        release.send(true).unwrap();
        assert_eq!(readiness.ask(Duration::from_secs(5), LONG, hang).await, Ok(()));
    }

    #[tokio::test]
    async fn a_probe_that_ended_while_nobody_looked_proves_nothing() {
        let readiness = Readiness::default();
        let (release, held) = tokio::sync::oneshot::channel();
        let slow = || tokio::spawn(async move { held.await.map_err(|_| unavailable("test")) });
        assert!(readiness.ask(Duration::ZERO, SHORT, slow).await.is_err());
        release.send(()).unwrap();
        while !readiness
            .0
            .lock()
            .await
            .probe
            .as_ref()
            .is_some_and(JoinHandle::is_finished)
        {
            tokio::task::yield_now().await;
        }
        let dead = || tokio::spawn(async { Err(unavailable("now it is gone")) });
        let later = readiness.ask(Duration::from_secs(600), LONG, dead).await;
        assert_eq!(later, Err(unavailable("now it is gone")));
    }
}
