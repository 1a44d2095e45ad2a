//! How does the browser side come to lie in `target/site`?

mod glue;
mod publish;
mod style;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::stamp::{Inputs, unless_done};
use crate::{cargo, program, step};

/// The oldest browsers of the clinics' shared computers and phones, for esbuild.
const OLDEST: &str = "--target=chrome64,firefox60,safari11.1,ios11.3";

/// The folders one build of the browser side reads and writes.
struct Folders {
    root: PathBuf,
    app: PathBuf,
    /// What the steps hand to each other.
    parts: PathBuf,
    /// What the server embeds.
    site: PathBuf,
}

/// Builds everything a browser may ask for into `target/site`, doing only the steps whose
/// inputs changed. The npm packages must have been installed.
pub(crate) fn build(root: &Path) -> Result<()> {
    let folders = Folders {
        root: root.to_path_buf(),
        app: root.join("app"),
        parts: root.join("target/site-parts"),
        site: root.join("target/site"),
    };
    require_sources(&folders.app)?;
    compile(root)?;
    glue::build(&folders)?;
    bundle_player(&folders)?;
    style::build(&folders)?;
    publish::publish(&folders)
}

fn require_sources(app: &Path) -> Result<()> {
    for source in ["package.json", "package-lock.json", "player/build.mjs", "style/build.mjs"] {
        if !app.join(source).is_file() {
            bail!("app/{source} is missing; the browser side cannot be built without it");
        }
    }
    Ok(())
}

fn compile(root: &Path) -> Result<()> {
    let mut build = cargo::command(root, "build");
    build.args(["--profile", "browser", "--target", "wasm32-unknown-unknown", "-p", "browser"]);
    step::loudly("compiling the islands to WebAssembly", || program::run(&mut build))
}

fn bundle_player(folders: &Folders) -> Result<()> {
    let inputs = Inputs::default()
        .text(include_str!("site.rs"))
        .folder(&folders.app.join("player"))?
        .file(&folders.app.join("package-lock.json"))?;
    let player = folders.parts.join("player");
    unless_done(&folders.parts.join("player.stamp"), inputs, || {
        fresh_folder(&player)?;
        let mut node = Command::new("node");
        node.current_dir(&folders.app).arg("player/build.mjs").arg(&player);
        step::quietly("bundling the player", || program::read(&mut node))?;
        Ok(())
    })
}

fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(std::fs::create_dir_all(folder)?)
}

/// A tool that `app/package.json` brings.
fn npm_tool(folders: &Folders, name: &str) -> Result<Command> {
    let tool = folders.app.join("node_modules/.bin").join(name);
    if !tool.exists() {
        bail!("app/package.json does not bring {name}");
    }
    Ok(Command::new(tool))
}
