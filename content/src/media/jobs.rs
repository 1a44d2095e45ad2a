//! What is being done, and what went wrong? The queue as content managers see it, and their hands on it.

use crate::Library;
use crate::audit;
use crate::error::{Error, Result, Why};
use crate::ids::JobId;
use crate::people::{Actor, access};
use crate::queue::{self, Job};

/// The newest jobs first, for people who keep content.
///
/// # Errors
/// `Forbidden` for others.
pub async fn list_jobs(library: &Library, actor: &Actor) -> Result<Vec<Job>> {
    access::may_keep_content(actor)?;
    queue::list_jobs(library).await
}

/// # Errors
/// `NotFound`, or `Forbidden` for people who do not keep content.
pub async fn load_job(library: &Library, actor: &Actor, id: &JobId) -> Result<Job> {
    access::may_keep_content(actor)?;
    queue::find_job(library, id).await?.ok_or(Error::NotFound("job"))
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
    super::mark_failed(&mut tx, &job.subject.as_str().into(), "cancelled").await?;
    audit::note(library, &mut tx, Some(&actor.person), "job.cancel", id.as_str()).await?;
    tx.commit().await?;
    load_job(library, actor, id).await
}
