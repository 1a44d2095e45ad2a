//! Where is the original kept once everything is made of it? Kept, moved to the archive, or dropped.

use super::encoding::Policy;
use super::uploads::note_kept;
use super::{Resource, ResourceKind, Stage, leaving, sql, transcoding};
use crate::Library;
use crate::audit;
use crate::db::{Tx, write};
use crate::error::Result;
use crate::ids::{ResourceId, words};
use crate::queue::{self, Job, JobKind, JobState, NewJob, Reached, Trouble};

words!(
    /// What becomes of the originals of a column's videos.
    Originals { Keep = "keep", Move = "move", Drop = "drop" }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the words knows no default")]
impl Default for Originals {
    fn default() -> Self {
        Self::Keep
    }
}

/// What is to be deleted is kept for so long (ms): seven days, in which it can be said otherwise.
pub const GRACE_MS: i64 = 7 * 24 * 3_600_000;

/// Everything else goes before it, but for encoding anew what plays already.
const PRIORITY: i64 = 12;

/// Asks for the original to be laid where its column's policy wants it; the policy is read when it is done.
pub(crate) async fn enqueue(library: &Library, tx: &mut Tx, resource: &Resource) -> Result<()> {
    let subject = resource.id.as_str();
    if !queue::is_asked_for(tx, subject, JobKind::Shelve, None).await? {
        let job = NewJob { priority: PRIORITY, ..transcoding::job_on(resource, JobKind::Shelve) };
        queue::add(library, tx, job).await?;
    }
    Ok(())
}

/// Seven days after it was said, and after it was said of this video.
fn end(since: i64, job: &Job) -> i64 {
    since.max(job.created_at) + GRACE_MS
}

/// When the original will be deleted, where a job that does it waits.
pub(crate) async fn find_end(library: &Library, id: &ResourceId, since: i64) -> Result<Option<i64>> {
    let jobs = queue::list_of(library, id.as_str()).await?;
    let waiting = jobs.into_iter().find(|job| {
        job.kind == JobKind::Shelve && matches!(job.state, JobState::Queued | JobState::Running | JobState::Paused)
    });
    Ok(waiting.map(|job| end(since, &job)))
}

/// Lays the original of a video that is ready where the policy wants it. It may be repeated after a crash at any point.
pub(crate) async fn shelve(library: &Library, job: &Job, owner: &str, policy: Policy) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    let moved = format!("archive/{}", resource.id);
    let is_elsewhere = match policy.originals {
        Originals::Keep => false,
        Originals::Move => resource.original != moved,
        Originals::Drop => true,
    };
    let is_whole = resource.kind == ResourceKind::Video && resource.stage == Stage::Ready;
    let is_due = is_elsewhere && is_whole && resource.original_dropped_at.is_none();
    let is_move = policy.originals == Originals::Move;
    let wait_ms = end(policy.since, job) - library.clock.now_ms();
    if is_due && !is_move && wait_ms > 0 {
        return queue::postpone(library, job, owner, "original_is_kept", wait_ms).await;
    }
    if is_due && is_move {
        if !library.files.has_archive() {
            let detail = "MENPA_ARCHIVE_URL says where originals are moved to".into();
            let trouble = Trouble { cause: "no_archive".into(), detail, is_final: true };
            return transcoding::fail(library, job, owner, &trouble).await;
        }
        let copying = library.files.copy(&resource.original, &moved, library.settings.keep_free_bytes);
        if queue::hold(library, job, owner, &Reached::default(), copying).await?.is_none() {
            return Ok(());
        }
    }
    let mut tx = library.db.begin().await?;
    if !queue::finish(library, &mut tx, job, owner).await? {
        return Ok(());
    }
    if is_due {
        let (name, dropped_at, action) = match is_move {
            true => (&moved, None, "original.move"),
            false => (&resource.original, Some(library.clock.now_ms()), "original.drop"),
        };
        write!(&mut tx, sql::SET_ORIGINAL, &resource.id, name, dropped_at)?;
        if dropped_at.is_some() {
            note_kept(&mut tx, &resource.uploader, resource.owner_unit.as_ref(), -resource.size_bytes).await?;
        }
        audit::note(library, &mut tx, None, action, resource.id.as_str()).await?;
        leaving::let_go(&mut tx, &resource.original, leaving::AT_ONCE).await?;
    }
    tx.commit().await?;
    library.nudge();
    Ok(())
}
