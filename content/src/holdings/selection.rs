//! Which of them has she picked? Kept from page to page and from day to day, until she lets go of it.

use super::{Filter, finding, laid, sql};
use crate::Library;
use crate::db::{find, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::ResourceId;
use crate::people::{Actor, access};

/// How many may be picked in all.
pub const MOST: usize = 5000;

/// So many ids go to a statement, which takes them apart one by one.
const AT_ONCE: usize = 200;

/// What has become of the wish to pick all that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picked {
    pub count: usize,
    /// There are more that fit than may be picked.
    pub has_more: bool,
}

/// How many are picked.
pub async fn count_picked(library: &Library, actor: &Actor) -> Result<usize> {
    let row = find!(&library.db, (i64,), sql::COUNT_PICKED, &actor.person)?;
    Ok(row.map_or(0, |row| usize::try_from(row.0).unwrap_or_default()))
}

/// Of the resources that were `shown`, `picked` are picked from now on and the others are not. What she does not keep
/// is passed over.
///
/// # Errors
/// `Forbidden`; `Conflict(TooMany)` when more than [`MOST`] would be picked.
pub async fn pick(library: &Library, actor: &Actor, shown: &[ResourceId], picked: &[ResourceId]) -> Result<()> {
    access::may_keep_content(actor)?;
    let others: Vec<&ResourceId> = shown.iter().filter(|id| !picked.contains(id)).collect();
    let (others, other_count) = laid(others);
    let (ids, count) = laid(picked);
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::UNPICK, others, other_count, &actor.person)?;
    write!(&mut tx, sql::PICK, ids, count, &actor.person)?;
    let all = crate::db::find_in!(&mut tx, (i64,), sql::COUNT_PICKED, &actor.person)?.map_or(0, |row| row.0);
    if usize::try_from(all).is_ok_and(|all| all > MOST) {
        return Err(Error::Conflict(Why::TooMany));
    }
    tx.commit().await
}

/// Picks all that fit, instead of what was picked; [`MOST`] at most, the newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn pick_all(library: &Library, actor: &Actor, filter: &Filter) -> Result<Picked> {
    let (ids, has_more) = finding::find_all(library, actor, filter, MOST).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::UNPICK_ALL, &actor.person)?;
    for some in ids.chunks(AT_ONCE) {
        let (all, count) = laid(some);
        write!(&mut tx, sql::PICK, all, count, &actor.person)?;
    }
    tx.commit().await?;
    Ok(Picked { count: ids.len(), has_more })
}

/// Lets go of all of it.
pub async fn let_go(library: &Library, actor: &Actor) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::UNPICK_ALL, &actor.person)?;
    tx.commit().await
}

/// What is picked and still hers to edit, in a steady order: those behind `after`, `most` at most.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_picked(
    library: &Library,
    actor: &Actor,
    after: Option<&ResourceId>,
    most: usize,
) -> Result<Vec<ResourceId>> {
    access::may_keep_content(actor)?;
    let (after, most) = (after.map_or("", ResourceId::as_str), i64::try_from(most).unwrap_or(i64::MAX));
    let rows = list!(&library.db, (ResourceId,), sql::LIST_PICKED_IDS, &actor.person, after, most)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
