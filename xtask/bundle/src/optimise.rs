//! `wasm-opt`, when the machine has it: a tenth less for a second's work. Without it the site works just as well.
//!
//! Before it is used, its result is looked at: binaryen 108 exports the first table whatever the export says, and a page
//! with such a module never wakes.

use std::path::{Path, PathBuf};
use std::process::Command;

use walrus::{ExportItem, Module};

use crate::Failure;

/// What rustc's modules use; an older wasm-opt refuses what it is not told to expect.
const FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Where `wasm-opt` is, if anywhere on the path.
pub(crate) fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("wasm-opt"))
        .find(|program| program.is_file())
}

/// The module optimised; or as it came, with a line that says why, when there is no `wasm-opt` or not a sound one.
///
/// # Errors
/// When `wasm-opt` refuses the module, or the module is none.
pub(crate) fn run(program: Option<&Path>, wasm: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let Some(program) = program else {
        println!("wasm-opt is not on the PATH: the WebAssembly stays as it is");
        return Ok(wasm);
    };
    let optimised = optimised(program, &wasm)?;
    if tables(&wasm)? == tables(&optimised)? {
        return Ok(optimised);
    }
    println!("wasm-opt mixes up exported tables (binaryen 108 does): the WebAssembly stays as it is");
    Ok(wasm)
}

fn optimised(program: &Path, wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let folder = tempfile::tempdir().map_err(|error| format!("temporary folder: {error}"))?;
    let (input, output) = (folder.path().join("in.wasm"), folder.path().join("out.wasm"));
    std::fs::write(&input, wasm).map_err(|error| format!("{}: {error}", input.display()))?;
    let done = Command::new(program)
        .args(FLAGS)
        .arg(&input)
        .arg("-o")
        .arg(&output)
        .output();
    let done = done.map_err(|error| format!("{}: {error}", program.display()))?;
    if !done.status.success() {
        return Err(format!(
            "wasm-opt: {}",
            String::from_utf8_lossy(&done.stderr).trim()
        ));
    }
    crate::read(&output)
}

/// The exported tables and what each holds, sorted by name.
fn tables(wasm: &[u8]) -> Result<Vec<String>, Failure> {
    let module = Module::from_buffer(wasm).map_err(|error| format!("not WebAssembly: {error:#}"))?;
    let table = |export: &walrus::Export| match export.item {
        ExportItem::Table(id) => Some(format!("{}: {:?}", export.name, module.tables.get(id).element_ty)),
        _ => None,
    };
    let mut tables: Vec<String> = module.exports.iter().filter_map(table).collect();
    tables.sort();
    Ok(tables)
}
