//! Where the demo keeps its data: a given folder, or a temporary one that goes with the process.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use stagedoor_core::clock::Rng;
use stagedoor_service::crypto::MasterKey;
use tempfile::TempDir;

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("--data {folder}: {why}. Name a folder that can be written.")]
pub struct PlaceError {
    folder: String,
    why: String,
}

impl PlaceError {
    fn at(folder: &Path, why: impl ToString) -> Self {
        Self {
            folder: folder.display().to_string(),
            why: why.to_string(),
        }
    }
}

/// The folder. A temporary one is removed when this value goes.
pub(crate) struct Place {
    folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Place {
    pub(crate) fn open(given: Option<&Path>) -> Result<Self, PlaceError> {
        match given {
            Some(folder) => {
                fs::create_dir_all(folder).map_err(|error| PlaceError::at(folder, error))?;
                Ok(Self {
                    folder: folder.to_owned(),
                    _temporary: None,
                })
            }
            None => {
                let made = tempfile::Builder::new().prefix("stagedoor-demo-").tempdir();
                let temporary = made.map_err(|error| PlaceError::at(&std::env::temp_dir(), error))?;
                Ok(Self {
                    folder: temporary.path().to_owned(),
                    _temporary: Some(temporary),
                })
            }
        }
    }

    /// The database's file, for nobody's eyes but the owner's.
    pub(crate) fn database(&self) -> Result<PathBuf, PlaceError> {
        let path = self.folder.join("stagedoor.db");
        if !path.exists() {
            write_private(&path, &[]).map_err(|error| PlaceError::at(&path, error))?;
        }
        Ok(path)
    }

    /// The master key beside the data: read, or made for the first time.
    pub(crate) fn master_key(&self, rng: &dyn Rng) -> Result<MasterKey, PlaceError> {
        let path = self.folder.join("master.key");
        if path.exists() {
            let bytes = fs::read(&path).map_err(|error| PlaceError::at(&path, error))?;
            let key = bytes
                .try_into()
                .map_err(|_| PlaceError::at(&path, "this is no master key of 32 bytes"))?;
            return Ok(MasterKey::from_bytes(key));
        }
        let mut key = [0u8; 32];
        rng.fill(&mut key);
        write_private(&path, &key).map_err(|error| PlaceError::at(&path, error))?;
        Ok(MasterKey::from_bytes(key))
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}
