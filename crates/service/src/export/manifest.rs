//! What a file says of itself, and what its entry says of it: the same facts, so that one leads to the other.

use serde::Serialize;
use sha2::{Digest, Sha256};
use stagedoor_core::audit::Field;
use stagedoor_core::audit::canonical::hex;
use stagedoor_core::audit::export::LogProof;
use stagedoor_core::time::Timestamp;

use super::ROWS_MAX;
use crate::recorder::Story;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    #[serde(rename = "csv")]
    Csv,
    /// One JSON object a line.
    #[serde(rename = "jsonl")]
    JsonLines,
}

impl Format {
    /// The name in addresses and the file's extension.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Csv, Self::JsonLines]
            .into_iter()
            .find(|format| format.as_str() == name)
    }
}

/// What was asked for: everything that decides which rows there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// The tenant.
    pub(crate) tenant: Option<String>,
    /// The query.
    pub(crate) q: String,
    /// The order.
    pub(crate) sort: Option<&'static str>,
    /// The rows chosen by hand.
    pub(crate) ids: Vec<String>,
}

impl Asked {
    /// A digest of the filter: the same for the same rows asked for, and no person's name in the entry.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let sort = self.sort.unwrap_or_default();
        let ids = self.ids.join(",");
        for part in [self.tenant.as_deref().unwrap_or_default(), &self.q, sort, &ids] {
            // Lengths keep ("a", "bc") apart from ("ab", "c").
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        format!("sha256:{}", hex(&hash.finalize()))
    }
}

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// What is in it: `audit`, `users`.
    pub export: &'static str,
    /// Its form.
    pub format: Format,
    /// The state of the database that it shows, UTC.
    pub at: Timestamp,
    /// The tenant, as it was asked for.
    pub tenant: Option<String>,
    /// The query.
    pub query: String,
    /// The digest of all that was asked for; the export's audit entry has it, too.
    pub filter: String,
    /// How many rows follow.
    pub rows: u64,
    /// Whether these are all that match.
    pub complete: bool,
    /// Most rows that a file has.
    pub limit: u64,
    /// What proves the rows, where they are entries of a log in a form that can hold proofs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<LogProof>,
}

impl Manifest {
    /// The manifest of so many rows found, of which at most the limit is given.
    pub(crate) fn new(export: &'static str, format: Format, found: u64, asked: Asked, at: Timestamp) -> Self {
        Self {
            export,
            format,
            at,
            filter: asked.digest(),
            tenant: asked.tenant,
            query: asked.q,
            rows: found.min(ROWS_MAX),
            complete: found <= ROWS_MAX,
            limit: ROWS_MAX,
            proof: None,
        }
    }

    /// Tells the audit.
    pub(crate) fn tell(&self, story: &mut Story) {
        story.facts.insert(Field::Format, self.format.as_str().to_owned());
        story.facts.insert(Field::Filter, self.filter.clone());
        if !self.complete {
            story.facts.insert(Field::Complete, "no".to_owned());
        }
    }

    /// The file's name, with its time: `stagedoor-acme-users-20261121T121410Z.csv`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let letters = self.at.rfc3339();
        let time: String = letters
            .split('.')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .filter(|letter| *letter != 'Z')
            .collect();
        let tenant = self.tenant.as_deref().filter(|tenant| is_plain(tenant));
        let tenant = tenant.map(|tenant| format!("{tenant}-")).unwrap_or_default();
        let first = if self.complete {
            String::new()
        } else {
            format!("-first-{}", self.rows)
        };
        format!(
            "stagedoor-{tenant}{}-{time}Z{first}.{}",
            self.export,
            self.format.as_str()
        )
    }
}

/// Whether a text can stand in a file's name and in a header as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(found: u64, tenant: &str) -> Manifest {
        let asked = Asked {
            tenant: Some(tenant.to_owned()),
            q: "role:admin".to_owned(),
            ..Asked::default()
        };
        let at = Timestamp::parse_rfc3339("2026-11-21T12:14:10.500Z").unwrap();
        Manifest::new("users", Format::Csv, found, asked, at)
    }

    #[test]
    fn names_carry_the_time_and_say_when_it_is_not_all() {
        assert_eq!(
            manifest(3, "acme").file_name(),
            "stagedoor-acme-users-20261121T121410Z.csv"
        );
        assert_eq!(
            manifest(ROWS_MAX + 1, "acme").file_name(),
            "stagedoor-acme-users-20261121T121410Z-first-100000.csv"
        );
        let hostile = manifest(3, "a\"; filename=x\r\nSet-Cookie: y").file_name();
        assert_eq!(hostile, "stagedoor-users-20261121T121410Z.csv");
    }

    #[test]
    fn the_limit_is_said() {
        let all = manifest(ROWS_MAX, "acme");
        assert_eq!((all.rows, all.complete), (ROWS_MAX, true));
        let some = manifest(ROWS_MAX + 1, "acme");
        assert_eq!(
            (some.rows, some.complete, some.limit),
            (ROWS_MAX, false, ROWS_MAX)
        );
    }

    #[test]
    fn another_filter_has_another_digest() {
        let digest = |tenant: &str, q: &str, ids: &[&str]| {
            Asked {
                tenant: Some(tenant.to_owned()),
                q: q.to_owned(),
                sort: None,
                ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            }
            .digest()
        };
        let all = [
            digest("a", "bc", &[]),
            digest("ab", "c", &[]),
            digest("a", "bc", &["usr_1"]),
            digest("a", "", &["bc"]),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(digest("a", "bc", &[]), all[0]);
    }
}
