//! `stagedoor audit verify`: the plain report, and the first bad entry by name.

use std::path::PathBuf;

use clap::Args;
use stagedoor_core::view::grouped;
use stagedoor_service::log::outside::read_notes;
use stagedoor_service::log::verify::Report;

use super::offline;
use crate::cli::announce;
use crate::command::CommandError;
use crate::command::open::{self, ConfigOption};

/// Options of `audit verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// A checkpoint that was kept outside, or a folder of them. May be given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// An export in the place of the database: JSON Lines of `audit export`, of the console or of a tenant's portal.
    #[arg(long, value_name = "FILE", conflicts_with = "receipt")]
    export: Option<PathBuf>,
    /// A receipt in the place of the database, as the console and the API give it.
    #[arg(long, value_name = "FILE", conflicts_with = "checkpoint")]
    receipt: Option<PathBuf>,
    /// The keys to trust, as `audit keys` prints them; for exports and receipts.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

/// Most findings that are printed.
const SHOWN: usize = 20;

/// Verifies.
///
/// # Errors
/// When the database cannot be read, and when anything in it does not hold.
pub(super) async fn run(options: VerifyOptions) -> Result<(), CommandError> {
    if options.export.is_some() || options.receipt.is_some() {
        return offline(&options);
    }
    let checked = options.config.load()?;
    let mut outside = Vec::new();
    for path in options
        .checkpoint
        .iter()
        .chain(&checked.config.audit.checkpoint_dir)
    {
        outside.extend(read_notes(path).map_err(|error| CommandError::Refused(error.to_string()))?);
    }
    let service = open::service(&checked).await?;
    let report = service.verify_log(&outside).await;
    service.db().close().await;
    tell(&report?)
}

/// Without a database, by the keys of the caller or else of the file.
fn offline(options: &VerifyOptions) -> Result<(), CommandError> {
    let keys = options.keys.as_deref().map(offline::keys).transpose()?;
    if let Some(file) = &options.receipt {
        return offline::receipt(file, keys.as_ref());
    }
    let mut kept = Vec::new();
    for path in &options.checkpoint {
        kept.extend(read_notes(path).map_err(|error| CommandError::Refused(error.to_string()))?);
    }
    match &options.export {
        Some(file) => offline::export(file, keys.as_ref(), &kept),
        None => Ok(()),
    }
}

fn tell(report: &Report) -> Result<(), CommandError> {
    for log in &report.logs {
        let key = log.key.as_deref().unwrap_or("no key that is known");
        let at = log.at.map_or_else(|| "never".to_owned(), |at| at.rfc3339());
        announce(&format!(
            "{}: {} entries, last signed {at} by {key}",
            log.origin,
            grouped(log.size)
        ));
    }
    if report.outside > 0 {
        announce(&format!("checkpoints from outside: {}", grouped(report.outside)));
    }
    if report.cosigned > 0 {
        announce(&format!(
            "checkpoints that witnesses have cosigned: {}",
            grouped(report.cosigned)
        ));
    }
    if report.waiting > 0 {
        announce(&format!(
            "entries that wait for their places: {}",
            grouped(report.waiting)
        ));
    }
    let total = report.findings.total();
    if total == 0 {
        announce(&format!(
            "ok: {} entries in {} logs are what was signed, {} keys of personal data are whole",
            grouped(report.entries()),
            grouped(report.logs.len() as u64),
            grouped(report.keys)
        ));
        return Ok(());
    }
    for finding in report.findings.first().iter().take(SHOWN) {
        announce(&format!("bad: {finding}"));
    }
    let first = report.findings.first().first().map(ToString::to_string);
    Err(CommandError::Refused(format!(
        "the audit does not hold: {} thing(s) are wrong, the first is {}",
        grouped(total),
        first.unwrap_or_default()
    )))
}
