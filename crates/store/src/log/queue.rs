//! Entries that have no leaf yet. Their rows are written by [`crate::tx::WriteTx::commit`], and by nobody else.

use stagedoor_core::id::EventId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::select::Filter;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    WAITING = "SELECT q.event_id, q.at, q.scope, q.seal, e.canonical FROM audit_queue q LEFT JOIN audit_entry e ON e.at = q.at AND e.id = q.event_id AND e.scope = q.scope";
    UNSEALED = "SELECT q.event_id, q.at, q.scope, q.seal, e.canonical FROM audit_queue q LEFT JOIN audit_entry e ON e.at = q.at AND e.id = q.event_id AND e.scope = q.scope WHERE q.refused_at IS NULL AND q.seal IS NULL AND q.event_id > $1 ORDER BY q.event_id LIMIT $2";
    ANY = "SELECT 1 AS one FROM audit_queue WHERE refused_at IS NULL AND seal IS NOT NULL LIMIT 1";
    CONTAINS = "SELECT 1 AS one FROM audit_queue WHERE event_id = $1 AND refused_at IS NULL";
    COUNT = "SELECT coalesce(sum(CASE WHEN refused_at IS NULL THEN 1 ELSE 0 END), 0) AS waiting, coalesce(sum(CASE WHEN refused_at IS NULL THEN 0 ELSE 1 END), 0) AS refused, min(CASE WHEN refused_at IS NULL THEN at END) AS oldest FROM audit_queue";
    DONE = "DELETE FROM audit_queue";
    REFUSE = "UPDATE audit_queue SET refused_at = $2 WHERE event_id = $1 AND refused_at IS NULL";
    RECONSIDER = "UPDATE audit_queue SET refused_at = NULL WHERE refused_at IS NOT NULL";
    SEAL = "UPDATE audit_queue SET seal = $2 WHERE event_id = $1 AND seal IS NULL";
}

/// An entry without a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Which log it is to stand in.
    pub scope: String,
    /// The seal it came with; `None` for what is older than the log.
    pub seal: Option<Vec<u8>>,
    /// Its canonical bytes; `None` where no such entry is in that log.
    pub canonical: Option<Vec<u8>>,
}

/// What is in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// How many wait.
    pub waiting: u64,
    /// How many were refused.
    pub refused: u64,
    /// Since when the one has waited that has waited longest.
    pub oldest: Option<Timestamp>,
}

/// The sealed ones but for some logs, those with the lowest ids first.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(ex: &mut impl Executor, except: &[String], limit: u32) -> Result<Vec<Waiting>, Error> {
    let sealed = Filter::new().and("q.refused_at IS NULL AND q.seal IS NOT NULL", []);
    let these = except
        .iter()
        .fold(sealed, |these, log| these.and("q.scope <> $1", [log.into()]));
    let query = WAITING
        .select()
        .filter(these)
        .order_by("q.event_id")
        .limit(limit)
        .query();
    read(query.fetch_all(ex).await?)
}

/// Those that are older than the log, from behind an id.
///
/// # Errors
/// When the database cannot be read.
pub async fn unsealed(
    ex: &mut impl Executor,
    after: Option<EventId>,
    limit: u32,
) -> Result<Vec<Waiting>, Error> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    read(UNSEALED.bind(after).bind(i64::from(limit)).fetch_all(ex).await?)
}

fn read(rows: Vec<crate::row::Row>) -> Result<Vec<Waiting>, Error> {
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                id: row.parse("event_id")?,
                at: row.time("at")?,
                scope: row.get("scope")?,
                seal: row.get("seal")?,
                canonical: row.get("canonical")?,
            })
        })
        .collect()
}

/// Whether a sealed entry waits.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_waiting(ex: &mut impl Executor) -> Result<bool, Error> {
    Ok(!ANY.fetch_all(ex).await?.is_empty())
}

/// Whether an entry waits and was not refused.
///
/// # Errors
/// When the database cannot be read.
pub async fn contains(ex: &mut impl Executor, id: EventId) -> Result<bool, Error> {
    Ok(CONTAINS.bind(id).fetch_optional(ex).await?.is_some())
}

/// How much is in it.
///
/// # Errors
/// When the database cannot be read.
pub async fn depth(ex: &mut impl Executor) -> Result<Depth, Error> {
    let row = COUNT.fetch_one(ex).await?;
    Ok(Depth {
        waiting: row.count("waiting")?,
        refused: row.count("refused")?,
        oldest: row.time_opt("oldest")?,
    })
}

/// Takes out what has its leaf, and says how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove(tx: &mut WriteTx, ids: &[EventId]) -> Result<u64, Error> {
    let mut removed = 0;
    for some in ids.chunks(crate::log::leaf::ROWS) {
        let these = Filter::new().and_one_of("event_id", some.iter().map(Value::from).collect());
        removed += DONE.select().filter(these).query().execute(tx).await?;
    }
    Ok(removed)
}

/// Notes that an entry bears a seal that is not ours, or is none.
///
/// # Errors
/// When the database cannot be written.
pub async fn refuse(tx: &mut WriteTx, id: EventId, now: Timestamp) -> Result<(), Error> {
    REFUSE.bind(id).bind(now).execute(tx).await?;
    Ok(())
}

/// Lets all that were refused be looked at again, and says how many there are.
///
/// # Errors
/// When the database cannot be written.
pub async fn reconsider(tx: &mut WriteTx) -> Result<u64, Error> {
    crate::statement::Query::from(RECONSIDER).execute(tx).await
}

/// Seals what is older than the log.
///
/// # Errors
/// When the database cannot be written.
pub async fn seal(tx: &mut WriteTx, id: EventId, seal: &[u8]) -> Result<(), Error> {
    SEAL.bind(id).bind(seal).execute(tx).await?;
    Ok(())
}
