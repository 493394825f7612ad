//! Passwords of tenants' people: the hash of each account, and how often it was guessed at lately.
//!
//! An account is reached only by its membership in one tenant: no function here tells, or needs, whether it has another.

use stagedoor_core::attempts::{AttemptRule, Attempts, Barred};
use stagedoor_core::id::{AccountId, Id, TenantId};
use stagedoor_core::input::normalise;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::membership::{Membership, membership};
use crate::row::Row;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    FIND_CLAIMED = "SELECT membership.id, membership.name, membership.name_key, membership.email, membership.role, membership.role_rank, membership.state, membership.last_seen_at, membership.passkeys, membership.has_totp, membership.has_password, membership.risk, membership.account_id, account_password.phc FROM membership JOIN account ON account.id = membership.account_id LEFT JOIN account_password ON account_password.account_id = membership.account_id WHERE membership.tenant_id = $1 AND account.email_key = $2";
    ATTEMPTS = "SELECT failures, suspended_until FROM account_password WHERE account_id = $1";
    COUNT_ATTEMPT = "UPDATE account_password SET failures = $2, suspended_until = $3 WHERE account_id = $1 AND failures = $4";
    FORGET_ATTEMPTS = "UPDATE account_password SET failures = 0, suspended_until = NULL WHERE account_id = $1";
    SET = "INSERT INTO account_password (account_id, phc, set_at, failures) VALUES ($1, $2, $3, 0) ON CONFLICT (account_id) DO UPDATE SET phc = excluded.phc, set_at = excluded.set_at, failures = 0, suspended_until = NULL";
}

/// Whom an address names at a tenant's sign-in, before anything is proved.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The person of this tenant.
    pub member: Membership,
    /// Their account.
    pub account: AccountId,
    /// The hash of their password as a PHC string; none was set.
    pub phc: Option<String>,
}

/// Whom an address names here; a person of another tenant is as unknown as nobody.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_claimed(
    ex: &mut impl Executor,
    tenant: TenantId,
    email: &str,
) -> Result<Option<Claimed>, Error> {
    let row = FIND_CLAIMED
        .bind(tenant)
        .bind(normalise(email))
        .fetch_optional(ex)
        .await?;
    row.map(|row| {
        Ok(Claimed {
            member: membership(&row)?,
            account: row.parse("account_id")?,
            phc: row.get("phc")?,
        })
    })
    .transpose()
}

fn attempts(row: &Row) -> Result<Attempts, Error> {
    Ok(Attempts {
        failures: u32::try_from(row.count("failures")?).map_err(|_| row.corrupt("failures"))?,
        suspended_until: row.time_opt("suspended_until")?,
    })
}

/// Counts a try before it is looked at. The row is changed by compare-and-swap: of tries at one moment no more pass than
/// the rule allows. The same statements run whomever an address names, `None` being nobody, and whether the try is barred: what
/// is not to be counted is written as it was.
///
/// # Errors
/// When the database cannot be written. A barred try is `Ok(Err(..))`, and is not counted; an account without a password
/// has nothing to count on, and nothing to compare with.
pub async fn take_attempt(
    tx: &mut WriteTx,
    account: Option<AccountId>,
    rule: AttemptRule,
    now: Timestamp,
) -> Result<Result<(), Barred>, Error> {
    let account = account.unwrap_or_else(|| AccountId::from_uuid(0));
    let found = ATTEMPTS.bind(account).fetch_optional(tx).await?;
    let before = found.as_ref().map(attempts).transpose()?;
    let from = before.unwrap_or_default();
    let taken = from.take(rule, now);
    let after = taken.unwrap_or(from);
    let swapped = COUNT_ATTEMPT
        .bind(account)
        .bind(after.failures)
        .bind(after.suspended_until)
        .bind(from.failures)
        .execute(tx)
        .await?;
    match (before, swapped) {
        (None, _) => Ok(Ok(())),
        (Some(_), 1) => Ok(taken.map(drop)),
        (Some(_), _) => Err(Error::conflict("account_password.failures")),
    }
}

/// Forgets the tries: the last one was right.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_attempts(tx: &mut WriteTx, account: AccountId) -> Result<(), Error> {
    FORGET_ATTEMPTS.bind(account).execute(tx).await?;
    Ok(())
}

/// Sets the hash of an account's password, in the place of a former one.
///
/// # Errors
/// When the database cannot be written.
pub async fn set(tx: &mut WriteTx, account: AccountId, phc: &str, now: Timestamp) -> Result<(), Error> {
    SET.bind(account).bind(phc).bind(now).execute(tx).await?;
    Ok(())
}
