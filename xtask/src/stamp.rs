//! Have the inputs of a step changed since it was last done?

use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::program;

/// Everything a step depends on, as one digest.
#[derive(Default)]
pub(crate) struct Inputs(Sha256);

impl Inputs {
    /// Adds a text, such as the source of the step itself.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
        self
    }

    /// Adds the bytes of a file; an absent file counts as an empty one.
    pub(crate) fn file(mut self, path: &Path) -> Result<Self> {
        let bytes = if path.exists() { read(path)? } else { Vec::new() };
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        Ok(self)
    }

    /// Adds the names and the bytes of all files below a folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Result<Self> {
        for path in program::files_below(folder)? {
            self = self.text(&path.to_string_lossy()).file(&path)?;
        }
        Ok(self)
    }

    fn digest(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Does `work` unless it was done before on the same inputs.
///
/// The stamp is written only after the work went well, so a broken run is repeated.
pub(crate) fn unless_done(stamp: &Path, inputs: Inputs, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let digest = inputs.digest();
    if std::fs::read_to_string(stamp).is_ok_and(|before| before == digest) {
        return Ok(());
    }
    work()?;
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(stamp, digest).with_context(|| format!("cannot write {}", stamp.display()))
}

/// The first ten digits of the content's SHA-256: enough to tell two editions of a file apart.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..5])
}

/// The bytes of a file, with its name in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_done_again_only_when_an_input_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (source, stamp) = (folder.path().join("source"), folder.path().join("stamps/one"));
        let mut times = 0;
        for (content, expected) in [("a", 1), ("a", 1), ("b", 2)] {
            std::fs::write(&source, content).unwrap();
            let inputs = Inputs::default().file(&source).unwrap();
            unless_done(&stamp, inputs, || {
                times += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(times, expected, "after writing {content}");
        }
    }

    #[test]
    fn a_step_that_failed_is_done_again() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = folder.path().join("stamp");
        let failed = unless_done(&stamp, Inputs::default(), || anyhow::bail!("no"));
        assert!(failed.is_err());
        assert!(!stamp.exists());
    }

    #[test]
    fn the_border_between_two_inputs_counts() {
        let one = Inputs::default().text("ab").text("c").digest();
        let other = Inputs::default().text("a").text("bc").digest();
        assert_ne!(one, other);
    }
}
