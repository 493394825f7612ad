//! The counters of rate limits: how often something was done within a fixed span of time, for all processes alike.

use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    COUNT = "INSERT INTO rate_counter (scope, window_at, used) VALUES ($1, $2, 1) ON CONFLICT (scope, window_at) DO UPDATE SET used = rate_counter.used + 1 RETURNING used";
    EXPIRE = "DELETE FROM rate_counter WHERE window_at <= $1";
}

/// Counts one use within the span that begins at `window`, and says how many there were, this one included.
///
/// # Errors
/// When the database cannot be written.
pub async fn count(tx: &mut WriteTx, scope: &str, window: Timestamp) -> Result<u64, Error> {
    COUNT
        .bind(scope)
        .bind(window)
        .fetch_optional(tx)
        .await?
        .map_or_else(
            || Err(Error::conflict("rate_counter.used")),
            |row| row.count("used"),
        )
}

/// Removes the counters of spans that began at a moment or before it.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, until: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(until).execute(tx).await
}
