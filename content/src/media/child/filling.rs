//! Does a child fill more than it may? Its folder and the disk are looked at while it works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::files::free_in;

/// More files than any job makes.
const MOST_FILES: usize = 20_000;
/// How often a child's folder is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The folder that a child may fill, how far, and when that is looked at next.
pub(super) struct Room {
    folder: PathBuf,
    most_bytes: u64,
    keep_free_bytes: u64,
    look_at: Instant,
}

/// Why a child may not write on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// No job of its kind needs so much.
    Folder,
    /// What has to stay free of the disk would not.
    Disk,
}

impl Room {
    pub(super) fn new(folder: &Path, most_bytes: u64, keep_free_bytes: u64) -> Self {
        Self { folder: folder.to_owned(), most_bytes, keep_free_bytes, look_at: Instant::now() + LOOK }
    }
}

/// Ends when a child has filled its folder, or the disk, beyond its limit.
pub(super) async fn fills(room: Option<&mut Room>) -> Full {
    let Some(room) = room else { return std::future::pending().await };
    loop {
        tokio::time::sleep_until(room.look_at).await;
        room.look_at = Instant::now() + LOOK;
        let (folder, most_bytes, keep_free_bytes) = (room.folder.clone(), room.most_bytes, room.keep_free_bytes);
        let looking = tokio::task::spawn_blocking(move || what_is_full(&folder, most_bytes, keep_free_bytes));
        if let Ok(Some(full)) = looking.await {
            return full;
        }
    }
}

fn what_is_full(folder: &Path, most_bytes: u64, keep_free_bytes: u64) -> Option<Full> {
    if is_overfull(folder, most_bytes) {
        return Some(Full::Folder);
    }
    (free_in(folder).ok()? < keep_free_bytes).then_some(Full::Disk)
}

/// Whether a folder holds more than so many bytes of the disk, or more files than any job makes. Nothing is followed.
fn is_overfull(folder: &Path, most_bytes: u64) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (mut folders, mut files, mut bytes) = (vec![folder.to_owned()], 0_usize, 0_u64);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(about) = entry.path().symlink_metadata() else { continue };
            files += 1;
            bytes += about.blocks() * 512;
            if files > MOST_FILES || bytes > most_bytes {
                return true;
            }
            if about.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_overfull_by_bytes_and_by_files_and_no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        std::fs::write(folder.path().join("work/made"), vec![1; 100_000]).unwrap();
        std::os::unix::fs::symlink("/", folder.path().join("all")).unwrap();
        assert!(!is_overfull(folder.path(), 200_000));
        assert!(is_overfull(folder.path(), 90_000));
        assert_eq!(what_is_full(folder.path(), 200_000, 0), None);
        assert_eq!(what_is_full(folder.path(), 200_000, u64::MAX), Some(Full::Disk));
        assert_eq!(what_is_full(folder.path(), 90_000, 0), Some(Full::Folder));
        for number in 0..MOST_FILES {
            std::fs::File::create(folder.path().join(format!("{number}"))).unwrap();
        }
        assert!(is_overfull(folder.path(), u64::MAX));
    }
}
