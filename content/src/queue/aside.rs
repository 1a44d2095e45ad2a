//! What could not be done now, and why? Set aside with its reason and tried again, it stops nothing else.

use super::sql;
use crate::Library;
use crate::db::{find, list, write};
use crate::error::Result;
use crate::ids::words;

/// The first pause before another try, which doubles, and the longest, in ms.
const FIRST_PAUSE_MS: i64 = 30_000;
const LONGEST_PAUSE_MS: i64 = 3_600_000;

words!(
    /// What is done beside the jobs: completes uploads that are whole, forgets those nobody continues, gives up jobs that
    /// take their workers down, removes files nobody lists, shows courses whose day has come, encodes everything anew, and
    /// goes on with what an edit reaches: who has completed what is left of a course, and how a column keeps its videos.
    Chore {
        Upload = "upload",
        Expire = "expire",
        GiveUp = "give-up",
        Remove = "remove",
        Publish = "publish",
        EncodeAll = "encode-all",
        Complete = "complete",
        Keep = "keep",
    }
);

/// One thing that was set aside. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Aside {
    #[sqlx(try_from = "String")]
    pub chore: Chore,
    /// The upload, job, folder of files or course that it is about.
    pub subject: String,
    /// A stable code of the reason.
    pub cause: String,
    /// The words of that failure, for people who keep the platform.
    pub detail: String,
    pub tries: i64,
    pub since: i64,
    pub next_at: i64,
}

/// Why a chore could not be done with one thing.
pub(crate) struct Reason {
    pub cause: String,
    pub detail: String,
}

/// What of a chore was set aside, if it was.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn find_aside(library: &Library, chore: Chore, subject: &str) -> Result<Option<Aside>> {
    find!(&library.db, Aside, sql::FIND_ASIDE, chore.as_str(), subject)
}

/// Sets one thing aside for a growing pause.
pub(crate) async fn set_aside(library: &Library, chore: Chore, subject: &str, reason: &Reason) -> Result<()> {
    let tries = find_aside(library, chore, subject).await?.map_or(0, |aside| aside.tries);
    let pause_ms = (FIRST_PAUSE_MS << tries.clamp(0, 10)).min(LONGEST_PAUSE_MS);
    let now = library.clock.now_ms();
    let mut tx = library.db.begin().await?;
    let (cause, detail) = (&reason.cause, &reason.detail);
    write!(&mut tx, sql::SET_ASIDE, chore.as_str(), subject, cause, detail, now, now + pause_ms)?;
    tx.commit().await
}

/// Forgets what was set aside and is done now, or is no longer to be done.
pub(crate) async fn forget_settled(library: &Library, chore: Chore) -> Result<()> {
    for (subject,) in list!(&library.db, (String,), sql::LIST_SETTLED, chore.as_str())? {
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::FORGET_ASIDE, chore.as_str(), &subject)?;
        tx.commit().await?;
    }
    Ok(())
}
