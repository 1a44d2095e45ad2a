//! Has the day of a course come? What was approved for a time is shown when it is due.

use super::desk::Desk;
use super::laying::must_be_playable;
use super::revisions::{self, Revision, RevisionState};
use super::sql;
use crate::Library;
use crate::db::list;
use crate::error::{Error, Result};
use crate::ids::CourseId;

/// Shows what is due; what does not play yet waits for it. Gives how many.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn publish_due(library: &Library) -> Result<usize> {
    let due = list!(&library.db, (CourseId,), sql::LIST_DUE, library.clock.now_ms())?;
    let mut count = 0;
    for (course,) in due {
        count += usize::from(publish_one_due(library, &course).await?);
    }
    Ok(count)
}

async fn publish_one_due(library: &Library, course: &CourseId) -> Result<bool> {
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, course).await?;
    let now = library.clock.now_ms();
    let is_due = |revision: &&Revision| {
        revision.state == RevisionState::Scheduled && revision.publish_at.is_none_or(|at| at <= now)
    };
    // Another worker may have been quicker.
    let Some(revision) = desk.revision.as_ref().filter(is_due) else { return Ok(false) };
    match must_be_playable(&mut tx, &revision.after).await {
        Err(Error::Conflict(_)) => return Ok(false),
        other => other?,
    }
    revisions::apply(library, &mut tx, &revision.author, &desk, &revision.id, &revision.after).await?;
    tx.commit().await?;
    library.nudge();
    Ok(true)
}
