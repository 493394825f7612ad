//! Builds what the browser loads, from the compiled WebAssembly, the assets and the class names in the pages' sources.
//!
//! `stagedoor-bundle <workspace> <modules> <dev|release>` writes `target/site/`: each file under a name that carries the
//! hash of its content, with a brotli twin where that helps, and `manifest.json`, which says what each is called. The same
//! inputs give the same bytes; unchanged inputs cost a look at a digest. It never downloads anything.
#![allow(
    clippy::disallowed_methods,
    reason = "a build tool looks for programs on the PATH"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its streams"
)]

mod assets;
mod digest;
mod glue;
mod optimise;
mod site;
mod sources;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use assets::Asset;
use site::{Compression, Site};

/// Why nothing was built, in words for the person at the terminal.
type Failure = String;

/// The compiled modules, and what the browser knows them by: the islands, and what checks proofs.
const MODULES: [(&str, &str); 2] = [
    ("stagedoor_frontend.wasm", "stagedoor"),
    ("stagedoor_prover.wasm", "prover"),
];

/// What the command line asks for.
struct Task {
    workspace: PathBuf,
    modules: PathBuf,
    compression: Compression,
}

fn main() -> ExitCode {
    match task(&std::env::args().skip(1).collect::<Vec<_>>()).and_then(|task| bundle(&task)) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn task(arguments: &[String]) -> Result<Task, Failure> {
    let [workspace, modules, mode] = arguments else {
        return Err("usage: stagedoor-bundle <workspace> <modules> <dev|release>".to_owned());
    };
    let compression = match mode.as_str() {
        "dev" => Compression::Quick,
        "release" => Compression::Best,
        other => return Err(format!("{other}: neither dev nor release")),
    };
    Ok(Task {
        workspace: workspace.into(),
        modules: modules.into(),
        compression,
    })
}

fn bundle(task: &Task) -> Result<String, Failure> {
    let site = Site::at(task.workspace.join("target/site"));
    let assets = assets::read(&task.workspace.join("frontend/assets"))?;
    let sources = sources::read(&task.workspace.join("app/src"))?;
    let modules = MODULES
        .iter()
        .map(|(file, _)| read(&task.modules.join(file)))
        .collect::<Result<Vec<_>, _>>()?;
    let optimiser = optimise::find();
    let digest = digest::of(
        &assets,
        &sources,
        &modules,
        optimiser.as_deref(),
        task.compression,
    )?;
    if site.is_current(&digest) {
        return Ok("unchanged".to_owned());
    }
    let css = stagedoor_style::stylesheet(&sources::pairs(&sources)).map_err(|error| error.to_string())?;
    let mut all = assets;
    for ((_, name), wasm) in MODULES.iter().zip(modules) {
        let glue = glue::generate(name, wasm)?;
        let wasm = optimise::run(optimiser.as_deref(), glue.wasm)?;
        all.push(Asset::new(format!("{name}.js"), glue.js.into_bytes()));
        all.push(Asset::new(format!("{name}.wasm"), wasm));
    }
    all.push(Asset::new("console.css", css.console.into_bytes()));
    all.push(Asset::new("gate.css", css.gate.into_bytes()));
    site.write(all, task.compression, &digest)
}

/// A whole file, with its name in the error.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
