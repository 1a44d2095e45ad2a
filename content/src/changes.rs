//! What must search and the public catalog look at again? A log in commit order, written in the transaction of the change itself.

mod sql;

use crate::Library;
use crate::db::{Tx, find, find_in, list, write};
use crate::error::{Error, Result};
use crate::ids::words;

/// How many changes a follower reads at once.
const PAGE: i64 = 200;

words!(
    /// What changed. A column is one, or a term that resources are sorted by: called otherwise. A place is a new top of the
    /// tree, after which a course for the other top is not for all any more.
    Changed { Course = "course", Resource = "resource", Column = "column", Place = "place", Names = "names" }
);

/// One line of the log; `seq` grows in commit order.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Change {
    pub seq: i64,
    #[sqlx(try_from = "String")]
    pub kind: Changed,
    pub subject: String,
}

/// Notes that `subject` changed. The counter row is locked until commit, so no later number is seen before this one.
pub(crate) async fn note(library: &Library, tx: &mut Tx, kind: Changed, subject: &str) -> Result<()> {
    let next = find_in!(tx, (i64,), sql::NEXT_NUMBER)?.ok_or_else(|| Error::internal("no change counter"))?;
    write!(tx, sql::ADD_CHANGE, next.0, kind.as_str(), subject, library.clock.now_ms())?;
    Ok(())
}

/// The changes after `seq`, oldest first, a page at a time.
pub(crate) async fn list_after(library: &Library, seq: i64) -> Result<Vec<Change>> {
    list!(&library.db, Change, sql::LIST_AFTER, seq, PAGE)
}

/// How long changes are kept, in milliseconds (30 days): an index that was away for longer is built anew.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// Whether all changes after `seq` are still there.
pub(crate) async fn reaches_back_to(library: &Library, seq: i64) -> Result<bool> {
    let oldest = find!(&library.db, (i64,), sql::OLDEST)?;
    Ok(oldest.is_some_and(|oldest| oldest.0 <= seq + 1))
}

/// Takes away some changes that are too old; gives how many.
pub(crate) async fn forget_old(library: &Library, most: i64) -> Result<u64> {
    let mut tx = library.db.begin().await?;
    let gone = write!(&mut tx, sql::FORGET, library.clock.now_ms() - KEPT_MS, most)?;
    tx.commit().await?;
    Ok(gone)
}

/// The number of the newest change; 0 when there is none.
pub(crate) async fn newest(library: &Library) -> Result<i64> {
    let row = find!(&library.db, (i64,), sql::NEWEST)?;
    Ok(row.map_or(0, |row| row.0))
}
