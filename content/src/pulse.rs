//! Can this node serve learners, and does everything in it live? For whoever watches it.

mod sql;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Library;
use crate::db::{find, write};
use crate::error::{Error, Result, Why};
use crate::search;

/// How long the database may take for each answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// For how long an answer is given again, so that asking costs the database nothing.
const KEPT_MS: i64 = 1_000;
/// How often workers leave a sign in the database, and after how long without one there are none.
const SIGN_MS: i64 = 60_000;
const SILENT_MS: i64 = 5 * SIGN_MS;
/// How long a task that broke off stays down.
const PAUSE: Duration = Duration::from_secs(1);

const READY: &str = "ready";
const WORKER: &str = "worker";

/// The lasting tasks of this process, and what was found last.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    tasks: Arc<Mutex<BTreeMap<&'static str, Task>>>,
    found: Arc<tokio::sync::Mutex<Option<Health>>>,
    signed_at: Arc<AtomicI64>,
}

/// A task that should last as long as the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Task {
    /// How often it broke off and was begun anew.
    pub broke_off: u32,
    pub runs: bool,
}

/// What was found, and when.
#[derive(Debug, Clone)]
pub struct Health {
    pub at: i64,
    /// Why the database does not answer, or cannot be written.
    pub reads: Option<Trouble>,
    pub writes: Option<Trouble>,
    pub tasks: BTreeMap<&'static str, Task>,
    /// When any worker last left a sign, here or elsewhere.
    pub worker_seen_at: Option<i64>,
    /// What may still be written to the disks of store and scratch, and what nothing may take of it.
    pub free_bytes: Option<u64>,
    pub keep_free_bytes: u64,
    pub index: search::Standing,
}

/// Why not, in a closed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    DiskFull,
    Busy,
    TooSlow,
    Broken,
}

impl Trouble {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::Busy => "busy",
            Self::TooSlow => "too_slow",
            Self::Broken => "broken",
        }
    }
}

impl Health {
    /// Whether learners are served: what is read is there, and a receipt can be written.
    pub fn is_ready(&self) -> bool {
        self.reads.is_none() && self.writes.is_none()
    }

    pub fn has_room(&self) -> bool {
        self.free_bytes.is_some_and(|free| free > self.keep_free_bytes)
    }

    /// Whether anybody works on the queue.
    pub fn has_workers(&self) -> bool {
        self.worker_seen_at.is_some_and(|seen_at| self.at - seen_at < SILENT_MS)
    }
}

/// Looks at everything, or tells what was found less than a second ago. One looks at a time.
pub async fn look(library: &Library) -> Health {
    let mut found = library.pulse.found.lock().await;
    let now = library.clock.now_ms();
    if let Some(health) = found.as_ref().filter(|health| (0..KEPT_MS).contains(&(now - health.at))) {
        return health.clone();
    }
    let writes = in_time(sign(library, READY, now)).await.err();
    let seen = in_time(async { find!(&library.db, (i64,), sql::FIND_SIGN, WORKER) }).await;
    let health = Health {
        at: library.clock.now_ms(),
        reads: seen.as_ref().err().copied(),
        writes,
        tasks: library.pulse.tasks.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        worker_seen_at: seen.ok().flatten().map(|row| row.0),
        free_bytes: library.files.free_bytes().ok(),
        keep_free_bytes: library.settings.keep_free_bytes,
        index: search::standing(library),
    };
    *found = Some(health.clone());
    health
}

async fn in_time<T>(asked: impl Future<Output = Result<T>>) -> std::result::Result<T, Trouble> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Err(match error {
                Error::Conflict(Why::DiskFull) => Trouble::DiskFull,
                Error::Busy(_) | Error::LostRace(_) => Trouble::Busy,
                _ => Trouble::Broken,
            })
        }
        Err(_) => Err(Trouble::TooSlow),
    }
}

async fn sign(library: &Library, name: &str, now: i64) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SIGN, name, now)?;
    tx.commit().await
}

/// Leaves a worker's sign, now and then.
pub(crate) async fn sign_of_worker(library: &Library) -> Result<()> {
    let (now, signed_at) = (library.clock.now_ms(), library.pulse.signed_at.load(Ordering::Relaxed));
    if (0..SIGN_MS).contains(&(now - signed_at)) {
        return Ok(());
    }
    sign(library, WORKER, now).await?;
    library.pulse.signed_at.store(now, Ordering::Relaxed);
    Ok(())
}

/// Runs a task for as long as the process lasts: one that breaks off is told, and begun anew.
pub fn keep<F>(
    library: &Library,
    name: &'static str,
    stop: watch::Receiver<bool>,
    task: impl Fn(Library, watch::Receiver<bool>) -> F + Send + 'static,
) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let library = library.clone();
    tokio::spawn(async move {
        loop {
            library.pulse.note(name, |about| about.runs = true);
            let ended = tokio::spawn(task(library.clone(), stop.clone())).await;
            library.pulse.note(name, |about| about.runs = false);
            if *stop.borrow() {
                return;
            }
            library.pulse.note(name, |about| about.broke_off += 1);
            tracing::error!(task = name, ?ended, "a task broke off; it is begun anew");
            tokio::time::sleep(PAUSE).await;
        }
    })
}

impl Pulse {
    /// Something of a task broke off and is begun anew by whoever runs it.
    pub(crate) fn broke_off(&self, name: &'static str) {
        self.note(name, |about| (about.broke_off, about.runs) = (about.broke_off + 1, true));
    }

    fn note(&self, name: &'static str, what: impl FnOnce(&mut Task)) {
        what(self.tasks.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }
}
