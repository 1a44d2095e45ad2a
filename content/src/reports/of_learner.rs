//! How far has one learner come, lesson by lesson?

use super::sql;
use crate::Library;
use crate::db::readers::{Reading, read};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, LessonId, PersonId, UnitId};
use crate::paging::is_id;
use crate::places::Scope;
use crate::texts::Texts;

/// A person as a report names her.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Learner {
    pub id: PersonId,
    pub name: String,
    pub unit: UnitId,
}

/// One learner and one lesson.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LessonRow {
    pub lesson: LessonId,
    #[sqlx(try_from = "String")]
    pub lesson_title: Texts,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
    pub duration_ms: Option<i64>,
    pub watched_ms: i64,
    pub completed_at: Option<i64>,
    pub receipt: Option<i64>,
}

/// All her lessons together.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct LessonSum {
    pub lessons: i64,
    pub completed: i64,
    pub watched_ms: i64,
}

/// Some of her lessons, in the order of the columns and courses.
#[derive(Debug, Clone, Default)]
pub struct LessonPage {
    pub sum: LessonSum,
    pub rows: Vec<LessonRow>,
    pub next: Option<LessonId>,
}

/// Where a lesson stands among all: the places of its column, its course and its own.
type Place = (i64, i64, String, i64, String);

/// A learner, if she works within the scope.
///
/// # Errors
/// `NotFound` for anybody outside it, so that nobody learns who exists elsewhere.
pub async fn load_learner(library: &Library, scope: &Scope, person: &PersonId) -> Result<Learner> {
    let learner = crate::db::find!(&library.db, Learner, sql::FIND_LEARNER, scope.root(), person)?;
    learner.ok_or(Error::NotFound("person"))
}

/// The lessons that a learner within the scope has begun or that are published for her, with her seconds: `limit` at most,
/// after one.
///
/// # Errors
/// As [`load_learner`]; `Invalid(after, UnknownValue)` for a lesson that is not there; `Busy`.
pub async fn list_lessons_of(
    library: &Library,
    scope: &Scope,
    person: &PersonId,
    after: Option<&LessonId>,
    limit: usize,
) -> Result<LessonPage> {
    load_learner(library, scope, person).await?;
    let mut reading = library.readers.begin(super::PATIENCE).await?;
    let (column, course, course_id, lesson, lesson_id) = match after {
        Some(after) => load_place(&mut reading, after).await?,
        None => (i64::MIN, i64::MIN, String::new(), i64::MIN, String::new()),
    };
    let most = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let mut rows = read!(
        reading,
        LessonRow,
        sql::LIST_LESSONS_OF,
        scope.root(),
        person,
        column,
        course,
        &course_id,
        lesson,
        &lesson_id,
        most
    )?;
    let sum = read!(reading, LessonSum, sql::SUM_LESSONS_OF, scope.root(), person)?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| row.lesson.clone());
    Ok(LessonPage { sum: sum.into_iter().next().unwrap_or_default(), rows, next })
}

async fn load_place(reading: &mut Reading, lesson: &LessonId) -> Result<Place> {
    if !is_id(lesson.as_str()) {
        return Err(Error::invalid("after", Why::UnknownValue));
    }
    let place = read!(reading, Place, sql::FIND_LESSON_PLACE, lesson)?;
    place.into_iter().next().ok_or(Error::invalid("after", Why::UnknownValue))
}
