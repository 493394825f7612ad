//! WebAssembly where Rust's own server cannot be reached: Debian's compiler, made into a rustup toolchain.
//!
//! Debian packages the compiler and the standard library's source, but not the library built for WebAssembly. So it is
//! built once from that source, beside a small crate, and its parts are copied to where the compiler looks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::setup::{self, WASM};
use crate::shell::{Failure, Progress, cargo, is_root, program, quiet, run, workspace};

/// What rustup calls Debian's compiler.
pub(crate) const TOOLCHAIN: &str = "debian";

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "lld-22",
];
const LINKER: &str = "/usr/lib/llvm-22/bin/lld";
const RUSTLIB: &str = "/usr/lib/rustlib";

/// Whether Debian's toolchain builds WebAssembly already.
pub(crate) fn is_ready() -> bool {
    Path::new(LINKER).exists() && has_library() && is_linked()
}

/// From nothing to a toolchain that knows the target; each step is skipped when it has been done.
pub(crate) fn prepare(progress: &Progress) -> Result<(), Failure> {
    setup::packages(&PACKAGES, progress)?;
    linker(progress)?;
    if !is_linked() {
        progress.say(&format!("WebAssembly: rustup toolchain link {TOOLCHAIN} /usr"));
        quiet(program("rustup").args(["toolchain", "link", TOOLCHAIN, "/usr"]))?;
    }
    if !has_library() {
        progress.say("WebAssembly: building the standard library once (half a minute)");
        install(&build_library()?)?;
    }
    progress.say("WebAssembly: Debian's toolchain is ready");
    Ok(())
}

fn is_linked() -> bool {
    quiet(program("rustup").args(["toolchain", "list"]))
        .is_ok_and(|list| list.lines().any(|line| line.starts_with(TOOLCHAIN)))
}

fn has_library() -> bool {
    let entries = fs::read_dir(library()).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .any(|name| name.starts_with("libstd-"))
}

fn library() -> PathBuf {
    Path::new(RUSTLIB).join(WASM).join("lib")
}

/// rustc looks for `rust-lld` beside its own libraries.
fn linker(progress: &Progress) -> Result<(), Failure> {
    let folder = Path::new(RUSTLIB).join("x86_64-unknown-linux-gnu/bin");
    if folder.join("rust-lld").exists() {
        return Ok(());
    }
    progress.say(&format!("WebAssembly: {}/rust-lld → {LINKER}", folder.display()));
    as_root(&["mkdir", "-p", &folder.to_string_lossy()])?;
    as_root(&["ln", "-sf", LINKER, &folder.join("rust-lld").to_string_lossy()])
}

/// Builds an empty crate with its own standard library; the folder with the library's parts.
fn build_library() -> Result<PathBuf, Failure> {
    let folder = workspace().join("target/wasm-std");
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder.join("src")).map_err(said)?;
    // A workspace of its own, or cargo would look for it in ours.
    let manifest = "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).map_err(said)?;
    fs::write(folder.join("src/lib.rs"), "").map_err(said)?;
    let mut build = cargo(Some(TOOLCHAIN));
    // `-Z build-std` is what the unstable switch is for; the compiler is a stable one.
    build
        .current_dir(&folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTFLAGS");
    build.args([
        "build",
        "--quiet",
        "--release",
        "-Z",
        "build-std=std,panic_abort",
        "--target",
        WASM,
    ]);
    build.arg("--target-dir").arg(folder.join("target"));
    run(&mut build)?;
    Ok(folder.join("target").join(WASM).join("release/deps"))
}

fn install(parts: &Path) -> Result<(), Failure> {
    let to = library();
    as_root(&["mkdir", "-p", &to.to_string_lossy()])?;
    let entries = fs::read_dir(parts).map_err(|error| format!("{}: {error}", parts.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let own = entry.file_name().to_string_lossy().starts_with("libwasm_std");
        if path.extension().is_some_and(|extension| extension == "rlib") && !own {
            as_root(&["cp", &path.to_string_lossy(), &to.to_string_lossy()])?;
        }
    }
    Ok(())
}

fn as_root(words: &[&str]) -> Result<(), Failure> {
    let mut command = program(if is_root() { words[0] } else { "sudo" });
    command.args(if is_root() { &words[1..] } else { words });
    quiet(&mut command).map(drop)
}
