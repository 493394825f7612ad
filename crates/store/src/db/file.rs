//! Whether the database file is still the one that was opened.
//!
//! An open SQLite file that is moved or deleted stays writable: commits would be acknowledged into a file that nobody will
//! ever open again, or that an operator has just replaced by a backup. One look at the path a batch tells. It never
//! opens or changes the file.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// The file behind a path, as it was when this was made.
#[derive(Debug)]
pub(crate) struct SameFile {
    path: PathBuf,
    identity: Identity,
}

impl SameFile {
    /// Remembers the file at a path.
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            path: path.to_owned(),
            identity: identity(path)?,
        })
    }

    /// # Errors
    /// [`Error::Unavailable`] when it is gone, which may pass, or another one is in its place, which only a restart mends:
    /// readers still hold the old one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if identity(&self.path)? == self.identity {
            Ok(())
        } else {
            Err(Error::unavailable(
                "another file is in the place of the database's: restart the program to use it",
            ))
        }
    }
}

/// Device and number of the file. Where the system has none, a file that is there is taken for the same.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

fn identity(path: &Path) -> Result<Identity, Error> {
    let found = std::fs::metadata(path)
        .map_err(|error| Error::unavailable(format_args!("the database file is gone: {error}")))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok((found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

    use super::*;

    #[test]
    fn a_file_that_comes_back_is_the_same_and_a_copy_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("a.db"), folder.path().join("b.db"));
        std::fs::write(&path, "x").unwrap();
        let file = SameFile::at(&path).unwrap();
        std::fs::rename(&path, &away).unwrap();
        assert!(matches!(file.check(), Err(Error::Unavailable { why }) if why.contains("gone")));
        std::fs::copy(&away, &path).unwrap();
        assert!(matches!(file.check(), Err(Error::Unavailable { why }) if why.contains("restart")));
        std::fs::rename(&away, &path).unwrap();
        assert_eq!(file.check(), Ok(()));
    }
}
