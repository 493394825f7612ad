//! The commands of the README and of CI: `cargo xtask <command>`.
//!
//! No dependencies, so that the first command starts at once. It compiles, checks, starts and cleans up; what needs heavy
//! libraries is a program of its own (`stagedoor-bundle`). Nothing is installed without a line that says so.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its streams"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a build tool reads the machine's environment and clock"
)]

mod api;
mod bench;
mod browser;
mod checks;
mod debian;
mod events;
mod merkle;
mod postgres;
mod python;
mod setup;
mod shell;
mod soak;
mod tests;
mod walkthrough;
mod web;

use std::process::ExitCode;

use shell::{Failure, Progress};

const USAGE: &str = "\
usage: cargo xtask <command>

  setup               check what the other commands need, install what is missing
  demo [arguments…]   build what has changed and start the demo; arguments go to it (--port 8080)
  test [unit|merkle|api|browser|walkthrough]
                      every test, or one part: Rust on SQLite and PostgreSQL, the Merkle tree against pymerkle,
                      the API against its own description, Playwright in Chromium, docs/walkthrough.md
  bench [name …]      figures beside a peer or a floor; without a name, what there is
  soak [--list|name…] the full correctness figures, which take long; all of them or the named ones
  build               the release binary, target/release/stagedoor
  ci                  formatting, lints for host and WebAssembly, licences, then every test";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let progress = Progress::start();
    match run(command, rest, &progress) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{command}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String], progress: &Progress) -> Result<(), Failure> {
    match (command, rest) {
        ("setup", []) => setup::everything(progress),
        ("setup", [option]) if option == "--debian" => debian::prepare(progress),
        ("demo", arguments) => web::demo(arguments, progress),
        ("test", []) => tests::all(progress),
        ("test", [half]) if half == "unit" => tests::unit(progress),
        ("test", [part]) if part == "merkle" => merkle::test(progress),
        ("test", [part]) if part == "api" => api::test(progress),
        ("test", [half]) if half == "browser" => tests::browser(progress),
        ("test", [part]) if part == "walkthrough" => walkthrough::follow(progress),
        ("bench", []) => {
            bench::list();
            Ok(())
        }
        ("bench", [name, arguments @ ..]) => bench::bench(name, arguments, progress),
        ("soak", [option]) if option == "--list" => {
            soak::list();
            Ok(())
        }
        ("soak", names) => soak::soak(names, progress),
        ("build", []) => web::release(progress),
        ("ci", []) => checks::ci(progress),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("not a command.\n\n{USAGE}")),
    }
}
