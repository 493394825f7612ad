//! What CI asks before and besides the tests: formatting, licences, lints for the host and for WebAssembly. It changes
//! no file of the tree.

use std::process::Command;
use std::thread;

use crate::setup::{self, WASM};
use crate::shell::{Failure, Progress, cargo, run};
use crate::{tests, web};

/// Everything a change must pass.
pub(crate) fn ci(progress: &Progress) -> Result<(), Failure> {
    setup::component("rustfmt", progress)?;
    setup::component("clippy", progress)?;
    setup::deny(progress)?;
    // Here, for both of these may ask Debian for packages, and one asks at a time.
    setup::wasm(progress)?;
    // What the tests need waits for the network, and what the lints compile for the processors.
    thread::scope(|scope| {
        let fetched = scope.spawn(|| setup::for_tests(progress));
        let looked = look(progress);
        let fetched = fetched
            .join()
            .unwrap_or_else(|_| Err("what the tests need could not be looked for".to_owned()));
        looked.and(fetched)
    })?;
    tests::all(progress)
}

/// All that is asked besides the tests.
fn look(progress: &Progress) -> Result<(), Failure> {
    step(
        "formatting",
        cargo(None).args(["fmt", "--all", "--check"]),
        progress,
    )?;
    step(
        "licences, bans, sources",
        cargo(None).args(["deny", "check", "bans", "licenses", "sources"]),
        progress,
    )?;
    // The server's crate embeds the site, so it must be there before anything looks at that crate.
    web::site(web::Mode::Dev, progress)?;
    step("lints", &mut host_lints(), progress)?;
    step(
        "lints for WebAssembly",
        &mut wasm_lints(setup::wasm(progress)?),
        progress,
    )
}

fn step(name: &str, command: &mut Command, progress: &Progress) -> Result<(), Failure> {
    progress.say(name);
    run(command)
}

fn host_lints() -> Command {
    let mut lints = cargo(None);
    lints.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        "stagedoor-frontend",
        "--all-targets",
    ]);
    lints.args(["--", "-D", "warnings"]);
    lints
}

fn wasm_lints(toolchain: Option<&str>) -> Command {
    let mut lints = cargo(toolchain);
    lints.args([
        "clippy",
        "--quiet",
        "--package",
        "stagedoor-frontend",
        "--package",
        "stagedoor-prover",
        "--target",
        WASM,
        "--target-dir",
        "target/web",
    ]);
    // The profile that it is built with: another one would compile the macros anew.
    lints.args(["--profile", "wasm-release"]);
    lints.args(["--", "-D", "warnings"]);
    lints
}
