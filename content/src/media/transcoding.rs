//! What becomes of an upload? The two jobs of a video: look at it, then encode it, part by part.

use std::path::Path;

use super::child::{self, Transcoder, Wanted, Word};
use super::encoding::{Class, Policy};
use super::listing::{self, Asked};
use super::{Resource, mark_ended, mark_transcoding, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, write};
use crate::error::{Error, Result, Why};
use crate::ids::{JobId, ResourceId};
use crate::queue::{self, Job, JobKind, NewJob, Part, Reached, Trouble};

/// Looks at an upload; what it finds, and the next job, become visible together.
pub(crate) async fn probe(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    let source = library.files.local_path(&resource.original)?;
    let transcoder = child::look(&library.settings.transcoder, &source).await?;
    let mut found = None;
    let last = follow(library, job, owner, transcoder, &mut |word| found = Some(word)).await?;
    match (last, found) {
        (Some(Word::Looked(look)), Some(Word::Probed { duration_ms, width, height })) => {
            let mut tx = library.db.begin().await?;
            if queue::finish(library, &mut tx, job, owner).await? {
                let class = look.get("class").and_then(serde_json::Value::as_str).map(str::to_owned);
                write!(&mut tx, sql::SET_LOOKED, &resource.id, duration_ms, width, height, class, look.to_string())?;
                changes::note(library, &mut tx, Changed::Resource, resource.id.as_str()).await?;
                let looked_at = Resource { duration_ms: Some(duration_ms), ..resource };
                enqueue_first(library, &mut tx, &looked_at, 0).await?;
                tx.commit().await?;
            }
            Ok(())
        }
        (Some(Word::Failed { cause, detail }), _) => give_up(library, job, owner, cause, detail).await,
        (Some(other), _) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        (None, _) => Ok(()),
    }
}

/// Whether a file of this machine can be decoded at all, as far as its beginning tells; the cause where it cannot.
pub(crate) async fn glance(library: &Library, source: &Path) -> Result<Option<String>> {
    let mut transcoder = child::look(&library.settings.transcoder, source).await?;
    loop {
        match transcoder.next_word().await? {
            Word::Progress { .. } => {}
            Word::Failed { cause, .. } => return Ok(Some(cause)),
            _ => return Ok(None),
        }
    }
}

/// Asks for what makes a video playable; the rest follows when that is there.
pub(super) async fn enqueue_first(library: &Library, tx: &mut Tx, resource: &Resource, wait: i64) -> Result<()> {
    enqueue(library, tx, resource, Part::First, wait).await
}

/// Work on a resource in its uploader's name.
pub(super) fn job_on(resource: &Resource, kind: JobKind) -> NewJob<'_> {
    NewJob {
        kind,
        part: None,
        language: None,
        subject: resource.id.as_str(),
        plays_ms: resource.duration_ms,
        created_by: Some(&resource.uploader),
        priority: 1,
    }
}

/// What makes another video playable goes before what makes one better, and both before what waits by `wait` more.
pub(super) async fn enqueue(library: &Library, tx: &mut Tx, resource: &Resource, part: Part, wait: i64) -> Result<()> {
    let priority = match part {
        Part::First => 5,
        Part::Stills => 6,
        Part::Small => 7,
        Part::Fine => 9,
        Part::Sharp => 10,
    };
    let priority = priority + wait;
    queue::add(library, tx, NewJob { part: Some(part), priority, ..job_on(resource, JobKind::Transcode) }).await?;
    Ok(())
}

/// Encodes a part of an upload into a folder nobody sees, and shows it when every file of it is whole.
pub(crate) async fn transcode(library: &Library, job: &Job, owner: &str, policy: Policy) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    if library.files.free_bytes()? < child::floor(library.settings.keep_free_bytes) {
        return Err(Error::Conflict(Why::DiskFull));
    }
    let part = job.part().ok_or_else(|| Error::internal("a transcode of no part"))?;
    if !begin(library, job, owner, &resource.id).await? {
        return Ok(());
    }
    let source = library.files.local_path(&resource.original)?;
    let look = load_look(library, &resource, policy).await?;
    let folder = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let wanted = Wanted {
        source: &source,
        folder: &folder.0,
        look: look.clone(),
        part: part.as_str(),
        sounds: if part == Part::First { Vec::new() } else { sounds(library, &resource.id).await? },
        effort: library.settings.effort.as_str(),
        denoise: resource.denoise(),
        duration_ms: resource.duration_ms.unwrap_or_default(),
        keep_free_bytes: library.settings.keep_free_bytes,
    };
    let transcoder = child::transcode(&library.settings.transcoder, &wanted).await?;
    match follow(library, job, owner, transcoder, &mut |_| {}).await? {
        Some(Word::Done(made)) => {
            let class = look.get("class").and_then(serde_json::Value::as_str);
            let asked = Asked { job, owner, part, class, originals: policy.originals };
            listing::show(library, &asked, &made, &folder.0).await
        }
        Some(Word::Failed { cause, detail }) => give_up(library, job, owner, cause, detail).await,
        Some(other) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        None => Ok(()),
    }
}

/// What was seen, with the class that its manager, or else its column, chose in its place.
async fn load_look(library: &Library, resource: &Resource, policy: Policy) -> Result<serde_json::Value> {
    let look = find!(&library.db, (Option<String>,), sql::FIND_LOOK, &resource.id)?.and_then(|row| row.0);
    let look = look.ok_or_else(|| Error::internal("a video that nobody has looked at"))?;
    let mut look: serde_json::Value = serde_json::from_str(&look)?;
    if let Some(chosen) = resource.class_chosen.as_deref().or(policy.class.map(Class::as_str)) {
        look["class"] = chosen.into();
    }
    Ok(look)
}

/// The files of the sound that is joined with pictures.
async fn sounds(library: &Library, id: &ResourceId) -> Result<Vec<std::path::PathBuf>> {
    let renditions = super::list_renditions(library, id).await?;
    let sounds = renditions.iter().filter(|each| each.kind == "audio");
    sounds.map(|each| library.files.local_path(&format!("{}/{}", each.folder, each.file))).collect()
}

/// Shows that it is being encoded, if the job is still ours.
pub(crate) async fn begin(library: &Library, job: &Job, owner: &str, id: &ResourceId) -> Result<bool> {
    let mut tx = library.db.begin().await?;
    let is_ours = queue::keep_alive_in(library, &mut tx, job, owner, 0.0).await?;
    if is_ours {
        mark_transcoding(&mut tx, id).await?;
    }
    tx.commit().await?;
    Ok(is_ours)
}

/// Listens until the transcoder's last word, keeping the lease alive. `None` when the job is no longer ours:
/// then the child is dropped, which kills it.
///
/// # Errors
/// `Conflict(DiskFull)` when it found no room, or would have left less than has to stay free.
///
/// What it says on the way, besides how far it is, goes to `hear`.
pub(crate) async fn follow(
    library: &Library,
    job: &Job,
    owner: &str,
    mut transcoder: Transcoder,
    hear: &mut (dyn FnMut(Word) + Send),
) -> Result<Option<Word>> {
    let reached = Reached::default();
    let listening = async {
        loop {
            match transcoder.next_word().await? {
                Word::Progress { percent } => reached.set(percent),
                word @ Word::Probed { .. } => hear(word),
                // Whatever it was doing, nothing is wrong with it: it waits for room.
                Word::Failed { cause, .. } if cause == Why::DiskFull.code() => {
                    return Err(Error::Conflict(Why::DiskFull));
                }
                last => return Ok(last),
            }
        }
    };
    queue::hold(library, job, owner, &reached, listening).await
}

pub(crate) async fn give_up(library: &Library, job: &Job, owner: &str, cause: String, detail: String) -> Result<()> {
    let is_final = super::jobs::is_settled(&cause);
    fail(library, job, owner, &Trouble { cause, detail, is_final }).await
}

/// Ends a try badly, and the resource with it when no other try follows.
pub(crate) async fn fail(library: &Library, job: &Job, owner: &str, trouble: &Trouble) -> Result<()> {
    let mut tx = library.db.begin().await?;
    if queue::fail(library, &mut tx, job, owner, trouble).await? && super::is_encoding(job.kind) {
        mark_ended(&mut tx, &job.subject.as_str().into(), Some(&trouble.cause)).await?;
    }
    tx.commit().await
}

/// Ends a job that took down every worker that tried it, and says so on its resource.
pub(crate) async fn give_up_the_deadly(library: &Library, id: &JobId) -> Result<()> {
    let mut tx = library.db.begin().await?;
    if let Some(subject) = queue::give_up(library, &mut tx, id).await? {
        mark_ended(&mut tx, &subject.as_str().into(), Some("worker_died")).await?;
    }
    tx.commit().await
}

/// A folder that is gone when its job is, however it ended.
pub(crate) struct Scratch(std::path::PathBuf);

impl Scratch {
    /// An empty folder that no other try shares; what killed workers left of this job goes first.
    pub(crate) async fn new(among: &Path, job: &Job) -> Result<Self> {
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

    pub(crate) fn path(&self) -> &Path {
        &self.0
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
