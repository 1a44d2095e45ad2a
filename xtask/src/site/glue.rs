//! How do the islands become `app.js` and `app_bg.wasm`?

use std::path::Path;

use anyhow::Result;
use wasm_bindgen_cli_support::Bindgen;

use super::{Folders, OLDEST, fresh_folder, npm_tool};
use crate::stamp::{Inputs, unless_done};
use crate::{cargo, program, step};

/// What the compiled standard library uses; wasm-opt refuses what it has not been told of.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Says the same in the first edition of WebAssembly, which browsers of 2017 know.
const LOWERING: [&str; 3] =
    ["--llvm-memory-copy-fill-lowering", "--llvm-nontrapping-fptoint-lowering", "--signext-lowering"];

/// Leaves `app.js` and `app_bg.wasm`, both as small as the tools make them.
pub(super) fn build(folders: &Folders) -> Result<()> {
    let compiled = cargo::target(&folders.root).join("wasm32-unknown-unknown/browser/browser.wasm");
    let inputs = Inputs::default()
        .text(include_str!("glue.rs"))
        .file(&compiled)?
        .file(&folders.app.join("package-lock.json"))?
        .file(&folders.root.join("Cargo.lock"))?;
    unless_done(&folders.parts.join("glue.stamp"), inputs, || {
        let (bound, small) = (folders.parts.join("bound"), folders.parts.join("glue"));
        fresh_folder(&bound)?;
        fresh_folder(&small)?;
        step::quietly("writing the islands' JavaScript", || bind(&compiled, &bound))?;
        step::quietly("shrinking the islands", || {
            shrink_wasm(folders, &bound, &small)?;
            shrink_script(folders, &bound, &small)
        })
    })
}

fn bind(compiled: &Path, bound: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name("app")
        .web(true)?
        .typescript(false)
        // The page passes the hashed address of the WebAssembly itself.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(bound)
}

fn shrink_wasm(folders: &Folders, bound: &Path, small: &Path) -> Result<()> {
    let mut wasm_opt = npm_tool(folders, "wasm-opt")?;
    wasm_opt.args(WASM_FEATURES).args(LOWERING).arg("-Oz");
    wasm_opt.arg(bound.join("app_bg.wasm")).arg("-o").arg(small.join("app_bg.wasm"));
    program::read(&mut wasm_opt).map(drop)
}

fn shrink_script(folders: &Folders, bound: &Path, small: &Path) -> Result<()> {
    let mut esbuild = npm_tool(folders, "esbuild")?;
    esbuild.arg(bound.join("app.js"));
    esbuild.args(["--bundle", "--minify", "--format=esm", "--log-level=warning", OLDEST]);
    // Only a rare form, which the glue has not, breaks in those browsers.
    esbuild.arg("--supported:destructuring=true");
    esbuild.arg(format!("--outfile={}", small.join("app.js").display()));
    program::read(&mut esbuild).map(drop)
}
