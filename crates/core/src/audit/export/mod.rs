//! Exports of a log, and how whoever holds one checks it without the log (spec 06 "anyone holding an export can verify").
//!
//! JSON Lines: a manifest, a line for each entry, a signed end. An entry of a part of a log that is whole needs no path of its own,
//! for the tree is grown again from the subtrees that the manifest gives; one of a choice of entries brings its path. The end
//! commits to every byte above it, so that no line can be taken away or turned around.
//!
//! Checking is pure and takes the lines as they come. What a file says of itself proves nothing that its keys do not.

mod check;
mod fault;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

pub use self::check::{ExportCheck, ExportProved};
pub use self::fault::ExportFault;

use crate::audit::leaf::TreeHash;
use crate::audit::note::{Note, NoteError, NoteKey, NoteSigner};

/// What the signed end begins with: no origin has spaces, so no checkpoint is taken for one.
const END: &str = "stagedoor export v1";

/// A hash as exports write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashText(pub TreeHash);

impl Serialize for HashText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for HashText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| serde::de::Error::custom("a hash is 32 bytes in Base64"))?;
        Ok(Self(TreeHash::from_bytes(bytes)))
    }
}

/// What proves the entries of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogProof {
    /// The signed checkpoint that all proofs lead to, as text.
    pub checkpoint: String,
    /// The log's keys, `name+id+key` each, the one in use first.
    pub keys: Vec<String>,
    /// Where a whole part of the log begins: the place of its first entry, and the subtrees of all before it. `None` where each
    /// entry brings its path.
    pub part: Option<Part>,
}

/// Where a whole part of a log begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The place of the first entry.
    pub from: u64,
    /// The complete subtrees that the leaves before it fall into, widest first.
    pub before: Vec<HashText>,
}

/// What proves one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProof {
    /// Its canonical bytes, verbatim.
    pub entry: String,
    /// Its place in the log.
    pub index: u64,
    /// The siblings from its leaf to the root; `None` in a whole part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Vec<HashText>>,
}

/// The signed end of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The log's name, which is the name of the key.
    pub origin: String,
    /// How many entries the file has.
    pub rows: u64,
    /// The digest of every byte above the end.
    pub sha256: [u8; 32],
}

impl End {
    /// The file's last line, without its own end.
    ///
    /// # Errors
    /// When nobody signs.
    pub fn line(&self, signers: &[&NoteSigner]) -> Result<String, NoteError> {
        let end = Note::sign(&self.to_string(), signers)?.to_string();
        Ok(serde_json::json!({ "end": end }).to_string())
    }

    fn open(note: &Note, keys: &[NoteKey]) -> Result<Self, NoteError> {
        let (text, signed_by) = note.opened_by(keys)?;
        let end: Self = text.parse()?;
        if signed_by.iter().any(|key| key.name().as_str() == end.origin) {
            Ok(end)
        } else {
            Err(NoteError::Unsigned)
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = STANDARD.encode(self.sha256);
        write!(f, "{END}\n{}\nrows {}\nsha256 {digest}\n", self.origin, self.rows)
    }
}

impl FromStr for End {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let form = NoteError::Form("it is no end of an export");
        let lines: Vec<&str> = text.lines().collect();
        let [END, origin, rows, digest] = lines[..] else {
            return Err(form);
        };
        let rows = rows.strip_prefix("rows ").and_then(|rows| rows.parse().ok());
        let digest = digest
            .strip_prefix("sha256 ")
            .and_then(|text| STANDARD.decode(text).ok()?.try_into().ok());
        match (rows, digest) {
            (Some(rows), Some(sha256)) => Ok(Self {
                origin: origin.to_owned(),
                rows,
                sha256,
            }),
            _ => Err(form),
        }
    }
}
