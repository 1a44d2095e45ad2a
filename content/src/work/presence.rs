//! Does the worker that holds a job still live? Each worker of this machine holds a lock that ends with it, so that a kill
//! is known at once, and is told from a job that takes its worker down.

use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::Library;
use crate::error::Result;
use crate::queue;

/// A worker that can be seen to live, until dropped or killed.
pub(super) struct Presence {
    name: String,
    path: PathBuf,
    _lock: File,
}

impl Presence {
    /// Shows a new worker of this machine.
    pub(super) fn show(library: &Library) -> Result<Self> {
        let name = super::worker_name();
        let folder = folder(library);
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(&name);
        let lock = File::create(&path)?;
        flock(&lock, FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
        Ok(Self { name, path, _lock: lock })
    }

    /// What its hand of that number writes onto the jobs it holds.
    pub(super) fn hand(&self, number: usize) -> String {
        format!("{}.{number}", self.name)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "the sign of this worker could not be removed");
        }
    }
}

fn folder(library: &Library) -> PathBuf {
    library.files.scratch("workers")
}

/// Gives the jobs back that killed workers of this machine still hold; one that cannot be buried keeps none of the others.
///
/// # Errors
/// The last of those that could not be.
pub(super) async fn bury(library: &Library) -> Result<()> {
    let mut done = Ok(());
    for entry in std::fs::read_dir(folder(library)).into_iter().flatten().flatten() {
        let path = entry.path();
        if is_dead(&path)
            && let Err(error) = bury_one(library, &path).await
        {
            done = Err(error);
        }
    }
    done
}

async fn bury_one(library: &Library, path: &Path) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let jobs = queue::give_back_of(library, &name).await?;
    if jobs > 0 {
        tracing::warn!(jobs, "a worker of this machine was killed; its jobs wait again");
    }
    match std::fs::remove_file(path) {
        // Somebody else has buried it too.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether nobody holds the lock; one that is gone meanwhile was buried by somebody else.
fn is_dead(path: &Path) -> bool {
    path.is_file() && File::open(path).is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}
