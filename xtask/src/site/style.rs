//! How does `app/style/main.css` become one small style sheet?

use std::path::Path;

use anyhow::Result;

use super::{Folders, OLDEST, npm_tool};
use crate::stamp::{Inputs, unless_done};
use crate::{program, step};

/// Leaves `main.css` with its imports inside, in words the oldest browsers know.
pub(super) fn build(folders: &Folders) -> Result<()> {
    let style = folders.app.join("style");
    let inputs = Inputs::default()
        .text(include_str!("style.rs"))
        .folder(&style)?
        .file(&folders.app.join("package-lock.json"))?;
    unless_done(&folders.parts.join("style.stamp"), inputs, || {
        let mut esbuild = npm_tool(folders, "esbuild")?;
        esbuild.arg(style.join("main.css"));
        esbuild.args(["--bundle", "--minify", OLDEST, "--log-level=warning"]);
        esbuild.args(external(&folders.app.join("public"))?);
        esbuild.arg(format!("--outfile={}", folders.parts.join("main.css").display()));
        step::quietly("shrinking the style sheet", || program::read(&mut esbuild))?;
        Ok(())
    })
}

/// Addresses of files in `app/public` are the server's; esbuild would look for them on disk.
///
/// They are named one by one since `/*` would take in the style sheet's own imports.
fn external(public: &Path) -> Result<Vec<String>> {
    if !public.is_dir() {
        return Ok(Vec::new());
    }
    let names = program::files_below(public)?;
    let names = names.iter().map(|path| path.strip_prefix(public));
    names.map(|name| Ok(format!("--external:/{}", name?.display()))).collect()
}
