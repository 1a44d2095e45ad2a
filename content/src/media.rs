//! Can this file play? Resources, their renditions and captions, from the upload to the last finished encoding.

pub mod captions;
pub mod check;
pub mod child;
pub mod jobs;
mod sql;
pub(crate) mod transcoding;
pub(crate) mod turns;
pub mod uploads;

use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, list, write};
use crate::error::{Error, Result};
use crate::ids::{Language, PersonId, ResourceId, UnitId, words};
use crate::people::{self, Actor, access};
use crate::queue::{self, Job, JobKind, JobState};
use crate::texts::Texts;

/// How many resources a list shows at most.
const PAGE: i64 = 200;

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
    /// The folder of the file store that holds what can be played.
    pub folder: Option<String>,
    pub master: Option<String>,
    pub progressive: Option<String>,
    pub progressive_bytes: Option<i64>,
    pub poster: Option<String>,
}

/// One encoding of a video, whole and playable.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Rendition {
    pub name: String,
    /// `video` or `audio`.
    pub kind: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// The codecs as RFC 6381 writes them.
    pub codecs: String,
    pub bits_per_second: i64,
    pub size_bytes: i64,
    /// Its file within the resource's folder.
    pub file: String,
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
    pub job: Option<Job>,
}

impl Resource {
    /// The public address of a file in this resource's folder, or of its original.
    pub fn address(&self, file: &str) -> Option<String> {
        let folder = self.folder.as_deref()?.strip_prefix("renditions/")?;
        Some(format!("/media/{folder}/{file}"))
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

/// # Errors
/// `NotFound`.
pub async fn load_resource(library: &Library, id: &ResourceId) -> Result<Resource> {
    find_resource(library, id).await?.ok_or(Error::NotFound("resource"))
}

/// The resource, when a content manager's grant covers its owner.
///
/// # Errors
/// `NotFound` or `Forbidden`.
pub async fn load_for_editing(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Resource> {
    access::may_keep_content(actor)?;
    let resource = load_resource(library, id).await?;
    people::may_edit(library, actor, resource.owner_unit.as_ref()).await?;
    Ok(resource)
}

/// What this content manager may edit, newest first.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_resources(library: &Library, actor: &Actor) -> Result<Vec<Resource>> {
    access::may_keep_content(actor)?;
    list!(&library.db, Resource, sql::LIST_KEPT_RESOURCES, &actor.person, PAGE)
}

/// The renditions that are whole, smallest first.
pub async fn list_renditions(library: &Library, id: &ResourceId) -> Result<Vec<Rendition>> {
    list!(&library.db, Rendition, sql::LIST_RENDITIONS, id)
}

/// How far a resource has come. Who may ask is the caller's question (`courses::may_open_resource`).
///
/// # Errors
/// `NotFound`.
pub async fn load_progress(library: &Library, id: &ResourceId) -> Result<Progress> {
    let resource = load_resource(library, id).await?;
    let renditions = list_renditions(library, id).await?;
    let job = queue::find_newest_of(library, id.as_str()).await?;
    Ok(Progress { percent: percent_of(&resource, job.as_ref()), resource, renditions, job })
}

fn percent_of(resource: &Resource, job: Option<&Job>) -> f64 {
    match (resource.stage, job) {
        (Stage::Ready, _) => 100.0,
        (_, Some(job)) if job.kind == JobKind::Transcode && job.state == JobState::Running => job.percent,
        _ => 0.0,
    }
}

/// Gives a resource another title.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid` for an empty or overlong title.
pub async fn rename(library: &Library, actor: &Actor, id: &ResourceId, title: Texts) -> Result<()> {
    load_for_editing(library, actor, id).await?;
    let title = title.checked("title", true, 200)?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::RENAME, id, title.to_json())?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "resource.rename", id.as_str()).await?;
    tx.commit().await
}

/// Puts a resource back to where the given job will take it up.
async fn mark_waiting(tx: &mut Tx, job: &Job) -> Result<()> {
    let stage = if job.kind == JobKind::Probe { Stage::Received } else { Stage::Checked };
    set_stage(tx, &job.subject.as_str().into(), stage, None).await
}

async fn mark_failed(tx: &mut Tx, id: &ResourceId, cause: &str) -> Result<()> {
    set_stage(tx, id, Stage::Failed, Some(cause)).await
}

async fn set_stage(tx: &mut Tx, id: &ResourceId, stage: Stage, cause: Option<&str>) -> Result<()> {
    write!(tx, sql::SET_STAGE, id, stage.as_str(), cause)?;
    Ok(())
}
