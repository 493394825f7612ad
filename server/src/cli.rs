//! The command line. Errors name what is wrong and what to do; logs never hold a secret.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::command::audit::AuditCommand;
use crate::command::backup::BackupOptions;
use crate::command::bootstrap::BootstrapOptions;
use crate::command::config::ConfigCommand;
use crate::command::migrate::MigrateOptions;
use crate::command::open::ConfigOption;
use crate::command::recover::RecoverOptions;
use crate::command::restore::RestoreOptions;
use crate::command::seed::SeedOptions;
use crate::command::serve::ServeOptions;

/// The staff entrance of a back office: sign-in, guardrails, impersonation, audit.
#[derive(Debug, Parser)]
#[command(name = "stagedoor", version, about, long_about = None, arg_required_else_help = true)]
pub struct Cli {
    /// How logs are written to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Human, global = true)]
    pub log_format: LogFormat,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For reading.
    Human,
    /// One JSON object a line.
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs everything on this machine with made-up data: console, tenant portals, identity provider.
    Demo(DemoOptions),
    /// Serves in production, as the configuration says.
    Serve(ServeOptions),
    /// Asks the process that serves from this configuration whether it can; for health checks.
    Ready(ConfigOption),
    /// Brings the database's schema up to date.
    Migrate(MigrateOptions),
    /// Copies the database into a file, while it serves.
    Backup(BackupOptions),
    /// Puts a copy of the database in its place.
    Restore(RestoreOptions),
    /// Invites the first super admin, once.
    Bootstrap(BootstrapOptions),
    /// Lets a super admin who lost everything enrol again.
    Recover(RecoverOptions),
    /// Proves the audit log, or finds what was done to it.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Fills a database with made-up data at any scale.
    Seed(SeedOptions),
    /// Checks or shows the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints the description of the JSON API (OpenAPI 3.1).
    Openapi,
}

/// Options of `demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoOptions {
    /// Where to keep the data; kept across runs. Without it a temporary folder is used and removed at exit.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The port to listen on, on the loopback address.
    #[arg(long, value_name = "N", default_value_t = 7117)]
    pub port: u16,
    /// People of the first tenant, Acme (at least the 5 named ones).
    #[arg(long, value_name = "N", default_value_t = 142, value_parser = clap::value_parser!(u32).range(5..=100_000))]
    pub users: u32,
    /// Tenants in all.
    #[arg(long, value_name = "N", default_value_t = 38, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub tenants: u32,
    /// Use this database instead of an embedded one, e.g. `postgres://user@localhost/stagedoor_demo`.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// Starts logging to standard error; `RUST_LOG` chooses what.
pub fn logs(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,stagedoor=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Human => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}

/// The one line that scripts wait for.
#[allow(
    clippy::print_stdout,
    reason = "the contract of `demo`: one line on standard output when it answers"
)]
pub fn announce(line: &str) {
    println!("{line}");
}

/// Says why the program stops.
#[allow(
    clippy::print_stderr,
    reason = "the last words of a program that cannot go on"
)]
pub fn complain(error: &dyn std::fmt::Display) {
    eprintln!("stagedoor: {error}");
}
