//! Who does the work? The runner: it takes jobs from the queue and hands each to the verb of its room.

mod housekeeping;
mod presence;
mod purge;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::Library;
use crate::courses::policy;
use crate::courseware;
use crate::error::{Error, Full, Result, Why};
use crate::import;
use crate::media::{captions, named, originals, transcoding};
use crate::pulse;
use crate::queue::{self, Chore, Job, JobKind, Trouble};
use crate::scanning;
use presence::Presence;

/// How long a worker waits before it looks again when nobody woke it.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How long a hand that broke rests, and what all of them are called for whoever watches.
const LEND_AGAIN: Duration = Duration::from_secs(1);
const HANDS: &str = "hands";

/// How often the house is kept.
const KEEP_HOUSE: Duration = Duration::from_secs(15);

/// How long work waits that found no room on the disk.
const DISK_PAUSE_MS: i64 = 60_000;

/// Kinds of work that must not wait behind somebody's hour of encoding: whoever uploads learns at once that her file is
/// no video, reads her document, and has her sheet loaded.
const QUICK: [JobKind; 3] = [JobKind::Probe, JobKind::Pages, JobKind::Import];
/// The same where the database had no time for it.
const BUSY_PAUSE_MS: i64 = 5_000;
const BUSY: &str = "busy";

/// A name for this worker that no other has, for the lease.
pub fn worker_name() -> String {
    format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple())
}

/// Works until `stop` says so; what is at work then is given back, and no try of it is used up.
///
/// As many encode at once as processors and memory carry. What is quick has a hand of its own each, and so has every
/// chore beside the jobs: none waits for an encoding, nor for another.
pub async fn run(library: Library, stop: watch::Receiver<bool>) {
    let presence = match Presence::show(&library) {
        Ok(presence) => presence,
        Err(error) => return tracing::error!(%error, "this worker cannot show that it lives, so it does not begin"),
    };
    sweep(&library).await;
    let encoders = library.settings.workers.unwrap_or_else(hands);
    tracing::info!(encoders, "working on the queue");
    let kinds = std::iter::repeat_n(None, encoders).chain(QUICK.map(Some));
    let mut tasks = JoinSet::new();
    for (number, kind) in kinds.enumerate() {
        let (owner, stop) = (presence.hand(number), stop.clone());
        let lend = move |library| lend_a_hand(library, owner.clone(), kind, stop.clone());
        tasks.spawn(lasting(library.clone(), lend));
    }
    for chore in Chore::ALL {
        let stop = stop.clone();
        tasks.spawn(lasting(library.clone(), move |library| housekeeping::keep_doing(library, *chore, stop.clone())));
    }
    let stop = stop.clone();
    tasks.spawn(lasting(library.clone(), move |library| keep_house(library, stop.clone())));
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a hand of this worker broke");
        }
    }
}

/// A hand for as long as this worker works: one that breaks is told, and lent anew.
async fn lasting<F: Future<Output = ()>>(library: Library, hand: impl Fn(Library) -> F) {
    let broke = || library.pulse.broke_off(HANDS);
    until_it_ends(|| hand(library.clone()), broke, LEND_AGAIN).await;
}

async fn until_it_ends<F: Future<Output = ()>>(hand: impl Fn() -> F, broke: impl Fn(), pause: Duration) {
    while AssertUnwindSafe(hand()).catch_unwind().await.is_err() {
        tracing::error!("a hand of this worker broke; it is lent anew");
        broke();
        tokio::time::sleep(pause).await;
    }
}

/// What is done at its time and not because somebody asked: signs of life, and what has run out taken away.
async fn keep_house(library: Library, mut stop: watch::Receiver<bool>) {
    const AN_HOUR_MS: i64 = 3_600_000;
    let mut purged_at = 0;
    loop {
        if let Err(error) = pulse::sign_of_worker(&library).await {
            tracing::warn!(%error, "no sign of life could be left");
        }
        let now = library.clock.now_ms();
        if now - purged_at >= AN_HOUR_MS {
            purged_at = now;
            tidy_sheets(&library).await;
            match purge(&library).await {
                Ok(rows) => tracing::info!(rows, "what had run out is taken away"),
                Err(error) => tracing::warn!(%error, "what has run out stays for now"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(KEEP_HOUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn tidy_sheets(library: &Library) {
    if let Err(error) = import::sent::tidy_up(library).await {
        tracing::warn!(%error, "old sheets stay for now");
    }
}

/// Takes away what has run out: sessions, failed sign-ins, old changes, jobs that ended, sittings. Gives how many rows went.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot; what went is gone.
pub async fn purge(library: &Library) -> Result<u64> {
    purge::purge(library).await
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

async fn lend_a_hand(library: Library, owner: String, only: Option<JobKind>, mut stop: watch::Receiver<bool>) {
    // What was given back because this worker is to stop is not taken up by it once more.
    while !*stop.borrow() {
        let woken = library.changed.notified();
        match queue::claim(&library, &owner, only).await {
            Ok(Some(job)) => {
                work_on(&library, &job, &owner, &mut stop).await;
                continue;
            }
            // Told to stop, it is told so below.
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the worker could not reach its queue"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Runs a job to its end, or gives it back when this worker is to stop.
async fn work_on(library: &Library, job: &Job, owner: &str, stop: &mut watch::Receiver<bool>) {
    let span = tracing::info_span!("job", job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempts);
    let done = tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => None,
        done = run_job(library, job, owner).instrument(span) => Some(done),
    };
    // Only now: within the branch, what the job holds would still be held.
    let done = match done {
        Some(done) => done,
        None => queue::give_back(library, job, owner).await,
    };
    if let Err(error) = done {
        tracing::error!(%error, job.id = %job.id, "the worker could not say how its job ended");
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
    tidy_sheets(library).await;
    let mut count = 0;
    loop {
        for chore in Chore::ALL {
            housekeeping::attend(library, *chore).await;
        }
        let Some(job) = queue::claim(library, &owner, None).await? else { return Ok(count) };
        let span = tracing::info_span!("job", job.id = %job.id, job.kind = %job.kind, job.attempt = job.attempts);
        run_job(library, &job, &owner).instrument(span).await?;
        count += 1;
    }
}

async fn run_job(library: &Library, job: &Job, owner: &str) -> Result<()> {
    // One that breaks the code takes its own try down, not the hand.
    let doing = AssertUnwindSafe(do_it(library, job, owner)).catch_unwind();
    match doing.await.unwrap_or_else(|_| Err(Error::internal("it panicked"))) {
        Ok(()) => tracing::info!("job ended"),
        // Whatever of it found no room, nothing is wrong with the job: it waits.
        Err(Error::Conflict(Why::DiskFull) | Error::Full { of: Full::Disk, .. }) => {
            tracing::warn!("no room on the disk, the job waits");
            queue::postpone(library, job, owner, Why::DiskFull.code(), DISK_PAUSE_MS).await?;
        }
        // Nor is anything wrong with it when the database was away.
        Err(error @ (Error::Busy(_) | Error::LostRace(_))) => {
            tracing::warn!(%error, "the database was away, the job waits");
            queue::postpone(library, job, owner, BUSY, BUSY_PAUSE_MS).await?;
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
    let is_first = matches!(job.kind, JobKind::Probe | JobKind::Pages);
    if is_first && !scanning::is_clean(library, job, owner).await? {
        return Ok(());
    }
    match job.kind {
        JobKind::Probe => transcoding::probe(library, job, owner).await,
        JobKind::Transcode => transcoding::transcode(library, job, owner, policy().await?).await,
        JobKind::Pages => courseware::make(library, job, owner).await,
        JobKind::Shelve => originals::shelve(library, job, owner, policy().await?).await,
        JobKind::Caption => captions::automatic::caption(library, job, owner).await,
        JobKind::Import => import::sent::work(library, job, owner).await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_hand_that_breaks_is_lent_anew() {
        let (lent, broke) = (AtomicU32::new(0), AtomicU32::new(0));
        let hand = || async {
            assert!(lent.fetch_add(1, Ordering::Relaxed) >= 2, "as a hand may break");
        };
        let count = || {
            broke.fetch_add(1, Ordering::Relaxed);
        };
        until_it_ends(hand, count, Duration::ZERO).await;
        assert_eq!((lent.into_inner(), broke.into_inner()), (3, 2));
    }
}
