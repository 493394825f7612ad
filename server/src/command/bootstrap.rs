//! `stagedoor bootstrap`: the first super admin, once. It prints a token this once, and refuses when a super admin is
//! enrolled.

use clap::Args;
use stagedoor_service::enrolment::{Admin, Issued};

use super::CommandError;
use super::open::{self, ConfigOption};
use crate::cli::announce;

/// Options of `bootstrap`.
#[derive(Debug, Clone, Args)]
pub struct BootstrapOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// The address that the identity provider knows them by.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Their name.
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Runs it.
///
/// # Errors
/// When a super admin is enrolled already, or what was given is not right.
pub async fn run(options: BootstrapOptions) -> Result<(), CommandError> {
    let checked = options.config.load()?;
    let service = open::service(&checked).await?;
    let BootstrapOptions { email, name, .. } = options;
    let issued = service.bootstrap(&Admin { email, name }).await;
    service.db().close().await;
    show(&issued?, &checked.config.hosts.staff.text);
    Ok(())
}

/// Prints a token, once, with what to do next.
pub(super) fn show(issued: &Issued, console: &str) {
    announce(&format!(
        "Enrollment token for {}, shown this once:\n",
        issued.email
    ));
    announce(&format!("    {}\n", issued.expose()));
    announce(&format!(
        "It holds until {}. Hand it over by another way than that address.",
        issued.until.rfc3339()
    ));
    announce(&format!(
        "They sign in at {console}/sign-in, paste it, and register a passkey."
    ));
}
