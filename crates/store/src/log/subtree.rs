//! Hashes of complete subtrees: those that are kept, and all others made from them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use stagedoor_core::audit::leaf::{Subtree, TreeHash};

use crate::Error;
use crate::log::leaf;
use crate::select::Filter;
use crate::statement::{Executor, statements};
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    INSERT = "INSERT INTO audit_subtree (scope, level, place, hash) VALUES ($1, $2, $3, $4)";
    LEAVES = "SELECT leaf_index AS place, hash FROM audit_leaf";
    SUBTREES = "SELECT place, hash FROM audit_subtree";
}

/// Hashes of a log's subtrees.
pub type Hashes = HashMap<Subtree, TreeHash>;

/// Keeps subtrees that leaves have completed. Those of levels that are not kept, and leaves, are passed over.
///
/// # Errors
/// `Conflict` when one is there already.
pub async fn insert(tx: &mut WriteTx, scope: &str, completed: &[(Subtree, TreeHash)]) -> Result<(), Error> {
    let kept: Vec<_> = completed
        .iter()
        .filter(|(subtree, _)| subtree.level > 0 && subtree.is_kept())
        .collect();
    for some in kept.chunks(leaf::ROWS) {
        let rows: Result<Vec<Vec<Value>>, Error> = some
            .iter()
            .map(|(subtree, hash)| {
                Ok(vec![
                    scope.into(),
                    i64::from(subtree.level).into(),
                    leaf::place(subtree.index)?.into(),
                    hash.as_bytes().as_slice().into(),
                ])
            })
            .collect();
        INSERT.many(rows?).execute(tx).await?;
    }
    Ok(())
}

/// The hashes of some subtrees of a log, in one read for each level that is kept. What the log does not hold is missing.
///
/// # Errors
/// When the database cannot be read.
pub async fn hashes(
    ex: &mut impl Executor,
    scope: &str,
    wanted: impl IntoIterator<Item = Subtree>,
) -> Result<Hashes, Error> {
    let wanted: BTreeSet<Subtree> = wanted.into_iter().collect();
    let mut below: BTreeMap<u8, BTreeSet<u64>> = BTreeMap::new();
    for kept in wanted.iter().flat_map(|subtree| subtree.kept()) {
        below.entry(kept.level).or_default().insert(kept.index);
    }
    let mut kept = Hashes::new();
    for (level, places) in below {
        read_level(ex, scope, level, places, &mut kept).await?;
    }
    let made = wanted.into_iter().filter_map(|subtree| {
        let nodes: Option<Vec<TreeHash>> = subtree
            .kept()
            .iter()
            .map(|below| kept.get(below).copied())
            .collect();
        Some((subtree, TreeHash::over_level(&nodes?)?))
    });
    Ok(made.collect())
}

async fn read_level(
    ex: &mut impl Executor,
    scope: &str,
    level: u8,
    places: BTreeSet<u64>,
    into: &mut Hashes,
) -> Result<(), Error> {
    let places: Result<Vec<Value>, Error> = places
        .into_iter()
        .map(|place| leaf::place(place).map(Value::from))
        .collect();
    let of_log = Filter::new().and("scope = $1", [scope.into()]);
    let query = match level {
        0 => LEAVES
            .select()
            .filter(of_log.and_one_of("leaf_index", places?))
            .query(),
        level => SUBTREES
            .select()
            .filter(
                of_log
                    .and("level = $1", [i64::from(level).into()])
                    .and_one_of("place", places?),
            )
            .query(),
    };
    for row in query.fetch_all(ex).await? {
        let subtree = Subtree {
            level,
            index: row.count("place")?,
        };
        into.insert(subtree, leaf::hash(&row)?);
    }
    Ok(())
}
