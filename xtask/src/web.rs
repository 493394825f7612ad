//! Builds: the WebAssembly, the site the server embeds, the server itself.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::setup::{self, WASM};
use crate::shell::{Failure, Progress, cargo, program, quiet, run, workspace};
use crate::tests::TESTED;

/// How much care a build takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For looking at it now.
    Dev,
    /// For shipping.
    Release,
}

/// The most the one binary may weigh, in bytes (specification 09, "process": one binary ≤ 40 MB).
const BINARY_MAX: u64 = 40_000_000;

/// Builds what has changed, then becomes the demo.
pub(crate) fn demo(arguments: &[String], progress: &Progress) -> Result<(), Failure> {
    server(Mode::Dev, progress)?;
    progress.say("starting the demo");
    let error = program("target/debug/stagedoor")
        .arg("demo")
        .args(arguments)
        .exec();
    Err(format!("target/debug/stagedoor: {error}"))
}

/// The release binary, with the site inside.
pub(crate) fn release(progress: &Progress) -> Result<(), Failure> {
    server(Mode::Release, progress)?;
    let binary = workspace().join("target/release/stagedoor");
    let bytes = std::fs::metadata(&binary)
        .map_err(|error| format!("{}: {error}", binary.display()))?
        .len();
    progress.say(&format!("done: target/release/stagedoor, {}", weighed(bytes)?));
    Ok(())
}

/// The binary's size in words.
fn weighed(bytes: u64) -> Result<String, Failure> {
    let words = format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    if bytes > BINARY_MAX {
        return Err(format!(
            "target/release/stagedoor has {words}, {} bytes above the most it may weigh ({BINARY_MAX})",
            bytes - BINARY_MAX
        ));
    }
    Ok(words)
}

/// The server's binary; the site comes first, because the server embeds it.
pub(crate) fn server(mode: Mode, progress: &Progress) -> Result<(), Failure> {
    site(mode, progress)?;
    progress.say("server: building");
    let mut build = cargo(None);
    build.args(["build", "--package", "stagedoor-server", "--bin", "stagedoor"]);
    if mode == Mode::Release {
        build.arg("--release");
    }
    run(&mut build)
}

/// `target/site/`: WebAssembly, glue, stylesheets, fonts.
pub(crate) fn site(mode: Mode, progress: &Progress) -> Result<(), Failure> {
    let toolchain = setup::wasm(progress)?;
    progress.say("WebAssembly: building");
    let mut build = cargo(toolchain);
    build.args([
        "build",
        "--package",
        "stagedoor-frontend",
        "--package",
        "stagedoor-prover",
        "--target",
        WASM,
        "--profile",
        "wasm-release",
    ]);
    // A folder of its own: another compiler in the same one would throw the server's work away each time.
    build.args(["--target-dir", "target/web"]);
    run(&mut build)?;
    progress.say("site: bundling");
    // Of all that is tested, so that what it stands on is compiled with the features that the tests want of it.
    run(cargo(None)
        .args(["build", "--quiet"])
        .args(TESTED)
        .args(["--bin", "stagedoor-bundle"]))?;
    let said = quiet(&mut bundler(mode))?;
    said.lines()
        .for_each(|line| progress.say(&format!("site: {line}")));
    Ok(())
}

fn bundler(mode: Mode) -> Command {
    let workspace = workspace();
    let modules = workspace.join("target/web").join(WASM).join("wasm-release");
    let mut command = program("target/debug/stagedoor-bundle");
    command
        .arg(&workspace)
        .arg(modules)
        .arg(if mode == Mode::Dev { "dev" } else { "release" });
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_that_is_too_heavy_is_no_release() {
        assert_eq!(weighed(BINARY_MAX), Ok("40.0 MB".to_owned()));
        assert_eq!(weighed(9_870_000), Ok("9.8 MB".to_owned()));
        assert!(weighed(BINARY_MAX + 1).is_err_and(|failure| failure.contains("1 bytes above")));
    }
}
