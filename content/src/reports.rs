//! Who has finished what? Reports over a scope; there is no way to ask one without.

pub mod export;
mod sql;

use crate::Library;
use crate::db::{find, list};
use crate::error::{Error, Result};
use crate::ids::{CourseId, LessonId, PersonId, UnitId};
use crate::people::Actor;
use crate::places::{self, Scope};
use crate::texts::Texts;

/// What a completion report is narrowed to. Times are ms since 1970 UTC, `to` exclusive.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub course: Option<CourseId>,
    /// Only completions from this moment on.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// One org unit and one published course: its people, and everybody's below it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UnitRow {
    pub unit: UnitId,
    #[sqlx(try_from = "String")]
    pub unit_name: Texts,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
    pub learners: i64,
    pub started: i64,
    pub completed: i64,
    pub watched_ms: i64,
}

/// One learner and one published course.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LearnerRow {
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    #[sqlx(try_from = "String")]
    pub unit_name: Texts,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
    pub lessons: i64,
    pub lessons_completed: i64,
    pub watched_ms: i64,
    pub completed_at: Option<i64>,
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

/// A person as a report names her.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Learner {
    pub id: PersonId,
    pub name: String,
    pub unit: UnitId,
}

/// Completion by org unit × course: a row for each unit directly below the top of the scope, counting its whole
/// subtree, and one for the people who work at the top itself.
pub async fn completion_by_unit(library: &Library, scope: &Scope, filter: &Filter) -> Result<Vec<UnitRow>> {
    let (course, from, to) = (filter.course.as_ref(), filter.from, filter.to);
    list!(&library.db, UnitRow, sql::COMPLETION_BY_UNIT, scope.root(), course, from, to)
}

/// Completion by learner × course for everybody in the scope.
pub async fn completion_by_learner(library: &Library, scope: &Scope, filter: &Filter) -> Result<Vec<LearnerRow>> {
    let (course, from, to) = (filter.course.as_ref(), filter.from, filter.to);
    list!(&library.db, LearnerRow, sql::COMPLETION_BY_LEARNER, scope.root(), course, from, to)
}

/// A learner, if she works within the scope.
///
/// # Errors
/// `NotFound` for anybody outside it, so that nobody learns who exists elsewhere.
pub async fn load_learner(library: &Library, scope: &Scope, person: &PersonId) -> Result<Learner> {
    let learner = find!(&library.db, Learner, sql::FIND_LEARNER, scope.root(), person)?;
    learner.ok_or(Error::NotFound("person"))
}

/// Every lesson that a learner within the scope has begun or that is published, with her seconds.
///
/// # Errors
/// As [`load_learner`].
pub async fn list_lessons_of(library: &Library, scope: &Scope, person: &PersonId) -> Result<Vec<LessonRow>> {
    load_learner(library, scope, person).await?;
    list!(&library.db, LessonRow, sql::LIST_LESSONS_OF, scope.root(), person)
}

/// The scope of a report reader, narrowed to `unit`.
///
/// # Errors
/// `Forbidden` when no grant of hers covers it.
pub async fn scope(library: &Library, actor: &Actor, unit: Option<&UnitId>) -> Result<Scope> {
    crate::people::scope_of(library, actor, crate::people::Role::Supervisor, unit).await
}

/// From the top of the actor's own scope down to the top of the asked one: the way back up that she may go.
pub async fn list_way(library: &Library, actor: &Actor, scope: &Scope) -> Result<Vec<places::OrgUnit>> {
    let Some(root) = scope.root() else { return Ok(Vec::new()) };
    let mut way = Vec::new();
    for unit in places::list_path(library, root).await? {
        if self::scope(library, actor, Some(&unit.id)).await.is_ok() {
            way.push(unit);
        }
    }
    Ok(way)
}
