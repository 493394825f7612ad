//! WebAuthn ceremonies inside a staff session: one at a time, sealed by the service, taken once.

use stagedoor_core::id::SessionId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::sign_in::CeremonyKind;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    PUT = "INSERT INTO session_ceremony (session_id, kind, state, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (session_id) DO UPDATE SET kind = excluded.kind, state = excluded.state, expires_at = excluded.expires_at";
    TAKE = "DELETE FROM session_ceremony WHERE session_id = $1 AND kind = $2 AND expires_at > $3 RETURNING state";
    EXPIRE = "DELETE FROM session_ceremony WHERE expires_at <= $1";
}

/// Stores the state of a ceremony, sealed; a former one of the same session is gone with it.
///
/// # Errors
/// When the database cannot be written.
pub async fn put(
    tx: &mut WriteTx,
    session: SessionId,
    kind: CeremonyKind,
    state: &[u8],
    expires: Timestamp,
) -> Result<(), Error> {
    let put = PUT.bind(session).bind(kind.as_str()).bind(state).bind(expires);
    put.execute(tx).await?;
    Ok(())
}

/// Takes the state of a ceremony: it can be finished once.
///
/// # Errors
/// When the database cannot be written.
pub async fn take(
    tx: &mut WriteTx,
    session: SessionId,
    kind: CeremonyKind,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let taken = TAKE.bind(session).bind(kind.as_str()).bind(now);
    taken
        .fetch_optional(tx)
        .await?
        .map(|row| row.get("state"))
        .transpose()
}

/// Removes ceremonies that took too long.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE.bind(now).execute(tx).await
}
