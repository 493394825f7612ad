//! Staff passkeys. A revoked one stays, so that it can never be registered again unnoticed; one that may have been copied
//! proves nothing, and waits to be revoked.

use stagedoor_core::id::{PasskeyId, StaffId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::staff::lasting_super_admin;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    /// One that may have been copied proves nothing, so it is in no ceremony.
    LIST = "SELECT id, passkey, aaguid, attestation, attested_by FROM staff_passkey WHERE staff_id = $1 AND revoked_at IS NULL AND copied_at IS NULL ORDER BY created_at, id";
    /// Those of super admins whom nothing limits, in time or to tenants.
    LIST_SUPER = concat!("SELECT staff_id, id, passkey, aaguid, attestation, attested_by FROM staff_passkey WHERE staff_id IN (SELECT id FROM staff WHERE ", lasting_super_admin!(), ") AND revoked_at IS NULL AND copied_at IS NULL ORDER BY id");
    /// Those of whoever is enrolled, by person.
    LIST_ACTIVE = "SELECT staff_id, id, passkey, aaguid, attestation, attested_by FROM staff_passkey WHERE staff_id IN (SELECT id FROM staff WHERE state = 'active') AND revoked_at IS NULL AND copied_at IS NULL ORDER BY staff_id, id";
    LIST_KEPT = "SELECT id, name, passkey, aaguid, attestation, attested_by, created_at, last_used_at, copied_at FROM staff_passkey WHERE staff_id = $1 AND revoked_at IS NULL ORDER BY created_at, id";
    COUNT_OWNERS = "SELECT count(DISTINCT staff_passkey.staff_id) AS owners FROM staff_passkey JOIN staff ON staff.id = staff_passkey.staff_id WHERE staff_passkey.revoked_at IS NULL AND staff_passkey.copied_at IS NULL AND staff.state = 'active'";
    INSERT = "INSERT INTO staff_passkey (id, staff_id, name, credential_id, passkey, aaguid, created_at, attestation, attested_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    RENAME = "UPDATE staff_passkey SET name = $3 WHERE id = $1 AND staff_id = $2 AND revoked_at IS NULL";
    /// Never the last one that works: the condition is part of the write, so that of two that are revoked at once one stays.
    REVOKE = "UPDATE staff_passkey SET revoked_at = $3 WHERE id = $1 AND staff_id = $2 AND revoked_at IS NULL AND EXISTS (SELECT 1 FROM staff_passkey AS other WHERE other.staff_id = $2 AND other.revoked_at IS NULL AND other.copied_at IS NULL AND other.id <> $1)";
    REVOKE_ALL = "UPDATE staff_passkey SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL";
    FIND = "SELECT passkey FROM staff_passkey WHERE id = $1 AND revoked_at IS NULL AND copied_at IS NULL";
    UPDATE = "UPDATE staff_passkey SET passkey = $2, last_used_at = $3 WHERE id = $1 AND revoked_at IS NULL AND copied_at IS NULL";
    MARK_COPIED = "UPDATE staff_passkey SET copied_at = $2 WHERE id = $1 AND revoked_at IS NULL AND copied_at IS NULL";
}

/// How a passkey's maker vouched for it, where that was checked against the installation's lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The format it came in.
    pub format: String,
    /// The authority that the maker signed under: the SHA-256 of its certificate, in hexadecimal.
    pub authority: String,
}

fn attestation(row: &Row) -> Result<Option<Attestation>, Error> {
    let format: Option<String> = row.get("attestation")?;
    let authority: Option<String> = row.get("attested_by")?;
    Ok(format
        .zip(authority)
        .map(|(format, authority)| Attestation { format, authority }))
}

/// A passkey as it is stored: the library's own JSON, opaque here.
#[derive(Debug, Clone)]
pub struct StoredPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// The library's serialised credential.
    pub passkey: String,
    /// What made it, as it said itself.
    pub aaguid: Option<String>,
    /// How its maker vouched for it; `None` where nobody checked that.
    pub attestation: Option<Attestation>,
}

/// A passkey to store.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// Whose it is.
    pub staff: StaffId,
    /// Its name for people.
    pub name: String,
    /// The credential id, unique over all staff.
    pub credential_id: Vec<u8>,
    /// The library's serialised credential.
    pub passkey: String,
    /// What made it, as it said itself; `None` when it did not say.
    pub aaguid: Option<String>,
    /// How its maker vouched for it; `None` where nobody checked that.
    pub attestation: Option<Attestation>,
}

/// A person's passkeys that prove something: neither revoked nor possibly copied.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, staff: StaffId) -> Result<Vec<StoredPasskey>, Error> {
    let rows = LIST.bind(staff).fetch_all(ex).await?;
    rows.iter().map(stored).collect()
}

/// The passkeys that prove something of enrolled super admins whom nothing limits, with whose each is: whoever can undo anything
/// has one of them.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_super_admins(ex: &mut impl Executor) -> Result<Vec<(StaffId, StoredPasskey)>, Error> {
    let rows = LIST_SUPER.fetch_all(ex).await?;
    rows.iter().map(owned).collect()
}

/// The passkeys that prove something of everybody who is enrolled, with whose each is.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_of_active(ex: &mut impl Executor) -> Result<Vec<(StaffId, StoredPasskey)>, Error> {
    let rows = LIST_ACTIVE.fetch_all(ex).await?;
    rows.iter().map(owned).collect()
}

fn owned(row: &Row) -> Result<(StaffId, StoredPasskey), Error> {
    Ok((row.parse("staff_id")?, stored(row)?))
}

fn stored(row: &Row) -> Result<StoredPasskey, Error> {
    Ok(StoredPasskey {
        id: row.parse("id")?,
        passkey: row.get("passkey")?,
        aaguid: row.get("aaguid")?,
        attestation: attestation(row)?,
    })
}

/// A passkey as its owner keeps it.
#[derive(Debug, Clone)]
pub struct KeptPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// Its name for people.
    pub name: String,
    /// The library's serialised credential.
    pub passkey: String,
    /// What made it, as it said itself; `None` when it did not say.
    pub aaguid: Option<String>,
    /// How its maker vouched for it; `None` where nobody checked that.
    pub attestation: Option<Attestation>,
    /// When it was registered.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// Since when it may have been copied: it proves nothing any more.
    pub copied: Option<Timestamp>,
}

/// A person's passkeys in use, with what their owner is told of them; the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_kept(ex: &mut impl Executor, staff: StaffId) -> Result<Vec<KeptPasskey>, Error> {
    let rows = LIST_KEPT.bind(staff).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(KeptPasskey {
                id: row.parse("id")?,
                name: row.get("name")?,
                passkey: row.get("passkey")?,
                aaguid: row.get("aaguid")?,
                attestation: attestation(row)?,
                created: row.time("created_at")?,
                last_used: row.time_opt("last_used_at")?,
                copied: row.time_opt("copied_at")?,
            })
        })
        .collect()
}

/// Gives a person's passkey another name. `false` when they have no such passkey.
///
/// # Errors
/// When the database cannot be written.
pub async fn rename(tx: &mut WriteTx, id: PasskeyId, staff: StaffId, name: &str) -> Result<bool, Error> {
    Ok(RENAME.bind(id).bind(staff).bind(name).execute(tx).await? == 1)
}

/// Revokes a person's passkey. `false` when they have no such passkey, or no other one.
///
/// # Errors
/// When the database cannot be written.
pub async fn revoke(tx: &mut WriteTx, id: PasskeyId, staff: StaffId, now: Timestamp) -> Result<bool, Error> {
    Ok(REVOKE.bind(id).bind(staff).bind(now).execute(tx).await? == 1)
}

/// How many active members of staff have a passkey.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_owners(ex: &mut impl Executor) -> Result<u64, Error> {
    COUNT_OWNERS.fetch_one(ex).await?.count("owners")
}

/// Stores a passkey.
///
/// # Errors
/// `Conflict` when the credential is registered already.
pub async fn insert(tx: &mut WriteTx, new: &NewPasskey, now: Timestamp) -> Result<(), Error> {
    INSERT
        .bind(new.id)
        .bind(new.staff)
        .bind(new.name.as_str())
        .bind(new.credential_id.as_slice())
        .bind(new.passkey.as_str())
        .bind(new.aaguid.clone())
        .bind(now)
        .bind(new.attestation.as_ref().map(|how| how.format.clone()))
        .bind(new.attestation.as_ref().map(|how| how.authority.clone()))
        .execute(tx)
        .await?;
    Ok(())
}

/// A passkey as it is stored now; `None` when it was revoked, or may have been copied.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: PasskeyId) -> Result<Option<String>, Error> {
    let row = FIND.bind(id).fetch_optional(ex).await?;
    row.map(|row| row.get("passkey")).transpose()
}

/// Writes down that a passkey may have been copied. `false` when that is known, or it was revoked.
///
/// # Errors
/// When the database cannot be written.
pub async fn mark_copied(tx: &mut WriteTx, id: PasskeyId, now: Timestamp) -> Result<bool, Error> {
    Ok(MARK_COPIED.bind(id).bind(now).execute(tx).await? == 1)
}

/// Stores what a use changed (the counter, for one). `false` when it was revoked in between, or may have been copied.
///
/// # Errors
/// When the database cannot be written.
pub async fn note_use(tx: &mut WriteTx, id: PasskeyId, passkey: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(UPDATE.bind(id).bind(passkey).bind(now).execute(tx).await? == 1)
}

/// Revokes all passkeys of a person, and says how many there were.
///
/// # Errors
/// When the database cannot be written.
pub async fn revoke_all(tx: &mut WriteTx, staff: StaffId, now: Timestamp) -> Result<u64, Error> {
    REVOKE_ALL.bind(staff).bind(now).execute(tx).await
}
