//! `stagedoor audit keys` and `keygen`: the public halves for others, a new private one for us.

use clap::Args;
use stagedoor_core::audit::key::LogKeys;
use stagedoor_core::clock::Rng as _;
use stagedoor_service::system::OsRng;

use crate::cli::announce;
use crate::command::CommandError;
use crate::command::open::{self, ConfigOption};

/// Options of `audit keys`.
#[derive(Debug, Clone, Args)]
pub struct KeysOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// In the form of signed notes, for one log: `platform`, or a tenant's id.
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
}

/// Prints the keys.
///
/// # Errors
/// When the configuration is not right, or the log has no name.
pub(super) async fn list(options: KeysOptions) -> Result<(), CommandError> {
    let checked = options.config.load()?;
    let service = open::service(&checked).await?;
    let text = match &options.log {
        None => Ok(service.log_keys().public_text()),
        Some(log) => service.log_vkeys(log).map(|keys| keys.join("\n")),
    };
    service.db().close().await;
    announce(text?.trim_end());
    Ok(())
}

/// Options of `audit keygen`.
#[derive(Debug, Clone, Args)]
pub struct KeygenOptions {
    /// What people will call it, e.g. the month: 2026-11.
    #[arg(value_name = "LABEL", value_parser = label)]
    label: String,
}

fn label(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if !text.is_empty() && text.len() <= 40 && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("a label is up to 40 letters, digits, dots and dashes".to_owned())
    }
}

/// Prints the line of a new key.
pub(super) fn generate(options: &KeygenOptions) {
    let mut seed = [0u8; 32];
    OsRng.fill(&mut seed);
    announce(LogKeys::private_line(&options.label, &seed).trim_end());
}
