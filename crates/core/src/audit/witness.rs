//! What a log and a witness say to each other (C2SP tlog-witness, <https://c2sp.org/tlog-witness>): the log submits a checkpoint
//! with the proof that it goes on from the one that the witness cosigned last; a witness that has cosigned another one says
//! which.
//!
//! Text alone: no input or output here, and nothing that is read is believed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::audit::checkpoint::{hash, number};
use crate::audit::leaf::TreeHash;
use crate::audit::note::{Note, NoteError};

/// What a submission's address ends with, behind the address of the witness.
pub const ADD_CHECKPOINT: &str = "add-checkpoint";
/// The content type of a conflict's answer, which is a size.
pub const SIZE_TYPE: &str = "text/x.tlog.size";
/// No proof is longer: the format says so.
const PROOF_MAX: usize = 63;
/// What the first line begins with.
const OLD: &str = "old ";

/// A checkpoint that is submitted to a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness cosigned last, as far as the log knows; 0 where it never did.
    pub old: u64,
    /// That the tree of the checkpoint goes on from the one of that size (RFC 6962 section 2.1.2); empty from 0.
    pub proof: Vec<TreeHash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: Note,
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{OLD}{}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", STANDARD.encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let form = NoteError::Form;
        let (above, note) = text
            .split_once("\n\n")
            .ok_or(form("there is no checkpoint below the proof"))?;
        let mut lines = above.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix(OLD));
        let old = old.and_then(number).ok_or(form("it gives no old size"))?;
        let proof = lines
            .map(hash)
            .collect::<Option<Vec<TreeHash>>>()
            .ok_or(form("a step of the proof is no hash"))?;
        if proof.len() > PROOF_MAX {
            return Err(form("the proof is too long"));
        }
        Ok(Self {
            old,
            proof,
            checkpoint: note.parse()?,
        })
    }
}

/// The size that a witness has cosigned last, from the body of a conflict's answer: a line of its own, or the digits alone, as
/// some witnesses write it.
#[must_use]
pub fn read_size(body: &str) -> Option<u64> {
    number(body.strip_suffix('\n').unwrap_or(body))
}
