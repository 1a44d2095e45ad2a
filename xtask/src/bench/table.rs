//! How fast is the table of resources, in each order and under each filter?

use std::path::Path;

use anyhow::{Context, Result};

use super::library::{Library, script};
use crate::seed::{self, Scale};
use crate::{program, step};

/// Makes a nation's catalog, loads and serves it, and asks that.
pub(super) fn of_a_nation(root: &Path, menpa: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    step::loudly("writing a nation's catalog", || seed::write(folder.path(), Scale::Nation, false))?;
    let library = step::loudly("loading it", || Library::import(root, menpa, folder.path()))?;
    measure(root, &library.address, &library.sign_ins)
}

/// Asks a server that already runs, with however many resources it has, as the first content manager of the sign-ins.
pub(super) fn measure(root: &Path, address: &str, sign_ins: &Path) -> Result<()> {
    let sign_ins = std::fs::canonicalize(sign_ins).context("no file of sign-ins")?;
    let mut node = script(root, "table.mjs");
    node.arg(address).arg(sign_ins);
    let said = step::quietly("turning the pages of the table", || program::read(&mut node))?;
    let told: serde_json::Value = serde_json::from_str(said.trim())?;
    step::answer("The table of resources, a page at a time (ms at the browser: p50, p99), pages, rows");
    for view in told["views"].as_array().context("table.mjs gave no views")? {
        let ms = |name: &str| view[name].as_f64().unwrap_or_default();
        let (name, pages, rows) = (view["view"].as_str().unwrap_or_default(), &view["pages"], &view["rows"]);
        step::answer(format_args!("  {name:66} {:6.1} {:6.1} {pages:>4} {rows:>5}", ms("p50"), ms("p99")));
    }
    let ms = |name: &str| told[name].as_f64().unwrap_or_default();
    step::answer(format_args!(
        "  all of them: p50 {:.1}, p99 {:.1} over {} pages",
        ms("p50"),
        ms("p99"),
        told["pages"]
    ));
    Ok(())
}
