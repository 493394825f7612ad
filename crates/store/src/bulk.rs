//! Many rows at once, for made-up data at any scale: the same rows as one at a time makes.
//!
//! Only seeding writes like this. What it writes is compared by tests with [`crate::membership::insert`],
//! [`crate::pending::insert_tenant_session`] and [`WriteTx::commit`]. Entries of the past keep the time that each is given: a
//! commit would stamp all of them with now.

pub mod indexes;

use stagedoor_core::audit::Entry;
use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::input::{normalise, search_tokens};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::membership::{self, Membership};
use crate::pending::{self, NewTenantSession};
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    ACCOUNTS = "INSERT INTO account (id, email, email_key, display_name, created_at) VALUES ($1, $2, $3, $4, $5)";
    MEMBERSHIPS = "INSERT INTO membership (id, tenant_id, account_id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    TOKENS = "INSERT INTO membership_token (tenant_id, token, membership_id) VALUES ($1, $2, $3)";
    SESSIONS = "INSERT INTO tenant_session (id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, address_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

/// Rows a statement: at eighteen columns still far from the number of placeholders that both engines take.
const ROWS: usize = 250;

/// Adds people to a tenant, whom nobody finds by a word until [`insert_tokens`] has theirs.
///
/// # Errors
/// `Conflict` when an address is taken.
pub async fn insert_people(
    tx: &mut WriteTx,
    tenant: TenantId,
    people: &[(AccountId, Membership)],
    now: Timestamp,
) -> Result<(), Error> {
    for some in people.chunks(ROWS) {
        let accounts = some.iter().map(|(account, member)| {
            vec![
                (*account).into(),
                member.email.as_str().into(),
                normalise(&member.email).into(),
                member.name.as_str().into(),
                now.into(),
            ]
        });
        ACCOUNTS.many(accounts.collect()).execute(tx).await?;
        let members = some
            .iter()
            .map(|(account, member)| membership::columns(tenant, *account, member, now).to_vec());
        MEMBERSHIPS.many(members.collect()).execute(tx).await?;
    }
    Ok(())
}

/// The words by which a person is found: [`insert_tokens`] wants them.
#[must_use]
pub fn tokens(member: &Membership) -> Vec<(String, MemberId)> {
    let words = search_tokens(&member.name, &member.email);
    words.into_iter().map(|word| (word, member.id)).collect()
}

/// Makes people of a tenant found by their words. The words of many thousands are best sorted, for that is how they are kept.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_tokens(
    tx: &mut WriteTx,
    tenant: TenantId,
    tokens: &[(String, MemberId)],
) -> Result<(), Error> {
    for some in tokens.chunks(ROWS * 4) {
        let row = |(token, id): &(String, MemberId)| -> Vec<Value> {
            vec![tenant.into(), token.as_str().into(), (*id).into()]
        };
        TOKENS.many(some.iter().map(row).collect()).execute(tx).await?;
    }
    Ok(())
}

/// Adds sessions of a tenant's people.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_sessions(tx: &mut WriteTx, sessions: &[NewTenantSession]) -> Result<(), Error> {
    for some in sessions.chunks(ROWS) {
        let rows = some
            .iter()
            .map(|session| pending::session_values(session).to_vec());
        SESSIONS.many(rows.collect()).execute(tx).await?;
    }
    Ok(())
}

/// Adds entries of the past, each sealed with the time it is given, with the personal data beside them.
///
/// # Errors
/// When the database cannot be written.
pub async fn insert_entries(tx: &mut WriteTx, entries: &[(Timestamp, Entry)]) -> Result<(), Error> {
    let sealed = entries.iter().map(|(at, entry)| entry.clone().seal(*at));
    tx.insert(sealed.collect()).await
}
