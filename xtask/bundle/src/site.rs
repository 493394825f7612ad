//! The finished folder: hashed names, brotli twins, manifest. A running server may be reading it, so files come first,
//! then the manifest in one step, then what nobody names any more goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::assets::Asset;
use crate::{Failure, digest};

/// How hard brotli tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// For the next look at a page.
    Quick,
    /// For what is shipped.
    Best,
}

/// Brotli's quality.
pub(crate) fn quality(compression: Compression) -> u32 {
    match compression {
        Compression::Quick => 9,
        Compression::Best => 11,
    }
}

/// The folder the server embeds.
#[derive(Debug)]
pub(crate) struct Site {
    folder: PathBuf,
}

/// One line of the manifest.
#[derive(Debug)]
struct Published {
    logical: String,
    name: String,
    bytes: usize,
    brotli: Option<usize>,
}

const MANIFEST: &str = "manifest.json";
const STAMP: &str = ".inputs";

impl Site {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Whether the folder was made from these inputs and still holds what its manifest names.
    pub(crate) fn is_current(&self, inputs: &str) -> bool {
        let stamp = fs::read_to_string(self.folder.join(STAMP)).unwrap_or_default();
        stamp == inputs
            && self
                .names()
                .is_some_and(|names| names.iter().all(|name| self.folder.join(name).is_file()))
    }

    /// Writes everything, and says in one line how large it is.
    pub(crate) fn write(
        &self,
        assets: Vec<Asset>,
        compression: Compression,
        inputs: &str,
    ) -> Result<String, Failure> {
        fs::create_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let (sheets, files): (Vec<_>, Vec<_>) =
            assets.into_iter().partition(|asset| asset.extension() == "css");
        let mut published = Vec::new();
        for asset in files {
            published.push(self.publish(&asset, compression)?);
        }
        for sheet in sheets {
            let sheet = with_hashed_urls(sheet, &published);
            published.push(self.publish(&sheet, compression)?);
        }
        self.put(MANIFEST, manifest(&published)?.as_bytes())?;
        self.put(STAMP, inputs.as_bytes())?;
        self.sweep(&published)?;
        Ok(summary(&published))
    }

    fn publish(&self, asset: &Asset, compression: Compression) -> Result<Published, Failure> {
        let name = hashed(&asset.name, &asset.bytes);
        self.put(&name, &asset.bytes)?;
        let brotli = match asset.extension() {
            "js" | "wasm" | "css" | "svg" | "txt" => Some(compressed(&asset.bytes, compression)?),
            _ => None,
        };
        if let Some(bytes) = &brotli {
            self.put(&format!("{name}.br"), bytes)?;
        }
        Ok(Published {
            logical: asset.name.clone(),
            name,
            bytes: asset.bytes.len(),
            brotli: brotli.map(|b| b.len()),
        })
    }

    /// Writes beside and renames, so that a reader never meets half a file.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (path, beside) = (self.folder.join(name), self.folder.join(format!(".{name}.new")));
        let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &path));
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn sweep(&self, published: &[Published]) -> Result<(), Failure> {
        let mut keep = BTreeSet::from([MANIFEST.to_owned(), STAMP.to_owned()]);
        for file in published {
            keep.insert(file.name.clone());
            keep.insert(format!("{}.br", file.name));
        }
        for path in crate::sources::files(&self.folder)? {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if !keep.contains(name) {
                fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    /// The file names in the manifest, twins included.
    fn names(&self) -> Option<Vec<String>> {
        let text = fs::read(self.folder.join(MANIFEST)).ok()?;
        let manifest: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&text).ok()?;
        let mut names = Vec::new();
        for entry in manifest.values() {
            let name = entry.get("name")?.as_str()?;
            names.push(name.to_owned());
            if entry.get("brotli").is_some() {
                names.push(format!("{name}.br"));
            }
        }
        Some(names)
    }
}

/// `console.css` → `console.0123456789abcdef.css`.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash = digest::short(bytes);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

/// Fonts are named by their logical names in the stylesheet's source; all files lie side by side.
fn with_hashed_urls(sheet: Asset, published: &[Published]) -> Asset {
    let mut text = String::from_utf8_lossy(&sheet.bytes).into_owned();
    for file in published {
        for quote in ["", "\""] {
            let (plain, hashed) = (
                format!("url({quote}{}{quote})", file.logical),
                format!("url({})", file.name),
            );
            text = text.replace(&plain, &hashed);
        }
    }
    Asset {
        name: sheet.name,
        bytes: text.into_bytes(),
    }
}

fn compressed(bytes: &[u8], compression: Compression) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, quality(compression), 22);
    let done = writer.write_all(bytes).and_then(|()| writer.flush());
    drop(writer);
    done.map(|()| out).map_err(|error| format!("brotli: {error}"))
}

/// `{"console.css": {"name": "console.<hash>.css", "bytes": 1, "brotli": 1}, …}`, sorted by logical name.
fn manifest(published: &[Published]) -> Result<String, Failure> {
    let entry = |file: &Published| {
        let mut entry = serde_json::json!({ "name": file.name, "bytes": file.bytes });
        if let (Some(size), Some(fields)) = (file.brotli, entry.as_object_mut()) {
            fields.insert("brotli".to_owned(), size.into());
        }
        (file.logical.clone(), entry)
    };
    let entries: BTreeMap<String, serde_json::Value> = published.iter().map(entry).collect();
    serde_json::to_string_pretty(&entries).map_err(|error| error.to_string())
}

fn summary(published: &[Published]) -> String {
    let size = |name: &str| {
        let file = published.iter().find(|file| file.logical == name);
        file.map_or(0.0, |file| file.brotli.unwrap_or(file.bytes) as f64 / 1000.0)
    };
    let parts = ["stagedoor.wasm", "stagedoor.js", "console.css", "gate.css"]
        .map(|name| format!("{name} {:.1} kB", size(name)));
    format!("{} files, compressed: {}", published.len(), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Vec<Asset> {
        vec![
            Asset::new(
                "a.css",
                b"@font-face{src:url(f.woff2)}b{background:url(\"f.woff2\")}".to_vec(),
            ),
            Asset::new("f.woff2", vec![1, 2, 3]),
            Asset::new("b.js", b"export {}".to_vec()),
        ]
    }

    #[test]
    fn names_carry_the_hash_and_stylesheets_follow() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::at(folder.path().to_owned());
        site.write(assets(), Compression::Quick, "one").unwrap();
        let names = site.names().unwrap();
        let font = names.iter().find(|name| name.ends_with(".woff2")).unwrap();
        let sheet = names.iter().find(|name| name.ends_with(".css")).unwrap();
        let text = fs::read_to_string(folder.path().join(sheet)).unwrap();
        assert_eq!(text.matches(&format!("url({font})")).count(), 2, "{text}");
        assert_eq!(*font, format!("f.{}.woff2", digest::short(&[1, 2, 3])));
    }

    #[test]
    fn unchanged_inputs_are_current_until_a_file_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::at(folder.path().to_owned());
        assert!(!site.is_current("one"));
        site.write(assets(), Compression::Quick, "one").unwrap();
        assert!(site.is_current("one") && !site.is_current("two"));
        fs::remove_file(folder.path().join(&site.names().unwrap()[0])).unwrap();
        assert!(!site.is_current("one"));
    }

    #[test]
    fn what_nobody_names_goes() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::at(folder.path().to_owned());
        site.write(assets(), Compression::Quick, "one").unwrap();
        site.write(
            vec![Asset::new("b.js", b"export {1}".to_vec())],
            Compression::Quick,
            "two",
        )
        .unwrap();
        let files = crate::sources::files(folder.path()).unwrap();
        assert_eq!(
            files.len(),
            4,
            "a script, its twin, the manifest, the stamp: {files:?}"
        );
    }
}
