//! Where are the bytes? The file store: originals and renditions behind `object_store`, so that nodes can share it.

pub(crate) mod private;

use std::ops::Range;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use crate::error::{Error, Result, Why};

/// The store, an archive for what is seldom read, and a folder of this machine for files that are not whole yet.
#[derive(Debug, Clone)]
pub struct Files {
    store: Shelf,
    archive: Option<Shelf>,
    scratch: PathBuf,
    node: Arc<str>,
}

/// What is free, in bytes.
pub(crate) struct Free {
    pub scratch_bytes: u64,
    /// `None`: the store lies on the disk of the scratch folder, where a file only changes its name.
    pub store_bytes: Option<u64>,
}

/// A folder, and the store that it is.
#[derive(Debug, Clone)]
struct Shelf {
    root: PathBuf,
    store: Arc<LocalFileSystem>,
}

impl Shelf {
    fn open(root: PathBuf) -> Result<Self> {
        private::make_folder(&root)?;
        let store = LocalFileSystem::new_with_prefix(&root)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self { root, store: Arc::new(store) })
    }
}

/// Names that begin so lie in the archive.
const ARCHIVE: &str = "archive/";

/// A file, or a range of it, on its way out.
pub struct Outgoing {
    pub size_bytes: u64,
    pub range: Range<u64>,
    pub body: BoxStream<'static, std::io::Result<Bytes>>,
}

impl Files {
    /// Opens the store at `url` (`file:///FOLDER`), or `files` in `folder`, and the archive where there is one; files
    /// that are not whole live in `folder/scratch`.
    ///
    /// # Errors
    /// `Internal` when the folders cannot be made, or an address is of another kind.
    pub fn open(url: Option<&str>, archive_url: Option<&str>, folder: &LocalPath) -> Result<Self> {
        let root = url.map_or_else(|| Ok(folder.join("files")), |url| folder_of(url, "MENPA_FILES_URL"))?;
        let archive = archive_url.map(|url| folder_of(url, "MENPA_ARCHIVE_URL")).transpose()?;
        let scratch = folder.join("scratch");
        private::make_folder(&scratch)?;
        let node = node_of(folder)?.into();
        Ok(Self { store: Shelf::open(root)?, archive: archive.map(Shelf::open).transpose()?, scratch, node })
    }

    /// Closes the store and the archive to other users of this machine, with all that is in them already.
    pub(crate) fn close_to_others(&self) {
        for shelf in std::iter::once(&self.store).chain(&self.archive) {
            private::close_all(&shelf.root);
        }
    }

    /// Whether there is a place for what is seldom read.
    pub fn has_archive(&self) -> bool {
        self.archive.is_some()
    }

    /// Where a file of that name lies.
    fn shelf(&self, name: &str) -> Result<&LocalFileSystem> {
        let shelf = if name.starts_with(ARCHIVE) { self.archive.as_ref() } else { Some(&self.store) };
        Ok(&shelf.ok_or(Error::NotFound("file"))?.store)
    }

    /// How many bytes may still be written, into the store or into the scratch folder, whichever has less room.
    ///
    /// # Errors
    /// `Internal` when the system does not say.
    pub fn free_bytes(&self) -> Result<u64> {
        Ok(free_in(&self.store.root)?.min(self.free_scratch()?))
    }

    /// What is free on each of the two disks.
    ///
    /// # Errors
    /// `Internal` when the system does not say.
    pub(crate) fn free(&self) -> Result<Free> {
        use std::os::unix::fs::MetadataExt;
        let is_shared = std::fs::metadata(&self.store.root)?.dev() == std::fs::metadata(&self.scratch)?.dev();
        let store_bytes = if is_shared { None } else { Some(free_in(&self.store.root)?) };
        Ok(Free { scratch_bytes: self.free_scratch()?, store_bytes })
    }

    /// What is free for files that are not whole yet (bytes).
    ///
    /// # Errors
    /// `Internal` when the system does not say.
    pub(crate) fn free_scratch(&self) -> Result<u64> {
        free_in(&self.scratch)
    }

    /// What this node is called among those that share the database.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// A folder of this machine for work that is not whole yet; cleared by nobody but its owner.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    /// Removes what has lain in the scratch folder `name` untouched for a day: processes that were killed left it there.
    ///
    /// # Errors
    /// `Internal` when it cannot be listed.
    pub(crate) async fn sweep(&self, name: &str, now_ms: i64) -> Result<()> {
        const A_DAY_MS: i64 = 24 * 3_600_000;
        let Ok(mut entries) = tokio::fs::read_dir(self.scratch(name)).await else { return Ok(()) };
        while let Some(entry) = entries.next_entry().await? {
            if let Err(error) = sweep_away(&entry.path(), now_ms - A_DAY_MS).await {
                tracing::warn!(%error, path = %entry.path().display(), "this stays for now");
            }
        }
        Ok(())
    }

    /// Moves a finished local file into the store; afterwards it is there whole, or not at all.
    ///
    /// # Errors
    /// `Internal` when it could not be kept; the local file is still there.
    pub async fn keep(&self, local: &LocalPath, to: &str) -> Result<()> {
        let target = self.local_path(to)?;
        let local = local.to_owned();
        tokio::task::spawn_blocking(move || move_durably(&local, &target)).await??;
        Ok(())
    }

    /// Moves files of these names out of the folder `from`, in which a converter made them, into the folder `to` of the
    /// store. A hostile file may have taken that converter over, so each is looked at without following it: false, and
    /// nothing more is kept, where one is no regular file of this user's alone in that folder, or all are larger than
    /// `most_bytes`.
    ///
    /// # Errors
    /// As [`keep`](Self::keep); `Conflict(DiskFull)` where less than `keep_free_bytes` would be left to the store.
    pub async fn keep_made(
        &self,
        from: &LocalPath,
        names: &[&str],
        to: &str,
        most_bytes: u64,
        keep_free_bytes: u64,
    ) -> Result<bool> {
        let mut left = most_bytes;
        for name in names {
            let is_plain = !name.is_empty() && !name.contains(['/', '\\', '\0']) && !name.starts_with('.');
            let size_bytes = if is_plain { size_of_made(&from.join(name)) } else { None };
            let Some(rest) = size_bytes.and_then(|size| left.checked_sub(size)) else { return Ok(false) };
            left = rest;
        }
        // Within one disk they are moved, which takes no room.
        if let Some(free_bytes) = self.free()?.store_bytes {
            must_leave(free_bytes, most_bytes - left, keep_free_bytes)?;
        }
        for name in names {
            self.keep(&from.join(name), &format!("{to}/{name}")).await?;
        }
        Ok(true)
    }

    /// Where the store keeps `name` on this machine, for a program that needs a path.
    ///
    /// # Errors
    /// `Internal` for a name that is not a path of the store.
    pub fn local_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.shelf(name)?.path_to_filesystem(&parse(name)?)?)
    }

    /// Copies a file of the store; afterwards the copy is there whole, or not at all.
    ///
    /// # Errors
    /// `NotFound`; `Conflict(DiskFull)` where less than `keep_free_bytes` would be left; `Internal` when it could not be
    /// copied.
    pub async fn copy(&self, from: &str, to: &str, keep_free_bytes: u64) -> Result<()> {
        let size_bytes = self.size_bytes(from).await?;
        let (from, to) = (self.local_path(from)?, self.local_path(to)?);
        if let Some(there) = to.ancestors().find(|folder| folder.is_dir()) {
            must_leave(free_in(there)?, size_bytes, keep_free_bytes)?;
        }
        tokio::task::spawn_blocking(move || copy_durably(&from, &to)).await??;
        Ok(())
    }

    /// Opens `name` for reading, whole or from `first` to `last` (inclusive; `None` is to the end).
    ///
    /// # Errors
    /// `NotFound`, or `Internal` when the store cannot answer.
    pub async fn open_range(&self, name: &str, range: Option<(u64, Option<u64>)>) -> Result<Outgoing> {
        let range = range.map(|(first, last)| match last {
            Some(last) => GetRange::Bounded(first..last.saturating_add(1)),
            None => GetRange::Offset(first),
        });
        let options = GetOptions { range, ..GetOptions::default() };
        let got = self.shelf(name)?.get_opts(&parse(name)?, options).await.map_err(not_found)?;
        Ok(Outgoing {
            size_bytes: got.meta.size,
            range: got.range.clone(),
            body: got.into_stream().map(|part| part.map_err(std::io::Error::from)).boxed(),
        })
    }

    /// The size of `name` in bytes.
    ///
    /// # Errors
    /// `NotFound`, or `Internal` when the store cannot answer.
    pub async fn size_bytes(&self, name: &str) -> Result<u64> {
        Ok(self.shelf(name)?.head(&parse(name)?).await.map_err(not_found)?.size)
    }

    /// Every folder directly under `prefix`.
    ///
    /// # Errors
    /// `Internal` when the store cannot answer.
    pub async fn list_folders(&self, prefix: &str) -> Result<Vec<String>> {
        let found = self.shelf(prefix)?.list_with_delimiter(Some(&parse(prefix)?)).await?;
        Ok(found.common_prefixes.iter().map(ToString::to_string).collect())
    }

    /// Removes the file `name`, or everything under it; what is not there is no error.
    ///
    /// # Errors
    /// `Internal` when the store cannot answer.
    pub async fn remove_under(&self, name: &str) -> Result<()> {
        let (shelf, path) = (self.shelf(name)?, parse(name)?);
        if shelf.head(&path).await.is_ok() {
            shelf.delete(&path).await?;
        }
        let mut found = shelf.list(Some(&path));
        while let Some(each) = found.next().await {
            shelf.delete(&each?.location).await?;
        }
        Ok(())
    }
}

/// Removes what was not touched since that moment.
async fn sweep_away(path: &LocalPath, since_ms: i64) -> std::io::Result<()> {
    let about = tokio::fs::symlink_metadata(path).await?;
    let touched = about.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    if i64::try_from(touched.as_millis()).unwrap_or(i64::MAX) > since_ms {
        return Ok(());
    }
    if about.is_dir() { tokio::fs::remove_dir_all(path).await } else { tokio::fs::remove_file(path).await }
}

/// # Errors
/// `Conflict(DiskFull)` where so many bytes more would leave less than has to stay free.
fn must_leave(free_bytes: u64, more_bytes: u64, keep_free_bytes: u64) -> Result<()> {
    let fits = free_bytes.saturating_sub(keep_free_bytes) >= more_bytes;
    if fits { Ok(()) } else { Err(Error::Conflict(Why::DiskFull)) }
}

/// What is free on the disk of a folder (bytes).
///
/// # Errors
/// `Internal` when the system does not say.
pub(crate) fn free_in(folder: &LocalPath) -> Result<u64> {
    let about = rustix::fs::statvfs(folder).map_err(std::io::Error::from)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}

/// The name in the file `node` of the data folder, which is made when it is not there.
fn node_of(folder: &LocalPath) -> Result<String> {
    let path = folder.join("node");
    if !path.is_file() {
        let name = uuid::Uuid::now_v7().simple().to_string();
        // Whole at once, or not at all.
        let beside = folder.join(format!("node.{name}"));
        std::fs::write(&beside, &name)?;
        std::fs::rename(&beside, &path)?;
    }
    Ok(std::fs::read_to_string(&path)?)
}

fn folder_of(url: &str, setting: &str) -> Result<PathBuf> {
    let folder = url.strip_prefix("file://").map(PathBuf::from);
    folder.ok_or_else(|| Error::internal(format!("{setting} takes an address that starts with file://")))
}

fn parse(name: &str) -> Result<Path> {
    // A name that is no path of the store names nothing in it.
    Path::parse(name).map_err(|_| Error::NotFound("file"))
}

fn not_found(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotFound("file"),
        other => other.into(),
    }
}

/// The size of a regular file of this user's that has no other name; `None` for anything else.
fn size_of_made(path: &LocalPath) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let about = std::fs::symlink_metadata(path).ok()?;
    let is_own = about.uid() == rustix::process::geteuid().as_raw() && about.nlink() == 1;
    (about.is_file() && is_own).then_some(about.len())
}

/// A rename where the file system allows it, else a copy beside the target and then a rename: never half a file.
fn move_durably(from: &LocalPath, to: &LocalPath) -> std::io::Result<()> {
    let folder = to.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    std::fs::File::open(from)?.sync_all()?;
    if std::fs::rename(from, to).is_err() {
        copy_durably(from, to)?;
        return std::fs::remove_file(from);
    }
    std::fs::File::open(folder)?.sync_all()
}

fn copy_durably(from: &LocalPath, to: &LocalPath) -> std::io::Result<()> {
    let folder = to.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    let beside = to.with_extension("incoming");
    std::fs::copy(from, &beside)?;
    std::fs::File::open(&beside)?.sync_all()?;
    std::fs::rename(&beside, to)?;
    std::fs::File::open(folder)?.sync_all()
}
