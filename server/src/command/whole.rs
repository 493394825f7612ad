//! A file that comes to its place whole, flushed to the disk and readable by its owner alone, or not at all.
//!
//! It is filled under a name of its own in the same folder. It never takes the place of another file.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::CommandError;

/// A file on its way to its place. Dropping it removes it.
pub(super) struct Whole {
    file: NamedTempFile,
    folder: PathBuf,
    place: PathBuf,
}

impl Whole {
    /// An empty file, for its owner alone, beside the place.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub(super) fn beside(place: &Path) -> Result<Self, CommandError> {
        let folder = match place.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        // Its mode is 0600 from the start: https://docs.rs/tempfile/latest/tempfile/struct.Builder.html#method.permissions
        let file = tempfile::Builder::new()
            .prefix(".stagedoor-")
            .tempfile_in(&folder)
            .map_err(|error| failed(&folder, error))?;
        Ok(Self {
            file,
            folder,
            place: place.to_owned(),
        })
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its place, for good: both the file and its name are on the disk when this returns.
    ///
    /// # Errors
    /// When there is a file in its place, or the disk fails.
    pub(super) fn put(self) -> Result<(), CommandError> {
        let Self { file, folder, place } = self;
        file.as_file().sync_all().map_err(|error| failed(&place, error))?;
        file.persist_noclobber(&place)
            .map_err(|refused| failed(&place, refused.error))?;
        File::open(&folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| failed(&folder, error))
    }
}

/// An error of the system, with the file's name.
pub(super) fn failed(path: &Path, error: std::io::Error) -> CommandError {
    CommandError::File(path.display().to_string(), error)
}

/// A file that SQLite keeps beside a database.
pub(super) fn companion(database: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(suffix);
    name.into()
}
