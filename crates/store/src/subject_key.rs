//! Keys of personal data beside the audit, wrapped. Destroying one is the erasure of everything under it.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::Executor;
use crate::row::Row;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT wrapped, created_at FROM subject_key WHERE subject_id = $1 AND destroyed_at IS NULL";
    INSERT = "INSERT INTO subject_key (subject_id, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (subject_id) DO NOTHING";
    DESTROY = "UPDATE subject_key SET wrapped = NULL, destroyed_at = $2 WHERE subject_id = $1 AND destroyed_at IS NULL";
}

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Encrypted under the vault.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<WrappedKey, Error> {
    Ok(WrappedKey {
        wrapped: row.get("wrapped")?,
        created_at: row.time("created_at")?,
    })
}

/// The wrapped key of a subject; `None` when there is none, or it was destroyed.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, subject: &str) -> Result<Option<WrappedKey>, Error> {
    FIND.bind(subject)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Stores a key unless the subject has one, and gives the one it has then: none, if that was destroyed.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_or_find(
    tx: &mut WriteTx,
    subject: &str,
    wrapped: &[u8],
    now: Timestamp,
) -> Result<Option<WrappedKey>, Error> {
    INSERT.bind(subject).bind(wrapped).bind(now).execute(tx).await?;
    find(tx, subject).await
}

/// Destroys a subject's key, and says whether there was one: all that it encrypts can never be read again.
///
/// # Errors
/// When the database cannot be written.
pub async fn destroy(tx: &mut WriteTx, subject: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(DESTROY.bind(subject).bind(now).execute(tx).await? == 1)
}
