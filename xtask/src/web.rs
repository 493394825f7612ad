//! Builds: the WebAssembly, the site the server embeds, the server itself.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::setup::{self, WASM};
use crate::shell::{Failure, Progress, cargo, program, quiet, run, workspace};

/// How much care a build takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For looking at it now.
    Dev,
    /// For shipping.
    Release,
}

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
    progress.say("done: target/release/stagedoor");
    Ok(())
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
        "--target",
        WASM,
        "--profile",
        "wasm-release",
    ]);
    // A folder of its own: another compiler in the same one would throw the server's work away each time.
    build.args(["--target-dir", "target/web"]);
    run(&mut build)?;
    progress.say("site: bundling");
    run(cargo(None).args(["build", "--quiet", "--package", "stagedoor-bundle"]))?;
    let said = quiet(&mut bundler(mode))?;
    said.lines()
        .for_each(|line| progress.say(&format!("site: {line}")));
    Ok(())
}

fn bundler(mode: Mode) -> Command {
    let workspace = workspace();
    let wasm = workspace
        .join("target/web")
        .join(WASM)
        .join("wasm-release/stagedoor_frontend.wasm");
    let mut command = program("target/debug/stagedoor-bundle");
    command
        .arg(&workspace)
        .arg(wasm)
        .arg(if mode == Mode::Dev { "dev" } else { "release" });
    command
}
