//! What staff acknowledged, and the backup contacts that they left. A contact is sealed before it comes here.

use stagedoor_core::id::StaffId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;

statements! {
    ACKNOWLEDGE = "UPDATE staff SET responsibilities = $2, responsibilities_at = $3 WHERE id = $1 AND state = 'active'";
    FIND_ACKNOWLEDGED = "SELECT responsibilities_at FROM staff WHERE id = $1 AND responsibilities IS NOT NULL";
    PUT_CONTACT = "INSERT INTO staff_backup_contact (staff_id, contact, changed_at) VALUES ($1, $2, $3) ON CONFLICT (staff_id) DO UPDATE SET contact = excluded.contact, changed_at = excluded.changed_at";
    FIND_CONTACT = "SELECT contact, changed_at FROM staff_backup_contact WHERE staff_id = $1";
}

/// A backup contact as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedContact {
    /// Under the key of the person's own data.
    pub sealed: Vec<u8>,
    /// When it was left, or changed last.
    pub changed: Timestamp,
}

/// Notes which responsibilities somebody acknowledged. `false` for an account that is not in use.
///
/// # Errors
/// When the database cannot be written.
pub async fn acknowledge(
    tx: &mut WriteTx,
    id: StaffId,
    version: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let noted = ACKNOWLEDGE.bind(id).bind(version).bind(now).execute(tx).await?;
    Ok(noted == 1)
}

/// When somebody acknowledged their responsibilities last, in whichever version.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_acknowledged(ex: &mut impl Executor, id: StaffId) -> Result<Option<Timestamp>, Error> {
    match FIND_ACKNOWLEDGED.bind(id).fetch_optional(ex).await? {
        Some(row) => row.time_opt("responsibilities_at"),
        None => Ok(None),
    }
}

/// Keeps somebody's backup contact in the place of a former one.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_contact(tx: &mut WriteTx, id: StaffId, sealed: &[u8], now: Timestamp) -> Result<(), Error> {
    PUT_CONTACT.bind(id).bind(sealed).bind(now).execute(tx).await?;
    Ok(())
}

/// Somebody's backup contact.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_contact(ex: &mut impl Executor, id: StaffId) -> Result<Option<SealedContact>, Error> {
    match FIND_CONTACT.bind(id).fetch_optional(ex).await? {
        Some(row) => Ok(Some(SealedContact {
            sealed: row.get("contact")?,
            changed: row.time("changed_at")?,
        })),
        None => Ok(None),
    }
}
