//! What staff type where the passkey is not at hand: authenticator apps, recovery codes, and how often somebody guessed.
//!
//! Secrets come sealed, recovery codes as keyed digests: nothing here can tell a code. What is good once is taken by
//! compare-and-swap.

use stagedoor_core::attempts::{AttemptRule, Attempts, Barred, CodeKind};
use stagedoor_core::id::{SessionId, StaffId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    FIND_TOTP = "SELECT secret, last_step, created_at, last_used_at FROM staff_totp WHERE staff_id = $1";
    PUT_TOTP = "INSERT INTO staff_totp (staff_id, secret, last_step, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step, created_at = excluded.created_at, last_used_at = NULL";
    /// The step is compared in the write: of two who bring one code, one is too late.
    USE_TOTP = "UPDATE staff_totp SET last_step = $2, last_used_at = $3 WHERE staff_id = $1 AND last_step < $2";
    DELETE_TOTP = "DELETE FROM staff_totp WHERE staff_id = $1";
    PUT_ENROLMENT = "INSERT INTO totp_enrolment (session_id, secret, expires_at) VALUES ($1, $2, $3) ON CONFLICT (session_id) DO UPDATE SET secret = excluded.secret, expires_at = excluded.expires_at";
    FIND_ENROLMENT = "SELECT secret FROM totp_enrolment WHERE session_id = $1 AND expires_at > $2";
    DELETE_ENROLMENT = "DELETE FROM totp_enrolment WHERE session_id = $1";
    EXPIRE_ENROLMENTS = "DELETE FROM totp_enrolment WHERE expires_at <= $1";
    DELETE_RECOVERY = "DELETE FROM recovery_code WHERE staff_id = $1";
    INSERT_RECOVERY = "INSERT INTO recovery_code (staff_id, digest, created_at) VALUES ($1, $2, $3)";
    COUNT_RECOVERY = "SELECT count(*) AS codes FROM recovery_code WHERE staff_id = $1 AND used_at IS NULL";
    HAS_RECOVERY = "SELECT count(*) AS codes FROM recovery_code WHERE staff_id = $1 AND digest = $2 AND used_at IS NULL";
    USE_RECOVERY = "UPDATE recovery_code SET used_at = $3 WHERE staff_id = $1 AND digest = $2 AND used_at IS NULL";
    ATTEMPTS = "SELECT failures, suspended_until FROM code_attempt WHERE staff_id = $1 AND kind = $2";
    BEGIN_ATTEMPTS = "INSERT INTO code_attempt (staff_id, kind, failures) VALUES ($1, $2, 0) ON CONFLICT (staff_id, kind) DO NOTHING";
    COUNT_ATTEMPT = "UPDATE code_attempt SET failures = $3, suspended_until = $4 WHERE staff_id = $1 AND kind = $2 AND failures = $5";
    FORGET_ATTEMPTS = "DELETE FROM code_attempt WHERE staff_id = $1 AND kind = $2";
    FORGET_ALL_ATTEMPTS = "DELETE FROM code_attempt WHERE staff_id = $1";
}

/// Somebody's authenticator app.
#[derive(Debug, Clone)]
pub struct StaffTotp {
    /// Its secret, sealed.
    pub secret: Vec<u8>,
    /// The last step of time whose code was taken.
    pub last_step: u64,
    /// When it was enrolled.
    pub created: Timestamp,
    /// When a code of it was last used.
    pub last_used: Option<Timestamp>,
}

/// Somebody's authenticator app, where they have one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_totp(ex: &mut impl Executor, staff: StaffId) -> Result<Option<StaffTotp>, Error> {
    let row = FIND_TOTP.bind(staff).fetch_optional(ex).await?;
    row.map(|row| {
        Ok(StaffTotp {
            secret: row.get("secret")?,
            last_step: row.count("last_step")?,
            created: row.time("created_at")?,
            last_used: row.time_opt("last_used_at")?,
        })
    })
    .transpose()
}

fn stored(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

/// Enrols an app in the place of a former one. The code of `step` was typed for it, and is used with that.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_totp(
    tx: &mut WriteTx,
    staff: StaffId,
    secret: &[u8],
    (step, now): (u64, Timestamp),
) -> Result<(), Error> {
    let put = PUT_TOTP.bind(staff).bind(secret).bind(stored(step)).bind(now);
    put.execute(tx).await?;
    Ok(())
}

/// Takes the code of a step, and with it those of all steps before. `false` when it was taken, or the app is gone.
///
/// # Errors
/// When the database cannot be written.
pub async fn use_totp(tx: &mut WriteTx, staff: StaffId, step: u64, now: Timestamp) -> Result<bool, Error> {
    Ok(USE_TOTP
        .bind(staff)
        .bind(stored(step))
        .bind(now)
        .execute(tx)
        .await?
        == 1)
}

/// Removes somebody's app. `false` when they have none.
///
/// # Errors
/// When the database cannot be written.
pub async fn delete_totp(tx: &mut WriteTx, staff: StaffId) -> Result<bool, Error> {
    Ok(DELETE_TOTP.bind(staff).execute(tx).await? == 1)
}

/// Keeps the secret of an app that is being enrolled, sealed; a former one of the same session is gone with it.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_enrolment(
    tx: &mut WriteTx,
    session: SessionId,
    secret: &[u8],
    expires: Timestamp,
) -> Result<(), Error> {
    let put = PUT_ENROLMENT.bind(session).bind(secret).bind(expires);
    put.execute(tx).await?;
    Ok(())
}

/// The secret of the app that a session enrols, sealed.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_enrolment(
    ex: &mut impl Executor,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let row = FIND_ENROLMENT.bind(session).bind(now).fetch_optional(ex).await?;
    row.map(|row| row.get("secret")).transpose()
}

/// Removes what a session enrols: it is done. `false` when there is nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn delete_enrolment(tx: &mut WriteTx, session: SessionId) -> Result<bool, Error> {
    Ok(DELETE_ENROLMENT.bind(session).execute(tx).await? == 1)
}

/// Removes enrolments that took too long.
///
/// # Errors
/// When the database cannot be written.
pub async fn expire_enrolments(tx: &mut WriteTx, now: Timestamp) -> Result<u64, Error> {
    EXPIRE_ENROLMENTS.bind(now).execute(tx).await
}

/// Makes these somebody's recovery codes; former ones are void.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_recovery(
    tx: &mut WriteTx,
    staff: StaffId,
    digests: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), Error> {
    DELETE_RECOVERY.bind(staff).execute(tx).await?;
    for digest in digests {
        let insert = INSERT_RECOVERY.bind(staff).bind(digest.as_slice()).bind(now);
        insert.execute(tx).await?;
    }
    Ok(())
}

/// How many recovery codes somebody has left.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_recovery(ex: &mut impl Executor, staff: StaffId) -> Result<u64, Error> {
    COUNT_RECOVERY.bind(staff).fetch_one(ex).await?.count("codes")
}

/// Whether this is one of somebody's recovery codes that was not used.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_recovery(ex: &mut impl Executor, staff: StaffId, digest: &[u8; 32]) -> Result<bool, Error> {
    let counted = HAS_RECOVERY.bind(staff).bind(digest.as_slice()).fetch_one(ex);
    Ok(counted.await?.count("codes")? == 1)
}

/// Uses a recovery code. `false` when it is none, or was used.
///
/// # Errors
/// When the database cannot be written.
pub async fn use_recovery(
    tx: &mut WriteTx,
    staff: StaffId,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<bool, Error> {
    let used = USE_RECOVERY.bind(staff).bind(digest.as_slice()).bind(now);
    Ok(used.execute(tx).await? == 1)
}

fn attempts(row: &Row) -> Result<Attempts, Error> {
    Ok(Attempts {
        failures: u32::try_from(row.count("failures")?).map_err(|_| row.corrupt("failures"))?,
        suspended_until: row.time_opt("suspended_until")?,
    })
}

/// The tries at somebody's codes of a kind since the last right one.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_attempts(
    ex: &mut impl Executor,
    staff: StaffId,
    kind: CodeKind,
) -> Result<Attempts, Error> {
    let row = ATTEMPTS
        .bind(staff)
        .bind(kind.as_str())
        .fetch_optional(ex)
        .await?;
    row.as_ref().map_or_else(|| Ok(Attempts::default()), attempts)
}

/// Counts a try before it is looked at, and says how the tries stand with it. The row is changed by compare-and-swap: of
/// tries at one moment no more pass than the rule allows.
///
/// # Errors
/// When the database cannot be written. A barred try is `Ok(Err(..))`, and is not counted.
pub async fn take_attempt(
    tx: &mut WriteTx,
    (staff, kind): (StaffId, CodeKind),
    rule: AttemptRule,
    now: Timestamp,
) -> Result<Result<Attempts, Barred>, Error> {
    let begin = BEGIN_ATTEMPTS.bind(staff).bind(kind.as_str());
    begin.execute(tx).await?;
    let before = find_attempts(tx, staff, kind).await?;
    let taken = before.take(rule, now);
    // What is barred is written as it stands: it takes the same statements as what is looked at.
    let after = taken.unwrap_or(before);
    let swapped = COUNT_ATTEMPT
        .bind(staff)
        .bind(kind.as_str())
        .bind(after.failures)
        .bind(after.suspended_until)
        .bind(before.failures)
        .execute(tx)
        .await?;
    if swapped == 1 {
        Ok(taken)
    } else {
        Err(Error::conflict("code_attempt.failures"))
    }
}

/// Forgets the tries at codes of a kind: the last one was right.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_attempts(tx: &mut WriteTx, staff: StaffId, kind: CodeKind) -> Result<(), Error> {
    let forget = FORGET_ATTEMPTS.bind(staff).bind(kind.as_str());
    forget.execute(tx).await?;
    Ok(())
}

/// Voids all of somebody's codes: app, recovery codes, and the tries at them.
///
/// # Errors
/// When the database cannot be written.
pub async fn void(tx: &mut WriteTx, staff: StaffId) -> Result<(), Error> {
    for statement in [DELETE_TOTP, DELETE_RECOVERY, FORGET_ALL_ATTEMPTS] {
        statement.bind(staff).execute(tx).await?;
    }
    Ok(())
}
