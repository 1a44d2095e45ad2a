//! Where are the bytes? The file store: originals and renditions behind `object_store`, so that nodes can share it.

use std::ops::Range;
use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use crate::error::{Error, Result};

/// The store, and a folder of this machine for files that are not whole yet.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<LocalFileSystem>,
    scratch: PathBuf,
}

/// A file, or a range of it, on its way out.
pub struct Outgoing {
    pub size_bytes: u64,
    pub range: Range<u64>,
    pub body: BoxStream<'static, std::io::Result<Bytes>>,
}

impl Files {
    /// Opens the store at `url` (`file:///FOLDER`), or `files` in `folder`; files that are not whole live in `folder/scratch`.
    ///
    /// # Errors
    /// `Internal` when the folders cannot be made, or the address is of another kind.
    pub fn open(url: Option<&str>, folder: &LocalPath) -> Result<Self> {
        let root = match url {
            Some(url) => url
                .strip_prefix("file://")
                .map(PathBuf::from)
                .ok_or_else(|| Error::internal("MENPA_FILES_URL takes an address that starts with file://"))?,
            None => folder.join("files"),
        };
        let scratch = folder.join("scratch");
        std::fs::create_dir_all(&root)?;
        std::fs::create_dir_all(&scratch)?;
        let store = LocalFileSystem::new_with_prefix(root)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self { store: Arc::new(store), scratch })
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
            let about = entry.metadata().await?;
            let touched = about.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            if now_ms - i64::try_from(touched.as_millis()).unwrap_or(i64::MAX) < A_DAY_MS {
                continue;
            }
            if about.is_dir() {
                tokio::fs::remove_dir_all(entry.path()).await?;
            } else {
                tokio::fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }

    /// Moves a finished local file into the store; afterwards it is there whole, or not at all.
    ///
    /// # Errors
    /// `Internal` when it could not be kept; the local file is still there.
    pub async fn keep(&self, local: &LocalPath, to: &str) -> Result<()> {
        let target = self.store.path_to_filesystem(&parse(to)?)?;
        let local = local.to_owned();
        tokio::task::spawn_blocking(move || move_durably(&local, &target)).await??;
        Ok(())
    }

    /// Where the store keeps `name` on this machine, for a program that needs a path.
    ///
    /// # Errors
    /// `Internal` for a name that is not a path of the store.
    pub fn local_path(&self, name: &str) -> Result<PathBuf> {
        Ok(self.store.path_to_filesystem(&parse(name)?)?)
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
        let got = self.store.get_opts(&parse(name)?, options).await.map_err(not_found)?;
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
        Ok(self.store.head(&parse(name)?).await.map_err(not_found)?.size)
    }

    /// Removes every folder directly under `prefix` but `kept`.
    ///
    /// # Errors
    /// `Internal` when the store cannot answer.
    pub async fn remove_folders_but(&self, prefix: &str, kept: &[String]) -> Result<()> {
        let found = self.store.list_with_delimiter(Some(&parse(prefix)?)).await?;
        for folder in found.common_prefixes.iter().filter(|folder| !kept.iter().any(|kept| kept == folder.as_ref())) {
            self.remove_under(folder.as_ref()).await?;
        }
        Ok(())
    }

    /// Removes everything under `prefix`; what is not there is no error.
    ///
    /// # Errors
    /// `Internal` when the store cannot answer.
    pub async fn remove_under(&self, prefix: &str) -> Result<()> {
        let mut found = self.store.list(Some(&parse(prefix)?));
        while let Some(each) = found.next().await {
            self.store.delete(&each?.location).await?;
        }
        Ok(())
    }
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

/// A rename where the file system allows it, else a copy beside the target and then a rename: never half a file.
fn move_durably(from: &LocalPath, to: &LocalPath) -> std::io::Result<()> {
    let folder = to.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    std::fs::File::open(from)?.sync_all()?;
    if std::fs::rename(from, to).is_err() {
        let beside = to.with_extension("incoming");
        std::fs::copy(from, &beside)?;
        std::fs::File::open(&beside)?.sync_all()?;
        std::fs::rename(&beside, to)?;
        std::fs::remove_file(from)?;
    }
    std::fs::File::open(folder)?.sync_all()
}
