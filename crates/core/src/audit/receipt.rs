//! Receipts: an entry with the proof that it stands in its log, under a checkpoint that the log has signed.
//!
//! The proof is text that others can read, too (C2SP tlog-proof, <https://c2sp.org/tlog-proof>). Checking one takes nothing but
//! the receipt and the log's keys; it says nothing about what came after the checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::audit::checkpoint::{Checkpoint, hash, number};
use crate::audit::leaf::TreeHash;
use crate::audit::note::{Note, NoteError, NoteKey};
use crate::audit::proof::{InclusionProof, ProofFault};
use crate::audit::record::{BadRecord, Record};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^64 leaves has no longer path.
const PATH_MAX: usize = 64;

/// An entry and its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The entry's canonical bytes, verbatim: what its leaf hashes.
    pub entry: String,
    /// The place, the path and the signed checkpoint, as text.
    pub proof: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// The proof is not written as proofs are.
    #[error("this is no proof: {0}")]
    Form(&'static str),
    /// The checkpoint is not the log's.
    #[error("the checkpoint is not signed as it should be: {0}")]
    Note(#[from] NoteError),
    /// The path does not lead from the entry to the checkpoint's root.
    #[error("the proof does not lead to the checkpoint: {0}")]
    Proof(#[from] ProofFault),
    /// The entry cannot be read.
    #[error(transparent)]
    Entry(#[from] BadRecord),
    /// It is an entry of one log with the proof of another.
    #[error("the entry is of another log than the checkpoint")]
    Log,
}

/// What a good receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The entry.
    pub record: Record,
    /// The log at the time of the proof.
    pub checkpoint: Checkpoint,
    /// The entry's place in it, from 0.
    pub index: u64,
    /// How many hashes the path has.
    pub steps: usize,
    /// The key that signed.
    pub key: NoteKey,
}

impl Receipt {
    /// A receipt of an entry's canonical bytes; `None` where they are no text, as version 1 never is.
    #[must_use]
    pub fn new(canonical: &[u8], proof: &InclusionProof, checkpoint: &Note) -> Option<Self> {
        let entry = std::str::from_utf8(canonical).ok()?.to_owned();
        let mut text = format!("{HEADER}\nindex {}\n", proof.index);
        for hash in &proof.path {
            text.push_str(&STANDARD.encode(hash.as_bytes()));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&checkpoint.to_string());
        Some(Self { entry, proof: text })
    }

    /// Checks it by the keys of the log that the checkpoint names.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn check(&self, keys: &[NoteKey]) -> Result<Proved, ReceiptFault> {
        let (index, path, note) = self.read()?;
        let checkpoint = Checkpoint::open(&note, keys)?;
        let proof = InclusionProof {
            index,
            size: checkpoint.size,
            path,
        };
        proof.verify(TreeHash::of_leaf(self.entry.as_bytes()), checkpoint.root)?;
        let record = Record::parse(self.entry.as_bytes())?;
        let its_log = checkpoint
            .origin
            .rsplit_once('/')
            .is_some_and(|(_, log)| log == record.log);
        if !its_log {
            return Err(ReceiptFault::Log);
        }
        let (_, signed_by) = note.opened_by(keys)?;
        let key = signed_by.first().copied().cloned().ok_or(NoteError::Unsigned)?;
        Ok(Proved {
            record,
            checkpoint,
            index,
            steps: proof.path.len(),
            key,
        })
    }

    /// The origin that the checkpoint gives: whose keys to look up. Nothing is checked yet.
    ///
    /// # Errors
    /// When the proof is not written as proofs are.
    pub fn origin(&self) -> Result<String, ReceiptFault> {
        let (_, _, note) = self.read()?;
        let first = note.text().lines().next().unwrap_or_default();
        Ok(first.to_owned())
    }

    fn read(&self) -> Result<(u64, Vec<TreeHash>, Note), ReceiptFault> {
        let form = ReceiptFault::Form;
        let (above, note) = self
            .proof
            .split_once("\n\n")
            .ok_or(form("there is no checkpoint below it"))?;
        let mut lines = above.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(form("its first line is not c2sp.org/tlog-proof@v1"));
        }
        // Others may add one, of data of theirs.
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(number).ok_or(form("it gives no index"))?;
        let path = lines
            .map(hash)
            .collect::<Option<Vec<TreeHash>>>()
            .ok_or(form("a step of its path is no hash"))?;
        if path.len() > PATH_MAX {
            return Err(form("its path is too long"));
        }
        Ok((index, path, note.parse()?))
    }
}
