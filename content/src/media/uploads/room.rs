//! Is there room for another file? What open uploads were promised counts as taken, and what has to stay free does too;
//! and nobody, and no unit, may fill the disk alone.

use super::KEEP_MS;
use crate::Library;
use crate::db::{Tx, find_in, write};
use crate::error::{Error, Full, Result};
use crate::ids::{PersonId, UnitId};
use crate::media::sql;
use crate::people::Actor;

/// Uploads that one person may have open at a time. A browser sends two.
const MOST_OPEN: i64 = 200;
/// An upload that got nothing for so long (ms) is promised nothing any more. It may still be continued where there is room.
const PROMISE_MS: i64 = 24 * 3_600_000;

/// How many bytes of originals may be kept: by one person, by the units' own managers together, and in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    pub person_bytes: u64,
    pub unit_bytes: u64,
    /// `None`: as much as the disk holds.
    pub all_bytes: Option<u64>,
}

/// A prefecture's library takes about 300 GB; more than one of them is brought in by one person on purpose.
impl Default for Quotas {
    fn default() -> Self {
        Self { person_bytes: 1 << 40, unit_bytes: 4 << 40, all_bytes: None }
    }
}

/// Whose everything is.
const ALL: &str = "";

async fn find_kept(tx: &mut Tx, owner: &str) -> Result<i64> {
    Ok(find_in!(tx, (i64,), sql::FIND_KEPT, owner)?.map_or(0, |row| row.0))
}

/// Counts the bytes of an original that is kept from now on, or, where they are less than none, that is not any more.
pub(crate) async fn note_kept(tx: &mut Tx, uploader: &PersonId, owner: Option<&UnitId>, bytes: i64) -> Result<()> {
    // Always in this order: two at the same moment wait for each other once, and not crosswise.
    write!(tx, sql::KEEP, ALL, bytes)?;
    if let Some(unit) = owner {
        write!(tx, sql::KEEP, unit.as_str(), bytes)?;
    }
    write!(tx, sql::KEEP, uploader.as_str(), bytes)?;
    Ok(())
}

/// Promises `size_bytes` to a new upload, within the transaction that opens it.
///
/// # Errors
/// `Full` with what is full and how much is left of it.
pub(super) async fn promise(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    owner: Option<&UnitId>,
    size_bytes: i64,
) -> Result<()> {
    find_in!(tx, (i64,), sql::HOLD_ROOM)?;
    let now = library.clock.now_ms();
    let own = find_in!(tx, (i64, i64), sql::SUM_OPEN_OF_PERSON, &actor.person, now)?.unwrap_or_default();
    if own.0 >= MOST_OPEN {
        return Err(Error::Full { of: Full::Uploads, most: MOST_OPEN, left: 0 });
    }
    let quotas = library.settings.quotas;
    let kept = find_kept(tx, actor.person.as_str()).await?;
    within(Full::Person, quotas.person_bytes, kept + own.1, size_bytes)?;
    if let Some(unit) = owner {
        let open = find_in!(tx, (i64,), sql::SUM_OPEN_OF_UNIT, unit, now)?.unwrap_or_default().0;
        within(Full::Unit, quotas.unit_bytes, find_kept(tx, unit.as_str()).await? + open, size_bytes)?;
    }
    if let Some(all) = quotas.all_bytes {
        let open = find_in!(tx, (i64,), sql::SUM_OPEN, now)?.unwrap_or_default().0;
        within(Full::All, all, find_kept(tx, ALL).await? + open, size_bytes)?;
    }
    let touched_since = now + KEEP_MS - PROMISE_MS;
    let promised = find_in!(tx, (i64, i64), sql::SUM_PROMISED, library.files.node(), touched_since)?;
    let (here, everywhere) = promised.unwrap_or_default();
    let free = library.files.free()?;
    let floor = library.settings.keep_free_bytes;
    within(Full::Disk, free.scratch_bytes.saturating_sub(floor), here, size_bytes)?;
    // Where the store is a disk of its own, each upload is copied there when it is whole.
    match free.store_bytes {
        Some(store) => within(Full::Disk, store.saturating_sub(floor), everywhere, size_bytes),
        None => Ok(()),
    }
}

/// Whether a whole upload can move to the store.
///
/// # Errors
/// `Full` when what has to stay free would not.
pub(super) fn check_store(library: &Library, size_bytes: i64) -> Result<()> {
    let Some(store) = library.files.free()?.store_bytes else { return Ok(()) };
    within(Full::Disk, store.saturating_sub(library.settings.keep_free_bytes), 0, size_bytes)
}

/// Whether a file of this machine may move into the store.
///
/// # Errors
/// `Full` when what has to stay free would not.
pub fn check_room(library: &Library, bytes: u64) -> Result<()> {
    let free = library.files.free_bytes()?.saturating_sub(library.settings.keep_free_bytes);
    within(Full::Disk, free, 0, i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// Whether so many bytes may be written now: what has to stay free stays free.
///
/// # Errors
/// `Full` when it would not.
pub(super) fn check_scratch(library: &Library, bytes: usize) -> Result<()> {
    let free = library.files.free_scratch()?.saturating_sub(library.settings.keep_free_bytes);
    within(Full::Disk, free, 0, i64::try_from(bytes).unwrap_or(i64::MAX))
}

fn within(of: Full, most: u64, taken: i64, more: i64) -> Result<()> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let left = most.saturating_sub(taken.max(0)).max(0);
    if more <= left { Ok(()) } else { Err(Error::Full { of, most, left }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_what_is_not_taken() {
        let check = |most: u64, taken: i64, more: i64, expected: Option<i64>| {
            let refused = within(Full::Disk, most, taken, more).err();
            let left = refused.map(|error| match error {
                Error::Full { left, .. } => left,
                _ => -1,
            });
            assert_eq!(left, expected, "{most} {taken} {more}");
        };
        check(100, 0, 100, None);
        check(100, 0, 101, Some(100));
        check(100, 60, 41, Some(40));
        check(100, 200, 1, Some(0));
        check(0, 0, 1, Some(0));
        check(u64::MAX, i64::MAX, 1, Some(0));
        check(u64::MAX, 0, i64::MAX, None);
        check(100, -5, 101, Some(100));
    }
}
