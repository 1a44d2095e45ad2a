//! What is being done, and what went wrong? The queue as content managers see it, and their hands on it.

use super::sql;
use crate::Library;
use crate::audit;
use crate::db::{find, list};
use crate::error::{Error, Result, Why};
use crate::ids::JobId;
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, access};
use crate::queue::{self, Aside, Job};

/// Causes that another try cannot mend, because they lie in the file.
const FINAL_CAUSES: [&str; 15] = [
    "not_media",
    "no_video",
    "too_long",
    "too_large",
    "unsupported_codec",
    "truncated",
    "encrypted",
    "too_many_pages",
    "not_readable",
    "no_pages",
    "not_images",
    "unsafe_file",
    "no_converter",
    "too_slow",
    "infected",
];
/// Causes that lie in this machine, until its keeper sets it up otherwise.
const SETTLED_CAUSES: [&str; 1] = ["no_fence"];
/// How many jobs a list shows at most.
const PAGE: i64 = 100;

/// Whether the file itself is the cause of a failure, so that another try cannot mend it.
pub fn is_final(cause: &str) -> bool {
    FINAL_CAUSES.contains(&cause)
}

/// Whether another try would end the same way, so that it is made by nobody but a person.
pub(super) fn is_settled(cause: &str) -> bool {
    is_final(cause) || SETTLED_CAUSES.contains(&cause)
}

/// The jobs on what this content manager may edit, the newest first, page by page.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid(after)`.
pub async fn list_jobs(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Job>> {
    access::may_keep_content(actor)?;
    let Mark { numbers: [before], id } = paging.mark(Mark::high())?;
    let (most, looked) = (paging.most(), paging.looked());
    let rows = list!(&library.db, Job, sql::LIST_KEPT_JOBS, &actor.person, before, &id, most, looked)?;
    let edge = find!(&library.db, (i64, String), sql::EDGE_OF_JOBS, before, &id, looked - 1)?;
    Ok(paging.part_of_looked(rows, edge, |row| Mark { numbers: [row.created_at], id: row.id.to_string() }.to_string()))
}

/// What was set aside of what this content manager may edit, and all of it for whoever keeps everything; the newest first.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_aside(library: &Library, actor: &Actor) -> Result<Vec<Aside>> {
    access::may_keep_content(actor)?;
    if people::keeps_everything(library, actor).await? {
        return list!(&library.db, Aside, sql::LIST_ASIDE, PAGE);
    }
    list!(&library.db, Aside, sql::LIST_KEPT_ASIDE, &actor.person, PAGE)
}

/// # Errors
/// `Forbidden` for people who keep no content; `NotFound`, also for what works on another unit's.
pub async fn load_job(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    access::may_keep_content(actor)?;
    let job = queue::find_job(library, id).await?.ok_or(Error::NotFound("job"))?;
    let kept = super::load_for_editing(library, actor, &job.subject.as_str().into()).await;
    // What another unit's job works on is told as little as that there is one.
    kept.map_err(|error| if let Error::NotFound(_) = error { Error::NotFound("job") } else { error })?;
    Ok(job)
}

/// Puts a failed, cancelled or paused job back into the queue.
///
/// # Errors
/// `Conflict` when it is none of these.
pub async fn retry(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    let job = load_job(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    if !queue::put_back(library, &mut tx, id).await? {
        return Err(Error::Conflict(Why::NotWaiting));
    }
    super::mark_waiting(&mut tx, &job).await?;
    audit::note(library, &mut tx, Some(&actor.person), "job.retry", id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    load_job(library, actor, id).await
}

/// Stops a job that waits or runs; its worker ends within a heartbeat, and nothing it made becomes visible.
///
/// # Errors
/// `Conflict` when it has already ended.
pub async fn cancel(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    let job = load_job(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    if !queue::call_off(library, &mut tx, id).await? {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    if super::is_encoding(job.kind) {
        super::mark_ended(&mut tx, &job.subject.as_str().into(), Some("cancelled")).await?;
    }
    audit::note(library, &mut tx, Some(&actor.person), "job.cancel", id.as_str()).await?;
    tx.commit().await?;
    load_job(library, actor, id).await
}

/// Lays a job aside until it is put back; what a worker has of it is thrown away, what is listed stays.
///
/// # Errors
/// `Conflict` when it has already ended.
pub async fn pause(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    load_job(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    if !queue::lay_aside(&mut tx, id).await? {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    audit::note(library, &mut tx, Some(&actor.person), "job.pause", id.as_str()).await?;
    tx.commit().await?;
    load_job(library, actor, id).await
}

/// Lets nobody take up an encoding, or takes that back; what runs goes on, and uploads are still looked at.
///
/// # Errors
/// `Forbidden` for everybody but managers of the whole library.
pub async fn pause_queue(library: &Library, actor: &Actor, pause: bool) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let mut tx = library.db.begin().await?;
    if pause {
        queue::pause(library, &mut tx, &actor.person).await?;
    } else {
        queue::resume(&mut tx).await?;
    }
    let action = if pause { "queue.pause" } else { "queue.resume" };
    audit::note(library, &mut tx, Some(&actor.person), action, "").await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}
