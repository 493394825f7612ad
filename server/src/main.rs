//! The `stagedoor` program.

use std::process::ExitCode;

use clap::Parser;
use stagedoor_server::cli::{Cli, Command};
use stagedoor_server::{cli, demo};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    cli::logs(cli.log_format);
    let result = match cli.command {
        Command::Demo(options) => demo::run(options).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
