//! Messages that are shown once: one an owner, replaced by a newer one, taken by `DELETE … RETURNING`. What it says is
//! not read here.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    PUT = "INSERT INTO flash (owner, body, expires_at) VALUES ($1, $2, $3) ON CONFLICT (owner) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at";
    PEEK = "SELECT count(*) AS waiting FROM flash WHERE owner = $1";
    TAKE = "DELETE FROM flash WHERE owner = $1 RETURNING body, expires_at";
    EXPIRE = "DELETE FROM flash WHERE expires_at <= $1";
}

/// Stores a message for an owner; a former one is replaced.
///
/// # Errors
/// When the database cannot be written.
pub async fn put(tx: &mut WriteTx, owner: &str, body: &str, expires: Timestamp) -> Result<(), Error> {
    PUT.bind(owner).bind(body).bind(expires).execute(tx).await?;
    Ok(())
}

/// Whether a message waits; cheap, so that most pages need no write.
///
/// # Errors
/// When the database cannot be read.
pub async fn waits(ex: &mut impl crate::db::Executor, owner: &str) -> Result<bool, Error> {
    Ok(PEEK.bind(owner).fetch_one(ex).await?.count("waiting")? > 0)
}

/// Takes the message: it is shown once.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(tx: &mut WriteTx, owner: &str, now: Timestamp) -> Result<Option<String>, Error> {
    let Some(row) = TAKE.bind(owner).fetch_optional(tx).await? else {
        return Ok(None);
    };
    let fresh = row.time("expires_at")? > now;
    Ok(if fresh { Some(row.get("body")?) } else { None })
}

/// Removes messages that nobody came for.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(now).execute(tx).await
}
