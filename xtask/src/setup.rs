//! What does this machine lack, and how does it get it?

mod apt;
mod needs;
pub(crate) mod python;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stamp::{Inputs, unless_done};
use crate::{program, step};
pub(crate) use apt::is_root;
use needs::{BENCHING, BUILDING, Need, SERVING, TESTING};
pub(crate) use needs::{chromium, postgres};

const WASM: &str = "wasm32-unknown-unknown";

/// Sees to everything that building and serving need.
pub(crate) fn for_building(root: &Path) -> Result<()> {
    provide(&BUILDING.iter().chain(SERVING).collect::<Vec<_>>())?;
    add_wasm_target()?;
    install_npm_packages(root)
}

/// Sees to everything that the tests need too.
pub(crate) fn for_testing(root: &Path) -> Result<()> {
    provide(&BUILDING.iter().chain(SERVING).chain(TESTING).collect::<Vec<_>>())?;
    add_wasm_target()?;
    install_npm_packages(root)
}

/// Sees to everything that measuring needs too.
pub(crate) fn for_benching(root: &Path) -> Result<()> {
    provide(&BUILDING.iter().chain(SERVING).chain(TESTING).chain(BENCHING).collect::<Vec<_>>())?;
    add_wasm_target()?;
    install_npm_packages(root)
}

fn provide(needs: &[&Need]) -> Result<()> {
    let missing = lacking(needs);
    if missing.is_empty() {
        return Ok(());
    }
    step::say("This machine lacks:");
    for need in &missing {
        step::say(format_args!("  {}: {}", need.what, need.why));
    }
    let packages = missing.iter().flat_map(|need| need.packages.iter().copied()).collect::<Vec<_>>();
    apt::install(&packages)?;
    let still = lacking(&missing);
    if still.is_empty() {
        return Ok(());
    }
    let names = still.iter().map(|need| need.what).collect::<Vec<_>>();
    bail!(
        "apt installed its packages, and yet this is not found: {}. \
         This system's edition may be too old; please install it another way",
        names.join(", ")
    );
}

fn lacking<'a>(needs: &[&'a Need]) -> Vec<&'a Need> {
    needs.iter().copied().filter(|need| !(need.found)()).collect()
}

/// Adds the compiler's WebAssembly library, which rustup keeps apart.
fn add_wasm_target() -> Result<()> {
    let sysroot = program::read(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    step::say(format_args!("This machine lacks:\n  Rust's {WASM} library: the islands are compiled with it"));
    if program::find("rustup").is_none() {
        bail!("rustup is not here to add {WASM}; please install it the way Rust was installed");
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM]);
    step::loudly(&program::line_of(&rustup), || program::run(&mut rustup))
}

/// Installs `app/node_modules` from its lock file, when that changed.
fn install_npm_packages(root: &Path) -> Result<()> {
    let app = root.join("app");
    if !app.join("package-lock.json").is_file() {
        bail!("app/package-lock.json is missing; it names the tools of the browser side");
    }
    let inputs = Inputs::default().file(&app.join("package.json"))?.file(&app.join("package-lock.json"))?;
    unless_done(&app.join("node_modules/.menpa-stamp"), inputs, || {
        let mut npm = Command::new("npm");
        npm.current_dir(&app).args(["ci", "--no-audit", "--no-fund"]);
        let what = "npm ci in app/ (the browser side is bundled, checked and shrunk with these)";
        step::quietly(what, || program::read(&mut npm)).context("npm ci failed in app/")?;
        Ok(())
    })
}
