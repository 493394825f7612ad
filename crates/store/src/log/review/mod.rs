//! Reading all that a log is made of, for whoever checks it: leaves with their entries, what stands beside them, and what has no
//! place anywhere.
//!
//! A whole log is read as texts ([`packed`]); the rows of a page are read where its text is not what it must be.
//!
//! Nothing read here is trusted: ids are text, hashes bytes of any length. What is no value of its column's type is an error.

pub mod packed;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, Statement, statements};

/// The columns of an entry as what is joined to one text: see [`StoredEntry::columns`]. Where there is nothing and something must be,
/// the sign that stands between columns stands, so that they are never as many as they must be.
macro_rules! columns {
    () => {
        concat!(
            "coalesce(e.id, '\u{1f}'), ",
            "coalesce(e.scope, '\u{1f}'), ",
            "coalesce(e.event, '\u{1f}'), ",
            "coalesce(e.outcome, '\u{1f}'), ",
            "coalesce('=' || e.code, ''), ",
            "coalesce(e.actor_kind, '\u{1f}'), ",
            "coalesce('=' || e.actor_id, ''), ",
            "coalesce('=' || e.act_id, ''), ",
            "coalesce('=' || e.target_kind, ''), ",
            "coalesce('=' || e.target_id, ''), ",
            "coalesce('=' || e.tenant_id, ''), ",
            "coalesce('=' || e.impersonation_id, ''), ",
            "coalesce('=' || e.session_id, ''), ",
            "coalesce(e.request_id, '\u{1f}'), ",
            "coalesce(e.retention, '\u{1f}'), ",
            "coalesce(CAST(e.flags AS TEXT), '\u{1f}'), ",
            "coalesce(CAST(e.at AS TEXT), '\u{1f}')"
        )
    };
}
use columns;

statements! {
    LEAVES = concat!("SELECT l.leaf_index, l.at AS leaf_at, l.event_id, l.hash, concat_ws('\u{1f}', ", columns!(), ") AS columns, e.canonical FROM audit_leaf l LEFT JOIN audit_entry e ON e.at = l.at AND e.id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 ORDER BY l.leaf_index LIMIT $3");
    BESIDE_LEAVES = "SELECT p.event_id, p.slot, p.subject_id, p.ciphertext FROM audit_leaf l JOIN audit_personal p ON p.event_id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 AND l.leaf_index <= $3";
    WAITING = concat!("SELECT q.event_id, q.at AS queue_at, q.scope AS queue_scope, q.seal, q.refused_at, concat_ws('\u{1f}', ", columns!(), ") AS columns, e.canonical, l.scope AS leaf_scope FROM audit_queue q LEFT JOIN audit_entry e ON e.at = q.at AND e.id = q.event_id LEFT JOIN audit_leaf l ON l.event_id = q.event_id WHERE q.event_id > $1 ORDER BY q.event_id LIMIT $2");
    BESIDE_WAITING = "SELECT p.event_id, p.slot, p.subject_id, p.ciphertext FROM audit_queue q JOIN audit_personal p ON p.event_id = q.event_id WHERE q.event_id > $1 AND q.event_id <= $2";
    SUBTREES = "SELECT level, place, hash FROM audit_subtree WHERE scope = $1 AND (level, place) > ($2, $3) ORDER BY level, place LIMIT $4";
    KEYS = "SELECT subject_id, wrapped, created_at, destroyed_at FROM subject_key WHERE subject_id > $1 ORDER BY subject_id LIMIT $2";
    COUNT_ENTRIES = "SELECT count(*) AS total FROM audit_entry";
    COUNT_LEAVES = "SELECT count(*) AS total FROM audit_leaf";
    COUNT_PERSONAL = "SELECT count(*) AS total FROM audit_personal";
    COUNT_SUBTREES = "SELECT count(*) AS total FROM audit_subtree";
    STRAY_ENTRY = "SELECT e.id AS name FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = e.id AND l.at = e.at) AND NOT EXISTS (SELECT 1 FROM audit_queue q WHERE q.event_id = e.id AND q.at = e.at) ORDER BY e.at, e.id LIMIT 1";
    STRAY_LEAF = "SELECT l.scope AS name FROM audit_leaf l WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.scope = l.scope) LIMIT 1";
    STRAY_SUBTREE = "SELECT s.scope AS name FROM audit_subtree s WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.scope = s.scope) LIMIT 1";
    STRAY_PERSONAL = "SELECT p.event_id AS name FROM audit_personal p WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.event_id = p.event_id) AND NOT EXISTS (SELECT 1 FROM audit_queue q WHERE q.event_id = p.event_id) ORDER BY p.event_id LIMIT 1";
    KEYLESS = "SELECT p.subject_id AS name FROM audit_personal p WHERE NOT EXISTS (SELECT 1 FROM subject_key k WHERE k.subject_id = p.subject_id) ORDER BY p.subject_id LIMIT 1";
}

/// A leaf as it is stored, with the entry that stands at its place in time.
#[derive(Debug, Clone)]
pub struct StoredLeaf {
    /// Its place.
    pub index: i64,
    /// When its entry happened, by the leaf.
    pub at: i64,
    /// Its entry's id.
    pub event: String,
    /// Its hash.
    pub hash: Vec<u8>,
    /// The entry; `None` where there is none of that id and time.
    pub entry: Option<StoredEntry>,
}

/// An entry with all its columns.
///
/// The columns come as one text, because a log is read a million times for each thing that is wrong with it, and a value of a row
/// costs more than its letters: [`COLUMNS`] in their order with [`BETWEEN`] between them. One that may be absent has an equals sign
/// before it, and is empty where it is. What an entry must say never holds [`BETWEEN`], so no other row comes as the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// What stands in the columns.
    pub columns: String,
    /// The canonical bytes.
    pub canonical: Vec<u8>,
}

/// The columns of an entry, in their order in [`StoredEntry::columns`].
pub const COLUMNS: [&str; 17] = [
    "id",
    "scope",
    "event",
    "outcome",
    "code",
    "actor_kind",
    "actor_id",
    "act_id",
    "target_kind",
    "target_id",
    "tenant_id",
    "impersonation_id",
    "session_id",
    "request_id",
    "retention",
    "flags",
    "at",
];
/// What stands between two columns.
pub const BETWEEN: char = '\u{1f}';

/// A row of the queue with its entry.
#[derive(Debug, Clone)]
pub struct StoredWaiting {
    /// The entry's id.
    pub event: String,
    /// When it happened, by the queue.
    pub at: i64,
    /// Its log, by the queue.
    pub scope: String,
    /// Its seal.
    pub seal: Option<Vec<u8>>,
    /// Whether it was refused a place.
    pub is_refused: bool,
    /// The entry; `None` where there is none of that id and time.
    pub entry: Option<StoredEntry>,
    /// The log in which it has a place all the same.
    pub has_leaf_in: Option<String>,
}

/// Personal data beside an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The entry.
    pub event: String,
    /// Whom it is about, seen from the entry.
    pub slot: String,
    /// Whose key it is encrypted under.
    pub subject: String,
    /// The encrypted bytes.
    pub ciphertext: Vec<u8>,
}

/// A subtree as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubtree {
    /// Its level.
    pub level: i64,
    /// Its place among those of the level.
    pub place: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// The key of a subject's personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Whose.
    pub subject: String,
    /// The wrapped key; `None` once it is destroyed.
    pub wrapped: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: i64,
    /// When it was destroyed.
    pub destroyed_at: Option<i64>,
}

/// Leaves of a log in their order, from behind a place; -1 is before the first.
///
/// # Errors
/// When the database cannot be read.
pub async fn leaves(
    ex: &mut impl Executor,
    scope: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<StoredLeaf>, Error> {
    let rows = LEAVES
        .bind(scope)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(ex)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(StoredLeaf {
                index: row.get("leaf_index")?,
                at: row.get("leaf_at")?,
                event: row.get("event_id")?,
                hash: row.get("hash")?,
                entry: entry(row)?,
            })
        })
        .collect()
}

/// The entry of a row that was joined, if there is one.
fn entry(row: &Row) -> Result<Option<StoredEntry>, Error> {
    let columns: Option<String> = row.get("columns")?;
    let canonical: Option<Vec<u8>> = row.get("canonical")?;
    Ok(columns
        .zip(canonical)
        .map(|(columns, canonical)| StoredEntry { columns, canonical }))
}

/// Personal data beside the entries of leaves, from behind one place up to another.
///
/// # Errors
/// When the database cannot be read.
pub async fn beside_leaves(
    ex: &mut impl Executor,
    scope: &str,
    after: i64,
    last: i64,
) -> Result<Vec<Beside>, Error> {
    let query = BESIDE_LEAVES.bind(scope).bind(after).bind(last);
    query.fetch_all(ex).await?.iter().map(beside).collect()
}

fn beside(row: &Row) -> Result<Beside, Error> {
    Ok(Beside {
        event: row.get("event_id")?,
        slot: row.get("slot")?,
        subject: row.get("subject_id")?,
        ciphertext: row.get("ciphertext")?,
    })
}

/// The queue by id, from behind one.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(ex: &mut impl Executor, after: &str, limit: u32) -> Result<Vec<StoredWaiting>, Error> {
    let rows = WAITING.bind(after).bind(i64::from(limit)).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredWaiting {
                event: row.get("event_id")?,
                at: row.get("queue_at")?,
                scope: row.get("queue_scope")?,
                seal: row.get("seal")?,
                is_refused: row.get::<Option<i64>>("refused_at")?.is_some(),
                entry: entry(row)?,
                has_leaf_in: row.get("leaf_scope")?,
            })
        })
        .collect()
}

/// Personal data beside entries that wait, from behind one id up to another.
///
/// # Errors
/// When the database cannot be read.
pub async fn beside_waiting(ex: &mut impl Executor, after: &str, last: &str) -> Result<Vec<Beside>, Error> {
    let query = BESIDE_WAITING.bind(after).bind(last);
    query.fetch_all(ex).await?.iter().map(beside).collect()
}

/// Kept subtrees of a log by level and place, from behind one.
///
/// # Errors
/// When the database cannot be read.
pub async fn subtrees(
    ex: &mut impl Executor,
    scope: &str,
    after: (i64, i64),
    limit: u32,
) -> Result<Vec<StoredSubtree>, Error> {
    let query = SUBTREES
        .bind(scope)
        .bind(after.0)
        .bind(after.1)
        .bind(i64::from(limit));
    let rows = query.fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredSubtree {
                level: row.get("level")?,
                place: row.get("place")?,
                hash: row.get("hash")?,
            })
        })
        .collect()
}

/// Keys of subjects by subject, from behind one.
///
/// # Errors
/// When the database cannot be read.
pub async fn keys(ex: &mut impl Executor, after: &str, limit: u32) -> Result<Vec<StoredKey>, Error> {
    let rows = KEYS.bind(after).bind(i64::from(limit)).fetch_all(ex).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredKey {
                subject: row.get("subject_id")?,
                wrapped: row.get("wrapped")?,
                created_at: row.get("created_at")?,
                destroyed_at: row.get("destroyed_at")?,
            })
        })
        .collect()
}

/// How many rows each table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Entries.
    pub entries: u64,
    /// Leaves.
    pub leaves: u64,
    /// Kept subtrees.
    pub subtrees: u64,
    /// Rows of personal data.
    pub personal: u64,
}

/// Counts all rows.
///
/// # Errors
/// When the database cannot be read.
pub async fn totals(ex: &mut impl Executor) -> Result<Totals, Error> {
    Ok(Totals {
        entries: total(ex, COUNT_ENTRIES).await?,
        leaves: total(ex, COUNT_LEAVES).await?,
        subtrees: total(ex, COUNT_SUBTREES).await?,
        personal: total(ex, COUNT_PERSONAL).await?,
    })
}

async fn total(ex: &mut impl Executor, statement: Statement) -> Result<u64, Error> {
    statement.fetch_one(ex).await?.count("total")
}

/// What belongs to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    /// An entry that has no leaf and does not wait for one. Named by its id.
    Entry,
    /// A leaf of a log that has no head. Named by the log.
    Leaf,
    /// A subtree of a log that has no head. Named by the log.
    Subtree,
    /// Personal data beside an entry that is nowhere. Named by the entry's id.
    Personal,
    /// Personal data of a subject that never had a key. Named by the subject.
    Keyless,
}

/// The first of a kind, by name. It may have to read all there is.
///
/// # Errors
/// When the database cannot be read.
pub async fn first_stray(ex: &mut impl Executor, kind: Stray) -> Result<Option<String>, Error> {
    let statement = match kind {
        Stray::Entry => STRAY_ENTRY,
        Stray::Leaf => STRAY_LEAF,
        Stray::Subtree => STRAY_SUBTREE,
        Stray::Personal => STRAY_PERSONAL,
        Stray::Keyless => KEYLESS,
    };
    let row = crate::statement::Query::from(statement)
        .fetch_optional(ex)
        .await?;
    row.map(|row| row.get("name")).transpose()
}
