//! How far is she in each of her courses? A sum for each course, kept beside the ledger and derived from it.

use std::collections::{HashMap, HashSet};

use super::sql;
use crate::Library;
use crate::db::{Tx, list, query, reading, write};
use crate::error::Result;
use crate::ids::{CourseId, LessonId, PersonId};
use crate::people::Actor;

/// Where one person stands in one course she has begun.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CourseProgress {
    pub course: CourseId,
    /// How many of the lessons that are taught now she has completed.
    pub completed: i64,
    /// What she has watched of all its lessons, hidden ones too.
    pub watched_ms: i64,
    /// When something of it was last acknowledged, in ms since 1970 UTC.
    pub touched_at: i64,
}

/// Where this person stands in every course she has begun.
pub async fn map_progress(library: &Library, actor: &Actor) -> Result<HashMap<CourseId, CourseProgress>> {
    let rows = list!(&library.db, CourseProgress, sql::LIST_PROGRESS, &actor.person)?;
    Ok(rows.into_iter().map(|row| (row.course.clone(), row)).collect())
}

/// One lesson she has begun, without its words.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Touched {
    pub lesson: LessonId,
    pub course: CourseId,
    pub watched_ms: i64,
    pub updated_at: i64,
    pub completed_at: Option<i64>,
    pub completion_receipt: Option<i64>,
}

/// The lessons this person began, the latest first, `limit` of them at most (100); `before` is the last one of the page
/// before: when it was acknowledged, and which it is.
pub async fn list_touched(
    library: &Library,
    actor: &Actor,
    before: Option<(i64, &LessonId)>,
    limit: i64,
) -> Result<Vec<Touched>> {
    let (at, lesson) = before.map_or((i64::MAX, ""), |(at, lesson)| (at, lesson.as_str()));
    list!(&library.db, Touched, sql::LIST_TOUCHED, &actor.person, at, lesson, limit.clamp(1, 100))
}

/// How many ids [`list_completed_of`] looks at.
pub(crate) const CANDIDATES: usize = 24;

/// Which of these lessons and courses this person has completed; of more than [`CANDIDATES`], the first ones count.
pub(crate) async fn list_completed_of(library: &Library, actor: &Actor, ids: &[&str]) -> Result<HashSet<String>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = reading!(&library.db, reader => {
        let mut query = query!((String,), sql::LIST_COMPLETED_OF, &actor.person);
        for at in 0..CANDIDATES {
            query = query.bind(ids.get(at));
        }
        query.fetch_all(reader).await
    })?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Adds what one lesson gained to its course, in the transaction that writes the ledger.
pub(super) async fn add(
    tx: &mut Tx,
    person: &PersonId,
    course: &CourseId,
    completes: bool,
    watched_ms: i64,
    now: i64,
) -> Result<()> {
    write!(tx, sql::ADD_PROGRESS, person, course, i64::from(completes), watched_ms, now)?;
    Ok(())
}
