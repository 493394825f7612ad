//! Keys of personal data beside the audit, wrapped. Destroying one is the erasure of everything under it.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::Executor;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    FIND = "SELECT wrapped FROM subject_key WHERE subject_id = $1 AND destroyed_at IS NULL";
    INSERT = "INSERT INTO subject_key (subject_id, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (subject_id) DO NOTHING";
    READ = "SELECT wrapped FROM subject_key WHERE subject_id = $1";
}

/// The wrapped key of a subject; `None` when there is none, or it was destroyed.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, subject: &str) -> Result<Option<Vec<u8>>, Error> {
    FIND.bind(subject)
        .fetch_optional(ex)
        .await?
        .map(|row| row.get("wrapped"))
        .transpose()
}

/// Stores a key unless the subject has one, and gives the one it has then.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_or_find(
    tx: &mut WriteTx,
    subject: &str,
    wrapped: &[u8],
    now: Timestamp,
) -> Result<Vec<u8>, Error> {
    INSERT.bind(subject).bind(wrapped).bind(now).execute(tx).await?;
    READ.bind(subject).fetch_one(tx).await?.get("wrapped")
}
