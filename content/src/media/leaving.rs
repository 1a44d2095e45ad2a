//! What may go? Files that nothing lists any more stay for a day, because pages that are open may still play from them.

use super::sql;
use crate::Library;
use crate::db::{Tx, list, write};
use crate::error::Result;

const A_DAY_MS: i64 = 24 * 3_600_000;
/// A moment so long ago that nobody waits for what is let go then.
pub(super) const AT_ONCE: i64 = 0;

/// Writes down that `name`, a file of the store or all below it, is not needed from `since` on.
pub(super) async fn let_go(tx: &mut Tx, name: &str, since: i64) -> Result<()> {
    write!(tx, sql::LET_GO, name, since)?;
    Ok(())
}

/// What nobody can be playing from any more.
pub(crate) async fn list_due(library: &Library) -> Result<Vec<String>> {
    let now = library.clock.now_ms();
    let left = list!(&library.db, (String,), sql::LIST_LEFT, now - A_DAY_MS, now)?;
    Ok(left.into_iter().map(|row| row.0).collect())
}

/// Removes a file of the store, or all below it, that has been let go.
///
/// # Errors
/// `NotFound` where the archive it lies in is not there any more; `Internal` when the store cannot answer.
pub(crate) async fn remove(library: &Library, name: &str) -> Result<()> {
    library.files.remove_under(name).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::FORGET_LEFT, name)?;
    tx.commit().await
}
