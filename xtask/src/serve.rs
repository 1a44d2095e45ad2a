//! How does a developer get a running Menpa with something in it?

mod announcement;
mod sample_library;

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, Profile};
use crate::{setup, site, step};
pub(crate) use announcement::{Announcement, announce};

/// What `cargo xtask serve` may be told; everything else goes to `menpa serve`.
#[derive(Args)]
pub(crate) struct Settings {
    /// Where to listen
    #[arg(long, env = "MENPA_LISTEN", default_value = "127.0.0.1:3000")]
    listen: String,
    /// The data folder
    #[arg(long, env = "MENPA_DATA", default_value = "data")]
    data: PathBuf,
    /// Handed to `menpa serve`
    #[arg(last = true)]
    more: Vec<OsString>,
}

/// Builds, loads the sample library into an empty data folder, and becomes the server.
///
/// The server replaces this process, so a signal to the command reaches the server and nothing
/// is orphaned; a process of its own waits until the server is ready and says so.
pub(crate) fn serve(root: &Path, settings: &Settings) -> Result<()> {
    setup::for_building(root)?;
    site::build(root)?;
    cargo::build_programs(root, Profile::Dev)?;
    let menpa = cargo::programs(root, Profile::Dev).join("menpa");
    let data = root.join(&settings.data);
    sample_library::load_if_empty(root, &menpa, &data)?;
    announcement::announce_later(&settings.listen, &data)?;
    step::say("  … starting the server; Ctrl-C ends it");
    let mut server = Command::new(&menpa);
    server.current_dir(root).arg("serve").args(&settings.more);
    server.env("MENPA_LISTEN", &settings.listen).env("MENPA_DATA", &data);
    Err(server.exec()).with_context(|| format!("cannot start {}", menpa.display()))
}
