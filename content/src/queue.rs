//! What is still to be done? Durable jobs: enqueued in the caller's transaction, leased with a heartbeat, never lost.

mod aside;
mod lease;
mod sql;

use crate::Library;
use crate::db::{Tx, find, find_in, list, write};
use crate::error::Result;
use crate::ids::{JobId, Language, PersonId, words};

pub use aside::{Aside, Chore, find_aside};
pub(crate) use aside::{Reason, forget_settled, set_aside};
pub(crate) use lease::{Reached, hold};

/// How long a worker holds a job without a sign of life, in milliseconds.
pub const LEASE_MS: i64 = 20_000;
/// After this many tries a job that keeps failing stays failed until a person retries it.
const MOST_ATTEMPTS: i64 = 5;
/// So often a killed worker is not held against the job; from then on it is taken for what kills them.
const MOST_INTERRUPTIONS: i64 = 20;

words!(
    /// What a job does: looks at an upload, encodes a part of it, makes pages of courseware, writes captions, moves or
    /// drops an original, loads a sheet.
    JobKind {
        Probe = "probe",
        Transcode = "transcode",
        Pages = "pages",
        Caption = "caption",
        Shelve = "shelve",
        Import = "import",
    }
);

words!(
    /// What a transcode makes: what plays everywhere, slides as pictures, what slow links carry, what is better, and a
    /// camera's largest picture.
    Part { First = "first", Stills = "stills", Small = "small", Fine = "fine", Sharp = "sharp" }
);

words!(
    /// Where a job stands.
    JobState {
        Queued = "queued",
        Running = "running",
        Paused = "paused",
        Done = "done",
        Failed = "failed",
        Cancelled = "cancelled",
    }
);

/// One job, as its row tells it. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Job {
    pub id: JobId,
    #[sqlx(try_from = "String")]
    pub kind: JobKind,
    /// Which part of the renditions, for a transcode (see [`Part`]).
    pub part: Option<String>,
    /// Which language captions are made in (see [`Language`]).
    pub language: Option<String>,
    /// The resource it works on.
    pub subject: String,
    /// How long the media plays that it goes through, in milliseconds, where that is known.
    pub plays_ms: Option<i64>,
    #[sqlx(try_from = "String")]
    pub state: JobState,
    /// Smaller runs first.
    pub priority: i64,
    pub attempts: i64,
    pub created_by: Option<PersonId>,
    pub created_at: i64,
    /// Not before this moment; after a failure it is the next try.
    pub ready_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    /// The worker that holds it.
    pub owner: Option<String>,
    pub lease_until: Option<i64>,
    pub percent: f64,
    /// A stable code of why the last try failed.
    pub cause: Option<String>,
    /// The words of that failure, for people who keep the platform.
    pub detail: Option<String>,
}

impl Job {
    /// Which part of the renditions it makes, if it makes any.
    pub fn part(&self) -> Option<Part> {
        self.part.as_deref().and_then(Part::parse)
    }

    /// Milliseconds of media that it went through in each millisecond of work; `None` before that can be told.
    #[expect(clippy::cast_precision_loss, reason = "a year in milliseconds is well below 2^53")]
    pub fn speed(&self, now_ms: i64) -> Option<f64> {
        let worked_ms = self.finished_at.unwrap_or(now_ms) - self.started_at?;
        let is_telling =
            matches!(self.state, JobState::Running | JobState::Done) && worked_ms > 0 && self.percent > 0.0;
        is_telling.then_some(self.plays_ms? as f64 * self.percent / 100.0 / worked_ms as f64)
    }
}

/// Since when nobody takes up an encoding, and who said so.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pause {
    pub paused_by: PersonId,
    pub paused_at: i64,
}

/// What to enqueue.
pub(crate) struct NewJob<'a> {
    pub kind: JobKind,
    pub part: Option<Part>,
    pub language: Option<Language>,
    pub subject: &'a str,
    pub plays_ms: Option<i64>,
    pub created_by: Option<&'a PersonId>,
    /// Smaller runs first.
    pub priority: i64,
}

/// Adds a job to the caller's transaction: it exists if and only if its cause was committed.
pub(crate) async fn add(library: &Library, tx: &mut Tx, job: NewJob<'_>) -> Result<JobId> {
    let id = JobId::new();
    let now = library.clock.now_ms();
    let (kind, part, language) = (job.kind.as_str(), job.part.map(Part::as_str), job.language.map(Language::as_str));
    let (subject, priority, created_by, plays_ms) = (job.subject, job.priority, job.created_by, job.plays_ms);
    write!(tx, sql::ADD_JOB, &id, kind, subject, priority, created_by, now, part, language, plays_ms)?;
    Ok(id)
}

/// Takes the next job that is ready, or whose owner has gone silent, for `owner`; with `only`, of that kind.
pub(crate) async fn claim(library: &Library, owner: &str, only: Option<JobKind>) -> Result<Option<Job>> {
    loop {
        let now = library.clock.now_ms();
        // Whoever looks for work keeps no writer waiting; of two that found the same, the second looks again.
        let next = match only {
            None => find!(&library.db, (JobId,), sql::FIND_NEXT, now)?,
            Some(kind) => find!(&library.db, (JobId,), sql::FIND_NEXT_OF, now, kind.as_str())?,
        };
        let Some((id,)) = next else { return Ok(None) };
        let mut tx = library.db.begin().await?;
        let job = find_in!(&mut tx, Job, sql::CLAIM, now, owner, now + LEASE_MS, &id)?;
        tx.commit().await?;
        if job.is_some() {
            return Ok(job);
        }
    }
}

/// The jobs whose workers keep dying under them.
pub(crate) async fn list_deadly(library: &Library) -> Result<Vec<String>> {
    let rows = list!(&library.db, (String,), sql::LIST_DEADLY, library.clock.now_ms(), MOST_ATTEMPTS)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Gives up a job whose workers keep dying under it; gives what it worked on, unless it has got on meanwhile.
pub(crate) async fn give_up(library: &Library, tx: &mut Tx, id: &JobId) -> Result<Option<String>> {
    let row = find_in!(tx, (String,), sql::GIVE_UP, library.clock.now_ms(), MOST_ATTEMPTS, id)?;
    Ok(row.map(|row| row.0))
}

/// Lays a job back that its worker cannot go on with because it is to stop: no try of it is used up.
pub(crate) async fn give_back(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::GIVE_BACK, &job.id, owner, library.clock.now_ms())?;
    tx.commit().await
}

/// The same for all jobs that a killed worker held; gives how many. One under which workers are killed again and again
/// is left to its lease, which counts.
pub(crate) async fn give_back_of(library: &Library, worker: &str) -> Result<u64> {
    let mut tx = library.db.begin().await?;
    let now = library.clock.now_ms();
    let count = write!(&mut tx, sql::GIVE_BACK_OF, format!("{worker}.%"), now, MOST_INTERRUPTIONS)?;
    tx.commit().await?;
    Ok(count)
}

/// The jobs that failed, or wait for another try because the last one did.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_troubled(library: &Library) -> Result<Vec<Job>> {
    list!(&library.db, Job, sql::LIST_TROUBLED)
}

/// A sign of life with the percent reached. False when the job is no longer this worker's (cancelled, or taken over).
pub(crate) async fn keep_alive(library: &Library, job: &Job, owner: &str, percent: f64) -> Result<bool> {
    let mut tx = library.db.begin().await?;
    let kept = keep_alive_in(library, &mut tx, job, owner, percent).await?;
    tx.commit().await?;
    Ok(kept)
}

/// The same within a transaction, for what only the job's worker may write.
pub(crate) async fn keep_alive_in(
    library: &Library,
    tx: &mut Tx,
    job: &Job,
    owner: &str,
    percent: f64,
) -> Result<bool> {
    let until = library.clock.now_ms() + LEASE_MS;
    Ok(write!(tx, sql::KEEP_ALIVE, &job.id, owner, until, percent)? == 1)
}

/// Ends a job well, in the transaction that makes its result visible. False when it is no longer this worker's.
pub(crate) async fn finish(library: &Library, tx: &mut Tx, job: &Job, owner: &str) -> Result<bool> {
    let is_ours = write!(tx, sql::FINISH, &job.id, owner, library.clock.now_ms())? == 1;
    // What is made now may be what a course waited for.
    write!(tx, sql::LOOK_AGAIN)?;
    Ok(is_ours)
}

/// How a try went wrong.
pub(crate) struct Trouble {
    pub cause: String,
    pub detail: String,
    /// The same input would fail the same way: do not try again by ourselves.
    pub is_final: bool,
}

/// Ends a try badly: it is tried again after a growing pause, or stays failed. True when it stays failed; false also
/// when the job is no longer this worker's, who then has no say.
pub(crate) async fn fail(library: &Library, tx: &mut Tx, job: &Job, owner: &str, trouble: &Trouble) -> Result<bool> {
    let now = library.clock.now_ms();
    let stays = trouble.is_final || job.attempts >= MOST_ATTEMPTS;
    if stays {
        return Ok(write!(tx, sql::FAIL, &job.id, owner, now, &trouble.cause, &trouble.detail)? == 1);
    }
    let pause_ms = 10_000 * (1 << job.attempts.clamp(0, 8));
    write!(tx, sql::TRY_AGAIN, &job.id, owner, now + pause_ms, &trouble.cause, &trouble.detail)?;
    Ok(false)
}

/// Puts off a try that something outside the job stands in the way of: no try of it is used up.
pub(crate) async fn postpone(library: &Library, job: &Job, owner: &str, cause: &str, pause_ms: i64) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::POSTPONE, &job.id, owner, library.clock.now_ms() + pause_ms, cause)?;
    tx.commit().await
}

/// The jobs of a resource, newest first, whoever asks.
pub(crate) async fn list_of(library: &Library, subject: &str) -> Result<Vec<Job>> {
    list!(&library.db, Job, sql::LIST_OF, subject)
}

/// Calls off the encodings of a resource that are about to be made anew.
pub(crate) async fn supersede(library: &Library, tx: &mut Tx, subject: &str) -> Result<()> {
    write!(tx, sql::CALL_OFF_WAITING, subject, library.clock.now_ms())?;
    Ok(())
}

/// Forgets all work on what is being removed; a worker that is at it ends within a heartbeat.
pub(crate) async fn forget(tx: &mut Tx, subject: &str) -> Result<()> {
    write!(tx, sql::FORGET, subject)?;
    Ok(())
}

/// Whether any encoding of a resource still waits or runs.
pub(crate) async fn is_busy(tx: &mut Tx, subject: &str) -> Result<bool> {
    let row = find_in!(tx, (i64,), sql::COUNT_OPEN, subject)?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

/// Whether work of that kind (and language) on a resource still waits or runs.
pub(crate) async fn is_asked_for(
    tx: &mut Tx,
    subject: &str,
    kind: JobKind,
    language: Option<Language>,
) -> Result<bool> {
    let language = language.map(Language::as_str);
    let row = find_in!(tx, (i64,), sql::COUNT_OPEN_OF_KIND, subject, kind.as_str(), language)?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

pub(crate) async fn find_job(library: &Library, id: &JobId) -> Result<Option<Job>> {
    find!(&library.db, Job, sql::FIND_JOB, id)
}

/// Puts a failed, cancelled or paused job back into the queue; false when it is none of these.
pub(crate) async fn put_back(library: &Library, tx: &mut Tx, id: &JobId) -> Result<bool> {
    Ok(write!(tx, sql::RETRY, id, library.clock.now_ms())? == 1)
}

/// Ends a job that waits or runs, whoever holds it; false when it has ended already.
pub(crate) async fn call_off(library: &Library, tx: &mut Tx, id: &JobId) -> Result<bool> {
    Ok(write!(tx, sql::CANCEL, id, library.clock.now_ms())? == 1)
}

/// Lays a job that waits or runs aside; false when it does neither. What a worker has of it is thrown away.
pub(crate) async fn lay_aside(tx: &mut Tx, id: &JobId) -> Result<bool> {
    Ok(write!(tx, sql::PAUSE, id)? == 1)
}

/// Lets nobody take up an encoding until `resume`; what runs goes on.
pub(crate) async fn pause(library: &Library, tx: &mut Tx, by: &PersonId) -> Result<()> {
    write!(tx, sql::PAUSE_QUEUE, by, library.clock.now_ms())?;
    Ok(())
}

pub(crate) async fn resume(tx: &mut Tx) -> Result<()> {
    write!(tx, sql::RESUME_QUEUE)?;
    Ok(())
}

/// Whether the queue stands still, and since when.
pub async fn find_pause(library: &Library) -> Result<Option<Pause>> {
    find!(&library.db, Pause, sql::FIND_PAUSE)
}

/// How long what became of a job is remembered, in milliseconds (30 days); of one that failed a year, for somebody may
/// still wonder why.
const REMEMBERED_MS: i64 = 30 * 24 * 3_600_000;
const FAILURE_REMEMBERED_MS: i64 = 365 * 24 * 3_600_000;

/// Takes away some jobs that ended long ago; gives how many.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot.
pub(crate) async fn forget_old(library: &Library, most: i64) -> Result<u64> {
    let now = library.clock.now_ms();
    let mut tx = library.db.begin().await?;
    let gone = write!(&mut tx, sql::FORGET_ENDED, now - REMEMBERED_MS, now - FAILURE_REMEMBERED_MS, most)?;
    tx.commit().await?;
    Ok(gone)
}

/// How many jobs stand in each state.
pub async fn count_by_state(library: &Library) -> Result<Vec<(String, i64)>> {
    list!(&library.db, (String, i64), sql::COUNT_BY_STATE)
}
