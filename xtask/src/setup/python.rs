//! Where do programs come from that are Python packages? Each from an environment of its own below `target`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::stamp::{Inputs, unless_done};
use crate::{cargo, program, step};

/// What generates calls from an OpenAPI document, in the edition that was tried.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The program `schemathesis`, installed where it is not there yet.
pub(crate) fn schemathesis(root: &Path) -> Result<PathBuf> {
    let folder = cargo::target(root).join("python/schemathesis");
    let stamp = folder.with_extension("stamp");
    unless_done(&stamp, Inputs::default().text(SCHEMATHESIS), || {
        step::quietly("fetching schemathesis, which generates calls of the API", || {
            program::read(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = Command::new(folder.join("bin/pip"));
            program::read(pip.args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]))
        })
        .context("schemathesis could not be installed")?;
        Ok(())
    })?;
    Ok(folder.join("bin/schemathesis"))
}
