//! `stagedoor audit verify` of what somebody holds in their hands: an export or a receipt, without any database.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use stagedoor_core::audit::export::ExportCheck;
use stagedoor_core::audit::key::LogKeys;
use stagedoor_core::audit::note::{Note, NoteKey};
use stagedoor_core::audit::receipt::Receipt;
use stagedoor_core::view::grouped;
use stagedoor_core::view::receipt::ReceiptView;

use crate::cli::announce;
use crate::command::CommandError;

/// What is said where nobody has given keys.
const OWN_KEYS: &str = "checked by the keys in the file itself: compare them with those you had before, or give them with --keys";

fn refused(file: &Path, why: impl std::fmt::Display) -> CommandError {
    CommandError::Refused(format!("{}: {why}", file.display()))
}

/// Keys from a file, as `stagedoor audit keys` prints them.
pub(super) fn keys(file: &Path) -> Result<LogKeys, CommandError> {
    let text = std::fs::read_to_string(file).map_err(|error| refused(file, error))?;
    text.parse().map_err(|error| refused(file, error))
}

/// Checks an export, held against checkpoints that somebody kept.
pub(super) fn export(file: &Path, trusted: Option<&LogKeys>, kept: &[Note]) -> Result<(), CommandError> {
    let opened = File::open(file).map_err(|error| refused(file, error))?;
    let mut lines = BufReader::new(opened).lines();
    let first = lines.next().transpose().map_err(|error| refused(file, error))?;
    let first = first.unwrap_or_default();
    let mut check = ExportCheck::begin(&first, trusted, kept).map_err(|fault| refused(file, fault))?;
    for line in lines {
        let line = line.map_err(|error| refused(file, error))?;
        check.line(&line).map_err(|fault| refused(file, fault))?;
    }
    let proved = check.finish().map_err(|fault| refused(file, fault))?;
    if trusted.is_none() {
        announce(OWN_KEYS);
    }
    if proved.waiting > 0 {
        announce(&format!(
            "entries without a proof, which had no place in the log yet: {}",
            grouped(proved.waiting)
        ));
    }
    if !kept.is_empty() {
        announce(&format!(
            "checkpoints that you kept: {} of this log hold",
            grouped(proved.kept)
        ));
    }
    announce(&format!(
        "ok: {} entries stand in {}, which had {} when it was signed{}",
        grouped(proved.entries),
        proved.checkpoint.origin,
        grouped(proved.checkpoint.size),
        signed_at(proved.checkpoint.at)
    ));
    Ok(())
}

/// Checks a receipt.
pub(super) fn receipt(file: &Path, trusted: Option<&LogKeys>) -> Result<(), CommandError> {
    let text = std::fs::read_to_string(file).map_err(|error| refused(file, error))?;
    let view: ReceiptView =
        serde_json::from_str(&text).map_err(|_| refused(file, "this is no receipt as the API gives it"))?;
    let receipt = view.receipt.as_ref().ok_or_else(|| {
        refused(
            file,
            "it has no proof: the entry had no place in the log yet. Fetch it again.",
        )
    })?;
    let keys = receipt_keys(&view, receipt, trusted).map_err(|why| refused(file, why))?;
    let proved = receipt.check(&keys).map_err(|fault| refused(file, fault))?;
    if trusted.is_none() {
        announce(OWN_KEYS);
    }
    announce(&format!(
        "ok: {} is entry {} of {} in {}{}",
        proved.record.id,
        grouped(proved.index + 1),
        grouped(proved.checkpoint.size),
        proved.checkpoint.origin,
        signed_at(proved.checkpoint.at)
    ));
    Ok(())
}

fn receipt_keys(
    view: &ReceiptView,
    receipt: &Receipt,
    trusted: Option<&LogKeys>,
) -> Result<Vec<NoteKey>, String> {
    match trusted {
        None => view
            .keys
            .iter()
            .map(|line| line.key.parse().map_err(|error| format!("{error}")))
            .collect(),
        Some(trusted) => {
            let origin = receipt.origin().map_err(|fault| fault.to_string())?;
            Ok(trusted.known(&origin.parse().map_err(|error| format!("{error}"))?))
        }
    }
}

fn signed_at(at: Option<stagedoor_core::time::Timestamp>) -> String {
    at.map_or_else(String::new, |at| format!(", signed {}", at.rfc3339()))
}
