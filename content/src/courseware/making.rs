//! How do pages come about? One job: the confined child makes them, then one transaction shows them.

use std::path::Path;

use super::{reading, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, write};
use crate::error::{Error, Result, Why};
use crate::media::child::{self, Word};
use crate::media::paged::{MadePage, MadePages};
use crate::media::transcoding::{self, Scratch};
use crate::media::{self, Resource, Whole};
use crate::queue::{self, Job, Reached};

/// Makes the pages of an upload in a folder nobody sees, and shows them when all are whole.
pub(crate) async fn make(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let resource = media::load_resource(library, &job.subject.as_str().into()).await?;
    if library.files.free_bytes()? < child::floor(library.settings.keep_free_bytes) {
        return Err(Error::Conflict(Why::DiskFull));
    }
    if !transcoding::begin(library, job, owner, &resource.id).await? {
        return Ok(());
    }
    let source = library.files.local_path(&resource.original)?;
    let scratch = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let office = library.settings.office();
    let wanted = child::WantedPages {
        source: &source,
        folder: scratch.path(),
        name: &resource.filename,
        office: office.as_deref(),
        unfenced: library.settings.unfenced_documents,
        keep_free_bytes: library.settings.keep_free_bytes,
    };
    let child = child::pages(&library.settings.transcoder, &wanted).await?;
    match transcoding::follow(library, job, owner, child, &mut |_| {}).await? {
        Some(Word::Paged(made)) => show(library, (job, owner), &resource, &made, scratch.path()).await,
        Some(Word::Failed { cause, detail }) => transcoding::give_up(library, job, owner, cause, detail).await,
        Some(other) => Err(Error::internal(format!("the transcoder answered {other:?}"))),
        None => Ok(()),
    }
}

/// Moves the pictures into a folder of the store that nobody else writes, then makes the pages visible in one
/// transaction. Those that they replace stay for whoever has them open.
async fn show(
    library: &Library,
    (job, owner): (&Job, &str),
    resource: &Resource,
    made: &MadePages,
    from: &Path,
) -> Result<()> {
    let id = &resource.id;
    let folder = format!("renditions/{id}/{}", uuid::Uuid::now_v7().simple());
    let reached = Reached::at(100.0);
    let files = made.pages.iter().flat_map(|page| [&page.avif, &page.webp]).flatten();
    let files: Vec<&str> = files.map(|picture| picture.file.as_str()).collect();
    let keeping =
        library.files.keep_made(from, &files, &folder, child::MOST_PAGE_BYTES, library.settings.keep_free_bytes);
    let Some(is_kept) = queue::hold(library, job, owner, &reached, keeping).await? else {
        return library.files.remove_under(&folder).await;
    };
    if !is_kept {
        let detail = "the converter left something else than the pictures it spoke of".into();
        return transcoding::give_up(library, job, owner, "unsafe_file".into(), detail).await;
    }
    let mut tx = library.db.begin().await?;
    if !queue::finish(library, &mut tx, job, owner).await? {
        drop(tx);
        return library.files.remove_under(&folder).await;
    }
    let whole = write_pages(&mut tx, resource, made, &folder).await?;
    media::mark_whole(library, &mut tx, resource, &whole).await?;
    changes::note(library, &mut tx, Changed::Resource, id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}

async fn write_pages(tx: &mut Tx, resource: &Resource, made: &MadePages, folder: &str) -> Result<Whole> {
    let id = &resource.id;
    let fonts = serde_json::json!(made.legacy_fonts).to_string();
    let count = i64::try_from(made.pages.len()).unwrap_or(i64::MAX);
    write!(tx, sql::SET_COURSEWARE, id, made.format.as_str(), count, fonts, i64::from(made.lacks_office))?;
    write!(tx, sql::REMOVE_PAGES, id)?;
    let (mut number, mut starts_ms, mut size_bytes) = (0, 0, 0);
    for page in &made.pages {
        number += 1;
        let reading_ms = reading::reading_ms(&page.text);
        write_page(tx, resource, page, (number, starts_ms, reading_ms), folder).await?;
        starts_ms += reading_ms;
        size_bytes += page.avif.as_ref().map_or(0, |picture| picture.size_bytes);
    }
    let poster = made.pages.first().and_then(|page| page.webp.as_ref()).map(|picture| picture.file.clone());
    Ok(Whole { folder: folder.to_owned(), duration_ms: starts_ms, size_bytes, poster })
}

async fn write_page(
    tx: &mut Tx,
    resource: &Resource,
    page: &MadePage,
    (number, starts_ms, reading_ms): (i64, i64, i64),
    folder: &str,
) -> Result<()> {
    let (avif, webp) = (page.avif.as_ref(), page.webp.as_ref());
    let side = |side: i64| avif.map(|_| side);
    write!(
        tx,
        sql::ADD_PAGE,
        &resource.id,
        number,
        folder,
        side(page.width),
        side(page.height),
        avif.map(|picture| picture.file.as_str()),
        avif.map(|picture| picture.size_bytes),
        webp.map(|picture| picture.file.as_str()),
        webp.map(|picture| picture.size_bytes),
        page.text.replace('\0', ""),
        i64::from(page.is_legacy),
        starts_ms,
        reading_ms
    )?;
    Ok(())
}
