//! The files the browser gets as they are: scripts, marks, fonts and the fonts' licences.

use std::path::Path;

use crate::Failure;

/// A file under its logical name, the one pages and stylesheets use.
#[derive(Debug)]
pub(crate) struct Asset {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    pub(crate) fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            bytes,
        }
    }

    /// What stands behind the last dot.
    pub(crate) fn extension(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Every asset below `folder`, sorted by name; folders are for order in the repository only, names are unique without them.
pub(crate) fn read(folder: &Path) -> Result<Vec<Asset>, Failure> {
    let mut assets = Vec::new();
    for path in crate::sources::files(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.ends_with(".md") || name.starts_with('.') {
            continue;
        }
        assets.push(Asset::new(name, crate::read(&path)?));
    }
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    match assets.windows(2).find(|pair| pair[0].name == pair[1].name) {
        Some(pair) => Err(format!("two assets are called {}", pair[0].name)),
        None => Ok(assets),
    }
}
