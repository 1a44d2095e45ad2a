//! Has the last byte arrived? Uploads that survive lost links, closed browsers and a killed server.
//! What was acknowledged is on disk: bytes are synced before the number of received bytes is written down.

mod arriving;
mod kind;
mod room;

use std::path::PathBuf;

use bytes::Bytes;
use futures::Stream;
use sha2::{Digest, Sha256};
use tokio::fs::File;

use super::{ResourceKind, Stage, named, sql};
use crate::Library;
use crate::audit;
use crate::db::{Tx, find, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, PersonId, ResourceId, UnitId};
use crate::people::{Actor, access};
use crate::queue::{self, JobKind, NewJob};
use crate::texts::{Texts, checked_line, clean};
use arriving::Arriving;
pub use arriving::Checksum;
pub(crate) use kind::by_name;
pub(crate) use room::note_kept;
pub use room::{Quotas, check_room};

/// An upload that nobody continues is forgotten after this long, in milliseconds (7 days).
pub const KEEP_MS: i64 = 7 * 24 * 3_600_000;
/// The largest file taken, in bytes (16 GiB).
pub const MOST_BYTES: i64 = 16 << 30;

/// What a browser says of a file before its first byte.
#[derive(Debug, Clone)]
pub struct NewUpload<'a> {
    pub filename: &'a str,
    pub content_type: &'a str,
    pub title: &'a str,
    pub language: Language,
    pub size_bytes: i64,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Upload {
    pub id: ResourceId,
    pub uploader: PersonId,
    pub owner_unit: Option<UnitId>,
    pub filename: String,
    pub content_type: String,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    pub size_bytes: i64,
    pub received_bytes: i64,
    pub created_at: i64,
    pub expires_at: i64,
    pub completed_at: Option<i64>,
}

fn part_path(library: &Library, id: &ResourceId) -> PathBuf {
    library.files.scratch("uploads").join(id.as_str())
}

/// Opens an upload: nothing has arrived yet.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid` for a file that is empty, too large or of an unknown kind;
/// `Full` when there is no room for it: on the disk, or within what this person, her unit or all may keep.
pub async fn create(library: &Library, actor: &Actor, new: &NewUpload<'_>) -> Result<Upload> {
    let owner = access::owner_unit(actor)?;
    match new.size_bytes {
        ..=0 => return Err(Error::invalid("size", Why::EmptyFile)),
        size if size > MOST_BYTES => return Err(Error::invalid("size", Why::TooLarge)),
        _ => {}
    }
    let filename = checked_line("filename", new.filename, 255)?;
    kind::by_name(&filename, new.content_type)?;
    let title = clean(new.title);
    let title = if title.is_empty() { filename.clone() } else { title };
    let title = Texts::of(new.language, title).checked("title", true, 200)?;
    let id = ResourceId::new();
    let now = library.clock.now_ms();
    tokio::fs::create_dir_all(library.files.scratch("uploads")).await?;
    File::create(part_path(library, &id)).await?.sync_all().await?;
    let upload = Upload {
        id,
        uploader: actor.person.clone(),
        owner_unit: owner,
        filename,
        content_type: clean(new.content_type),
        title,
        language: new.language,
        size_bytes: new.size_bytes,
        received_bytes: 0,
        created_at: now,
        expires_at: now + KEEP_MS,
        completed_at: None,
    };
    let opened = open(library, actor, &upload).await;
    if opened.is_err() {
        remove_part(library, &upload.id).await?;
    }
    opened.map(|()| upload)
}

/// What has not begun is told before its first byte that there is no room.
async fn open(library: &Library, actor: &Actor, upload: &Upload) -> Result<()> {
    let mut tx = library.db.begin().await?;
    room::promise(library, &mut tx, actor, upload.owner_unit.as_ref(), upload.size_bytes).await?;
    write!(
        &mut tx,
        sql::ADD_UPLOAD,
        &upload.id,
        &upload.uploader,
        &upload.owner_unit,
        &upload.filename,
        &upload.content_type,
        upload.title.to_json(),
        upload.language.as_str(),
        upload.size_bytes,
        upload.created_at,
        upload.expires_at,
        library.files.node()
    )?;
    audit::note(library, &mut tx, Some(&actor.person), "upload.create", upload.id.as_str()).await?;
    tx.commit().await
}

async fn load(library: &Library, id: &ResourceId) -> Result<Upload> {
    find!(&library.db, Upload, sql::FIND_UPLOAD, id)?.ok_or(Error::NotFound("upload"))
}

async fn load_own(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Upload> {
    let upload = load(library, id).await?;
    let gone = upload.completed_at.is_none() && upload.expires_at <= library.clock.now_ms();
    if gone || upload.uploader != actor.person { Err(Error::NotFound("upload")) } else { Ok(upload) }
}

/// Where to continue. A writer whose connection hangs is stopped first, so that the number is final.
///
/// # Errors
/// `NotFound` when it is unknown, expired or another person's.
pub async fn look(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Upload> {
    load_own(library, actor, id).await?;
    let _turn = library.turns.take(id).await;
    let upload = load_own(library, actor, id).await?;
    if upload.completed_at.is_none() && upload.received_bytes == upload.size_bytes {
        complete(library, &upload).await?;
        return load(library, id).await;
    }
    Ok(upload)
}

/// The caller's own uploads that wait to be continued.
pub async fn list_unfinished(library: &Library, actor: &Actor) -> Result<Vec<Upload>> {
    list!(&library.db, Upload, sql::LIST_UNFINISHED, &actor.person, library.clock.now_ms())
}

/// Appends the body at `offset`; gives the upload as it stands afterwards. What arrived before a broken connection is
/// kept, except with a `checksum` of exactly this body, which makes it all or nothing.
///
/// # Errors
/// `Conflict(WrongOffset)`, `Conflict(WrongChecksum)`, `Invalid(size)` when more arrives than was announced; `Full` when the
/// disk has no room for more: what arrived before is kept.
pub async fn append(
    library: &Library,
    actor: &Actor,
    id: &ResourceId,
    offset: i64,
    checksum: Option<Checksum>,
    body: impl Stream<Item = std::io::Result<Bytes>> + Unpin,
) -> Result<Upload> {
    load_own(library, actor, id).await?;
    let turn = library.turns.take(id).await;
    let upload = load_own(library, actor, id).await?;
    if upload.completed_at.is_some() || upload.received_bytes != offset {
        return Err(Error::Conflict(Why::WrongOffset));
    }
    let mut arriving = Arriving::open(library, &upload).await?;
    arriving.receive(body, &turn, checksum).await?;
    let upload = load(library, id).await?;
    if upload.received_bytes == upload.size_bytes {
        complete(library, &upload).await?;
        return load(library, id).await;
    }
    Ok(upload)
}

/// Takes a file of this machine in as if it had been uploaded; the file itself stays where it is.
///
/// # Errors
/// As [`create`] and [`append`]; `Conflict(WrongOffset)` when it is shorter than was announced.
pub async fn take_in(
    library: &Library,
    actor: &Actor,
    path: &std::path::Path,
    new: &NewUpload<'_>,
) -> Result<ResourceId> {
    let upload = create(library, actor, new).await?;
    let body = tokio_util::io::ReaderStream::new(File::open(path).await?);
    let taken = append(library, actor, &upload.id, 0, None, body).await;
    if let Ok(taken) = &taken
        && taken.completed_at.is_some()
    {
        return Ok(upload.id);
    }
    // Nobody continues it: the file is still where it was.
    terminate(library, actor, &upload.id).await?;
    Err(taken.err().unwrap_or(Error::Conflict(Why::WrongOffset)))
}

/// Turns a whole upload into a resource. May be repeated after a crash at any point.
async fn complete(library: &Library, upload: &Upload) -> Result<()> {
    let part = part_path(library, &upload.id);
    let original = original_of(&upload.id);
    if tokio::fs::try_exists(&part).await? {
        room::check_store(library, upload.size_bytes)?;
        library.files.keep(&part, &original).await?;
    }
    let path = library.files.local_path(&original)?;
    let (sha256, start) = tokio::task::spawn_blocking(move || examine(&path)).await??;
    let by_name = || kind::by_name(&upload.filename, &upload.content_type);
    let kind = kind::by_content(&start).map_or_else(by_name, Ok)?;
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::COMPLETE_UPLOAD, &upload.id, library.clock.now_ms())? == 1 {
        add_resource(library, &mut tx, upload, kind, &original, &sha256, kind::is_pdf(&start)).await?;
        tx.commit().await?;
    }
    library.turns.forget(&upload.id);
    library.nudge();
    Ok(())
}

async fn add_resource(
    library: &Library,
    tx: &mut Tx,
    upload: &Upload,
    kind: ResourceKind,
    original: &str,
    sha256: &str,
    is_pdf: bool,
) -> Result<()> {
    let (title, language, now) = (upload.title.to_json(), upload.language.as_str(), library.clock.now_ms());
    let content_type = if is_pdf { "application/pdf" } else { upload.content_type.as_str() };
    write!(
        tx,
        sql::ADD_RESOURCE,
        &upload.id,
        kind.as_str(),
        title,
        language,
        &upload.filename,
        content_type,
        upload.size_bytes,
        sha256,
        original,
        Stage::Received.as_str(),
        None::<String>,
        &upload.uploader,
        &upload.owner_unit,
        now
    )?;
    room::note_kept(tx, &upload.uploader, upload.owner_unit.as_ref(), upload.size_bytes).await?;
    named::name(tx, &upload.id, &upload.title, upload.language, &upload.filename).await?;
    if kind == ResourceKind::Courseware {
        return super::ask_for_pages(library, tx, &upload.id, &upload.uploader).await;
    }
    let job = NewJob {
        kind: JobKind::Probe,
        part: None,
        language: None,
        subject: upload.id.as_str(),
        plays_ms: None,
        created_by: Some(&upload.uploader),
        priority: 1,
    };
    queue::add(library, tx, job).await?;
    Ok(())
}

/// SHA-256 of a file in hexadecimal, and how it begins.
pub(crate) fn examine(path: &std::path::Path) -> Result<(String, Vec<u8>)> {
    use std::io::Read;
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(kind::START as u64).read_to_end(&mut start)?;
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((crate::people::hex(&hash.finalize()), start)),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Ends an upload and forgets its bytes.
///
/// # Errors
/// `NotFound`, or `Conflict(AlreadyFinished)` when it has become a resource.
pub async fn terminate(library: &Library, actor: &Actor, id: &ResourceId) -> Result<()> {
    load_own(library, actor, id).await?;
    let _turn = library.turns.take(id).await;
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::REMOVE_UPLOAD, id)? == 0 {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    tx.commit().await?;
    library.turns.forget(id);
    remove_part(library, id).await
}

async fn remove_part(library: &Library, id: &ResourceId) -> Result<()> {
    match tokio::fs::remove_file(part_path(library, id)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Uploads whose last byte is there and that are no resource yet: a crash came between.
pub(crate) async fn list_whole(library: &Library) -> Result<Vec<String>> {
    let whole = list!(&library.db, (String,), sql::LIST_WHOLE, library.clock.now_ms())?;
    Ok(whole.into_iter().map(|row| row.0).collect())
}

/// Uploads that nobody has continued for long.
pub(crate) async fn list_expired(library: &Library) -> Result<Vec<String>> {
    let expired = list!(&library.db, (String,), sql::LIST_EXPIRED, library.clock.now_ms(), library.files.node())?;
    Ok(expired.into_iter().map(|row| row.0).collect())
}

/// What a killed loading left between its last byte and its record becomes a resource. One that cannot become one keeps
/// the others from nothing.
pub(crate) async fn complete_whole(library: &Library) -> Result<()> {
    for id in list_whole(library).await? {
        if let Err(error) = complete_in_turn(library, &id.as_str().into()).await {
            tracing::error!(%error, upload = id, "a whole upload could not be completed");
        }
    }
    Ok(())
}

/// Forgets an upload that nobody has continued for long, with its bytes.
pub(crate) async fn forget_expired(library: &Library, id: &ResourceId) -> Result<()> {
    let _turn = library.turns.take(id).await;
    let mut tx = library.db.begin().await?;
    let removed = write!(&mut tx, sql::REMOVE_EXPIRED, id, library.clock.now_ms())?;
    tx.commit().await?;
    if removed == 1 {
        library.turns.forget(id);
        remove_part(library, id).await?;
    }
    Ok(())
}

/// Completes an upload unless a request, or another node, has done so or still has to: its bytes may lie elsewhere.
pub(crate) async fn complete_in_turn(library: &Library, id: &ResourceId) -> Result<()> {
    let _turn = library.turns.take(id).await;
    let upload = load(library, id).await?;
    let original = library.files.local_path(&original_of(id))?;
    let is_here = tokio::fs::try_exists(part_path(library, id)).await? || tokio::fs::try_exists(original).await?;
    if upload.completed_at.is_none() && is_here { complete(library, &upload).await } else { Ok(()) }
}

/// What the store calls the file as it was uploaded.
fn original_of(id: &ResourceId) -> String {
    format!("originals/{id}")
}
