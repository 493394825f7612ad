//! Checkpoints outside the database: a file for each log, in a folder that whoever can write to the database cannot reach.
//!
//! A file only ever moves on: one of a larger log is never replaced by one of a smaller. What stands there when the program starts
//! is held against the database before anything is signed on top of it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::note::Note;
use stagedoor_store::log::head::{self, Head};

use crate::error::ServiceError;
use crate::state::Service;

/// How the files' names end.
const ENDING: &str = "checkpoint";

/// Logs looked at in one read.
const PAGE: u32 = 500;

/// Checkpoints by the log's name in storage.
type Kept = BTreeMap<String, Checkpoint>;

/// What goes outside, and what has come back in.
#[derive(Debug)]
pub(super) struct Outside {
    folder: Option<PathBuf>,
    /// The latest of each log that is not written yet.
    due: Mutex<BTreeMap<String, Head>>,
    /// What stood there when the first round began and was not held against the database yet; or why that cannot be said.
    kept: OnceLock<Result<Mutex<Kept>, String>>,
}

impl Outside {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            due: Mutex::default(),
            kept: OnceLock::new(),
        }
    }

    /// Heads that have moved; written at the next [`Service::write_checkpoints`].
    pub(super) fn note(&self, heads: &[Head]) {
        if self.folder.is_some() {
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            due.extend(heads.iter().map(|head| (head.scope.clone(), head.clone())));
        }
    }

    /// What a log must still be, once: what stood outside when the program started.
    pub(super) fn claim(&self, log: &str) -> Option<Checkpoint> {
        self.kept()?.get(log).cloned()
    }

    /// The log was found to be what the claim says.
    pub(super) fn settle(&self, log: &str) {
        if let Some(mut kept) = self.kept() {
            kept.remove(log);
        }
    }

    fn kept(&self) -> Option<MutexGuard<'_, Kept>> {
        let kept = self.kept.get()?.as_ref().ok()?;
        Some(kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A checkpoint that stands outside and cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct BadCheckpoint {
    /// Where it is.
    pub file: String,
    /// Why.
    pub why: String,
}

/// The notes of a file, or of all files of a folder that are checkpoints.
///
/// # Errors
/// The first that cannot be read.
pub fn read_notes(path: &Path) -> Result<Vec<Note>, BadCheckpoint> {
    let bad = |file: &Path, why: String| BadCheckpoint {
        file: file.display().to_string(),
        why,
    };
    let listed = |error: std::io::Error| bad(path, error.to_string());
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(listed)? {
            let file = entry.map_err(listed)?.path();
            if file.extension().is_some_and(|ending| ending == ENDING) {
                files.push(file);
            }
        }
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).map_err(|error| bad(file, error.to_string()))?;
            text.parse::<Note>().map_err(|error| bad(file, error.to_string()))
        })
        .collect()
}

impl Service {
    /// Reads the checkpoints that stand outside, once in a process. Nothing is signed before: on top of a past that cannot be compared
    /// it would bury what was done to it.
    ///
    /// # Errors
    /// When one of them cannot be read or is not signed by a key of ours, and from then on: somebody must look.
    pub fn read_checkpoints(&self) -> Result<(), ServiceError> {
        let read = || {
            let kept = self.checkpoints_outside();
            kept.map(Mutex::new).map_err(|error| error.to_string())
        };
        match self.logs().outside.kept.get_or_init(read) {
            Ok(_) => Ok(()),
            Err(why) => Err(ServiceError::Internal(format!(
                "a checkpoint outside the database cannot be used, and no entry gets a place until somebody has looked: {why}"
            ))),
        }
    }

    fn checkpoints_outside(&self) -> Result<Kept, BadCheckpoint> {
        let mut kept = Kept::new();
        let Some(folder) = &self.logs().outside.folder else {
            return Ok(kept);
        };
        let bad = |why: String| BadCheckpoint {
            file: folder.display().to_string(),
            why,
        };
        std::fs::create_dir_all(folder).map_err(|error| bad(error.to_string()))?;
        for note in read_notes(folder)? {
            let origin = note.text().lines().next().unwrap_or_default();
            let log = self
                .logs()
                .log_of(origin)
                .ok_or_else(|| bad(format!("{origin} is no log of this installation")))?;
            let known = self.logs().known(log).map_err(|error| bad(error.to_string()))?;
            let checkpoint =
                Checkpoint::open(&note, &known).map_err(|error| bad(format!("{origin}: {error}")))?;
            kept.insert(log.to_owned(), checkpoint);
        }
        Ok(kept)
    }

    /// Looks at every log: one may have grown while nobody was left to note it, at the end of a process for one. What is not signed by
    /// us never goes outside, where it would take the place of what is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn note_checkpoints(&self) -> Result<(), ServiceError> {
        let outside = &self.logs().outside;
        if outside.folder.is_none() {
            return Ok(());
        }
        let mut after = String::new();
        loop {
            let mut heads = head::list(&mut self.db().reader(), &after, PAGE).await?;
            let Some(last) = heads.last() else { return Ok(()) };
            after.clone_from(&last.scope);
            heads.retain(|head| self.logs().open_head(head).is_ok());
            outside.note(&heads);
        }
    }

    /// Writes the checkpoints that are due.
    ///
    /// # Errors
    /// When a file cannot be written; it stays due.
    pub(crate) async fn write_checkpoints(&self) -> Result<(), ServiceError> {
        let outside = &self.logs().outside;
        let Some(folder) = outside.folder.clone() else {
            return Ok(());
        };
        let due = std::mem::take(&mut *outside.due.lock().unwrap_or_else(PoisonError::into_inner));
        if due.is_empty() {
            return Ok(());
        }
        let written = tokio::task::spawn_blocking(move || {
            let failed = due
                .values()
                .find_map(|head| write(&folder, head).err().map(|error| error.to_string()));
            (due, failed)
        });
        let (due, failed) = written
            .await
            .map_err(|_| ServiceError::Internal("writing checkpoints was stopped".to_owned()))?;
        let Some(why) = failed else { return Ok(()) };
        // Whatever is due by now is newer.
        let mut again = outside.due.lock().unwrap_or_else(PoisonError::into_inner);
        for (log, head) in due {
            again.entry(log).or_insert(head);
        }
        Err(ServiceError::Internal(format!(
            "checkpoints cannot be written outside: {why}"
        )))
    }
}

/// In one step, and durable: there is always a whole checkpoint.
fn write(folder: &Path, head: &Head) -> std::io::Result<()> {
    let file = folder.join(format!("{}.{ENDING}", head.scope));
    let size = |text: &str| text.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
    let there = std::fs::read_to_string(&file).ok().and_then(|text| size(&text));
    if there.is_some_and(|there| there >= head.size) {
        // It was written before, or another process was further already.
        return Ok(());
    }
    let next = folder.join(format!(".{}.{}.next", head.scope, std::process::id()));
    let mut out = std::fs::File::create(&next)?;
    out.write_all(head.note.as_bytes())?;
    out.sync_all()?;
    std::fs::rename(&next, &file)?;
    std::fs::File::open(folder)?.sync_all()
}
