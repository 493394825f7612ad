//! The browser's half: wakes the islands the server has rendered. Pages, decisions and data stay on the server.

// Keeps the islands' exported functions in the module: nothing here calls them by name.
use stagedoor_app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by `assets/boot.js` once, before it wakes each `leptos-island` of the page.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
