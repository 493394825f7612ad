//! What the commands need on a machine. Each need is looked for first, said in one line, installed when missing.

use std::process::Command;

use crate::shell::{Failure, Progress, cargo, is_root, program, quiet, run, which, works, workspace};
use crate::{api, browser, debian, merkle, postgres};

/// The browser's target.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Everything for every command.
pub(crate) fn everything(progress: &Progress) -> Result<(), Failure> {
    wasm(progress)?;
    optimiser(progress);
    for_tests(progress)?;
    deny(progress)?;
    progress.say("everything is there");
    Ok(())
}

/// What the tests need besides the toolchains.
pub(crate) fn for_tests(progress: &Progress) -> Result<(), Failure> {
    postgres::ensure(progress)?;
    browser::ensure(progress)?;
    merkle::ensure(progress)?;
    api::ensure(progress)?;
    nextest(progress)
}

/// The toolchain that builds WebAssembly: none (the ordinary one) or Debian's.
pub(crate) fn wasm(progress: &Progress) -> Result<Option<&'static str>, Failure> {
    if has_rustup_target() {
        return Ok(None);
    }
    if debian::is_ready() {
        return Ok(Some(debian::TOOLCHAIN));
    }
    progress.say(&format!("WebAssembly: rustup target add {WASM}"));
    match quiet(program("rustup").args(["target", "add", WASM])) {
        Ok(_) => Ok(None),
        Err(failure) => {
            progress.say(&format!(
                "WebAssembly: rustup cannot ({}), trying Debian's packages",
                last_line(&failure)
            ));
            debian::prepare(progress)?;
            Ok(Some(debian::TOOLCHAIN))
        }
    }
}

fn has_rustup_target() -> bool {
    quiet(program("rustup").args(["target", "list", "--installed"]))
        .is_ok_and(|list| list.lines().any(|line| line == WASM))
}

/// `wasm-opt` is welcome and not needed: the module is a tenth smaller with it.
fn optimiser(progress: &Progress) {
    if which("wasm-opt").is_none() {
        progress
            .say("wasm-opt: not on the PATH; with binaryen 109 or later the WebAssembly is a tenth smaller");
    }
}

/// The test runner.
pub(crate) fn nextest(progress: &Progress) -> Result<(), Failure> {
    tool("nextest", "cargo-nextest", progress)
}

/// Licences, bans and sources of the dependency tree.
pub(crate) fn deny(progress: &Progress) -> Result<(), Failure> {
    tool("deny", "cargo-deny", progress)
}

/// A cargo subcommand, built unoptimised when missing: it compiles in a third of the time and is fast enough. The
/// published lock file comes first; an index that lags behind it resolves without.
fn tool(subcommand: &str, package: &str, progress: &Progress) -> Result<(), Failure> {
    if works(cargo(None).args([subcommand, "--version"])) {
        return Ok(());
    }
    progress.say(&format!("{package}: cargo install (a minute or two)"));
    let install = ["install", "--quiet", "--debug", package];
    quiet(cargo(None).args(install).arg("--locked"))
        .or_else(|_| quiet(cargo(None).args(install)))
        .map(drop)
}

/// Components of the chosen Rust toolchain.
pub(crate) fn component(name: &str, progress: &Progress) -> Result<(), Failure> {
    let subcommand = if name == "rustfmt" { "fmt" } else { name };
    if works(cargo(None).args([subcommand, "--version"])) {
        return Ok(());
    }
    progress.say(&format!("{name}: rustup component add"));
    quiet(program("rustup").args(["component", "add", name])).map(drop)
}

/// Debian packages; the package lists are fetched only when one is not known yet.
pub(crate) fn packages(names: &[&str], progress: &Progress) -> Result<(), Failure> {
    let missing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !works(&mut status(name)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if which("apt-get").is_none() {
        return Err(format!(
            "this machine has no apt-get; install what Debian calls: {}",
            missing.join(" ")
        ));
    }
    progress.say(&format!("apt-get install {}", missing.join(" ")));
    if missing
        .iter()
        .any(|name| !works(Command::new("apt-cache").args(["show", name])))
    {
        quiet(apt().arg("update"))?;
    }
    quiet(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(&missing),
    )
    .map(drop)
}

fn status(package: &str) -> Command {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "dpkg-query -W -f '${Status}' \"$0\" | grep -q 'ok installed'",
        package,
    ]);
    command
}

fn apt() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        Command::new("sudo")
    };
    if !is_root() {
        command.args(["--non-interactive", "apt-get"]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// `npm ci`, when the lock file is newer than what is installed. Playwright downloads no browser by itself.
pub(crate) fn node_modules(progress: &Progress) -> Result<(), Failure> {
    let folder = workspace().join("end2end");
    let age = |path: &str| {
        std::fs::metadata(folder.join(path))
            .and_then(|meta| meta.modified())
            .ok()
    };
    let Some(locked) = age("package-lock.json") else {
        return Err("end2end/package-lock.json is missing: there are no browser tests to run".to_owned());
    };
    if which("npm").is_none() {
        return Err("the browser tests need Node.js 22 or later with npm on the PATH".to_owned());
    }
    if age("node_modules/.package-lock.json").is_some_and(|installed| installed >= locked) {
        return Ok(());
    }
    progress.say("browser tests: npm ci in end2end/");
    let mut npm = program("npm");
    npm.current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    quiet(&mut npm).map(drop)
}

/// The end of a long error, for a line of progress.
pub(crate) fn last_line(text: &str) -> &str {
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("no reason given")
}

/// Runs Playwright's own installer, where no package manager brings Chromium.
pub(crate) fn playwright_chromium(progress: &Progress) -> Result<(), Failure> {
    progress.say("Chromium: npx playwright install chromium");
    run(program("npx")
        .current_dir(workspace().join("end2end"))
        .args(["playwright", "install", "chromium"]))
}
