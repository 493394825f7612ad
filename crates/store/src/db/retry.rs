//! PostgreSQL's write transactions: SERIALIZABLE but for the log's own, tried again when two got in each other's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::postgres::PgPool;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tracing::Instrument;

use crate::db::conn::Conn;
use crate::db::postgres;
use crate::error::Error;
use crate::notary::Notary;
use crate::tx::{Attempt, Committed, WriteTx, attempt};

/// How much a transaction has to do with what runs beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// As if all ran one after the other.
    Serializable,
    /// It sees one moment, and loses to whoever changed a row that it changes. For what reads only what nobody changes
    /// afterwards: at SERIALIZABLE its reads would make others lose who add to what it read.
    Snapshot,
}

impl Isolation {
    const fn begin(self) -> &'static str {
        match self {
            Self::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        }
    }
}

const TRIES: u64 = 12;
/// From this try on, the stragglers of this process run alone in it: whoever has lost so often would go on losing to those
/// who have just come.
const ALONE_TRIES: u64 = 3;
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Keeps those who lost several times out of everybody's way.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// Tokio's is fair: who waits to be alone is not overtaken.
    floor: RwLock<()>,
    losses: AtomicU64,
}

/// A transaction's place on the floor.
enum Place<'a> {
    Together { _shared: RwLockReadGuard<'a, ()> },
    Alone { _whole: RwLockWriteGuard<'a, ()> },
}

impl Turn {
    async fn place(&self, tried: u64) -> Place<'_> {
        if tried < ALONE_TRIES {
            Place::Together {
                _shared: self.floor.read().await,
            }
        } else {
            Place::Alone {
                _whole: self.floor.write().await,
            }
        }
    }

    /// Doubles with each try, and differs between those who lost at the same time.
    fn pause(&self, tried: u64) -> Duration {
        let spread = self
            .losses
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            >> 56;
        let base = Duration::from_millis(1 << tried.min(6));
        (base + base.mul_f64(spread as f64 / 256.0)).min(LONGEST_PAUSE)
    }
}

/// Runs the work to its end in a task of its own, whether or not the caller waits for it.
pub(crate) async fn write<T, E, F>(
    pool: PgPool,
    turn: Arc<Turn>,
    notary: Arc<Notary>,
    isolation: Isolation,
    work: F,
) -> Result<T, E>
where
    F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let task = async move { try_in_turns(&pool, &turn, &notary, isolation, &work).await };
    match tokio::spawn(task.in_current_span()).await {
        Ok(result) => result,
        Err(_) => Err(Error::unavailable("the program is shutting down").into()),
    }
}

async fn try_in_turns<T, E, F>(
    pool: &PgPool,
    turn: &Turn,
    notary: &Arc<Notary>,
    isolation: Isolation,
    work: &F,
) -> Result<T, E>
where
    F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>>,
    E: From<Error>,
{
    for tried in 0..TRIES {
        let place = turn.place(tried).await;
        let outcome = try_once(pool, notary, isolation, work).await;
        drop(place);
        match outcome {
            Outcome::Final(result) => return result,
            Outcome::Again => tokio::time::sleep(turn.pause(tried)).await,
        }
    }
    Err(Error::Busy.into())
}

enum Outcome<T, E> {
    Final(Result<T, E>),
    Again,
}

/// One transaction. What the work answered after a serialization failure is forgotten: it saw a state that never was.
async fn try_once<T, E, F>(
    pool: &PgPool,
    notary: &Arc<Notary>,
    isolation: Isolation,
    work: &F,
) -> Outcome<T, E>
where
    F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>>,
    E: From<Error>,
{
    let begin = isolation.begin();
    let tx = match pool.begin_with(begin).await {
        Ok(tx) => tx,
        Err(error) => return failed(postgres::map(begin, &error)),
    };
    let Attempt {
        result,
        conn,
        failed: failure,
    } = attempt(work, Conn::Postgres(tx), notary).await;
    let Some(Conn::Postgres(tx)) = conn else {
        return failed(Error::Aborted {
            why: "the transaction lost its connection",
        });
    };
    let ended = match &result {
        Ok(_) => tx.commit().await.map_err(|error| postgres::map("COMMIT", &error)),
        // Whatever the rollback says: the server forgets a transaction whose connection is gone.
        Err(_) => {
            drop(tx.rollback().await);
            failure.map_or(Ok(()), Err)
        }
    };
    match (result, ended) {
        (_, Err(Error::Collided)) => Outcome::Again,
        (Ok(_), Err(error)) => failed(error),
        (result, _) => Outcome::Final(result),
    }
}

fn failed<T, E: From<Error>>(error: Error) -> Outcome<T, E> {
    match error {
        Error::Collided => Outcome::Again,
        error => Outcome::Final(Err(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_has_lost_often_runs_alone() {
        let turn = Turn::default();
        let (first, second) = (turn.place(0).await, turn.place(ALONE_TRIES - 1).await);
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, turn.place(ALONE_TRIES)).await.is_err());
        drop((first, second));
        let alone = turn.place(ALONE_TRIES).await;
        assert!(tokio::time::timeout(soon, turn.place(0)).await.is_err());
        drop(alone);
        turn.place(0).await;
    }

    #[test]
    fn pauses_grow_and_differ_and_end() {
        let turn = Turn::default();
        let pauses: Vec<Duration> = (0..TRIES).map(|tried| turn.pause(tried)).collect();
        assert!(
            pauses
                .iter()
                .all(|pause| *pause <= LONGEST_PAUSE && *pause >= Duration::from_millis(1))
        );
        assert!(pauses[5] > pauses[0]);
        assert_ne!(turn.pause(3), turn.pause(3));
    }
}
