//! The JavaScript between page and WebAssembly, by wasm-bindgen as a library: its version is the one in Cargo.lock,
//! so it cannot drift from the macro's.

use wasm_bindgen_cli_support::Bindgen;

use crate::Failure;

/// What wasm-bindgen makes of one module.
pub(crate) struct Glue {
    pub(crate) js: String,
    pub(crate) wasm: Vec<u8>,
}

/// For a browser's native modules. The glue knows no path of the module: whoever loads it hands it over.
///
/// # Errors
/// When the module was not made by the pinned wasm-bindgen, or needs JavaScript of its own beside the glue.
pub(crate) fn generate(name: &str, wasm: Vec<u8>) -> Result<Glue, Failure> {
    let mut bindgen = Bindgen::new();
    let bindgen = bindgen.input_bytes(name, wasm).web(true).map_err(words)?;
    bindgen.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.generate_output().map_err(words)?;
    let inline = output
        .snippets()
        .iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(name, _)| name);
    if let Some(name) = inline.chain(output.local_modules().keys()).next() {
        return Err(format!(
            "a dependency brings JavaScript of its own ({name}), which the site does not serve"
        ));
    }
    let js = output.js().to_owned();
    Ok(Glue {
        js,
        wasm: output.wasm_mut().emit_wasm(),
    })
}

fn words(error: impl std::fmt::Display) -> Failure {
    format!("wasm-bindgen: {error:#}")
}
