//! Guard policies that were confirmed, as a set: it is read as a whole and replaced as a whole, when a trial of it is confirmed.
//! Those that come with the program are not here.

use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::view::policy::PolicyCard;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, Query, statements};
use crate::tx::WriteTx;

statements! {
    LIST = "SELECT name, definition FROM guard_policy ORDER BY name";
    CLEAR = "DELETE FROM guard_policy";
    INSERT = "INSERT INTO guard_policy (name, definition) VALUES ($1, $2)";
}

/// What is kept is checked as what is typed: nothing that would not be accepted guards anything.
fn policy(row: &Row) -> Result<GuardPolicy, Error> {
    let definition: String = row.get("definition")?;
    let card: PolicyCard = serde_json::from_str(&definition).map_err(|_| row.corrupt("definition"))?;
    card.policy().map_err(|_| row.corrupt("definition"))
}

/// All of them, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor) -> Result<Vec<GuardPolicy>, Error> {
    LIST.fetch_all(ex).await?.iter().map(policy).collect()
}

/// Puts a set in the place of what is kept.
///
/// # Errors
/// `Conflict` when two have one name.
pub async fn replace(tx: &mut WriteTx, policies: &[GuardPolicy]) -> Result<(), Error> {
    Query::from(CLEAR).execute(tx).await?;
    for policy in policies {
        let definition = serde_json::to_string(&PolicyCard::from(policy)).unwrap_or_default();
        INSERT.bind(policy.name()).bind(definition).execute(tx).await?;
    }
    Ok(())
}
