//! Hashes: of all inputs together, to know whether there is work; of one file's content, for its public name.

use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::assets::Asset;
use crate::site::Compression;
use crate::sources::Source;
use crate::{Failure, site};

/// The digest of everything the site is made from, this tool included.
pub(crate) fn of(
    assets: &[Asset],
    sources: &[Source],
    modules: &[Vec<u8>],
    optimiser: Option<&Path>,
    compression: Compression,
) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    assets.iter().for_each(|asset| {
        add(asset.name.as_bytes());
        add(&asset.bytes);
    });
    sources.iter().for_each(|(path, text)| {
        add(path.as_bytes());
        add(text.as_bytes());
    });
    modules.iter().for_each(|module| add(module));
    add(optimiser
        .map_or("", |path| path.to_str().unwrap_or_default())
        .as_bytes());
    add(&site::quality(compression).to_le_bytes());
    add(&own_age()?.to_le_bytes());
    Ok(hex(&hash.finalize()))
}

/// The first 16 hexadecimal digits of the content's SHA-256: enough to tell versions apart, not meant as a proof.
pub(crate) fn short(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When this program was built: its stylesheet and its libraries are inputs, too. Only the question whether to work
/// depends on it, never what is written.
fn own_age() -> Result<u128, Failure> {
    let program = std::env::current_exe()
        .and_then(std::fs::metadata)
        .and_then(|meta| meta.modified());
    let built = program.map_err(|error| format!("own program file: {error}"))?;
    Ok(built.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos()))
}
