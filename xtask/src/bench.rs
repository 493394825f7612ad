//! The benches: figures that anyone can make again, each beside a peer or a floor measured in the same run.
//!
//! Built here, with what they need around them; they measure in programs of their own (`server/benches`,
//! `crates/service/benches`) and leave their figures as JSON under `target/bench`.

use std::path::{Path, PathBuf};

use crate::browser;
use crate::postgres::Cluster;
use crate::setup::{self, WASM};
use crate::shell::{Failure, Progress, cargo, program, run, which, workspace};
use crate::tests::TESTED;
use crate::web::{self, Mode};

const BENCHES: &[(&str, &str)] = &[
    (
        "decide",
        "the core's decision, on the host and in WebAssembly, beside Cedar and casbin under the same rules",
    ),
    (
        "pages",
        "Users and Audit at a million each, beside an empty handler and a SvelteKit page",
    ),
    (
        "commit",
        "a guarded write with its durable pair of entries, beside one write a commit and a bare fsync",
    ),
    (
        "sign_in",
        "a sign-in with a passkey, by processor time, beside one verification of a P-256 signature",
    ),
    (
        "audit",
        "entries a second with their proofs, beside a plain table and a bare fsync; a million verified; one in the browser",
    ),
    (
        "memory",
        "the release program: its size, the time to ready, what is resident a minute after one sign-in",
    ),
];

/// What there is.
pub(crate) fn list() {
    for (name, about) in BENCHES {
        println!("  {name:<12}{about}");
    }
    println!("\n  --quick makes a smoke run of it; what else is given goes to the bench (--help).");
}

/// Runs one.
pub(crate) fn bench(name: &str, arguments: &[String], progress: &Progress) -> Result<(), Failure> {
    let json = figures(name)?;
    let written = ["--json".to_owned(), json.display().to_string()];
    match name {
        "decide" => decide(arguments, &written, progress)?,
        "pages" => pages(arguments, &written, progress)?,
        "commit" | "sign_in" => on_both(name, arguments, &written, progress)?,
        "audit" => {
            on_both(name, arguments, &written, progress)?;
            in_browser("proof", progress)?;
        }
        "memory" => return in_browser("memory", progress),
        _ => {
            return Err(format!(
                "there is no bench {name}; `cargo xtask bench` shows them"
            ));
        }
    }
    progress.say(&format!("figures are in {}", json.display()));
    Ok(())
}

/// Where a bench leaves its figures.
fn figures(name: &str) -> Result<PathBuf, Failure> {
    let folder = workspace().join("target/bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(format!("{name}.json")))
}

/// A workspace of its own, so that the peers are no part of ours.
fn decide(arguments: &[String], written: &[String], progress: &Progress) -> Result<(), Failure> {
    let toolchain = setup::wasm(progress)?;
    let target = workspace().join("target/peers");
    let cargo_there = |toolchain, words: &[&str]| {
        let mut command = cargo(toolchain);
        command.current_dir(workspace().join("bench/decide"));
        command
            .args(words)
            .arg("--release")
            .arg("--target-dir")
            .arg(&target);
        command
    };
    progress.say("decide: building, with Cedar and casbin");
    let alone = ["build", "--lib", "--no-default-features", "--target", WASM];
    run(&mut cargo_there(toolchain, &alone))?;
    let module = target.join(WASM).join("release/stagedoor_bench_decide.wasm");
    run(cargo_there(None, &["run", "--bin", "decide"])
        .arg("--")
        .args(arguments)
        .args(written)
        .arg("--wasm")
        .arg(module))
}

fn pages(arguments: &[String], written: &[String], progress: &Progress) -> Result<(), Failure> {
    web::site(Mode::Release, progress)?;
    let other_engine = arguments
        .iter()
        .any(|argument| argument.starts_with("--database"));
    let peer = if other_engine { None } else { peer(progress)? };
    let mut bench = built("pages", progress);
    bench.args(arguments).args(written);
    if let Some(folder) = peer {
        bench.arg("--peer").arg(folder);
    }
    run(&mut bench)
}

/// The SvelteKit page, built once; without npm it is left out, and said to be.
fn peer(progress: &Progress) -> Result<Option<PathBuf>, Failure> {
    let folder = workspace().join("bench/peer-svelte");
    if which("npm").is_none() {
        progress.say("the SvelteKit peer is left out: there is no npm");
        return Ok(None);
    }
    let npm = |words: &[&str], folder: &Path| run(program("npm").current_dir(folder).args(words));
    if !folder.join("node_modules").is_dir() {
        progress.say("the SvelteKit peer: installing");
        // Not `ci`, which refuses a lock file in which an optional package of another platform is not described.
        npm(&["install", "--no-save", "--no-fund", "--no-audit"], &folder)?;
    }
    progress.say("the SvelteKit peer: building");
    npm(&["run", "--silent", "build"], &folder)?;
    Ok(Some(folder))
}

fn on_both(
    bench: &str,
    arguments: &[String],
    written: &[String],
    progress: &Progress,
) -> Result<(), Failure> {
    let cluster = Cluster::start_lasting(progress)?;
    run(built(bench, progress)
        .args(arguments)
        .args(written)
        .args(["--postgres", &cluster.url()]))
}

/// Measured from outside, with a browser that signs in as a person does: `end2end/benches`.
fn in_browser(bench: &str, progress: &Progress) -> Result<(), Failure> {
    let json = figures(bench)?;
    browser::ensure(progress)?;
    web::release(progress)?;
    progress.say(&format!("{bench}: running"));
    let only = format!("{bench}.bench.ts");
    run(program("npx")
        .current_dir(workspace().join("end2end"))
        .args([
            "playwright",
            "test",
            "--config",
            "playwright.bench.config.ts",
            &only,
        ])
        .env("STAGEDOOR_PROGRAM", workspace().join("target/release/stagedoor"))
        .env("STAGEDOOR_BENCH_JSON", &json))?;
    progress.say(&format!("figures are in {}", json.display()));
    Ok(())
}

fn built(bench: &str, progress: &Progress) -> std::process::Command {
    progress.say(&format!("{bench}: building and running"));
    let mut command = cargo(None);
    command.arg("bench").args(TESTED).args(["--bench", bench, "--"]);
    command
}
