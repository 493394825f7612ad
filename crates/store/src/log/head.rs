//! How far each log is, and the checkpoint that says so.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT scope, size, note, at FROM audit_head WHERE scope = $1";
    LIST = "SELECT scope, size, note, at FROM audit_head WHERE scope > $1 ORDER BY scope LIMIT $2";
    ANY = "SELECT 1 AS one FROM audit_head LIMIT 1";
    BEGIN = "INSERT INTO audit_head (scope, size, note, at) VALUES ($1, $2, $3, $4) ON CONFLICT (scope) DO NOTHING";
    MOVE = "UPDATE audit_head SET size = $3, note = $4, at = $5 WHERE scope = $1 AND size = $2";
}

/// A log as it was last signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub scope: String,
    /// How many leaves.
    pub size: u64,
    /// The signed checkpoint, verbatim.
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

/// A log's head; `None` while it has no leaf.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, scope: &str) -> Result<Option<Head>, Error> {
    FIND.bind(scope)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The heads of all logs by name, from behind one.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, after: &str, limit: u32) -> Result<Vec<Head>, Error> {
    let rows = LIST.bind(after).bind(i64::from(limit)).fetch_all(ex).await?;
    rows.iter().map(read).collect()
}

/// Whether any log has begun.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_any(ex: &mut impl Executor) -> Result<bool, Error> {
    Ok(!ANY.fetch_all(ex).await?.is_empty())
}

pub(super) fn read(row: &Row) -> Result<Head, Error> {
    Ok(Head {
        scope: row.get("scope")?,
        size: row.count("size")?,
        note: row.get("note")?,
        at: row.time("at")?,
    })
}

/// Moves a head on from the size that it was found with; from nothing, where it was not found.
///
/// # Errors
/// `Conflict` when it is not there any more: somebody else was quicker.
pub async fn advance(tx: &mut WriteTx, from: u64, to: &Head) -> Result<(), Error> {
    let size = |size: u64| i64::try_from(size).map_err(|_| Error::conflict("audit_head.size"));
    let moved = if from == 0 {
        BEGIN
            .bind(&to.scope)
            .bind(size(to.size)?)
            .bind(&to.note)
            .bind(to.at)
    } else {
        MOVE.bind(&to.scope)
            .bind(size(from)?)
            .bind(size(to.size)?)
            .bind(&to.note)
            .bind(to.at)
    };
    match moved.execute(tx).await? {
        1 => Ok(()),
        _ => Err(Error::conflict(FORKED)),
    }
}

/// What [`advance`] conflicts with.
pub const FORKED: &str = "audit_head.size";
