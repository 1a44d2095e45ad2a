//! Can a program write the captions? The plug-in that `MENPA_CAPTION_COMMAND` names: it is given a media file and the
//! language that is spoken, and writes WebVTT to its standard output. It runs behind the converters'
//! fence. The language is a person's word, never a guess.

use std::path::PathBuf;
use std::time::Duration;

use super::{Captions, apply, propose, read, sql};
use crate::Library;
use crate::audit;
use crate::db::{Tx, find_in};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ResourceId};
use crate::media::child::{self, WantedRun, Word};
use crate::media::transcoding::{self, Scratch};
use crate::media::{self, Resource, ResourceKind};
use crate::people::Actor;
use crate::proposals::{self, Kind, Said};
use crate::queue::{self, Job, JobKind, NewJob, Trouble};

/// After what makes videos playable, before what makes them anew.
const PRIORITY: i64 = 11;
/// More than any captions take.
const MOST_BYTES: u64 = 4 << 20;

/// Asks for captions of what is said in `language`; what a person has written is never replaced by it.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict(NoCaptionCommand)` where there is no such program; `Conflict(NotWaiting)` for
/// what is no video or has not been looked at.
pub async fn ask(library: &Library, actor: &Actor, id: &ResourceId, language: Language) -> Result<()> {
    let resource = media::load_for_editing(library, actor, id).await?;
    if !library.can_write_captions() {
        return Err(Error::Conflict(Why::NoCaptionCommand));
    }
    if resource.kind != ResourceKind::Video || resource.duration_ms.is_none() {
        return Err(Error::Conflict(Why::NotWaiting));
    }
    let mut tx = library.db.begin().await?;
    if !queue::is_asked_for(&mut tx, id.as_str(), JobKind::Caption, Some(language)).await? {
        let job = transcoding::job_on(&resource, JobKind::Caption);
        queue::add(library, &mut tx, NewJob { language: Some(language), priority: PRIORITY, ..job }).await?;
        audit::note(library, &mut tx, Some(&actor.person), "captions.ask", id.as_str()).await?;
    }
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Runs the program and keeps what it wrote.
pub(crate) async fn caption(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = media::load_resource(library, &job.subject.as_str().into()).await?;
    let language = job.language.as_deref().and_then(Language::parse);
    let language = language.ok_or_else(|| Error::internal("captions of no language"))?;
    let Some(program) = &library.settings.caption_command else {
        return fail(library, job, owner, "no_caption_command", "MENPA_CAPTION_COMMAND names no program").await;
    };
    let source = source(library, &resource).await?;
    let plays = Duration::from_millis(resource.duration_ms.unwrap_or_default().unsigned_abs());
    let scratch = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let wanted = WantedRun {
        program,
        reach: &library.settings.caption_reach,
        arguments: vec![source.display().to_string(), language.as_str().into()],
        source: &source,
        folder: scratch.path(),
        most: Duration::from_mins(10) + plays * 10,
        most_bytes: MOST_BYTES,
        keep_free_bytes: library.settings.keep_free_bytes,
    };
    let child = child::run(&library.settings.transcoder, &wanted).await?;
    let body = match transcoding::follow(library, job, owner, child, &mut |_| {}).await? {
        None => return Ok(()),
        Some(Word::Ran { code: Some(0), out, .. }) => read::read(out.as_bytes()),
        Some(Word::Ran { code, complaint, .. }) => {
            let last = complaint.trim().lines().next_back().unwrap_or_default();
            let detail = code.map_or_else(|| format!("a signal: {last}"), |code| format!("code {code}: {last}"));
            return fail(library, job, owner, "captions_failed", &detail).await;
        }
        Some(other) => return fail(library, job, owner, "captions_failed", &format!("{other:?}")).await,
    };
    let Ok(body) = body else {
        return fail(library, job, owner, "captions_failed", "what it wrote is no captions").await;
    };
    let mut tx = library.db.begin().await?;
    if !queue::finish(library, &mut tx, job, owner).await? {
        return Ok(());
    }
    let known = find_in!(&mut tx, Captions, sql::FIND_CAPTIONS, &resource.id, language.as_str())?;
    let open = proposals::find_unsettled_in(&mut tx, &resource.id, Kind::Captions, language.as_str()).await?;
    if known.is_none_or(|known| known.is_automatic()) && open.is_none_or(|open| open.is_automatic()) {
        keep(library, &mut tx, job, &resource, language, body).await?;
    }
    tx.commit().await
}

/// Whoever asked for them proposes them, where somebody has to look at them before learners do.
async fn keep(
    library: &Library,
    tx: &mut Tx,
    job: &Job,
    resource: &Resource,
    language: Language,
    body: String,
) -> Result<()> {
    let author = job.created_by.as_ref().unwrap_or(&resource.uploader);
    let said = propose(library, tx, author, &resource.id, language, Some(body.clone()), true).await?;
    if said == Said::Applied {
        apply(library, tx, &resource.id, language, Some(&body), true).await?;
        audit::note(library, tx, None, "captions.write", resource.id.as_str()).await?;
    }
    Ok(())
}

async fn fail(library: &Library, job: &Job, owner: &str, cause: &str, detail: &str) -> Result<()> {
    let trouble = Trouble { cause: cause.into(), detail: detail.into(), is_final: true };
    transcoding::fail(library, job, owner, &trouble).await
}

/// The original where it is there, else the sound that was made of it.
async fn source(library: &Library, resource: &Resource) -> Result<PathBuf> {
    if resource.original_dropped_at.is_none() {
        return library.files.local_path(&resource.original);
    }
    let renditions = media::list_renditions(library, &resource.id).await?;
    let sound = renditions.iter().find(|each| each.kind == "audio").ok_or(Error::NotFound("sound"))?;
    library.files.local_path(&format!("{}/{}", sound.folder, sound.file))
}
