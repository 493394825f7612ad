//! Leaves: which entry has which place, with its hash.

use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::id::EventId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::row::Row;
use crate::select::Filter;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    INSERT = "INSERT INTO audit_leaf (scope, leaf_index, at, event_id, hash) VALUES ($1, $2, $3, $4, $5)";
    PLACES = "SELECT event_id, leaf_index FROM audit_leaf";
    PLACE = "SELECT scope, leaf_index FROM audit_leaf WHERE event_id = $1";
}

/// Rows a statement; see [`crate::bulk`].
pub(crate) const ROWS: usize = 200;

/// An entry's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Which, from 0.
    pub index: u64,
    /// When the entry happened.
    pub at: Timestamp,
    /// The entry.
    pub event: EventId,
    /// The hash over its canonical bytes.
    pub hash: TreeHash,
}

/// Adds leaves to a log.
///
/// # Errors
/// `Conflict` when a place is taken, or an entry has one.
pub async fn insert(tx: &mut WriteTx, scope: &str, leaves: &[Leaf]) -> Result<(), Error> {
    for some in leaves.chunks(ROWS) {
        let rows: Result<Vec<Vec<Value>>, Error> = some
            .iter()
            .map(|leaf| {
                Ok(vec![
                    scope.into(),
                    place(leaf.index)?.into(),
                    leaf.at.into(),
                    leaf.event.into(),
                    leaf.hash.as_bytes().as_slice().into(),
                ])
            })
            .collect();
        INSERT.many(rows?).execute(tx).await?;
    }
    Ok(())
}

/// Where an entry stands: its log and its place in it. `None` while it waits.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, event: EventId) -> Result<Option<(String, u64)>, Error> {
    PLACE
        .bind(event)
        .fetch_optional(ex)
        .await?
        .map(|row| Ok((row.get("scope")?, row.count("leaf_index")?)))
        .transpose()
}

/// The places of some entries of a log, of those that have one.
///
/// # Errors
/// When the database cannot be read.
pub async fn places(
    ex: &mut impl Executor,
    scope: &str,
    events: &[EventId],
) -> Result<Vec<(EventId, u64)>, Error> {
    let these = Filter::new()
        .and("scope = $1", [scope.into()])
        .and_one_of("event_id", events.iter().map(Value::from).collect());
    let rows = PLACES.select().filter(these).query().fetch_all(ex).await?;
    rows.iter()
        .map(|row| Ok((row.parse("event_id")?, row.count("leaf_index")?)))
        .collect()
}

/// A place as the database counts.
pub(crate) fn place(index: u64) -> Result<i64, Error> {
    i64::try_from(index).map_err(|_| Error::conflict("audit_leaf_index_from_zero"))
}

/// A stored hash.
pub(crate) fn hash(row: &Row) -> Result<TreeHash, Error> {
    let bytes: Vec<u8> = row.get("hash")?;
    let bytes = bytes.try_into().map_err(|_| row.corrupt("hash"))?;
    Ok(TreeHash::from_bytes(bytes))
}
