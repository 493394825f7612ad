//! `stagedoor config`: check, export, describe. It opens no database and no port, and shows no secret.

use clap::Subcommand;

use super::CommandError;
use super::open::ConfigOption;
use crate::cli::announce;
use crate::config::{Checked, KEYS, Warning};

/// What to do with the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Reads it, says everything that is wrong, or what it means.
    Check(ConfigOption),
    /// Prints the values in force as JSON, without secrets.
    Export(ConfigOption),
    /// Prints every key with its default and meaning, as a Markdown table.
    Keys,
}

/// Runs it.
///
/// # Errors
/// With everything that is wrong with the configuration.
pub fn run(command: &ConfigCommand) -> Result<(), CommandError> {
    match command {
        ConfigCommand::Check(option) => {
            let checked = option.load()?;
            summary(&checked).iter().for_each(|line| announce(line));
        }
        ConfigCommand::Export(option) => announce(&format!("{:#}", option.load()?.config.export())),
        ConfigCommand::Keys => announce(&reference()),
    }
    Ok(())
}

fn summary(checked: &Checked) -> Vec<String> {
    let config = &checked.config;
    let networks = config.network.corporate.len() + config.network.vpn.len();
    let mut lines = vec![
        "ok".to_owned(),
        format!(
            "serves     {} at {}",
            config.server.surface.as_str(),
            config.server.listen
        ),
        format!("console    {}", config.hosts.staff.text),
        format!(
            "portals    {}://{{slug}}.{}",
            config.hosts.tenants.scheme, config.hosts.tenants.suffix
        ),
        format!("database   {}", config.database.url),
        format!(
            "provider   {} ({})",
            config.identity_provider.name, config.identity_provider.issuer.0
        ),
        format!("networks   {networks} range(s) allowed"),
    ];
    lines.extend(
        checked
            .warnings
            .iter()
            .map(|Warning(words)| format!("warning    {words}")),
    );
    lines
}

/// The table of `docs/deploy/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let mut table = "| key | default | meaning |\n|---|---|---|".to_owned();
    for key in KEYS {
        let default = match key.default {
            None => "required".to_owned(),
            Some("") => "empty".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let about = key.about.trim();
        table.push_str(&format!(
            "\n| `{}` | {default} | {about} Must be {}. |",
            key.name,
            (key.words)()
        ));
    }
    table
}
