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

/// Removes what nobody can be playing from any more.
pub(crate) async fn sweep(library: &Library) -> Result<()> {
    let left = list!(&library.db, (String,), sql::LIST_LEFT, library.clock.now_ms() - A_DAY_MS)?;
    for (name,) in left {
        library.files.remove_under(&name).await?;
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::FORGET_LEFT, &name)?;
        tx.commit().await?;
    }
    Ok(())
}
