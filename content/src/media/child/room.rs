//! How much of a disk may a child take? Its folder no more than its job needs, and nothing of what has to stay free.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::files::free_in;

const MOST_FILES: usize = 20_000;
/// How often a child's folder is looked at, and how often what is left of its disk.
const LOOK: Duration = Duration::from_secs(2);
const LOOK_AT_DISK: Duration = Duration::from_millis(200);
/// A child ends when so much is left above what has to stay free: more than any writes between two looks (bytes).
const MARGIN_BYTES: u64 = 64 << 20;

/// The folder that a child may fill, how far, when that is looked at next, and what of its disk has to stay free.
pub(super) struct Room {
    folder: PathBuf,
    most_bytes: u64,
    look_at: Instant,
    floor_bytes: u64,
}

impl Room {
    pub(super) fn new(folder: &Path, most_bytes: u64, keep_free_bytes: u64) -> Self {
        let look_at = Instant::now() + LOOK;
        Self { folder: folder.to_owned(), most_bytes, look_at, floor_bytes: floor(keep_free_bytes) }
    }
}

/// How a child has taken too much.
pub(super) enum Overrun {
    Folder,
    Disk,
}

/// What has to be free for a child to begin or to go on, where `keep_free_bytes` have to stay free.
pub(crate) fn floor(keep_free_bytes: u64) -> u64 {
    keep_free_bytes.saturating_add(MARGIN_BYTES.min(keep_free_bytes))
}

/// Ends when a child has filled its folder beyond its limit, or its disk, whoever else fills that.
pub(super) async fn fills(room: Option<&mut Room>) -> Overrun {
    let Some(room) = room else { return std::future::pending().await };
    loop {
        if room.floor_bytes > 0 && free_in(&room.folder).is_ok_and(|free| free < room.floor_bytes) {
            return Overrun::Disk;
        }
        tokio::time::sleep(LOOK_AT_DISK).await;
        if Instant::now() < room.look_at {
            continue;
        }
        room.look_at = Instant::now() + LOOK;
        let (folder, most_bytes) = (room.folder.clone(), room.most_bytes);
        if tokio::task::spawn_blocking(move || is_overfull(&folder, most_bytes)).await.unwrap_or(false) {
            return Overrun::Folder;
        }
    }
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
        for number in 0..MOST_FILES {
            std::fs::File::create(folder.path().join(format!("{number}"))).unwrap();
        }
        assert!(is_overfull(folder.path(), u64::MAX));
    }
}
