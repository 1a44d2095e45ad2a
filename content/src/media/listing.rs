//! How does what was encoded become visible? Its files move into the store, then one transaction lists them.

use std::path::Path;

use super::child::{self, Made};
use super::encoding::BACKGROUND;
use super::originals::{self, Originals};
use super::{Rendition, Resource, Still, leaving, mark_ended, rungs, sql, transcoding};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find_in, list_in, write};
use crate::error::{Error, Result};
use crate::ids::ResourceId;
use crate::queue::{self, Job, Part, Reached};

/// What was made, for whom, and what it was made as.
pub(super) struct Asked<'a> {
    pub job: &'a Job,
    pub owner: &'a str,
    pub part: Part,
    /// The class it was encoded as.
    pub class: Option<&'a str>,
    pub originals: Originals,
}

/// Moves the files into a folder of the store that nobody else writes, then makes them visible in one transaction, in
/// which the next parts are asked for. What earlier tries left goes when nothing of the video is being made any more.
pub(super) async fn show(library: &Library, asked: &Asked<'_>, made: &Made, from: &Path) -> Result<()> {
    let Asked { job, owner, part, .. } = *asked;
    let id: ResourceId = job.subject.as_str().into();
    let all = format!("renditions/{id}");
    let folder = format!("{all}/{}", uuid::Uuid::now_v7().simple());
    // From another file system they are copied, which may take longer than a lease lasts.
    let reached = Reached::at(100.0);
    let files = files_of(made);
    let keeping =
        library.files.keep_made(from, &files, &folder, child::MOST_MEDIA_BYTES, library.settings.keep_free_bytes);
    let Some(is_kept) = queue::hold(library, job, owner, &reached, keeping).await? else {
        return library.files.remove_under(&folder).await;
    };
    if !is_kept {
        let detail = "the transcoder left something else than the files it spoke of".into();
        return transcoding::give_up(library, job, owner, "unsafe_file".into(), detail).await;
    }
    // The store is looked through before the database's only writer is taken.
    let folders = library.files.list_folders(&all).await?;
    let mut tx = library.db.begin().await?;
    if !queue::finish(library, &mut tx, job, owner).await? {
        drop(tx);
        return library.files.remove_under(&folder).await;
    }
    write_down(&mut tx, &id, asked, made, &folder).await?;
    let resource = find_in!(&mut tx, Resource, sql::FIND_RESOURCE, &id)?.ok_or(Error::NotFound("resource"))?;
    if part == Part::First {
        let wait = if job.priority >= BACKGROUND { BACKGROUND } else { 0 };
        for better in Part::ALL.iter().filter(|part| **part != Part::First) {
            transcoding::enqueue(library, &mut tx, &resource, *better, wait).await?;
        }
    }
    mark_ended(&mut tx, &id, None).await?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    if !queue::is_busy(&mut tx, id.as_str()).await? {
        if asked.originals != Originals::Keep {
            originals::enqueue(library, &mut tx, &resource).await?;
        }
        let_go_of_others(library, &mut tx, &resource, folders).await?;
    }
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Of `folders`, what is listed no longer may go. (Nothing of the video is being made: what was kept is listed by now.)
async fn let_go_of_others(library: &Library, tx: &mut Tx, resource: &Resource, folders: Vec<String>) -> Result<()> {
    let mut kept: Vec<String> =
        list_in!(tx, Rendition, sql::LIST_RENDITIONS, &resource.id)?.into_iter().map(|each| each.folder).collect();
    kept.extend(resource.folder.clone());
    kept.extend(list_in!(tx, Still, sql::LIST_STILLS, &resource.id)?.into_iter().map(|still| still.folder));
    for folder in folders {
        if !kept.contains(&folder) {
            leaving::let_go(tx, &folder, library.clock.now_ms()).await?;
        }
    }
    Ok(())
}

/// What was said to have been made, each file once: whatever else lies in the folder stays behind.
fn files_of(made: &Made) -> Vec<&str> {
    let mut files = vec![made.master.as_str()];
    files.extend(made.poster.iter().map(|poster| poster.file.as_str()));
    for each in &made.renditions {
        files.extend([each.file.as_str(), each.playlist.as_str()]);
        files.extend(each.plain.iter().map(|plain| plain.file.as_str()));
    }
    files.extend(
        made.stills.iter().flat_map(|still| [&still.avif, &still.webp, &still.fine]).map(|file| file.file.as_str()),
    );
    files.sort_unstable();
    files.dedup();
    files
}

async fn write_down(tx: &mut Tx, id: &ResourceId, asked: &Asked<'_>, made: &Made, folder: &str) -> Result<()> {
    let part = asked.part;
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
            &each.language,
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
    match part {
        Part::First => write_playable(tx, id, asked.class, made, folder).await?,
        Part::Stills => write_stills(tx, id, made, folder).await?,
        Part::Small | Part::Fine | Part::Sharp => {}
    }
    for name in rungs::crowded(&list_in!(tx, Rendition, sql::LIST_RENDITIONS, id)?) {
        write!(tx, sql::REMOVE_RENDITION, id, name)?;
    }
    Ok(())
}

/// What every page of a video needs: its plain file and its poster.
async fn write_playable(tx: &mut Tx, id: &ResourceId, class: Option<&str>, made: &Made, folder: &str) -> Result<()> {
    let plain = made.renditions.iter().find_map(|each| each.plain.as_ref());
    let plain = plain.ok_or_else(|| Error::internal("a first part without a plain file"))?;
    let poster = made.poster.as_ref().map(|poster| poster.file.as_str());
    let (length_ms, master) = (made.duration_ms, &made.master);
    let (file, bytes) = (&plain.file, plain.size_bytes);
    write!(tx, sql::SET_PLAYABLE, id, length_ms, folder, master, file, bytes, poster, class)?;
    Ok(())
}

/// Its slides as pictures, in place of those it had.
async fn write_stills(tx: &mut Tx, id: &ResourceId, made: &Made, folder: &str) -> Result<()> {
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
