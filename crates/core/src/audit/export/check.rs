//! Checking an export, line by line. Pure; it trusts the keys that it is given, and nothing of the file.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::fault::ExportFault;
use super::{End, EntryProof, LogProof, Part};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::key::LogKeys;
use crate::audit::leaf::{Frontier, TreeHash};
use crate::audit::note::{KeyName, Note, NoteError, NoteKey};
use crate::audit::proof::InclusionProof;
use crate::audit::record::Record;

/// The first line, as far as it proves something. Other fields are for people.
#[derive(Debug, Deserialize)]
struct FirstLine {
    manifest: ManifestProof,
}

#[derive(Debug, Deserialize)]
struct ManifestProof {
    proof: LogProof,
}

#[derive(Debug, Deserialize)]
struct EntryLine {
    proof: Option<EntryProof>,
}

#[derive(Debug, Deserialize)]
struct EndLine {
    end: String,
}

/// What a good file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportProved {
    /// The log at the time of the export.
    pub checkpoint: Checkpoint,
    /// Entries that are proved.
    pub entries: u64,
    /// Entries that had no place yet.
    pub waiting: u64,
    /// Checkpoints from elsewhere that hold.
    pub kept: u64,
}

/// How entries are proved.
enum Way {
    /// The tree is grown again.
    Grown(Frontier),
    /// Each by its path.
    Paths,
}

/// Checks a file line by line.
pub struct ExportCheck {
    keys: Vec<NoteKey>,
    checkpoint: Checkpoint,
    way: Way,
    /// What somebody kept of this log, smallest first.
    kept: Vec<Checkpoint>,
    held: u64,
    digest: Sha256,
    line: u64,
    entries: u64,
    waiting: u64,
    end: Option<End>,
}

impl ExportCheck {
    /// Begins with the first line. `trusted` are the keys that the holder has had before: without them the file's own are taken,
    /// which proves that the file agrees with itself and no more. `kept` are checkpoints that somebody kept of this log.
    ///
    /// # Errors
    /// When it is no manifest, or its checkpoint or one that was kept is not signed by these keys.
    pub fn begin(first: &str, trusted: Option<&LogKeys>, kept: &[Note]) -> Result<Self, ExportFault> {
        let FirstLine { manifest } = serde_json::from_str(first).map_err(|_| ExportFault::Manifest)?;
        let LogProof {
            checkpoint,
            keys,
            part,
        } = manifest.proof;
        let note: Note = checkpoint.parse()?;
        let own: Result<Vec<NoteKey>, NoteError> = keys.iter().map(|key| key.parse()).collect();
        let keys = match trusted {
            Some(trusted) => {
                let name: KeyName = note.text().lines().next().unwrap_or_default().parse()?;
                trusted.known(&name)
            }
            None => own?,
        };
        let checkpoint = Checkpoint::open(&note, &keys)?;
        let kept: Result<Vec<Checkpoint>, NoteError> = kept
            .iter()
            .map(|note| Checkpoint::open(note, &keys))
            .filter(|opened| !matches!(opened, Ok(kept) if kept.origin != checkpoint.origin))
            .collect();
        let mut kept = kept?;
        kept.sort_by_key(|kept| kept.size);
        let way = match part {
            None => Way::Paths,
            Some(Part { from, .. }) if from > checkpoint.size => return Err(ExportFault::Part),
            Some(Part { from, before }) => {
                let peaks = before.into_iter().map(|hash| hash.0).collect();
                Way::Grown(Frontier::resume(from, peaks).ok_or(ExportFault::Part)?)
            }
        };
        let mut check = Self {
            keys,
            checkpoint,
            way,
            kept,
            held: 0,
            digest: Sha256::new(),
            line: 1,
            entries: 0,
            waiting: 0,
            end: None,
        };
        check.eat(first);
        check.hold()?;
        Ok(check)
    }

    fn eat(&mut self, line: &str) {
        self.digest.update(line);
        self.digest.update(b"\n");
    }

    /// The next line, without its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn line(&mut self, line: &str) -> Result<(), ExportFault> {
        self.line += 1;
        let bad = ExportFault::Line { line: self.line };
        if self.end.is_some() {
            return Err(bad);
        }
        if let Ok(EndLine { end }) = serde_json::from_str(line) {
            self.end = Some(End::open(&end.parse()?, &self.keys)?);
            return Ok(());
        }
        self.eat(line);
        let EntryLine { proof } = serde_json::from_str(line).map_err(|_| bad.clone())?;
        let Some(proof) = proof else {
            self.waiting += 1;
            return if matches!(self.way, Way::Paths) {
                Ok(())
            } else {
                Err(bad)
            };
        };
        let record = Record::parse(proof.entry.as_bytes()).map_err(|_| bad.clone())?;
        let its_log = self.checkpoint.origin.rsplit_once('/');
        if its_log.is_none_or(|(_, log)| log != record.log) {
            return Err(ExportFault::Log { line: self.line });
        }
        self.entries += 1;
        self.prove(proof, record.id, bad)
    }

    fn prove(&mut self, proof: EntryProof, id: String, bad: ExportFault) -> Result<(), ExportFault> {
        let leaf = TreeHash::of_leaf(proof.entry.as_bytes());
        match &mut self.way {
            Way::Paths => {
                let path = proof.path.ok_or(bad)?;
                let inclusion = InclusionProof {
                    index: proof.index,
                    size: self.checkpoint.size,
                    path: path.into_iter().map(|hash| hash.0).collect(),
                };
                inclusion
                    .verify(leaf, self.checkpoint.root)
                    .map_err(|fault| ExportFault::Entry {
                        line: self.line,
                        entry: id,
                        fault,
                    })
            }
            Way::Grown(tree) => {
                if proof.index != tree.size() || proof.index >= self.checkpoint.size {
                    return Err(ExportFault::Gap {
                        line: self.line,
                        wanted: tree.size(),
                        found: proof.index,
                    });
                }
                tree.append(leaf);
                self.hold()
            }
        }
    }

    /// Holds what was kept against the tree, as far as it is grown.
    fn hold(&mut self) -> Result<(), ExportFault> {
        let Way::Grown(tree) = &self.way else {
            return Ok(());
        };
        while let Some(kept) = self.kept.first().filter(|kept| kept.size == tree.size()) {
            if kept.root != tree.root() {
                return Err(ExportFault::Kept { size: kept.size });
            }
            self.held += 1;
            self.kept.remove(0);
        }
        Ok(())
    }

    /// What the file proves, once all lines were good.
    ///
    /// # Errors
    /// When the file has no end, is not what was signed, or does not make the log's root.
    pub fn finish(mut self) -> Result<ExportProved, ExportFault> {
        let end = self.end.take().ok_or(ExportFault::NoEnd)?;
        let digest: [u8; 32] = self.digest.clone().finalize().into();
        let rows = self.entries + self.waiting;
        if end.sha256 != digest || end.rows != rows || end.origin != self.checkpoint.origin {
            return Err(ExportFault::Bytes);
        }
        self.hold_rest()?;
        if let Way::Grown(tree) = &self.way {
            let (size, found) = (self.checkpoint.size, tree.size());
            if found != size {
                return Err(ExportFault::Short { size, found });
            }
            if tree.root() != self.checkpoint.root {
                return Err(ExportFault::Root);
            }
        }
        Ok(ExportProved {
            checkpoint: self.checkpoint,
            entries: self.entries,
            waiting: self.waiting,
            kept: self.held,
        })
    }

    /// What was kept and was not met on the way: the file's own checkpoint, or one that the file cannot reach.
    fn hold_rest(&mut self) -> Result<(), ExportFault> {
        for kept in std::mem::take(&mut self.kept) {
            if kept.size != self.checkpoint.size {
                let first = self.entries;
                let to = self.checkpoint.size;
                return Err(ExportFault::Beyond {
                    size: kept.size,
                    from: to.saturating_sub(first),
                    to,
                });
            }
            if kept.root != self.checkpoint.root {
                return Err(ExportFault::Kept { size: kept.size });
            }
            self.held += 1;
        }
        Ok(())
    }
}
