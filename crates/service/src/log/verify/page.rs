//! A page of a log: as rows, and as texts that are told to be what they must be or not.
//!
//! A text finds nothing and names nothing: what is not sound is looked at row by row.

use stagedoor_core::audit::Record;
use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_store::Error;
use stagedoor_store::db::ReadTx;
use stagedoor_store::log::review::packed::{self, Packed, PackedBeside, PackedLeaf};
use stagedoor_store::log::review::{self, Beside, StoredLeaf};

use super::{PAGE, entry, told};

/// Some leaves with what stands beside their entries.
#[derive(Default)]
pub(super) struct Page {
    pub(super) leaves: Vec<StoredLeaf>,
    pub(super) beside: Vec<Beside>,
    /// What cannot be read of the row behind the last leaf, where there is such a row.
    pub(super) unreadable: Option<String>,
}

/// What makes no text is like an empty page: its rows are looked at.
pub(super) async fn packed(ex: &mut ReadTx, log: &str, after: i64) -> Result<Packed, Error> {
    match packed::page(ex, log, after, PAGE).await {
        Err(Error::Corrupt { .. }) => Ok(Packed::default()),
        page => page,
    }
}

/// The rows from behind a place, up to the first that cannot be read.
pub(super) async fn rows(ex: &mut ReadTx, log: &str, after: i64) -> Result<Page, Error> {
    match read(ex, log, after, PAGE).await {
        Err(Error::Corrupt { .. }) => singly(ex, log, after).await,
        page => page,
    }
}

async fn singly(ex: &mut ReadTx, log: &str, mut after: i64) -> Result<Page, Error> {
    let mut all = Page::default();
    loop {
        let mut page = match read(ex, log, after, 1).await {
            Err(Error::Corrupt { column, .. }) => {
                all.unreadable = Some(column);
                return Ok(all);
            }
            page => page?,
        };
        let Some(leaf) = page.leaves.last() else {
            return Ok(all);
        };
        after = leaf.index;
        all.leaves.append(&mut page.leaves);
        all.beside.append(&mut page.beside);
    }
}

async fn read(ex: &mut ReadTx, log: &str, after: i64, limit: u32) -> Result<Page, Error> {
    let leaves = review::leaves(ex, log, after, limit).await?;
    let beside = match leaves.last() {
        Some(last) => review::beside_leaves(ex, log, after, last.index).await?,
        None => Vec::new(),
    };
    Ok(Page {
        leaves,
        beside,
        unreadable: None,
    })
}

/// A leaf whose entry, with all that stands beside it, is what was sealed.
pub(super) struct Sound {
    pub(super) hash: TreeHash,
    /// How many rows of personal data are beside it.
    pub(super) personal: u64,
    /// The entry, where it tells something of what stands in tables.
    pub(super) telling: Option<Record>,
}

/// The leaves of a page from a place on; `None` where any of them, any entry or anything beside one is not what the sealed bytes say,
/// is missing, or is one too many.
pub(super) fn sound(log: &str, from: u64, page: &Packed) -> Option<Vec<Sound>> {
    let leaves = page.leaves()?;
    let mut beside = page.beside()?.into_iter();
    let mut sound = Vec::with_capacity(leaves.len());
    for (place, leaf) in (from..).zip(&leaves) {
        let record = Record::parse(&leaf.canonical).ok()?;
        let hash = TreeHash::of_leaf(&leaf.canonical);
        let is_whole = is_leaf_of(leaf, place, hash, &record)
            && record.log == log
            && entry::is_sealed(&record, leaf.columns)
            && has_its_own(&record, &mut beside);
        if !is_whole {
            return None;
        }
        sound.push(Sound {
            hash,
            personal: record.personal.len() as u64,
            telling: told::telling(&record).is_some().then_some(record),
        });
    }
    beside.next().is_none().then_some(sound)
}

fn is_leaf_of(leaf: &PackedLeaf<'_>, place: u64, hash: TreeHash, record: &Record) -> bool {
    u64::try_from(leaf.index) == Ok(place)
        && leaf.event == record.id
        && leaf.at == record.at.micros()
        && leaf.hash == hash.as_bytes().as_slice()
}

/// Takes the personal data of an entry from what comes next.
fn has_its_own<'a>(record: &Record, beside: &mut impl Iterator<Item = PackedBeside<'a>>) -> bool {
    record.personal.iter().all(|(slot, committed)| {
        beside.next().is_some_and(|one| {
            one.event == record.id
                && one.slot == slot
                && entry::is_committed(committed, one.subject, &one.ciphertext)
        })
    })
}
