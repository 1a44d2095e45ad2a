//! Has the day of a course come? What was approved for a time is shown when it is due.

use super::desk::Desk;
use super::laying::must_be_playable;
use super::revisions::{self, Revision, RevisionState};
use super::sql;
use crate::Library;
use crate::db::list;
use crate::error::Result;
use crate::ids::CourseId;

/// The courses whose day has come, the earliest first.
pub(crate) async fn list_due(library: &Library) -> Result<Vec<String>> {
    let due = list!(&library.db, (String,), sql::LIST_DUE, library.clock.now_ms())?;
    Ok(due.into_iter().map(|row| row.0).collect())
}

/// Shows a course whose day has come.
///
/// # Errors
/// `Conflict` while something of it cannot be shown; `Internal`.
pub(crate) async fn publish_due(library: &Library, course: &CourseId) -> Result<()> {
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, course).await?;
    let now = library.clock.now_ms();
    let is_due = |revision: &&Revision| {
        revision.state == RevisionState::Scheduled && revision.publish_at.is_none_or(|at| at <= now)
    };
    // Another worker may have been quicker.
    let Some(revision) = desk.revision.as_ref().filter(is_due) else { return Ok(()) };
    must_be_playable(&mut tx, &revision.after).await?;
    revisions::apply(library, &mut tx, &revision.author, &desk, &revision.id, &revision.after).await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}
