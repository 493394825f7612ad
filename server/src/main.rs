//! The `stagedoor` program: reads its command line, runs one command, and says in words why it could not.

use std::process::ExitCode;

use clap::Parser;
use stagedoor_server::cli::{Cli, Command};
use stagedoor_server::{cli, command, demo};

async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        Command::Demo(options) => demo::run(options).await?,
        Command::Serve(options) => command::serve::run(options).await?,
        Command::Ready(option) => command::ready::run(option).await?,
        Command::Migrate(options) => command::migrate::run(options).await?,
        Command::Backup(options) => command::backup::run(options).await?,
        Command::Restore(options) => command::restore::run(options).await?,
        Command::Bootstrap(options) => command::bootstrap::run(options).await?,
        Command::Recover(options) => command::recover::run(options).await?,
        Command::Audit(what) => command::audit::run(what).await?,
        Command::Seed(options) => command::seed::run(options).await?,
        Command::Config(what) => command::config::run(&what)?,
        Command::Openapi => command::openapi::run()?,
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    cli::logs(cli.log_format);
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
