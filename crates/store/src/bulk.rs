//! Many people at once, for made-up data at any scale: rows in statements of many, the same rows as one at a time makes.
//!
//! Only seeding writes like this. What it writes is compared with [`crate::membership::insert`] by a test.

use stagedoor_core::id::{AccountId, TenantId};
use stagedoor_core::input::{normalise, search_tokens};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::membership::{self, Membership};
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    ACCOUNTS = "INSERT INTO account (id, email, email_key, display_name, created_at) VALUES ($1, $2, $3, $4, $5)";
    MEMBERSHIPS = "INSERT INTO membership (id, tenant_id, account_id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk, joined_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    TOKENS = "INSERT INTO membership_token (tenant_id, token, membership_id) VALUES ($1, $2, $3)";
}

/// Rows a statement: 15 columns of a membership stay well below SQLite's 32,766 placeholders.
const ROWS: usize = 500;

/// Adds people to a tenant. They are best sorted by name, for then the indexes grow at their ends.
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
    let mut tokens: Vec<(String, String)> = people
        .iter()
        .flat_map(|(_, member)| {
            let id = member.id.to_string();
            search_tokens(&member.name, &member.email)
                .into_iter()
                .map(move |token| (token, id.clone()))
        })
        .collect();
    // In the order of the primary key.
    tokens.sort_unstable();
    for some in tokens.chunks(ROWS * 4) {
        let row = |(token, id): &(String, String)| -> Vec<Value> {
            vec![tenant.into(), token.as_str().into(), id.as_str().into()]
        };
        TOKENS.many(some.iter().map(row).collect()).execute(tx).await?;
    }
    Ok(())
}
