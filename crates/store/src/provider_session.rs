//! Sessions here by the session at the identity provider that they came from, and the logout tokens that named them.
//!
//! What a token ends is decided by whoever verified it; here it is found, and the token is used up.

use stagedoor_core::id::{ProviderId, SessionId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::Executor;
use crate::session::{self, StaffSession, session_columns};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    NOTE = "UPDATE staff_session SET provider_session = $2 WHERE id = $1 AND ended_at IS NULL";
    RUNNING = concat!("SELECT ", session_columns!(), " FROM staff_session WHERE provider_id = $1 AND provider_session = $2 AND ended_at IS NULL ORDER BY started_at, id");
    KEEP_TOKEN = "UPDATE staff_session SET id_token = $2 WHERE id = $1 AND ended_at IS NULL";
    TOKEN = "SELECT id_token FROM staff_session WHERE id = $1";
    DELETE_SIGN_INS = "DELETE FROM sign_in WHERE provider_id = $1 AND provider_session = $2";
    USE_TOKEN = "INSERT INTO logout_token (provider_id, name, expires_at) VALUES ($1, $2, $3) ON CONFLICT (provider_id, name) DO NOTHING";
    EXPIRE = "DELETE FROM logout_token WHERE expires_at <= $1";
}

/// Notes the session at the provider that a session came from.
///
/// # Errors
/// When the database cannot be written.
pub async fn note(tx: &mut WriteTx, id: SessionId, there: &str) -> Result<(), Error> {
    NOTE.bind(id).bind(there).execute(tx).await?;
    Ok(())
}

/// Keeps the ID token that a session came from, sealed, until the session ends.
///
/// # Errors
/// When the database cannot be written.
pub async fn keep_token(tx: &mut WriteTx, id: SessionId, sealed: &[u8]) -> Result<(), Error> {
    KEEP_TOKEN.bind(id).bind(sealed).execute(tx).await?;
    Ok(())
}

/// The ID token that a session came from, sealed.
///
/// # Errors
/// When the database cannot be read.
pub async fn token(ex: &mut impl Executor, id: SessionId) -> Result<Option<Vec<u8>>, Error> {
    match TOKEN.bind(id).fetch_optional(ex).await? {
        Some(row) => row.get("id_token"),
        None => Ok(None),
    }
}

/// The sessions that came from a session at the provider and have not been ended.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    provider: ProviderId,
    there: &str,
) -> Result<Vec<StaffSession>, Error> {
    let rows = RUNNING.bind(provider).bind(there).fetch_all(ex).await?;
    rows.iter().map(session::session).collect()
}

/// Removes the sign-ins under way that came from a session at the provider.
///
/// # Errors
/// When the database cannot be written.
pub async fn delete_sign_ins(tx: &mut WriteTx, provider: ProviderId, there: &str) -> Result<u64, Error> {
    DELETE_SIGN_INS.bind(provider).bind(there).execute(tx).await
}

/// Uses a logout token up. `false` when one of this name was used before.
///
/// # Errors
/// When the database cannot be written.
pub async fn use_token(
    tx: &mut WriteTx,
    provider: ProviderId,
    name: &str,
    until: Timestamp,
) -> Result<bool, Error> {
    Ok(USE_TOKEN
        .bind(provider)
        .bind(name)
        .bind(until)
        .execute(tx)
        .await?
        == 1)
}

/// Forgets tokens that are refused for their age by now.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(now).execute(tx).await
}
