//! What becomes of an upload? The two jobs of a video: look at it, then encode it; and how their results become visible.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::child::{self, Made, Transcoder, Word};
use super::{Stage, mark_failed, set_stage, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, write};
use crate::error::{Error, Result};
use crate::ids::ResourceId;
use crate::queue::{self, Job, JobKind, NewJob, Trouble};

/// How often a worker says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Looks at an upload; what it finds, and the next job, become visible together.
pub(crate) async fn probe(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    let source = library.files.local_path(&resource.original)?;
    let transcoder = child::probe(&library.transcoder, &source).await?;
    match follow(library, job, owner, transcoder).await? {
        Some(Word::Probed { duration_ms, width, height }) => {
            let mut tx = library.db.begin().await?;
            if queue::finish(library, &mut tx, job, owner).await? {
                write!(&mut tx, sql::SET_PROBED, &resource.id, duration_ms, width, height)?;
                changes::note(library, &mut tx, Changed::Resource, resource.id.as_str()).await?;
                let uploader = Some(&resource.uploader);
                let next = NewJob {
                    kind: JobKind::Transcode,
                    subject: resource.id.as_str(),
                    created_by: uploader,
                    priority: 5,
                };
                queue::add(library, &mut tx, next).await?;
                tx.commit().await?;
            }
            Ok(())
        }
        Some(Word::Failed { cause, detail }) => give_up(library, job, owner, cause, detail).await,
        Some(other) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        None => Ok(()),
    }
}

/// Encodes an upload into a folder nobody sees, and shows it when every file of it is whole.
pub(crate) async fn transcode(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    if !begin(library, job, owner, &resource.id).await? {
        return Ok(());
    }
    let source = library.files.local_path(&resource.original)?;
    let folder = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let length_ms = resource.duration_ms.unwrap_or_default();
    let transcoder = child::transcode(&library.transcoder, &source, &folder.0, length_ms).await?;
    match follow(library, job, owner, transcoder).await? {
        Some(Word::Done(made)) => show(library, job, owner, &made, &folder.0).await,
        Some(Word::Failed { cause, detail }) => give_up(library, job, owner, cause, detail).await,
        Some(other) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        None => Ok(()),
    }
}

/// Shows that it is being encoded, if the job is still ours.
async fn begin(library: &Library, job: &Job, owner: &str, id: &ResourceId) -> Result<bool> {
    let mut tx = library.db.begin().await?;
    let is_ours = queue::keep_alive_in(library, &mut tx, job, owner, 0.0).await?;
    if is_ours {
        set_stage(&mut tx, id, Stage::Transcoding, None).await?;
    }
    tx.commit().await?;
    Ok(is_ours)
}

/// Listens until the transcoder's last word, keeping the lease alive. `None` when the job is no longer ours:
/// then the child is dropped, which kills it.
async fn follow(library: &Library, job: &Job, owner: &str, mut transcoder: Transcoder) -> Result<Option<Word>> {
    let reached = AtomicU64::default();
    let listening = async {
        loop {
            match transcoder.next_word().await? {
                Word::Progress { percent } => reached.store(percent.to_bits(), Ordering::Relaxed),
                // Before it encodes, the transcoder says what it found; that is known already.
                Word::Probed { .. } if job.kind == JobKind::Transcode => {}
                last => return Ok(last),
            }
        }
    };
    holding(library, job, owner, &reached, listening).await
}

/// Does `work` under a lease that is kept alive with the percent in `reached`; `None` when the job is no longer ours.
async fn holding<T>(
    library: &Library,
    job: &Job,
    owner: &str,
    reached: &AtomicU64,
    work: impl Future<Output = Result<T>>,
) -> Result<Option<T>> {
    let mut work = std::pin::pin!(work);
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            done = &mut work => return done.map(Some),
            _ = heartbeat.tick() => {
                let percent = f64::from_bits(reached.load(Ordering::Relaxed));
                if !queue::keep_alive(library, job, owner, percent).await? {
                    return Ok(None);
                }
            }
        }
    }
}

async fn give_up(library: &Library, job: &Job, owner: &str, cause: String, detail: String) -> Result<()> {
    let is_final = super::jobs::is_final(&cause);
    fail(library, job, owner, &Trouble { cause, detail, is_final }).await
}

/// Ends a try badly, and the resource with it when no other try follows.
pub(crate) async fn fail(library: &Library, job: &Job, owner: &str, trouble: &Trouble) -> Result<()> {
    let mut tx = library.db.begin().await?;
    if queue::fail(library, &mut tx, job, owner, trouble).await? {
        mark_failed(&mut tx, &job.subject.as_str().into(), &trouble.cause).await?;
    }
    tx.commit().await
}

/// Ends the jobs that took down every worker that tried them, and says so on their resources.
pub(crate) async fn give_up_the_deadly(library: &Library) -> Result<()> {
    let mut tx = library.db.begin().await?;
    for subject in queue::give_up(library, &mut tx).await? {
        mark_failed(&mut tx, &subject.as_str().into(), "worker_died").await?;
    }
    tx.commit().await
}

/// Moves the files into a folder of the store that nobody else writes, then makes them visible in one transaction.
/// What earlier tries left there goes afterwards.
async fn show(library: &Library, job: &Job, owner: &str, made: &Made, from: &Path) -> Result<()> {
    let id: ResourceId = job.subject.as_str().into();
    let all = format!("renditions/{id}");
    let folder = format!("{all}/{}", uuid::Uuid::now_v7().simple());
    // From another file system they are copied, which may take longer than a lease lasts.
    let reached = AtomicU64::new(100.0_f64.to_bits());
    if holding(library, job, owner, &reached, keep_all(library, from, &folder)).await?.is_none() {
        return library.files.remove_under(&folder).await;
    }
    let mut tx = library.db.begin().await?;
    if !queue::finish(library, &mut tx, job, owner).await? {
        return library.files.remove_under(&folder).await;
    }
    write_down(&mut tx, &id, made, &folder).await?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    tx.commit().await?;
    library.files.remove_folders_but(&all, &folder).await
}

async fn keep_all(library: &Library, from: &Path, folder: &str) -> Result<()> {
    let mut entries = tokio::fs::read_dir(from).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        library.files.keep(&entry.path(), &format!("{folder}/{}", name.to_string_lossy())).await?;
    }
    Ok(())
}

async fn write_down(tx: &mut Tx, id: &ResourceId, made: &Made, folder: &str) -> Result<()> {
    write!(tx, sql::REMOVE_RENDITIONS, id)?;
    for each in &made.renditions {
        let segments = each.segments.to_string();
        write!(
            tx,
            sql::ADD_RENDITION,
            id,
            &each.name,
            &each.kind,
            lines(each.width),
            lines(each.height),
            &each.codecs,
            each.bits_per_second,
            each.size_bytes,
            &each.file,
            each.init_bytes,
            &segments
        )?;
    }
    let poster = made.poster.as_ref().map(|poster| poster.file.as_str());
    let (progressive, bytes) = (&made.progressive.file, made.progressive.size_bytes);
    write!(tx, sql::SET_READY, id, made.duration_ms, folder, &made.master, progressive, bytes, poster)?;
    Ok(())
}

/// The transcoder says 0 of sound, which has no picture.
fn lines(side: Option<i64>) -> Option<i64> {
    side.filter(|side| *side > 0)
}

/// A folder that is gone when its job is, however it ended.
struct Scratch(std::path::PathBuf);

impl Scratch {
    /// An empty folder that no other try shares; what killed workers left of this job goes first.
    async fn new(among: &Path, job: &Job) -> Result<Self> {
        tokio::fs::create_dir_all(among).await?;
        let mut entries = tokio::fs::read_dir(among).await?;
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().to_string_lossy().starts_with(job.id.as_str()) {
                tokio::fs::remove_dir_all(entry.path()).await?;
            }
        }
        let path = among.join(format!("{}-{}", job.id, uuid::Uuid::now_v7().simple()));
        tokio::fs::create_dir(&path).await?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        match std::fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a scratch folder could not be removed");
            }
            _ => {}
        }
    }
}
