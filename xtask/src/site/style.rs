//! How do `app/style/main.css` and the Tibetan letters become what browsers load?

use std::process::Command;

use anyhow::Result;

use super::{Folders, fresh_folder};
use crate::stamp::{Inputs, unless_done};
use crate::{program, step};

/// Leaves `main.css` with its imports inside, in words the oldest browsers know, and the fonts it names.
pub(super) fn build(folders: &Folders) -> Result<()> {
    let inputs = Inputs::default()
        .text(include_str!("style.rs"))
        .folder(&folders.app.join("style"))?
        .file(&folders.app.join("package-lock.json"))?;
    let style = folders.parts.join("style");
    unless_done(&folders.parts.join("style.stamp"), inputs, || {
        fresh_folder(&style)?;
        let mut node = Command::new("node");
        node.current_dir(&folders.app).arg("style/build.mjs").arg(&style);
        step::quietly("shrinking the style sheet and the Tibetan letters", || program::read(&mut node))?;
        Ok(())
    })
}
