//! How is cargo asked to build, so that no crate is compiled twice without need?

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{program, step};

/// Every crate of ours but three.
///
/// Cargo unites the features of what is selected together. `browser` would let `hydrate` meet
/// `ssr`; `xtask` is always run alone, so its dependencies would be compiled a second time. The
/// programs of `fuzz` never end by themselves.
pub(crate) const HOUSE: [&str; 7] = ["--workspace", "--exclude", "browser", "--exclude", "fuzz", "--exclude", "xtask"];

/// How much work the compiler puts into the programs.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// A cargo command at the repository's root.
///
/// `cargo run` leaves the variables of xtask's own package in the environment; build scripts
/// that watch them would run again after every direct call of cargo.
pub(crate) fn command(root: &Path, verb: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo.current_dir(root).arg(verb);
    cargo
}

/// The folder cargo builds into.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}

/// Where the programs of `profile` lie.
pub(crate) fn programs(root: &Path, profile: Profile) -> PathBuf {
    target(root).join(match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    })
}

/// Builds `menpa` and `menpa-transcode`; the browser side must have been built before.
pub(crate) fn build_programs(root: &Path, profile: Profile) -> Result<()> {
    let mut build = command(root, "build");
    match profile {
        // The whole house is selected so that the tests find every dependency compiled.
        Profile::Dev => build.args(HOUSE).arg("--bins"),
        Profile::Release => build.args(["--release", "-p", "server", "-p", "menpa-transcode"]),
    };
    step::loudly("building menpa and menpa-transcode", || program::run(&mut build))
}
