//! The pages' Rust sources, for the class names in them.

use std::path::{Path, PathBuf};

use crate::Failure;

/// A source file: its path from the workspace (for messages) and its text.
pub(crate) type Source = (String, String);

/// Every `.rs` file below `folder`, in the order of their paths.
pub(crate) fn read(folder: &Path) -> Result<Vec<Source>, Failure> {
    let workspace = folder.ancestors().nth(2).unwrap_or(folder);
    let mut sources = Vec::new();
    for path in files(folder)? {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = String::from_utf8(crate::read(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(workspace).unwrap_or(&path);
            sources.push((name.display().to_string(), text));
        }
    }
    Ok(sources)
}

/// The same, borrowed.
pub(crate) fn pairs(sources: &[Source]) -> Vec<(&str, &str)> {
    sources
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect()
}

/// Every file below `folder`, sorted.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(said)? {
        let path = entry.map_err(said)?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
