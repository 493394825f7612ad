//! A page of a log as two texts: one of leaves with their entries, one of the personal data beside them.
//!
//! A row costs more than its letters, and a log is read whole. So the engine makes one text of a page's rows, with [`RECORD`] between
//! them and [`BETWEEN`] between the fields of each, and says how many rows there were. What an entry must say holds neither sign, and
//! where there is nothing and something must be there is a sign. So a text that is letter for letter what the rows must be, and of as
//! many rows, was made of these rows: any others would have brought a sign too many. Of any other text nothing can be said but that,
//! and its rows must be read ([`super::leaves`]).

use std::borrow::Cow;

use crate::Error;
use crate::row::Row;
use crate::statement::{Executor, statements};

use super::{BETWEEN, columns};

statements! {
    LEAVES = concat!(
        "SELECT count(*) AS lines, string_agg(t.line, '\u{1e}' ORDER BY t.leaf_index) AS page, 'hex' AS spelling FROM (",
        "SELECT l.leaf_index, concat_ws('\u{1f}', l.leaf_index, coalesce(CAST(l.at AS TEXT), '\u{1f}'), coalesce(l.event_id, '\u{1f}'), coalesce(encode(l.hash, 'hex'), '\u{1f}'), coalesce(CAST(length(e.canonical) AS TEXT), '\u{1f}'), coalesce(encode(e.canonical, 'hex'), '\u{1f}'), ",
        columns!(),
        ") AS line FROM audit_leaf l LEFT JOIN audit_entry e ON e.at = l.at AND e.id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 ORDER BY l.leaf_index LIMIT $3) t"
    ), sqlite: concat!(
        "SELECT count(*) AS lines, group_concat(t.line, '\u{1e}') AS page, 'text' AS spelling FROM (",
        "SELECT l.leaf_index, concat_ws('\u{1f}', l.leaf_index, coalesce(CAST(l.at AS TEXT), '\u{1f}'), coalesce(l.event_id, '\u{1f}'), coalesce(hex(l.hash), '\u{1f}'), coalesce(CAST(length(e.canonical) AS TEXT), '\u{1f}'), coalesce(CAST(e.canonical AS TEXT), '\u{1f}'), ",
        columns!(),
        ") AS line FROM audit_leaf l LEFT JOIN audit_entry e ON e.at = l.at AND e.id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 ORDER BY l.leaf_index LIMIT $3) t"
    );
    BESIDE = "SELECT count(*) AS lines, string_agg(t.line, '\u{1e}' ORDER BY t.leaf_index, t.slot) AS page FROM (SELECT l.leaf_index, p.slot, concat_ws('\u{1f}', coalesce(p.event_id, '\u{1f}'), coalesce(p.slot, '\u{1f}'), coalesce(p.subject_id, '\u{1f}'), coalesce(encode(p.ciphertext, 'hex'), '\u{1f}')) AS line FROM audit_leaf l JOIN audit_personal p ON p.event_id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 AND l.leaf_index <= $3) t",
        sqlite: "SELECT count(*) AS lines, group_concat(t.line, '\u{1e}') AS page FROM (SELECT concat_ws('\u{1f}', coalesce(p.event_id, '\u{1f}'), coalesce(p.slot, '\u{1f}'), coalesce(p.subject_id, '\u{1f}'), coalesce(hex(p.ciphertext), '\u{1f}')) AS line FROM audit_leaf l JOIN audit_personal p ON p.event_id = l.event_id WHERE l.scope = $1 AND l.leaf_index > $2 AND l.leaf_index <= $3 ORDER BY l.leaf_index, p.slot) t";
}

/// What stands between two rows.
const RECORD: char = '\u{1e}';

/// A page as its texts.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    leaves: Lines,
    beside: Lines,
    is_hex: bool,
}

/// Some rows as one text.
#[derive(Debug, Clone, Default)]
struct Lines {
    count: u64,
    text: String,
}

impl Lines {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            count: row.count("lines")?,
            text: row.get::<Option<String>>("page")?.unwrap_or_default(),
        })
    }

    /// The rows' texts; `None` where there are not as many as there were rows.
    fn split(&self) -> Option<Vec<&str>> {
        if self.count == 0 {
            return self.text.is_empty().then(Vec::new);
        }
        let mut lines = Vec::with_capacity(usize::try_from(self.count).ok()?);
        lines.extend(self.text.split(RECORD));
        (lines.len() as u64 == self.count).then_some(lines)
    }
}

/// A leaf with its entry. Each field is what stands in its column, or nothing that the column could hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedLeaf<'a> {
    /// Its place.
    pub index: i64,
    /// When its entry happened, by the leaf.
    pub at: i64,
    /// Its entry's id.
    pub event: &'a str,
    /// Its hash.
    pub hash: Vec<u8>,
    /// The entry's canonical bytes.
    pub canonical: Cow<'a, [u8]>,
    /// The entry's columns, as in [`super::StoredEntry::columns`].
    pub columns: &'a str,
}

/// Personal data beside an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBeside<'a> {
    /// The entry.
    pub event: &'a str,
    /// Whom it is about, seen from the entry.
    pub slot: &'a str,
    /// Whose key it is encrypted under.
    pub subject: &'a str,
    /// The encrypted bytes.
    pub ciphertext: Vec<u8>,
}

impl Packed {
    /// How many leaves there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.leaves.count
    }

    /// The leaves in their order; `None` where the text is not that of so many leaves.
    #[must_use]
    pub fn leaves(&self) -> Option<Vec<PackedLeaf<'_>>> {
        let lines = self.leaves.split()?;
        lines.into_iter().map(|line| self.leaf(line)).collect()
    }

    fn leaf<'a>(&self, line: &'a str) -> Option<PackedLeaf<'a>> {
        let mut fields = line.splitn(7, BETWEEN);
        let index = fields.next()?.parse().ok()?;
        let at = fields.next()?.parse().ok()?;
        let event = fields.next()?;
        let hash = unhex(fields.next()?)?;
        let length: usize = fields.next()?.parse().ok()?;
        let canonical = fields.next()?;
        let canonical = match self.is_hex {
            true => Cow::Owned(unhex(canonical)?),
            false => Cow::Borrowed(canonical.as_bytes()),
        };
        let columns = fields.next()?;
        (canonical.len() == length).then_some(PackedLeaf {
            index,
            at,
            event,
            hash,
            canonical,
            columns,
        })
    }

    /// The personal data in the order of the leaves, that of an entry by slot; `None` where the text is not that of so many rows.
    #[must_use]
    pub fn beside(&self) -> Option<Vec<PackedBeside<'_>>> {
        let lines = self.beside.split()?;
        lines.into_iter().map(beside).collect()
    }
}

fn beside(line: &str) -> Option<PackedBeside<'_>> {
    let mut fields = line.splitn(4, BETWEEN);
    Some(PackedBeside {
        event: fields.next()?,
        slot: fields.next()?,
        subject: fields.next()?,
        ciphertext: unhex(fields.next()?)?,
    })
}

/// Leaves of a log in their order, from behind a place; -1 is before the first. Where some are missing, the personal data are those of
/// fewer places than there are leaves.
///
/// # Errors
/// When the database cannot be read, or what stands in it makes no text.
pub async fn page(ex: &mut impl Executor, scope: &str, after: i64, limit: u32) -> Result<Packed, Error> {
    let query = LEAVES.bind(scope).bind(after).bind(i64::from(limit));
    let row = query.fetch_one(ex).await?;
    let leaves = Lines::read(&row)?;
    let is_hex = row.get::<String>("spelling")? == "hex";
    let last = after.saturating_add(i64::try_from(leaves.count).unwrap_or(i64::MAX));
    let query = BESIDE.bind(scope).bind(after).bind(last);
    let beside = Lines::read(&query.fetch_one(ex).await?)?;
    Ok(Packed {
        leaves,
        beside,
        is_hex,
    })
}

/// What a digit of base 16 stands for, large or small; 16 for what is none.
const DIGITS: [u8; 256] = {
    let (mut digits, mut value) = ([16; 256], 0);
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// Bytes by their digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut is_all_digits = rest.is_empty();
    let bytes = pairs
        .iter()
        .map(|&[high, low]| {
            let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
            is_all_digits &= (high | low) < 16;
            high << 4 | low
        })
        .collect();
    is_all_digits.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(count: u64, text: &str) -> Packed {
        let lines = |count, text: &str| Lines {
            count,
            text: text.to_owned(),
        };
        Packed {
            leaves: lines(count, text),
            beside: lines(0, ""),
            is_hex: false,
        }
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let page = packed(
            1,
            "7\u{1f}12\u{1f}evt\u{1f}0aFF\u{1f}2\u{1f}{}\u{1f}a\u{1f}\u{1f}=c",
        );
        let leaf = PackedLeaf {
            index: 7,
            at: 12,
            event: "evt",
            hash: vec![0x0a, 0xff],
            canonical: Cow::Borrowed(b"{}"),
            columns: "a\u{1f}\u{1f}=c",
        };
        assert_eq!(page.leaves(), Some(vec![leaf]));
        assert_eq!(page.beside(), Some(Vec::new()));
        assert_eq!(packed(0, "").leaves(), Some(Vec::new()));
    }

    #[test]
    fn what_is_not_of_so_many_rows_is_nothing() {
        let line = "7\u{1f}12\u{1f}evt\u{1f}0aff\u{1f}2\u{1f}{}\u{1f}a";
        assert!(packed(1, line).leaves().is_some());
        for count in [0, 2] {
            assert_eq!(packed(count, line).leaves(), None);
        }
        assert_eq!(packed(1, &format!("{line}\u{1e}{line}")).leaves(), None);
        let longer = line.replace("{}", "{} ");
        assert_eq!(packed(1, &longer).leaves(), None, "the length is another");
        assert_eq!(packed(1, &line.replace("0aff", "0af")).leaves(), None);
        assert_eq!(packed(1, &line.replace("0aff", "0agg")).leaves(), None);
    }
}
