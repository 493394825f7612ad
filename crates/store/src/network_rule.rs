//! Network rules that were confirmed, as a set: it is read as a whole and replaced as a whole, when a trial of it is confirmed.
//! Those of the configuration file are not here.

use stagedoor_core::guard::NetworkKind;
use stagedoor_core::network::OwnRule;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, Query, statements};
use crate::tx::WriteTx;

statements! {
    LIST = "SELECT id, name, kind, cidr, note, created_at FROM network_rule ORDER BY id";
    CLEAR = "DELETE FROM network_rule";
    INSERT = "INSERT INTO network_rule (id, name, kind, cidr, note, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
}

fn rule(row: &Row) -> Result<OwnRule, Error> {
    let kind: String = row.get("kind")?;
    Ok(OwnRule {
        id: row.parse("id")?,
        name: row.get("name")?,
        kind: NetworkKind::from_name(&kind).ok_or_else(|| row.corrupt("kind"))?,
        range: row.parse("cidr")?,
        note: row.get("note")?,
        created: row.time("created_at")?,
    })
}

/// All of them, in the order in which they were made.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor) -> Result<Vec<OwnRule>, Error> {
    LIST.fetch_all(ex).await?.iter().map(rule).collect()
}

/// Puts a set in the place of what is kept.
///
/// # Errors
/// `Conflict` when two have one name or one range.
pub async fn replace(tx: &mut WriteTx, rules: &[OwnRule]) -> Result<(), Error> {
    Query::from(CLEAR).execute(tx).await?;
    for rule in rules {
        INSERT
            .bind(rule.id)
            .bind(rule.name.as_str())
            .bind(rule.kind.as_str())
            .bind(rule.range.to_string())
            .bind(rule.note.as_str())
            .bind(rule.created)
            .execute(tx)
            .await?;
    }
    Ok(())
}
