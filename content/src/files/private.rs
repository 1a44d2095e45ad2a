//! Who else on this machine may read it? Nobody: folders and files of the library are for the user it runs as.

use std::fs::Metadata;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;
/// All that others may do.
const OTHERS: u32 = 0o077;

/// Makes a folder, and those above it that are missing, for nobody else; one that is there is closed to others, where it
/// is ours to close.
pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(FOLDER).create(folder)?;
    told(folder, close(folder, &std::fs::symlink_metadata(folder)?));
    Ok(())
}

fn told(path: &Path, closed: std::io::Result<()>) {
    if let Err(error) = closed {
        tracing::warn!(%error, path = %path.display(), "others may read this");
    }
}

/// Closes a file to others, or a folder with all that is in it. Links are not followed; what cannot be closed is told.
pub(crate) fn close_all(path: &Path) {
    let Ok(about) = std::fs::symlink_metadata(path) else { return };
    told(path, close(path, &about));
    if about.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            close_all(&entry.path());
        }
    }
}

fn close(path: &Path, about: &Metadata) -> std::io::Result<()> {
    let mode = about.permissions().mode();
    if about.is_symlink() || mode & OTHERS == 0 {
        return Ok(());
    }
    // A file that may be run, as a script that a test left, still may be.
    let closed = if about.is_dir() { FOLDER } else { FILE | (mode & 0o100) };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_to_others_is_closed_and_links_are_left() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("data"), folder.path().join("outside"));
        std::fs::create_dir_all(inside.join("files/originals")).unwrap();
        let files = ["files/originals/a", "menpa.sqlite"].map(|name| inside.join(name));
        for file in files.iter().chain([&outside]) {
            std::fs::write(file, "x").unwrap();
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
        std::fs::set_permissions(inside.join("files"), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
        close_all(&inside);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(files.each_ref().map(|file| mode(file)), [0o600, 0o600]);
        assert_eq!((mode(&inside), mode(&inside.join("files")), mode(&outside)), (0o700, 0o700, 0o644));
        make_folder(&inside.join("new/deep")).unwrap();
        assert_eq!((mode(&inside.join("new")), mode(&inside.join("new/deep"))), (0o700, 0o700));
    }
}
