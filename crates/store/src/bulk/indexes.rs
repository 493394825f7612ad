//! The indexes that are quicker made at the end than kept up row by row: those in an order that people do not come in.
//!
//! Only indexes that no constraint stands on. While they are away lists are slow and nothing is wrong. Whoever is killed
//! meanwhile leaves them away until the next [`crate::Db::migrate`], which makes what is missing.

use crate::error::Error;
use crate::statement::{Statement, statements};
use crate::tx::WriteTx;

statements! {
    DROP_BY_NAME = "DROP INDEX IF EXISTS membership_by_name";
    DROP_BY_SEEN = "DROP INDEX IF EXISTS membership_by_seen";
    DROP_BY_ROLE = "DROP INDEX IF EXISTS membership_by_role";
    DROP_BY_FACET = "DROP INDEX IF EXISTS membership_by_facet";
    DROP_TOKENS = "DROP INDEX IF EXISTS membership_token_by_member";
    DROP_SESSIONS_BY_TENANT = "DROP INDEX IF EXISTS tenant_session_by_tenant";
    DROP_SESSIONS_BY_MEMBER = "DROP INDEX IF EXISTS tenant_session_by_member";
    DROP_SESSIONS_OF_MEMBER = "DROP INDEX IF EXISTS tenant_session_of_member";
    MAKE_BY_NAME = "CREATE INDEX IF NOT EXISTS membership_by_name ON membership (tenant_id, name_key, id, facet, last_seen_at)";
    MAKE_BY_SEEN = "CREATE INDEX IF NOT EXISTS membership_by_seen ON membership (tenant_id, last_seen_at, id, facet)";
    MAKE_BY_ROLE = "CREATE INDEX IF NOT EXISTS membership_by_role ON membership (tenant_id, role_rank, id, facet, last_seen_at)";
    MAKE_BY_FACET = "CREATE INDEX IF NOT EXISTS membership_by_facet ON membership (tenant_id, facet, last_seen_at, id)";
    MAKE_TOKENS = "CREATE INDEX IF NOT EXISTS membership_token_by_member ON membership_token (membership_id, token)";
    MAKE_SESSIONS_BY_TENANT = "CREATE INDEX IF NOT EXISTS tenant_session_by_tenant ON tenant_session (tenant_id, last_seen_at)";
    MAKE_SESSIONS_BY_MEMBER = "CREATE INDEX IF NOT EXISTS tenant_session_by_member ON tenant_session (membership_id, last_seen_at)";
    MAKE_SESSIONS_OF_MEMBER = "CREATE INDEX IF NOT EXISTS tenant_session_of_member ON tenant_session (membership_id, started_at, id)";
}

/// Each with what drops it and what makes it again, unless it is there.
const ALL_OF_THEM: [(Statement, Statement); COUNT] = [
    (DROP_BY_NAME, MAKE_BY_NAME),
    (DROP_BY_SEEN, MAKE_BY_SEEN),
    (DROP_BY_ROLE, MAKE_BY_ROLE),
    (DROP_BY_FACET, MAKE_BY_FACET),
    (DROP_TOKENS, MAKE_TOKENS),
    (DROP_SESSIONS_BY_TENANT, MAKE_SESSIONS_BY_TENANT),
    (DROP_SESSIONS_BY_MEMBER, MAKE_SESSIONS_BY_MEMBER),
    (DROP_SESSIONS_OF_MEMBER, MAKE_SESSIONS_OF_MEMBER),
];

/// How many there are.
pub const COUNT: usize = 8;

/// What makes each of them that is not there.
pub(crate) fn again() -> impl Iterator<Item = Statement> {
    ALL_OF_THEM.into_iter().map(|(_, make)| make)
}

/// Drops them.
///
/// # Errors
/// When the database cannot be written.
pub async fn drop_indexes(tx: &mut WriteTx) -> Result<(), Error> {
    for (drop, _) in ALL_OF_THEM {
        tx.execute(drop.into()).await?;
    }
    Ok(())
}

/// Makes one of the [`COUNT`] again: each is a transaction's work.
///
/// # Errors
/// When the database cannot be written.
pub async fn make_index(tx: &mut WriteTx, which: usize) -> Result<(), Error> {
    if let Some((_, make)) = ALL_OF_THEM.get(which) {
        tx.execute((*make).into()).await?;
    }
    Ok(())
}
