//! Staff as the tenants' side may know them: whoever is inside a tenant, while they are, and nothing that would open a door to
//! the staff's own. It reads views only; the tables behind them are out of this side's reach.

use stagedoor_core::id::{ProviderId, SessionId, StaffId, TenantId};
use stagedoor_core::role::Scope;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::Executor;
use crate::provider::{Provider, provider};
use crate::session::{StaffSession, session, session_columns};
use crate::staff::{Staff, staff_columns, with_scope};
use crate::statement::{Statement, statements};

statements! {
    SESSION = concat!("SELECT ", session_columns!(), " FROM visiting_session WHERE id = $1");
    STAFF = concat!("SELECT ", staff_columns!(), " FROM visiting_staff WHERE id = $1");
    SCOPE = "SELECT tenant_id FROM visiting_scope WHERE staff_id = $1 ORDER BY tenant_id";
    TERM_SCOPE = "SELECT tenant_id FROM visiting_term_scope WHERE staff_id = $1 ORDER BY tenant_id";
    PROVIDER = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, kind, rules FROM visiting_provider WHERE id = $1";
    NAME = "SELECT display_name FROM visitor_name WHERE id = $1";
}

/// The staff session behind a visit that nobody has ended.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_session(ex: &mut impl Executor, id: SessionId) -> Result<Option<StaffSession>, Error> {
    let found = SESSION.bind(id).fetch_optional(ex).await?;
    found.as_ref().map(session).transpose()
}

/// Whoever is on a visit that nobody has ended, as they are at a moment. Why something was given to them is not told.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_staff(ex: &mut impl Executor, id: StaffId, now: Timestamp) -> Result<Option<Staff>, Error> {
    let Some(row) = STAFF.bind(id).fetch_optional(ex).await? else {
        return Ok(None);
    };
    let listed = |kind: &str| kind != "all";
    let base = if listed(&row.get::<String>("scope")?) {
        scope(ex, SCOPE, id).await?
    } else {
        Scope::All
    };
    let over = match row.get::<Option<String>>("term_scope")? {
        None => None,
        Some(kind) if listed(&kind) => Some(scope(ex, TERM_SCOPE, id).await?),
        Some(_) => Some(Scope::All),
    };
    with_scope(&row, base, over, now).map(Some)
}

async fn scope(ex: &mut impl Executor, tenants: Statement, id: StaffId) -> Result<Scope, Error> {
    let rows = tenants.bind(id).fetch_all(ex).await?;
    let tenants = rows.iter().map(|row| row.parse::<TenantId>("tenant_id"));
    Ok(Scope::only(tenants.collect::<Result<Vec<_>, _>>()?))
}

/// A provider without its secret.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_provider(ex: &mut impl Executor, id: ProviderId) -> Result<Option<Provider>, Error> {
    let found = PROVIDER.bind(id).fetch_optional(ex).await?;
    found.as_ref().map(provider).transpose()
}

/// The name of whoever was ever inside a tenant, or asked to be.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_name(ex: &mut impl Executor, id: StaffId) -> Result<Option<String>, Error> {
    let found = NAME.bind(id).fetch_optional(ex).await?;
    found.map(|row| row.get("display_name")).transpose()
}
