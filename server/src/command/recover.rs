//! `stagedoor recover`: the way back for a super admin who lost everything.

use clap::Args;

use super::CommandError;
use super::bootstrap::show;
use super::open::{self, ConfigOption};
use crate::cli::announce;

/// Options of `recover`.
#[derive(Debug, Clone, Args)]
pub struct RecoverOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// The super admin's address.
    #[arg(long, value_name = "ADDRESS")]
    staff: String,
}

/// Runs it.
///
/// # Errors
/// When no super admin has this address.
pub async fn run(options: RecoverOptions) -> Result<(), CommandError> {
    let checked = options.config.load()?;
    let service = open::service(&checked).await?;
    let issued = service.recover(&options.staff).await;
    service.db().close().await;
    let issued = issued?;
    announce("Their sessions and passkeys are gone, and the audit says so.");
    show(&issued, &checked.config.hosts.staff.text);
    Ok(())
}
