//! Checkpoints: how large a log is and which root it has, as the text that is signed (C2SP tlog-checkpoint,
//! <https://c2sp.org/tlog-checkpoint>).
//!
//! Whoever holds one can tell whether the log is still the one it was: this module says what it claims, and
//! [`crate::audit::proof`] whether that holds.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::audit::leaf::TreeHash;
use crate::audit::note::{Note, NoteError, NoteKey, NoteSigner};
use crate::time::Timestamp;

/// What the line begins with that says when: an extension of ours, which the format lets every log have.
const TIME: &str = "time ";

/// What a log claims of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: unique for ever, and the name of the key that signs for it.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: TreeHash,
    /// When the log says that it was so. Signed with the rest; `None` where the log does not say.
    pub at: Option<Timestamp>,
}

impl Checkpoint {
    /// Signs it. The first signer is the log's own key.
    ///
    /// # Errors
    /// When the origin is no line of text, or there is no signer.
    pub fn sign(&self, signers: &[&NoteSigner]) -> Result<Note, NoteError> {
        Note::sign(&self.to_string(), signers)
    }

    /// What a note says, once one of the log's keys is found to have signed it: a key of the name that the checkpoint gives as
    /// its origin.
    ///
    /// # Errors
    /// When the note is forged, signed by nobody known, or no checkpoint.
    pub fn open(note: &Note, keys: &[NoteKey]) -> Result<Self, NoteError> {
        let (text, signed_by) = note.opened_by(keys)?;
        let checkpoint: Self = text.parse()?;
        if signed_by
            .iter()
            .any(|key| key.name().as_str() == checkpoint.origin)
        {
            Ok(checkpoint)
        } else {
            Err(NoteError::Unsigned)
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root.as_bytes());
        write!(f, "{}\n{}\n{root}\n", self.origin, self.size)?;
        match self.at {
            Some(at) => writeln!(f, "{TIME}{at}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Checkpoint {
    type Err = NoteError;

    /// Reads the three lines. Further ones are extensions, which others may write; none may be empty.
    fn from_str(text: &str) -> Result<Self, NoteError> {
        let form = NoteError::Form;
        let body = text
            .strip_suffix('\n')
            .ok_or(form("a checkpoint ends with a line's end"))?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(form("a checkpoint is an origin, a size and a root"));
        };
        let extensions: Vec<&str> = lines.collect();
        if origin.is_empty() || extensions.contains(&"") {
            return Err(form("a line of the checkpoint is empty"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: number(size).ok_or(form("the size is no number"))?,
            root: hash(root).ok_or(form("the root is no hash"))?,
            at: extensions
                .iter()
                .find_map(|line| Timestamp::parse_rfc3339(line.strip_prefix(TIME)?).ok()),
        })
    }
}

/// A number in the one way to write it: no sign, no zero before it.
pub(super) fn number(digits: &str) -> Option<u64> {
    let number = digits.parse::<u64>().ok();
    number.filter(|number| number.to_string() == digits)
}

/// A hash in Base64.
pub(super) fn hash(text: &str) -> Option<TreeHash> {
    let bytes = STANDARD.decode(text).ok()?;
    Some(TreeHash::from_bytes(bytes.try_into().ok()?))
}
