//! What witnesses outside have seen of each log: the largest checkpoint that each has cosigned, and how the last try went.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::log::head::Head;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT scope, witness, size, note, seen_at, failed_at, failure, disputed FROM audit_witness WHERE scope = $1 AND witness = $2";
    LIST = "SELECT scope, witness, size, note, seen_at, failed_at, failure, disputed FROM audit_witness WHERE (scope, witness) > ($1, $2) ORDER BY scope, witness LIMIT $3";
    DUE = "SELECT h.scope, h.size, h.note, h.at, coalesce(w.size, 0) AS seen FROM audit_head h LEFT JOIN audit_witness w ON w.scope = h.scope AND w.witness = $1 WHERE h.scope > $2 AND h.size <> coalesce(w.size, 0) ORDER BY h.scope LIMIT $3";
    COSIGNED = "INSERT INTO audit_witness (scope, witness, size, note, seen_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (scope, witness) DO UPDATE SET size = excluded.size, note = excluded.note, seen_at = excluded.seen_at, disputed = NULL WHERE audit_witness.size <= excluded.size";
    FAILED = "INSERT INTO audit_witness (scope, witness, size, failed_at, failure, disputed) VALUES ($1, $2, 0, $3, $4, $5) ON CONFLICT (scope, witness) DO UPDATE SET failed_at = excluded.failed_at, failure = excluded.failure, disputed = coalesce(excluded.disputed, audit_witness.disputed)";
}

/// What a witness has seen of a log, as it is stored. Whoever checks trusts none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which log.
    pub scope: String,
    /// The witness's name with the id of its key.
    pub witness: String,
    /// The size of the largest checkpoint that it has cosigned; 0 where it has cosigned nothing.
    pub size: u64,
    /// That checkpoint with the cosignature, verbatim.
    pub note: Option<String>,
    /// When the cosignature came.
    pub at: Option<Timestamp>,
    /// The last failure: when, and in words. A later success leaves it there.
    pub failed: Option<(Timestamp, String)>,
    /// A size that the witness says it has cosigned and that the log could not be shown to go on from. Gone with the next
    /// cosignature.
    pub disputed: Option<u64>,
}

/// A log that a witness has not seen as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The log as it is.
    pub head: Head,
    /// The size that the witness cosigned last; 0 where it never did. Above the head's where the log was cut.
    pub seen: u64,
}

/// What a witness has seen of a log; `None` while it was never asked.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, scope: &str, witness: &str) -> Result<Option<Seen>, Error> {
    FIND.bind(scope)
        .bind(witness)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// What all witnesses have seen, by log and witness, from behind one of them.
///
/// # Errors
/// When the database cannot be read; `Corrupt` where a row holds what its column cannot.
pub async fn list(ex: &mut impl Executor, after: (&str, &str), limit: u32) -> Result<Vec<Seen>, Error> {
    let (scope, witness) = after;
    let rows = LIST.bind(scope).bind(witness).bind(i64::from(limit));
    rows.fetch_all(ex).await?.iter().map(read).collect()
}

/// The logs that a witness has not seen as they are now, by name, from behind one.
///
/// # Errors
/// When the database cannot be read.
pub async fn due(ex: &mut impl Executor, witness: &str, after: &str, limit: u32) -> Result<Vec<Due>, Error> {
    let rows = DUE.bind(witness).bind(after).bind(i64::from(limit));
    let read = |row: &Row| {
        Ok(Due {
            head: crate::log::head::read(row)?,
            seen: row.count("seen")?,
        })
    };
    rows.fetch_all(ex).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Seen, Error> {
    let failure: Option<String> = row.get("failure")?;
    let disputed: Option<i64> = row.get("disputed")?;
    let disputed = disputed.map(|size| u64::try_from(size).map_err(|_| row.corrupt("disputed")));
    Ok(Seen {
        scope: row.get("scope")?,
        witness: row.get("witness")?,
        size: row.count("size")?,
        note: row.get("note")?,
        at: row.time_opt("seen_at")?,
        failed: row.time_opt("failed_at")?.zip(failure),
        disputed: disputed.transpose()?,
    })
}

/// Keeps a checkpoint that a witness has cosigned. One of a smaller size than what is kept is passed over: another process was
/// further.
///
/// # Errors
/// When the database cannot be written.
pub async fn cosigned(
    tx: &mut WriteTx,
    scope: &str,
    witness: &str,
    (size, note): (u64, &str),
    now: Timestamp,
) -> Result<(), Error> {
    let kept = COSIGNED
        .bind(scope)
        .bind(witness)
        .bind(number(size)?)
        .bind(note)
        .bind(now);
    kept.execute(tx).await.map(drop)
}

/// Keeps a failure in words, with the size that the witness disputes where it does.
///
/// # Errors
/// When the database cannot be written.
pub async fn failed(
    tx: &mut WriteTx,
    scope: &str,
    witness: &str,
    (failure, disputed): (&str, Option<u64>),
    now: Timestamp,
) -> Result<(), Error> {
    let kept = FAILED
        .bind(scope)
        .bind(witness)
        .bind(now)
        .bind(failure)
        .bind(disputed.map(number).transpose()?);
    kept.execute(tx).await.map(drop)
}

fn number(size: u64) -> Result<i64, Error> {
    i64::try_from(size).map_err(|_| Error::conflict("audit_witness.size"))
}
