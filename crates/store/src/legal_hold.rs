//! Legal holds: what must be neither erased nor aged out. They are placed and lifted; no row is ever removed.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    PLACE = "INSERT INTO legal_hold (kind, name, placed_at, reason) VALUES ($1, $2, $3, $4)";
    LIFT = "UPDATE legal_hold SET lifted_at = $3 WHERE kind = $1 AND name = $2 AND lifted_at IS NULL";
    LIVE = "SELECT kind, name, placed_at, reason FROM legal_hold WHERE lifted_at IS NULL ORDER BY placed_at, kind, name";
    AGAINST = "SELECT h.kind, h.name, h.placed_at, h.reason FROM legal_hold h WHERE h.lifted_at IS NULL AND ((h.kind = 'subject' AND h.name = $1) OR (h.kind = 'log' AND EXISTS (SELECT 1 FROM audit_personal p JOIN audit_entry e ON e.id = p.event_id WHERE p.subject_id = $1 AND e.scope = h.name))) ORDER BY h.kind DESC, h.name LIMIT 1";
}

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// One person's data in the audit.
    Subject,
    /// A whole log.
    Log,
}

impl Held {
    /// The name in storage, and in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Log => "log",
        }
    }
}

/// A hold that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What kind of thing is held: see [`Held::as_str`].
    pub kind: String,
    /// Whose data, or which log.
    pub name: String,
    /// Since when.
    pub placed_at: Timestamp,
    /// Why.
    pub reason: String,
}

fn read(row: &Row) -> Result<Hold, Error> {
    Ok(Hold {
        kind: row.get("kind")?,
        name: row.get("name")?,
        placed_at: row.time("placed_at")?,
        reason: row.get("reason")?,
    })
}

/// Places a hold.
///
/// # Errors
/// `Conflict` when there is one already.
pub async fn place(
    tx: &mut WriteTx,
    kind: Held,
    name: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    PLACE
        .bind(kind.as_str())
        .bind(name)
        .bind(now)
        .bind(reason)
        .execute(tx)
        .await?;
    Ok(())
}

/// Lifts a hold, and says whether there was one.
///
/// # Errors
/// When the database cannot be written.
pub async fn lift(tx: &mut WriteTx, kind: Held, name: &str, now: Timestamp) -> Result<bool, Error> {
    let lifted = LIFT.bind(kind.as_str()).bind(name).bind(now).execute(tx).await?;
    Ok(lifted == 1)
}

/// All that are in force, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn live(ex: &mut impl Executor) -> Result<Vec<Hold>, Error> {
    LIVE.fetch_all(ex).await?.iter().map(read).collect()
}

/// A hold that forbids the erasure of a person's data: one on it, or on a log in which there is some.
///
/// # Errors
/// When the database cannot be read.
pub async fn against(ex: &mut impl Executor, subject: &str) -> Result<Option<Hold>, Error> {
    AGAINST
        .bind(subject)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}
