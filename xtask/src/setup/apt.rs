//! How are Debian's packages installed, and by whom?

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{program, step};

/// Packages must not stop to ask for a time zone.
const UNATTENDED: &str = "DEBIAN_FRONTEND=noninteractive";

/// Installs `packages` as root or by sudo; prints the command and fails where it cannot.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    if program::find("apt-get").is_none() {
        bail!("please install what is missing; Debian calls it: {}", packages.join(" "));
    }
    let packages = packages.iter().map(|package| local_name(package)).collect::<Vec<_>>();
    if !knows(&packages) {
        run(&["update"])?;
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    run(&arguments)
}

/// Ubuntu calls one package by another name than Debian.
fn local_name(package: &str) -> &str {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let ubuntu = release.lines().any(|line| line == "ID=ubuntu");
    if ubuntu && package == "chromium" { "chromium-browser" } else { package }
}

/// Whether apt's lists hold all packages; a fresh machine or container has none.
fn knows(packages: &[&str]) -> bool {
    let mut trial = Command::new("apt-get");
    trial.args(["install", "--simulate", "--no-install-recommends"]).args(packages);
    program::succeeds(&mut trial)
}

fn run(arguments: &[&str]) -> Result<()> {
    let line = format!("apt-get {}", arguments.join(" "));
    let mut command = match powers() {
        Powers::Root => {
            let mut env = Command::new("env");
            env.args([UNATTENDED, "apt-get"]);
            env
        }
        Powers::Sudo => {
            // sudo drops the variables of its caller.
            let mut sudo = Command::new("sudo");
            sudo.args(["env", UNATTENDED, "apt-get"]);
            sudo
        }
        Powers::None => bail!("only root may install packages. Please run, as root:\n  {line}"),
    };
    command.args(arguments);
    step::loudly(&program::line_of(&command), || program::run(&mut command))
        .with_context(|| format!("please run, as root:\n  {line}"))
}

enum Powers {
    Root,
    Sudo,
    None,
}

fn powers() -> Powers {
    if is_root() {
        Powers::Root
    } else if program::find("sudo").is_some() {
        Powers::Sudo
    } else {
        Powers::None
    }
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}
