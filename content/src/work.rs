//! Who does the work? The runner: it takes jobs from the queue and hands each to the verb of its room.

use std::time::Duration;

use tokio::sync::watch;
use tracing::Instrument;

use crate::Library;
use crate::error::{Error, Result};
use crate::media::{transcoding, uploads};
use crate::queue::{self, Job, JobKind, Trouble};

/// How long a worker waits before it looks again when nobody woke it.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A name for this worker that no other has, for the lease.
pub fn worker_name() -> String {
    format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple())
}

/// Works until `stop` says so. A job that is interrupted is taken up again when its lease has run out.
///
/// A second hand only looks at what has arrived: whoever uploads must not wait for somebody's hour of encoding to learn
/// that her file is no video.
pub async fn run(library: Library, stop: watch::Receiver<bool>) {
    sweep(&library).await;
    tokio::join!(lend_a_hand(&library, None, stop.clone()), lend_a_hand(&library, Some(JobKind::Probe), stop));
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
    }
    let Some(job) = queue::claim(library, owner, only).await? else { return Ok(false) };
    let span = tracing::info_span!("job", job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempts);
    run_job(library, &job, owner).instrument(span).await?;
    Ok(true)
}

async fn run_job(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let done = match job.kind {
        JobKind::Probe => transcoding::probe(library, job, owner).await,
        JobKind::Transcode => transcoding::transcode(library, job, owner).await,
    };
    match done {
        Ok(()) => tracing::info!("job ended"),
        Err(error) => {
            tracing::error!(%error, "job broke");
            let is_final = matches!(error, Error::NotFound(_));
            let trouble = Trouble { cause: "internal".into(), detail: error.to_string(), is_final };
            transcoding::fail(library, job, owner, &trouble).await?;
        }
    }
    Ok(())
}
