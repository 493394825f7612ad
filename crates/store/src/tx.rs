//! Write transactions: nothing is committed without its audit entries.
//!
//! A [`WriteTx`] is lent to the work of [`crate::Db::write`], and only [`WriteTx::commit`] (with a batch that is never
//! empty) or [`WriteTx::commit_unaudited`] (with a reason from a closed list) make the [`Committed`] that the work has to
//! give back. Both only promise: the engine commits after the work has ended, and acknowledges after that. Work
//! that fails, panics, hangs or forgets to commit is rolled back.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stagedoor_core::alert::Cause;
use stagedoor_core::audit::{AuditBatch, SealedEntry};
use tokio::sync::Mutex;

use crate::alert;
use crate::db::conn::Conn;
use crate::error::Error;
use crate::notary::Notary;
use crate::row::Row;
use crate::statement::{Executor, Query, Want, sealed, statements};
use crate::value::Value;

statements! {
    INSERT_ENTRY = "INSERT INTO audit_entry (at, id, scope, event, outcome, code, actor_kind, actor_id, act_id, target_kind, target_id, tenant_id, impersonation_id, session_id, request_id, retention, flags, canonical) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    INSERT_PERSONAL = "INSERT INTO audit_personal (event_id, slot, subject_id, ciphertext) VALUES ($1, $2, $3, $4)";
    ENQUEUE = "INSERT INTO audit_queue (event_id, at, scope, seal) VALUES ($1, $2, $3, $4)";
}

/// Why a write has no audit entry. Every exception there is stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaudited {
    /// A session or a visit was used: its idle clock moves.
    SessionTouch,
    /// The steps of a sign-in before there is a session: pre-session, ceremony, flash message, handoff code.
    SignInState,
    /// The key that a person's personal data will be encrypted under.
    SubjectKey,
    /// A counter of a rate limit.
    RateCounter,
    /// A job took, kept or gave back its lease.
    JobLease,
    /// How a delivery of an alert went.
    Delivery,
    /// Rows that nobody can use any more were swept away: expired codes, ceremonies, messages.
    Expiry,
    /// The row that proves, by being written, that something can be.
    Readiness,
    /// Entries that were committed get their places in the log, the log its checkpoint, and the checkpoint its cosignatures.
    Sequencing,
    /// Demo data, before anybody is there to act.
    Seed,
}

/// The proof that the work asked for its commit, with what it computed.
#[derive(Debug)]
#[must_use = "give it back to Db::write, which commits"]
pub struct Committed<T>(T);

/// A write transaction, lent to one piece of work.
///
/// After a statement has failed nothing more runs in it and it cannot be committed: PostgreSQL works like that, and
/// SQLite must, for some of its errors have rolled back already and would let the next statement commit by itself.
#[derive(Debug)]
#[must_use = "a transaction that is not committed is rolled back"]
pub struct WriteTx {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    slot: Mutex<Slot>,
    notary: Arc<Notary>,
}

/// The connection is here only while the work runs: a transaction that escapes into another task finds nothing.
#[derive(Debug)]
struct Slot {
    conn: Option<Conn>,
    failed: Option<Error>,
    committed: bool,
}

/// Rows a statement: at eighteen columns still far from the number of placeholders that both engines take.
const ROWS: usize = 250;

/// How long work may take. On SQLite everybody else waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

const OVER: Error = Error::Aborted {
    why: "the transaction is over",
};

impl Slot {
    /// Runs one step on the connection, and remembers its failure.
    async fn step<T>(
        &mut self,
        step: impl for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T, Error>>,
    ) -> Result<T, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = step(self.conn.as_mut().ok_or(OVER)?).await;
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }
}

impl sealed::Sealed for WriteTx {}

impl Executor for WriteTx {
    async fn fetch(&mut self, query: Query, want: Want) -> Result<Vec<Row>, Error> {
        let admitted = self.shared.notary.side().admit(&query);
        let mut slot = self.shared.slot.lock().await;
        slot.step(|conn| async move { conn.fetch(admitted.map(|()| query)?, want).await }.boxed())
            .await
    }
}

impl WriteTx {
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, Error> {
        let admitted = self.shared.notary.side().admit(&query);
        let mut slot = self.shared.slot.lock().await;
        slot.step(|conn| async move { conn.execute(admitted.map(|()| query)?).await }.boxed())
            .await
    }

    /// Asks for the commit, together with the entries that tell of it.
    ///
    /// The entries are stamped with the batch's time, or with the latest one this process stamped, if that is later. What of
    /// them alerts super admins is put into the outbox here, whoever commits.
    ///
    /// # Errors
    /// When the entries cannot be written, or a statement before failed: then nothing is committed.
    pub async fn commit<T>(mut self, batch: AuditBatch, value: T) -> Result<Committed<T>, Error> {
        let at = self.shared.notary.stamp(batch.now());
        #[cfg(feature = "testing")]
        crate::testing::seen(&batch);
        let causes: Vec<Cause> = batch.entries().iter().filter_map(Cause::of).collect();
        let sealed = batch
            .into_entries()
            .into_iter()
            .map(|entry| entry.seal(at))
            .collect();
        self.insert(sealed).await?;
        for cause in &causes {
            alert::raise(&mut self, cause, at).await?;
        }
        self.promise(value).await
    }

    /// Asks for a commit that no entry tells of.
    ///
    /// # Errors
    /// When a statement before failed: then nothing is committed.
    pub async fn commit_unaudited<T>(self, reason: Unaudited, value: T) -> Result<Committed<T>, Error> {
        tracing::trace!(?reason, "unaudited commit");
        self.promise(value).await
    }

    async fn promise<T>(self, value: T) -> Result<Committed<T>, Error> {
        let mut slot = self.shared.slot.lock().await;
        if let Some(error) = &slot.failed {
            return Err(error.clone());
        }
        slot.committed = true;
        Ok(Committed(value))
    }

    /// Adds entries with the personal data beside them, each with its row in the queue for a place in its log.
    pub(crate) async fn insert(&mut self, entries: Vec<SealedEntry>) -> Result<(), Error> {
        for some in entries.chunks(ROWS) {
            let rows = some.iter().map(|entry| entry_values(entry).to_vec());
            INSERT_ENTRY.many(rows.collect()).execute(self).await?;
            let waiting: Result<Vec<Vec<Value>>, Error> = some
                .iter()
                .map(|entry| {
                    let seal = self.shared.notary.seal(&entry.scope, &entry.canonical)?;
                    let seal = seal.as_slice().into();
                    Ok(vec![
                        entry.id.into(),
                        entry.at.into(),
                        (&entry.scope).into(),
                        seal,
                    ])
                })
                .collect();
            ENQUEUE.many(waiting?).execute(self).await?;
        }
        let personal = entries.into_iter().flat_map(|entry| {
            let id = entry.id;
            entry.personal.into_iter().map(move |personal| {
                let slot = personal.slot.as_str();
                vec![
                    id.into(),
                    slot.into(),
                    personal.subject.into(),
                    personal.ciphertext.into(),
                ]
            })
        });
        let personal: Vec<Vec<Value>> = personal.collect();
        for some in personal.chunks(ROWS) {
            INSERT_PERSONAL.many(some.to_vec()).execute(self).await?;
        }
        Ok(())
    }
}

/// The values of an entry, in the order of its insertion.
pub(crate) fn entry_values(entry: &SealedEntry) -> [Value; 18] {
    [
        entry.at.into(),
        entry.id.into(),
        (&entry.scope).into(),
        entry.event.into(),
        entry.outcome.into(),
        entry.code.into(),
        entry.actor_kind.into(),
        entry.actor_id.as_deref().into(),
        entry.act_id.as_deref().into(),
        entry.target_kind.into(),
        entry.target_id.as_deref().into(),
        entry.tenant_id.as_deref().into(),
        entry.impersonation_id.as_deref().into(),
        entry.session_id.as_deref().into(),
        (&entry.request_id).into(),
        entry.retention.into(),
        entry.flags.into(),
        (&entry.canonical).into(),
    ]
}

/// How a piece of work ended, and the connection it gave back.
pub(crate) struct Attempt<T, E> {
    /// What the caller will hear. `Ok` means: commit now, and tell only when that went well.
    pub(crate) result: Result<T, E>,
    /// The connection, still inside the transaction.
    pub(crate) conn: Option<Conn>,
    /// The statement failure that ended it, if one did.
    pub(crate) failed: Option<Error>,
}

/// Lends the connection to the work and takes it back, whatever the work does.
pub(crate) async fn attempt<T, E, F>(work: &F, conn: Conn, notary: &Arc<Notary>) -> Attempt<T, E>
where
    F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>>,
    E: From<Error>,
{
    let slot = Mutex::new(Slot {
        conn: Some(conn),
        failed: None,
        committed: false,
    });
    let shared = Arc::new(Shared {
        slot,
        notary: Arc::clone(notary),
    });
    let tx = WriteTx {
        shared: Arc::clone(&shared),
    };
    // Unwinding is safe to catch: all that the work shares with us is the slot, whose transaction is rolled back.
    let run = std::panic::AssertUnwindSafe(async { work(tx).await }).catch_unwind();
    let ended = tokio::time::timeout(PATIENCE, run).await;
    let mut slot = shared.slot.lock().await;
    let result = match ended {
        Ok(Ok(Ok(_))) if !slot.committed => aborted("the work did not commit its own transaction"),
        Ok(Ok(result)) => result.map(|Committed(value)| value),
        Ok(Err(_)) => aborted("the work panicked"),
        Err(_) => aborted("the work took too long"),
    };
    Attempt {
        result,
        conn: slot.conn.take(),
        failed: slot.failed.take(),
    }
}

fn aborted<T, E: From<Error>>(why: &'static str) -> Result<T, E> {
    Err(Error::Aborted { why }.into())
}
