//! Staff as the console lists them, with what their accounts hold: passkeys, the last sign-in, the last end.
//!
//! An installation has few members of staff: they are read whole, with their scopes, in three statements, and the service
//! filters and pages them.

use std::collections::BTreeMap;

use stagedoor_core::id::{StaffId, TenantId};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::staff::{self, Staff, staff_columns};
use crate::statement::{Executor, Statement, statements};

statements! {
    LIST = concat!("SELECT ", staff_columns!(), ", justification, created_at, enrolment_until, deactivated_at, deactivated_why, former_role, (SELECT count(*) FROM staff_passkey WHERE staff_passkey.staff_id = staff.id AND staff_passkey.revoked_at IS NULL) AS passkeys, (SELECT max(staff_session.started_at) FROM staff_session WHERE staff_session.staff_id = staff.id) AS signed_in_at FROM staff ORDER BY email_key, id");
    SCOPES = "SELECT staff_id, tenant_id FROM staff_scope ORDER BY staff_id, tenant_id";
    TERM_SCOPES = "SELECT staff_id, tenant_id FROM staff_term_scope ORDER BY staff_id, tenant_id";
}

type Scopes = BTreeMap<StaffId, Vec<TenantId>>;

/// A member of staff as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub staff: Staff,
    /// Why it exists.
    pub justification: String,
    /// Since when it exists.
    pub created: Timestamp,
    /// Until when their enrolment token holds, where one is out.
    pub token_until: Option<Timestamp>,
    /// How many passkeys they have in use.
    pub passkeys: u64,
    /// When they last signed in.
    pub signed_in: Option<Timestamp>,
    /// When and why they were deactivated, and the role they had.
    pub deactivated: Option<Deactivated>,
}

/// How somebody was deactivated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deactivated {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
    /// The role they had.
    pub role: Option<StaffRole>,
}

fn scope(kind: &str, id: StaffId, scopes: &mut Scopes) -> Scope {
    match kind {
        "all" => Scope::All,
        _ => Scope::only(scopes.remove(&id).unwrap_or_default()),
    }
}

fn listed(row: &Row, (base, over): (&mut Scopes, &mut Scopes), now: Timestamp) -> Result<Listed, Error> {
    let id: StaffId = row.parse("id")?;
    let base = scope(&row.get::<String>("scope")?, id, base);
    let over = row
        .get::<Option<String>>("term_scope")?
        .map(|kind| scope(&kind, id, over));
    let deactivated = match row.time_opt("deactivated_at")? {
        Some(at) => Some(Deactivated {
            at,
            why: row.get::<Option<String>>("deactivated_why")?.unwrap_or_default(),
            role: row.parse_opt("former_role")?,
        }),
        None => None,
    };
    Ok(Listed {
        staff: staff::with_scope(row, base, over, now)?,
        justification: row.get("justification")?,
        created: row.time("created_at")?,
        token_until: row.time_opt("enrolment_until")?,
        passkeys: row.count("passkeys")?,
        signed_in: row.time_opt("signed_in_at")?,
        deactivated,
    })
}

async fn scopes(ex: &mut impl Executor, of: &Statement) -> Result<Scopes, Error> {
    let mut scopes = Scopes::new();
    for row in &of.fetch_all(ex).await? {
        scopes
            .entry(row.parse("staff_id")?)
            .or_default()
            .push(row.parse("tenant_id")?);
    }
    Ok(scopes)
}

/// All staff by address, as they are at a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, now: Timestamp) -> Result<Vec<Listed>, Error> {
    let mut base = scopes(ex, &SCOPES).await?;
    let mut over = scopes(ex, &TERM_SCOPES).await?;
    let rows = LIST.fetch_all(ex).await?;
    rows.iter()
        .map(|row| listed(row, (&mut base, &mut over), now))
        .collect()
}
