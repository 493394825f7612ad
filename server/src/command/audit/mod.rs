//! `stagedoor audit`: what proves the log, for whoever has to.

mod keys;
mod verify;

use clap::Subcommand;

use super::CommandError;

/// What can be done.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Checks everything: each entry against its leaf, each log against its checkpoints, all that stands beside them.
    Verify(verify::VerifyOptions),
    /// Prints the public keys by which others check what this installation signs.
    Keys(keys::KeysOptions),
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
        AuditCommand::Keys(options) => keys::list(options).await,
        AuditCommand::Keygen(options) => {
            keys::generate(&options);
            Ok(())
        }
    }
}
