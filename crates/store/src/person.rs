//! One person of a tenant, beyond what the directory's rows hold: since when, and what risk is open.

use stagedoor_core::id::{MemberId, TenantId};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::statement::{Executor, statements};

statements! {
    TENANT_OF = "SELECT tenant_id FROM membership WHERE id = $1";
    JOINED = "SELECT joined_at FROM membership WHERE tenant_id = $1 AND id = $2";
    RISKS = "SELECT cause, level, state, raised_at FROM risk_event WHERE tenant_id = $1 AND membership_id = $2 ORDER BY raised_at DESC, id LIMIT $3";
}

/// Whose person somebody is. Only staff ask, who act across tenants; whether they may know of that tenant is theirs to
/// check.
///
/// # Errors
/// When the database cannot be read.
pub async fn tenant_of(ex: &mut impl Executor, id: MemberId) -> Result<Option<TenantId>, Error> {
    let row = TENANT_OF.bind(id).fetch_optional(ex).await?;
    row.map(|row| row.parse("tenant_id")).transpose()
}

/// Since when somebody is a person of this tenant.
///
/// # Errors
/// When the database cannot be read.
pub async fn joined(
    ex: &mut impl Executor,
    tenant: TenantId,
    id: MemberId,
) -> Result<Option<Timestamp>, Error> {
    let row = JOINED.bind(tenant).bind(id).fetch_optional(ex).await?;
    row.map(|row| row.time("joined_at")).transpose()
}

/// A risk event about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRisk {
    /// What happened.
    pub cause: String,
    /// How grave: `low` or `elevated`.
    pub level: String,
    /// `open` or `acknowledged`.
    pub state: String,
    /// When.
    pub raised: Timestamp,
}

/// The latest risk events about a person of this tenant.
///
/// # Errors
/// When the database cannot be read.
pub async fn risks(
    ex: &mut impl Executor,
    tenant: TenantId,
    id: MemberId,
    limit: u32,
) -> Result<Vec<PersonRisk>, Error> {
    let rows = RISKS.bind(tenant).bind(id).bind(limit).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(PersonRisk {
                cause: row.get("cause")?,
                level: row.get("level")?,
                state: row.get("state")?,
                raised: row.time("raised_at")?,
            })
        })
        .collect()
}
