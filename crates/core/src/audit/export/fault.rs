//! What can be wrong with an export, in words for whoever holds one.

use crate::audit::note::NoteError;
use crate::audit::proof::ProofFault;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportFault {
    /// The first line is no manifest with proofs.
    #[error("its first line is no manifest with proofs")]
    Manifest,
    /// A signature does not hold.
    #[error("{0}")]
    Note(#[from] NoteError),
    /// The subtrees are not those of a log of that size.
    #[error("the manifest has too many or too few subtrees for where it begins")]
    Part,
    /// A line is none.
    #[error("line {line} is no entry with its proof")]
    Line {
        /// Which, from 1.
        line: u64,
    },
    /// An entry is not where it should be.
    #[error("line {line}: the entry of place {wanted} is due, and that of place {found} is there")]
    Gap {
        /// Which line, from 1.
        line: u64,
        /// The place that is due.
        wanted: u64,
        /// The place that it gives.
        found: u64,
    },
    /// An entry is not in the log.
    #[error("line {line}, {entry}: {fault}")]
    Entry {
        /// Which line, from 1.
        line: u64,
        /// The entry's id.
        entry: String,
        /// Why.
        fault: ProofFault,
    },
    /// An entry is of another log.
    #[error("line {line}: the entry is of another log")]
    Log {
        /// Which, from 1.
        line: u64,
    },
    /// The entries together are not what was signed.
    #[error("the entries do not make the root that was signed: one of them was changed")]
    Root,
    /// The file stops before the log does.
    #[error("the log has {size} entries, and the file stops at {found}")]
    Short {
        /// By the checkpoint.
        size: u64,
        /// In the file.
        found: u64,
    },
    /// There is no signed end.
    #[error("the file has no signed end: it was cut, or a transfer broke off")]
    NoEnd,
    /// The bytes above the end are not those that were signed.
    #[error("the file is not the one that was signed: a line was changed, added or taken away")]
    Bytes,
    /// A checkpoint that was kept is not one of this log.
    #[error("the checkpoint of {size} entries that you kept is not of this log: it had another past")]
    Kept {
        /// By the kept one.
        size: u64,
    },
    /// A checkpoint that was kept lies outside what the file covers.
    #[error(
        "the checkpoint of {size} entries that you kept cannot be held against a file of places {from} to {to}"
    )]
    Beyond {
        /// By the kept one.
        size: u64,
        /// The file's first place.
        from: u64,
        /// Behind its last.
        to: u64,
    },
}
