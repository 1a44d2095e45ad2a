//! The WASM door: wakes the islands of `app` on the page that loads it.

use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// The loader of the page calls this once, then each island by its name.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
