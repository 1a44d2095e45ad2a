//! What is being done, and what went wrong? The queue as content managers see it, and their hands on it.

use super::sql;
use crate::Library;
use crate::audit;
use crate::db::list;
use crate::error::{Error, Result, Why};
use crate::ids::JobId;
use crate::people::{Actor, access};
use crate::queue::{self, Job};

/// Causes that another try cannot mend, because they lie in the file.
const FINAL_CAUSES: [&str; 6] = ["not_media", "no_video", "too_long", "too_large", "unsupported_codec", "truncated"];
/// How many jobs a list shows at most.
const PAGE: i64 = 100;

/// Whether the file itself is the cause of a failure, so that another try cannot mend it.
pub fn is_final(cause: &str) -> bool {
    FINAL_CAUSES.contains(&cause)
}

/// The newest jobs on what this content manager may edit.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_jobs(library: &Library, actor: &Actor) -> Result<Vec<Job>> {
    access::may_keep_content(actor)?;
    list!(&library.db, Job, sql::LIST_KEPT_JOBS, &actor.person, PAGE)
}

/// # Errors
/// `NotFound`, or `Forbidden` for people who do not keep what it works on.
pub async fn load_job(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    access::may_keep_content(actor)?;
    let job = queue::find_job(library, id).await?.ok_or(Error::NotFound("job"))?;
    super::load_for_editing(library, actor, &job.subject.as_str().into()).await?;
    Ok(job)
}

/// Puts a failed or cancelled job back into the queue.
///
/// # Errors
/// `Conflict` when it is neither.
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
    super::mark_ended(&mut tx, &job.subject.as_str().into(), Some("cancelled")).await?;
    audit::note(library, &mut tx, Some(&actor.person), "job.cancel", id.as_str()).await?;
    tx.commit().await?;
    load_job(library, actor, id).await
}
