//! Who does the work? The runner: it takes jobs from the queue and hands each to the verb of its room.

use std::time::Duration;

use tokio::sync::watch;
use tracing::Instrument;

use crate::Library;
use crate::courses::{due, policy};
use crate::courseware;
use crate::error::{Error, Full, Result, Why};
use crate::import;
use crate::media::{captions, leaving, named, originals, transcoding, uploads};
use crate::queue::{self, Job, JobKind, Trouble};

/// How long a worker waits before it looks again when nobody woke it.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How long work waits that found no room on the disk.
const DISK_PAUSE_MS: i64 = 60_000;

/// A name for this worker that no other has, for the lease.
pub fn worker_name() -> String {
    format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple())
}

/// Works until `stop` says so. A job that is interrupted is taken up again when its lease has run out.
///
/// As many encode at once as processors and memory carry. One more hand only looks at what has arrived: whoever uploads
/// must not wait for somebody's hour of encoding to learn that her file is no video.
pub async fn run(library: Library, stop: watch::Receiver<bool>) {
    sweep(&library).await;
    let hands = library.settings.workers.unwrap_or_else(hands);
    tracing::info!(hands, "working on the queue");
    let encoding = (0..hands).map(|_| lend_a_hand(&library, None, stop.clone()));
    tokio::join!(futures::future::join_all(encoding), lend_a_hand(&library, Some(JobKind::Probe), stop.clone()));
}

/// An encoder keeps about two processors busy, and takes a gigabyte at most by what was measured; twice that is left to
/// each.
fn hands() -> usize {
    const ROOM_KB: u64 = 2 << 20;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let by_memory = memory_kb().map_or(usize::MAX, |kb| usize::try_from(kb / ROOM_KB).unwrap_or(usize::MAX));
    (processors / 2).min(by_memory).max(1)
}

/// What this machine has, in KiB; `None` where the system does not say.
fn memory_kb() -> Option<u64> {
    let about = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = about.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.trim().trim_end_matches("kB").trim().parse().ok()
}

async fn lend_a_hand(library: &Library, only: Option<JobKind>, mut stop: watch::Receiver<bool>) {
    let owner = worker_name();
    loop {
        let woken = library.changed.notified();
        let worked = tokio::select! {
            worked = step(library, &owner, only) => worked,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match worked {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the worker could not reach its queue"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Clears what killed processes of this node left half done.
async fn sweep(library: &Library) {
    for name in ["transcode", "forms"] {
        if let Err(error) = library.files.sweep(name, library.clock.now_ms()).await {
            tracing::warn!(%error, name, "the scratch folder could not be swept");
        }
    }
    if let Err(error) = named::name_all(library).await {
        tracing::warn!(%error, "some resources cannot be found by their words yet");
    }
}

/// Does everything that is ready now; gives the number of jobs it ran.
///
/// # Errors
/// `Internal` when the queue cannot be reached; a job's own failure is written to the job.
pub async fn finish_work(library: &Library) -> Result<usize> {
    let owner = worker_name();
    let mut count = 0;
    while step(library, &owner, None).await? {
        count += 1;
    }
    Ok(count)
}

/// Runs one job, if there is one that is ready.
async fn step(library: &Library, owner: &str, only: Option<JobKind>) -> Result<bool> {
    if only.is_none() {
        uploads::tidy_up(library).await?;
        transcoding::give_up_the_deadly(library).await?;
        leaving::sweep(library).await?;
        due::publish_due(library).await?;
        import::sent::tidy_up(library).await?;
    }
    let Some(job) = queue::claim(library, owner, only).await? else { return Ok(false) };
    let span = tracing::info_span!("job", job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempts);
    run_job(library, &job, owner).instrument(span).await?;
    Ok(true)
}

async fn run_job(library: &Library, job: &Job, owner: &str) -> Result<()> {
    match do_it(library, job, owner).await {
        Ok(()) => tracing::info!("job ended"),
        // Whatever of it found no room, nothing is wrong with the job: it waits.
        Err(Error::Conflict(Why::DiskFull) | Error::Full { of: Full::Disk, .. }) => {
            tracing::warn!("no room on the disk, the job waits");
            queue::postpone(library, job, owner, Why::DiskFull.code(), DISK_PAUSE_MS).await?;
        }
        Err(error) => {
            tracing::error!(%error, "job broke");
            let is_final = matches!(error, Error::NotFound(_));
            let trouble = Trouble { cause: "internal".into(), detail: error.to_string(), is_final };
            transcoding::fail(library, job, owner, &trouble).await?;
        }
    }
    Ok(())
}

async fn do_it(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let policy = || policy::find_policy(library, &job.subject);
    match job.kind {
        JobKind::Probe => transcoding::probe(library, job, owner).await,
        JobKind::Transcode => transcoding::transcode(library, job, owner, policy().await?).await,
        JobKind::Pages => courseware::make(library, job, owner).await,
        JobKind::Shelve => originals::shelve(library, job, owner, policy().await?).await,
        JobKind::Caption => captions::automatic::caption(library, job, owner).await,
        JobKind::Import => import::sent::work(library, job, owner).await,
    }
}
