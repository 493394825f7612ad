//! `stagedoor audit`: what proves the log, for whoever has to.

mod erase;
mod export;
mod keys;
mod offline;
mod verify;

use clap::Subcommand;

use super::CommandError;

/// What can be done.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Checks the database, each entry against its leaf and each log against its checkpoints; or an export or a receipt, offline.
    Verify(verify::VerifyOptions),
    /// Writes a log, or its newest part, into a file that others can check without this installation.
    Export(export::ExportOptions),
    /// Prints the public keys by which others check what this installation signs.
    Keys(keys::KeysOptions),
    /// Erases what the audit knows of a person: their key is destroyed, and every proof stays valid.
    Erase(erase::EraseOptions),
    /// Legal holds, which forbid to erase and to age out.
    #[command(subcommand)]
    Hold(erase::HoldCommand),
    /// Makes a new signing key, as the line of a file of keys.
    Keygen(keys::KeygenOptions),
}

/// Runs it.
///
/// # Errors
/// When it cannot be done, and when what was to be proved does not hold.
pub async fn run(what: AuditCommand) -> Result<(), CommandError> {
    match what {
        AuditCommand::Verify(options) => verify::run(options).await,
        AuditCommand::Export(options) => export::run(options).await,
        AuditCommand::Erase(options) => erase::erase(options).await,
        AuditCommand::Hold(what) => erase::hold(what).await,
        AuditCommand::Keys(options) => keys::list(options).await,
        AuditCommand::Keygen(options) => {
            keys::generate(&options);
            Ok(())
        }
    }
}
