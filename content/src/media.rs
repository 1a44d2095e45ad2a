//! Can this file play? Resources, their renditions and captions, from the upload to the last finished encoding.

pub(crate) mod bare;
pub mod captions;
pub mod check;
pub mod child;
pub mod encoding;
pub mod jobs;
pub(crate) mod leaving;
mod listing;
pub mod named;
pub mod originals;
pub(crate) mod paged;
pub mod playlist;
pub mod removal;
mod rungs;
pub(crate) mod said;
mod sql;
pub(crate) mod transcoding;
pub(crate) mod turns;
pub mod uploads;

use crate::Library;
use crate::db::{Tx, find, find_in, list, write};
use crate::error::{Error, Result};
use crate::ids::{Language, PersonId, ResourceId, UnitId, words};
use crate::people::{self, Actor, access};
use crate::queue::{self, Job, JobKind, JobState, Part};
use crate::texts::Texts;

pub use encoding::{Chosen, Class, Effort, Seen, encode_again, find_seen};
pub use originals::Originals;
pub(crate) use paged::{Whole, ask_for_pages, mark_whole};
pub use rungs::choose_language;
pub use said::{find_working_title, rename};
pub(crate) use said::{rename_in, set_language_in};

/// How many resources a list shows at most.
const NEWEST: i64 = 200;

words!(
    /// What a resource is.
    ResourceKind { Video = "video", Courseware = "courseware" }
);

words!(
    /// How far a resource has come since its last byte arrived.
    Stage {
        Received = "received",
        Checked = "checked",
        Transcoding = "transcoding",
        Ready = "ready",
        Failed = "failed",
    }
);

/// A reusable file of the library. Sizes are bytes, times milliseconds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Resource {
    pub id: ResourceId,
    #[sqlx(try_from = "String")]
    pub kind: ResourceKind,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    pub filename: String,
    pub content_type: String,
    pub size_bytes: i64,
    pub sha256: String,
    /// The name of the original in the file store.
    pub original: String,
    /// Since when the original is gone, by the policy of its column.
    pub original_dropped_at: Option<i64>,
    #[sqlx(try_from = "String")]
    pub stage: Stage,
    /// A stable code of why it failed.
    pub cause: Option<String>,
    pub uploader: PersonId,
    /// Whose content managers may edit it (`None`: those of the whole tree).
    pub owner_unit: Option<UnitId>,
    pub created_at: i64,
    pub duration_ms: Option<i64>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// What kind of picture it is, as it was seen (see [`Class`]).
    pub class: Option<String>,
    /// And as a content manager chose instead.
    pub class_chosen: Option<String>,
    /// 1 when steady noise is taken out of its sound, as a content manager chose.
    pub denoise: i64,
    /// What the renditions that play were made as.
    pub class_used: Option<String>,
    /// The folder of the file store that holds poster, stills and plain file.
    pub folder: Option<String>,
    pub master: Option<String>,
    pub progressive: Option<String>,
    pub progressive_bytes: Option<i64>,
    pub poster: Option<String>,
}

/// One encoding of a video, whole and playable.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Rendition {
    /// Which part of the work made it (see [`Part`]).
    pub part: String,
    /// The folder of the file store that holds it.
    pub folder: String,
    pub name: String,
    /// `video` or `audio`.
    pub kind: String,
    /// What it is spoken in, where the upload said so (see [`Language`]).
    pub language: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// The codecs as RFC 6381 writes them.
    pub codecs: String,
    pub bits_per_second: i64,
    pub frames_per_second: f64,
    pub peak_bits_per_second: i64,
    pub size_bytes: i64,
    /// Its file within its folder.
    pub file: String,
    pub playlist: String,
    /// Picture and sound in one ordinary file, to be kept for use offline.
    pub plain: Option<String>,
    pub plain_bytes: Option<i64>,
    /// How many bytes at the start of the file the decoder needs first.
    pub init_bytes: i64,
    /// JSON: `[[start_ms, duration_ms, offset, length], …]`.
    pub segments: String,
}

/// A resource with what the newest job says of it.
#[derive(Debug, Clone)]
pub struct Progress {
    pub resource: Resource,
    pub renditions: Vec<Rendition>,
    /// Percent of the whole way, 0 to 100.
    pub percent: f64,
    /// The job that is at work, else the one that waits, else the newest.
    pub job: Option<Job>,
    /// The captions that a program writes or could not write, newest first.
    pub captions: Vec<Job>,
}

/// One slide as a picture.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Still {
    pub at_ms: i64,
    pub folder: String,
    pub width: i64,
    pub height: i64,
    pub avif: String,
    pub avif_bytes: i64,
    /// Its twin for browsers without AVIF.
    pub webp: String,
    pub webp_bytes: i64,
    /// Nearly without loss, for diagnosis.
    pub fine: String,
    pub fine_bytes: i64,
}

/// The public address of a file in a folder of the store.
pub(crate) fn address_in(folder: &str, file: &str) -> Option<String> {
    Some(format!("/media/{}/{file}", folder.strip_prefix("renditions/")?))
}

impl Rendition {
    /// The public address of its file.
    pub fn address(&self) -> Option<String> {
        address_in(&self.folder, &self.file)
    }

    /// The public address of picture and sound in one file.
    pub fn plain_address(&self) -> Option<String> {
        address_in(&self.folder, self.plain.as_deref()?)
    }

    /// Whether every browser and phone that plays video plays it; others are for those of the last years.
    pub fn plays_everywhere(&self) -> bool {
        ["avc1", "mp4a"].iter().any(|family| self.codecs.starts_with(family))
    }

    /// Lines of the picture's shorter side.
    pub fn lines(&self) -> Option<i64> {
        Some(self.width?.min(self.height?))
    }
}

impl Still {
    /// The public address of one of its files.
    pub fn address(&self, file: &str) -> Option<String> {
        address_in(&self.folder, file)
    }
}

impl Resource {
    /// What its pictures are encoded as: by its manager's choice, else as they were made, else as they were seen.
    pub fn class(&self) -> Option<Class> {
        let words = [&self.class_chosen, &self.class_used, &self.class];
        words.into_iter().find_map(Option::as_deref).and_then(Class::parse)
    }

    /// Whether steady noise is taken out of its sound.
    pub fn denoise(&self) -> bool {
        self.denoise != 0
    }

    /// The public address of a file in this resource's folder, or of its original.
    pub fn address(&self, file: &str) -> Option<String> {
        address_in(self.folder.as_deref()?, file)
    }

    pub fn hls(&self) -> Option<String> {
        self.address(self.master.as_deref()?)
    }

    pub fn progressive_address(&self) -> Option<String> {
        self.address(self.progressive.as_deref()?)
    }

    pub fn poster_address(&self) -> Option<String> {
        self.address(self.poster.as_deref()?)
    }

    /// Where the file as it was uploaded can be had, for courseware.
    pub fn original_address(&self) -> String {
        format!("/media/{}/original", self.id)
    }
}

pub async fn find_resource(library: &Library, id: &ResourceId) -> Result<Option<Resource>> {
    find!(&library.db, Resource, sql::FIND_RESOURCE, id)
}

pub(crate) async fn find_in_tx(tx: &mut Tx, id: &ResourceId) -> Result<Option<Resource>> {
    find_in!(tx, Resource, sql::FIND_RESOURCE, id)
}

/// # Errors
/// `NotFound`.
pub async fn load_resource(library: &Library, id: &ResourceId) -> Result<Resource> {
    find_resource(library, id).await?.ok_or(Error::NotFound("resource"))
}

/// The resource, when a content manager's grant covers its owner.
///
/// # Errors
/// `Forbidden` for people who keep no content; `NotFound`, also for what another unit owns.
pub async fn load_for_editing(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Resource> {
    access::may_keep_content(actor)?;
    let resource = load_resource(library, id).await?;
    people::may_know(library, actor, resource.owner_unit.as_ref(), "resource").await?;
    Ok(resource)
}

/// Of the newest files, those that this content manager may edit, newest first.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_resources(library: &Library, actor: &Actor) -> Result<Vec<Resource>> {
    access::may_keep_content(actor)?;
    list!(&library.db, Resource, sql::LIST_KEPT_RESOURCES, &actor.person, NEWEST, NEWEST)
}

/// The renditions that are whole, smallest first.
pub async fn list_renditions(library: &Library, id: &ResourceId) -> Result<Vec<Rendition>> {
    list!(&library.db, Rendition, sql::LIST_RENDITIONS, id)
}

/// Its slides as pictures, in order; none of a camera's picture.
pub async fn list_stills(library: &Library, id: &ResourceId) -> Result<Vec<Still>> {
    list!(&library.db, Still, sql::LIST_STILLS, id)
}

/// How far a resource has come. Who may ask is the caller's question (`courses::may_open_resource`).
///
/// # Errors
/// `NotFound`.
pub async fn load_progress(library: &Library, id: &ResourceId) -> Result<Progress> {
    let resource = load_resource(library, id).await?;
    let renditions = list_renditions(library, id).await?;
    let all = queue::list_of(library, id.as_str()).await?;
    let (mut jobs, others): (Vec<Job>, Vec<Job>) = all.into_iter().partition(|job| is_encoding(job.kind));
    let is_told =
        |job: &Job| job.kind == JobKind::Caption && !matches!(job.state, JobState::Done | JobState::Cancelled);
    let captions = others.into_iter().filter(is_told).collect();
    let percent = percent_of(&resource, &jobs);
    // The order of equals, newest first, stays.
    jobs.sort_by_key(|job| match job.state {
        JobState::Running => 0,
        JobState::Queued => 1,
        JobState::Paused => 2,
        _ => 3,
    });
    Ok(Progress { percent, resource, renditions, job: jobs.into_iter().next(), captions })
}

/// What each job is of the whole way, roughly as long as it takes.
fn percent_of(resource: &Resource, jobs: &[Job]) -> f64 {
    if resource.stage == Stage::Ready {
        return 100.0;
    }
    let share = |part: Option<Part>| match part {
        None => 4.0,
        Some(Part::First) => 12.0,
        Some(Part::Stills) => 4.0,
        Some(Part::Small) => 30.0,
        Some(Part::Fine) => 35.0,
        Some(Part::Sharp) => 15.0,
    };
    if resource.kind == ResourceKind::Courseware {
        return jobs.first().map_or(0.0, |job| job.percent);
    }
    let newest = |part: Option<Part>| jobs.iter().find(|job| job.part() == part);
    let parts = [None].into_iter().chain(Part::ALL.iter().copied().map(Some));
    let reached = parts.filter_map(|part| Some(share(part) * newest(part)?.percent / 100.0));
    reached.sum()
}

/// Whether a resource is not whole without this work.
fn is_encoding(kind: JobKind) -> bool {
    matches!(kind, JobKind::Probe | JobKind::Transcode | JobKind::Pages)
}

/// Puts a resource back to where the given job will take it up.
async fn mark_waiting(tx: &mut Tx, job: &Job) -> Result<()> {
    if !is_encoding(job.kind) || job.priority >= encoding::BACKGROUND {
        return Ok(());
    }
    // Courseware that can be read stays so while it is made anew.
    if job.kind == JobKind::Pages && is_there(tx, &job.subject.as_str().into()).await? {
        return Ok(());
    }
    let stage = match (job.kind, job.part()) {
        (JobKind::Probe | JobKind::Pages, _) => Stage::Received,
        (_, Some(Part::First)) => Stage::Checked,
        _ => Stage::Transcoding,
    };
    set_stage(tx, &job.subject.as_str().into(), stage, None).await
}

/// What the end of a job makes of its resource. What plays stays ready whatever becomes of better renditions; a job
/// that fails before there is anything fails the resource.
async fn mark_ended(tx: &mut Tx, id: &ResourceId, cause: Option<&str>) -> Result<()> {
    let plays = is_there(tx, id).await?;
    match (plays, cause) {
        (false, Some(cause)) => set_stage(tx, id, Stage::Failed, Some(cause)).await,
        (true, _) if !queue::is_busy(tx, id.as_str()).await? => set_stage(tx, id, Stage::Ready, None).await,
        _ => mark_transcoding(tx, id).await,
    }
}

/// Whether there is something of it to play or to read.
async fn is_there(tx: &mut Tx, id: &ResourceId) -> Result<bool> {
    Ok(find_in!(tx, (i64,), sql::COUNT_PLAYABLE, id)?.is_some_and(|row| row.0 > 0))
}

/// What is ready stays so while it is made anew in the background.
async fn mark_transcoding(tx: &mut Tx, id: &ResourceId) -> Result<()> {
    write!(tx, sql::SET_TRANSCODING, id)?;
    Ok(())
}

async fn set_stage(tx: &mut Tx, id: &ResourceId, stage: Stage, cause: Option<&str>) -> Result<()> {
    write!(tx, sql::SET_STAGE, id, stage.as_str(), cause)?;
    Ok(())
}
