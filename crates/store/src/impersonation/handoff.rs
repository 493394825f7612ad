//! The codes that carry a visit to the tenant's host: stored by their digest, taken once.

use stagedoor_core::id::{ImpersonationId, SessionId};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    INSERT_HANDOFF = "INSERT INTO handoff (code, impersonation_id, session_id, nonce, expires_at) VALUES ($1, $2, $3, $4, $5)";
    TAKE_HANDOFF = "DELETE FROM handoff WHERE code = $1 RETURNING impersonation_id, session_id, nonce, expires_at";
    EXPIRE_HANDOFFS = "DELETE FROM handoff WHERE expires_at <= $1";
}

/// A code on its way to the tenant's host.
#[derive(Debug, Clone)]
pub struct Handoff {
    /// The visit.
    pub visit: ImpersonationId,
    /// The staff session that asked for the code.
    pub session: SessionId,
    /// SHA-256 of the nonce in the tenant host's cookie.
    pub nonce: Vec<u8>,
    /// Its end.
    pub expires: Timestamp,
}

/// Stores a code by its digest.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_handoff(tx: &mut WriteTx, code: &ReferenceDigest, new: &Handoff) -> Result<(), Error> {
    INSERT_HANDOFF
        .bind(code.as_bytes().as_slice())
        .bind(new.visit)
        .bind(new.session)
        .bind(new.nonce.as_slice())
        .bind(new.expires)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes a code: whatever comes of it, it is gone.
///
/// # Errors
/// When the database cannot be written.
pub async fn take_handoff(tx: &mut WriteTx, code: &ReferenceDigest) -> Result<Option<Handoff>, Error> {
    let row = TAKE_HANDOFF
        .bind(code.as_bytes().as_slice())
        .fetch_optional(tx)
        .await?;
    row.map(|row| {
        Ok(Handoff {
            visit: row.parse("impersonation_id")?,
            session: row.parse("session_id")?,
            nonce: row.get("nonce")?,
            expires: row.time("expires_at")?,
        })
    })
    .transpose()
}

/// Removes codes that nobody used in time.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire_handoffs(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE_HANDOFFS.bind(now).execute(tx).await
}
