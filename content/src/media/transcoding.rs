//! What becomes of an upload? The two jobs of a video: look at it, then encode it; and how their results become visible.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::child::{self, Made, Transcoder, Wanted, Word};
use super::{Rendition, Resource, Stage, mark_ended, rungs, set_stage, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, list_in, write};
use crate::error::{Error, Result};
use crate::ids::ResourceId;
use crate::queue::{self, Job, JobKind, NewJob, Part, Trouble};

/// How often a worker says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Looks at an upload; what it finds, and the next job, become visible together.
pub(crate) async fn probe(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    let source = library.files.local_path(&resource.original)?;
    let transcoder = child::look(&library.transcoder, &source).await?;
    let mut found = None;
    let last = follow(library, job, owner, transcoder, &mut |word| found = Some(word)).await?;
    match (last, found) {
        (Some(Word::Looked(look)), Some(Word::Probed { duration_ms, width, height })) => {
            let mut tx = library.db.begin().await?;
            if queue::finish(library, &mut tx, job, owner).await? {
                let class = look.get("class").and_then(serde_json::Value::as_str).map(str::to_owned);
                write!(&mut tx, sql::SET_LOOKED, &resource.id, duration_ms, width, height, class, look.to_string())?;
                changes::note(library, &mut tx, Changed::Resource, resource.id.as_str()).await?;
                enqueue_first(library, &mut tx, &resource).await?;
                tx.commit().await?;
            }
            Ok(())
        }
        (Some(Word::Failed { cause, detail }), _) => give_up(library, job, owner, cause, detail).await,
        (Some(other), _) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        (None, _) => Ok(()),
    }
}

/// Asks for what makes a video playable; the rest follows when that is there.
pub(super) async fn enqueue_first(library: &Library, tx: &mut Tx, resource: &Resource) -> Result<()> {
    enqueue(library, tx, resource, Part::First).await
}

/// What makes another video playable goes before what makes one better.
async fn enqueue(library: &Library, tx: &mut Tx, resource: &Resource, part: Part) -> Result<()> {
    let priority = match part {
        Part::First => 5,
        Part::Small => 7,
        Part::Fine => 9,
    };
    let (subject, created_by) = (resource.id.as_str(), Some(&resource.uploader));
    let job = NewJob { kind: JobKind::Transcode, part: Some(part), subject, created_by, priority };
    queue::add(library, tx, job).await?;
    Ok(())
}

/// Encodes a part of an upload into a folder nobody sees, and shows it when every file of it is whole.
pub(crate) async fn transcode(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = super::load_resource(library, &job.subject.as_str().into()).await?;
    let part = job.part().ok_or_else(|| Error::internal("a transcode of no part"))?;
    if !begin(library, job, owner, &resource.id).await? {
        return Ok(());
    }
    let source = library.files.local_path(&resource.original)?;
    let folder = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let wanted = Wanted {
        source: &source,
        folder: &folder.0,
        look: load_look(library, &resource.id).await?,
        part: part.as_str(),
        sounds: if part == Part::First { Vec::new() } else { sounds(library, &resource.id).await? },
        effort: library.effort.as_str(),
        duration_ms: resource.duration_ms.unwrap_or_default(),
    };
    let transcoder = child::transcode(&library.transcoder, &wanted).await?;
    match follow(library, job, owner, transcoder, &mut |_| {}).await? {
        Some(Word::Done(made)) => show(library, (job, part), owner, &made, &folder.0).await,
        Some(Word::Failed { cause, detail }) => give_up(library, job, owner, cause, detail).await,
        Some(other) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        None => Ok(()),
    }
}

/// What was seen, with the class that a person chose in its place.
async fn load_look(library: &Library, id: &ResourceId) -> Result<serde_json::Value> {
    let found = find!(&library.db, (Option<String>, Option<String>), sql::FIND_LOOK, id)?;
    let (look, chosen) = found.unwrap_or_default();
    let look = look.ok_or_else(|| Error::internal("a video that nobody has looked at"))?;
    let mut look: serde_json::Value = serde_json::from_str(&look)?;
    if let Some(chosen) = chosen {
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
///
/// What it says on the way, besides how far it is, goes to `hear`.
async fn follow(
    library: &Library,
    job: &Job,
    owner: &str,
    mut transcoder: Transcoder,
    hear: &mut (dyn FnMut(Word) + Send),
) -> Result<Option<Word>> {
    let reached = AtomicU64::default();
    let listening = async {
        loop {
            match transcoder.next_word().await? {
                Word::Progress { percent } => reached.store(percent.to_bits(), Ordering::Relaxed),
                word @ Word::Probed { .. } => hear(word),
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
        mark_ended(&mut tx, &job.subject.as_str().into(), Some(&trouble.cause)).await?;
    }
    tx.commit().await
}

/// Ends the jobs that took down every worker that tried them, and says so on their resources.
pub(crate) async fn give_up_the_deadly(library: &Library) -> Result<()> {
    let mut tx = library.db.begin().await?;
    for subject in queue::give_up(library, &mut tx).await? {
        mark_ended(&mut tx, &subject.as_str().into(), Some("worker_died")).await?;
    }
    tx.commit().await
}

/// Moves the files into a folder of the store that nobody else writes, then makes them visible in one transaction, in
/// which the next parts are asked for. What earlier tries left goes when nothing of the video is being made any more.
async fn show(library: &Library, (job, part): (&Job, Part), owner: &str, made: &Made, from: &Path) -> Result<()> {
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
    write_down(&mut tx, &id, part, made, &folder).await?;
    if part == Part::First {
        let resource = super::load_resource(library, &id).await?;
        enqueue(library, &mut tx, &resource, Part::Small).await?;
        enqueue(library, &mut tx, &resource, Part::Fine).await?;
    }
    mark_ended(&mut tx, &id, None).await?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    let is_busy = queue::is_busy(&mut tx, id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    if is_busy {
        return Ok(());
    }
    let resource = super::load_resource(library, &id).await?;
    let mut kept: Vec<String> =
        super::list_renditions(library, &id).await?.into_iter().map(|each| each.folder).collect();
    kept.extend(resource.folder);
    library.files.remove_folders_but(&all, &kept).await
}

async fn keep_all(library: &Library, from: &Path, folder: &str) -> Result<()> {
    let mut entries = tokio::fs::read_dir(from).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        library.files.keep(&entry.path(), &format!("{folder}/{}", name.to_string_lossy())).await?;
    }
    Ok(())
}

async fn write_down(tx: &mut Tx, id: &ResourceId, part: Part, made: &Made, folder: &str) -> Result<()> {
    write!(tx, sql::REMOVE_PART, id, part.as_str())?;
    for each in &made.renditions {
        // A name belongs to one part; what an encoding under older rules called so is replaced.
        write!(tx, sql::REMOVE_RENDITION, id, &each.name)?;
        let plain = each.plain.as_ref();
        write!(
            tx,
            sql::ADD_RENDITION,
            id,
            part.as_str(),
            folder,
            &each.name,
            &each.kind,
            lines(each.width),
            lines(each.height),
            &each.codecs,
            each.frames_per_second,
            each.bits_per_second,
            each.peak_bits_per_second,
            each.size_bytes,
            &each.file,
            &each.playlist,
            plain.map(|plain| plain.file.as_str()),
            plain.map(|plain| plain.size_bytes),
            each.init_bytes,
            each.segments.to_string()
        )?;
    }
    if part == Part::First {
        write_playable(tx, id, made, folder).await?;
    }
    for name in rungs::crowded(&list_in!(tx, Rendition, sql::LIST_RENDITIONS, id)?) {
        write!(tx, sql::REMOVE_RENDITION, id, name)?;
    }
    Ok(())
}

/// What every page of a video needs: its plain file, its poster, its slides.
async fn write_playable(tx: &mut Tx, id: &ResourceId, made: &Made, folder: &str) -> Result<()> {
    let plain = made.renditions.iter().find_map(|each| each.plain.as_ref());
    let plain = plain.ok_or_else(|| Error::internal("a first part without a plain file"))?;
    let poster = made.poster.as_ref().map(|poster| poster.file.as_str());
    write!(tx, sql::SET_PLAYABLE, id, made.duration_ms, folder, &made.master, &plain.file, plain.size_bytes, poster)?;
    write!(tx, sql::REMOVE_STILLS, id)?;
    for still in &made.stills {
        let (avif, webp, fine) = (&still.avif, &still.webp, &still.fine);
        write!(
            tx,
            sql::ADD_STILL,
            id,
            still.at_ms,
            folder,
            still.width,
            still.height,
            &avif.file,
            avif.size_bytes,
            &webp.file,
            webp.size_bytes,
            &fine.file,
            fine.size_bytes
        )?;
    }
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
