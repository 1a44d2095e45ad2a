//! How does an empty data folder get the sample library, whole or not at all?

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{program, step};

/// The file in the data folder that tells the first sign-ins: login, role, password.
pub(super) const SIGN_INS: &str = "sign-ins.txt";

/// Migrates and imports `content/sample` when `data` is empty.
///
/// The library is loaded into a folder beside it, which takes the place of `data` only when
/// complete: a load that broke off is simply done again.
pub(super) fn load_if_empty(root: &Path, menpa: &Path, data: &Path) -> Result<()> {
    if holds_something(data) {
        return Ok(());
    }
    if let Some(name) = outside_store() {
        step::say(format_args!("  {name} is set, so the sample library is not loaded"));
        return Ok(());
    }
    let mut beside = data.as_os_str().to_owned();
    beside.push(".loading");
    let loading = Path::new(&beside);
    if loading.exists() {
        std::fs::remove_dir_all(loading)?;
    }
    std::fs::create_dir_all(loading)?;
    step::loudly("loading the sample library into the empty data folder", || import(root, menpa, loading))?;
    std::fs::rename(loading, data).with_context(|| format!("cannot move the library to {}", data.display()))
}

fn import(root: &Path, menpa: &Path, data: &Path) -> Result<()> {
    let run = |configure: &dyn Fn(&mut Command)| {
        let mut command = Command::new(menpa);
        command.current_dir(root).env("MENPA_DATA", data);
        configure(&mut command);
        program::run(&mut command)
    };
    run(&|command| {
        command.arg("migrate");
    })?;
    run(&|command| {
        command.args(["import", "content/sample", "--sign-ins"]).arg(data.join(SIGN_INS));
    })
}

fn holds_something(data: &Path) -> bool {
    std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some())
}

/// A database or a file store elsewhere may be in use although the data folder is empty.
fn outside_store() -> Option<&'static str> {
    ["MENPA_DATABASE_URL", "MENPA_FILES_URL"].into_iter().find(|name| std::env::var_os(name).is_some())
}
