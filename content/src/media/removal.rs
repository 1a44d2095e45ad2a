//! What may be taken away for good? A resource that nothing uses, with everything that was made of it.

use super::uploads::note_kept;
use super::{Resource, leaving, named, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::ResourceId;
use crate::proposals;
use crate::queue;

/// Whether a lesson or a handout uses it.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn is_used(library: &Library, id: &ResourceId) -> Result<bool> {
    Ok(find!(&library.db, (i64,), sql::COUNT_USES, id)?.is_some_and(|row| row.0 > 0))
}

/// Removes a resource in the caller's transaction, who has checked the right to. Its files go as everything does that
/// nothing lists any more: after a day, because pages that are open may still play from them.
///
/// # Errors
/// `Conflict(InUse)` while a lesson or a handout uses it.
pub(crate) async fn remove_in(library: &Library, tx: &mut Tx, resource: &Resource) -> Result<()> {
    let id = &resource.id;
    let uses = find_in!(tx, (i64,), sql::COUNT_USES, id)?.map_or(0, |row| row.0);
    if uses > 0 {
        return Err(Error::Conflict(Why::InUse));
    }
    queue::forget(tx, id.as_str()).await?;
    named::forget_words(tx, id).await?;
    write!(tx, sql::FORGET_HOLDING, id)?;
    write!(tx, sql::FORGET_PICKED, id)?;
    proposals::forget(tx, id).await?;
    write!(tx, sql::FORGET_ABOUT, id)?;
    write!(tx, sql::FORGET_TERMS, id)?;
    write!(tx, sql::FORGET_CAPTIONS, id)?;
    write!(tx, sql::FORGET_RENDITIONS, id)?;
    write!(tx, sql::FORGET_PAGES, id)?;
    write!(tx, sql::FORGET_COURSEWARE, id)?;
    write!(tx, sql::REMOVE_STILLS, id)?;
    write!(tx, sql::FORGET_UPLOAD, id)?;
    write!(tx, sql::REMOVE_RESOURCE, id)?;
    if resource.original_dropped_at.is_none() {
        note_kept(tx, &resource.uploader, resource.owner_unit.as_ref(), -resource.size_bytes).await?;
    }
    let now = library.clock.now_ms();
    if resource.original_dropped_at.is_none() {
        leaving::let_go(tx, &resource.original, now).await?;
    }
    leaving::let_go(tx, &format!("renditions/{id}"), now).await?;
    changes::note(library, tx, Changed::Resource, id.as_str()).await
}
