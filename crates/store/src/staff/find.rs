//! Finding staff: by id, by provider and subject, by a token that holds. By address for the command line alone, never to sign in.

use stagedoor_core::id::{ProviderId, StaffId};
use stagedoor_core::input::normalise;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::time::Timestamp;

use super::row::{evenly, staff};
use super::{Staff, lasting_super_admin, staff_columns};
use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;

statements! {
    FIND = concat!("SELECT ", staff_columns!(), " FROM staff WHERE id = $1");
    FIND_BY_IDENTITY = concat!("SELECT ", staff_columns!(), " FROM staff WHERE provider_id = $1 AND subject = $2");
    LIST = concat!("SELECT ", staff_columns!(), " FROM staff ORDER BY email_key, id");
    FIND_BY_TOKEN = concat!("SELECT ", staff_columns!(), " FROM staff WHERE enrolment_digest = $1 AND enrolment_until > $2");
    FIND_BY_ADDRESS = concat!("SELECT ", staff_columns!(), " FROM staff WHERE email_key = $1");
    NAMES = "SELECT id, display_name FROM staff WHERE state <> 'deactivated' ORDER BY id";
    COUNT_SUPER = "SELECT count(*) AS enrolled FROM staff WHERE role = 'super_admin' AND state = 'active'";
    LASTING_SUPER = concat!("SELECT id, provider_id, email FROM staff WHERE ", lasting_super_admin!(), " AND provider_id IS NOT NULL ORDER BY id");
    OF_PROVIDER = concat!("SELECT ", staff_columns!(), " FROM staff WHERE provider_id = $1 AND state <> 'deactivated' ORDER BY email_key, id LIMIT $2");
    PENDING_SUPER = concat!("SELECT ", staff_columns!(), " FROM staff WHERE role = 'super_admin' AND state IN ('invited', 'claimed') AND NOT (state = 'invited' AND subject IS NOT NULL) ORDER BY created_at, id");
}

/// One member of staff, as they are at a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: StaffId, now: Timestamp) -> Result<Option<Staff>, Error> {
    let found = FIND.bind(id).fetch_optional(ex).await?;
    one(ex, found, now).await
}

/// The member of staff behind a provider's subject, by the same statements whether there is one or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_identity(
    ex: &mut impl Executor,
    provider: ProviderId,
    subject: &str,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_IDENTITY
        .bind(provider)
        .bind(subject)
        .fetch_optional(ex)
        .await?;
    evenly(ex, found, now).await
}

/// All staff, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let rows = LIST.fetch_all(ex).await?;
    all_of(ex, &rows, now).await
}

/// The names of everybody who is not deactivated.
///
/// # Errors
/// When the database cannot be read.
pub async fn names(ex: &mut impl Executor) -> Result<Vec<(StaffId, String)>, Error> {
    let rows = NAMES.fetch_all(ex).await?;
    rows.iter()
        .map(|row| Ok((row.parse("id")?, row.get("display_name")?)))
        .collect()
}

/// The invited member of staff whom a token was made for, if it still holds, by the same statements whether it does or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_token(
    ex: &mut impl Executor,
    token: &ReferenceDigest,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_TOKEN
        .bind(token.as_bytes().as_slice())
        .bind(now)
        .fetch_optional(ex)
        .await?;
    evenly(ex, found, now).await
}

/// A member of staff by address: for the command line only, never to sign in.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_address(
    ex: &mut impl Executor,
    email: &str,
    now: Timestamp,
) -> Result<Option<Staff>, Error> {
    let found = FIND_BY_ADDRESS.bind(normalise(email)).fetch_optional(ex).await?;
    one(ex, found, now).await
}

async fn one(ex: &mut impl Executor, row: Option<Row>, now: Timestamp) -> Result<Option<Staff>, Error> {
    match row {
        Some(row) => staff(ex, &row, now).await.map(Some),
        None => Ok(None),
    }
}

/// How many super admins are enrolled.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_super_admins(ex: &mut impl Executor) -> Result<u64, Error> {
    COUNT_SUPER.fetch_one(ex).await?.count("enrolled")
}

/// Super admins who are not enrolled yet, the oldest first. Who is named by the configuration file and has not come is none of
/// them: nothing replaces them.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending_super_admins(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Staff>, Error> {
    let rows = PENDING_SUPER.fetch_all(ex).await?;
    all_of(ex, &rows, now).await
}

/// A super admin who is enrolled and stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastingAdmin {
    /// Who.
    pub id: StaffId,
    /// The provider that they sign in through.
    pub provider: ProviderId,
    /// Their address.
    pub email: String,
}

/// The super admins who are enrolled and stay so.
///
/// # Errors
/// When the database cannot be read.
pub async fn lasting_super_admins(ex: &mut impl Executor) -> Result<Vec<LastingAdmin>, Error> {
    let rows = LASTING_SUPER.fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(LastingAdmin {
                id: row.parse("id")?,
                provider: row.parse("provider_id")?,
                email: row.get("email")?,
            })
        })
        .collect()
}

/// People who sign in through a provider and are not deactivated, by address.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_provider(
    ex: &mut impl Executor,
    provider: ProviderId,
    (limit, now): (u32, Timestamp),
) -> Result<Vec<Staff>, Error> {
    let rows = OF_PROVIDER
        .bind(provider)
        .bind(i64::from(limit))
        .fetch_all(ex)
        .await?;
    all_of(ex, &rows, now).await
}

async fn all_of(ex: &mut impl Executor, rows: &[Row], now: Timestamp) -> Result<Vec<Staff>, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(staff(ex, row, now).await?);
    }
    Ok(all)
}
