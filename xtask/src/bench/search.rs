//! How well does search find? A program of `content` that knows its index measures it; sets are folders outside of this one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{cargo, program, step};

/// Builds that program and runs it over `sets`.
pub(super) fn measure(root: &Path, sets: &[PathBuf], dev: bool) -> Result<()> {
    let mut bench = cargo::command(root, "bench");
    bench.args(["--package", "content", "--bench", "search"]);
    if dev {
        bench.args(["--profile", "dev"]);
    }
    bench.arg("--");
    for set in sets {
        bench.arg(set.canonicalize().with_context(|| format!("no folder {}", set.display()))?);
    }
    step::loudly("measuring search", || program::run(&mut bench))
}
