//! Secrets from files, from the environment, from systemd's credentials; never from the configuration file itself.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use stagedoor_core::audit::key::{KeysError, LogKeys};
use stagedoor_service::crypto::MasterKey;

use super::Environment;
use super::kind::Secret;

/// The name under which `LoadCredential=` of systemd may hand over the master key.
pub const CREDENTIAL: &str = "stagedoor-master-key";

/// The credential's path, where systemd made one.
pub(crate) fn credential(environment: &Environment) -> Option<PathBuf> {
    let path = Path::new(environment.get("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    path.exists().then_some(path)
}

/// Reads a secret file that only its owner can read; trailing line ends do not count.
///
/// # Errors
/// In words.
pub(crate) fn file(path: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}.", path.display()))?;
    private(path)?;
    match text.trim() {
        "" => Err(format!("{} is empty.", path.display())),
        text => Ok(Secret::new(text.to_owned())),
    }
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)
        .map_err(|error| format!("{}: {error}.", path.display()))?
        .permissions()
        .mode();
    // systemd gives its credentials mode 0440 in a folder that only the service's user can enter.
    if mode & 0o037 == 0 {
        Ok(())
    } else {
        Err(format!(
            "{0} can be read by others (mode {1:04o}). Run chmod 600 {0}.",
            path.display(),
            mode & 0o7777
        ))
    }
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<(), String> {
    Ok(())
}

/// A master key from its text: 64 hexadecimal digits, or base64 of 32 bytes.
///
/// # Errors
/// In words that do not repeat the text.
pub(crate) fn master_key(secret: &Secret) -> Result<MasterKey, String> {
    let text = secret.expose().trim();
    hex(text)
        .or_else(|| BASE64_STANDARD.decode(text).ok()?.try_into().ok())
        .filter(|bytes: &[u8; 32]| bytes.iter().any(|byte| *byte != bytes[0]))
        .map(MasterKey::from_bytes)
        .ok_or_else(|| {
            "is not 32 random bytes as 64 hexadecimal digits or base64. Make one with: openssl rand -hex 32"
                .to_owned()
        })
}

/// The keys of checkpoints from their text, one of which must sign.
///
/// # Errors
/// In words that do not repeat the text.
pub(crate) fn log_keys(secret: &Secret) -> Result<LogKeys, String> {
    let keys: LogKeys = secret.expose().parse().map_err(|error: KeysError| {
        format!("cannot be read: {error}. Make a key with: stagedoor audit keygen LABEL")
    })?;
    if keys.labels().any(|(_, signs)| signs) {
        Ok(keys)
    } else {
        Err("holds public keys alone, and nothing can be signed with those. Make a key with: stagedoor audit keygen LABEL".to_owned())
    }
}

fn hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..32)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
        .collect();
    bytes?.try_into().ok()
}
