//! Who has finished what? Reports over a scope; there is no way to ask one without.

pub mod export;
mod sql;

use crate::Library;
use crate::db::{find, list};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, LessonId, PersonId, UnitId};
use crate::people::Actor;
use crate::places::{self, Scope};
use crate::texts::Texts;

/// How many learners a page holds; each comes with all her courses.
pub const LEARNERS_A_PAGE: usize = 200;

/// What a completion report is narrowed to. Times are ms since 1970 UTC, `to` exclusive.
///
/// A period narrows every number but that of the learners. What was completed counts by its completion, and what was
/// started by its first watching. How long was watched is not kept by the day: the whole time of a lesson counts if it
/// was first or last watched in the period.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub course: Option<CourseId>,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Filter {
    /// From when, until before when.
    fn period(&self) -> (i64, i64) {
        (self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX))
    }
}

/// One org unit and one published course: the learners who work there or below it and whom the course is for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UnitRow {
    pub unit: UnitId,
    #[sqlx(try_from = "String")]
    pub unit_name: Texts,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
    pub learners: i64,
    /// Learners who began a lesson.
    pub started: i64,
    pub completed: i64,
    pub watched_ms: i64,
}

/// One learner and one published course that is for her.
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
    pub lessons_started: i64,
    pub lessons_completed: i64,
    pub watched_ms: i64,
    pub completed_at: Option<i64>,
}

/// Some learners, by unit and name, with all their courses.
#[derive(Debug, Clone, Default)]
pub struct LearnerPage {
    pub rows: Vec<LearnerRow>,
    /// After whom the next page begins, if there is one.
    pub next: Option<PersonId>,
}

/// Where a learner stands in the order of the pages: her unit's name and id, her name and id.
type Place = (String, String, String, String);

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
    let (from, to) = filter.period();
    list!(&library.db, UnitRow, sql::COMPLETION_BY_UNIT, scope.root(), filter.course.as_ref(), from, to)
}

/// Completion by learner × course within the scope: the first [`LEARNERS_A_PAGE`] learners `after` one.
///
/// # Errors
/// `Invalid(after, UnknownValue)` for somebody who never worked in the scope.
pub async fn completion_by_learner(
    library: &Library,
    scope: &Scope,
    filter: &Filter,
    after: Option<&PersonId>,
) -> Result<LearnerPage> {
    let (unit_name, unit, name, person) = match after {
        Some(after) => load_place(library, scope, after).await?,
        None => Place::default(),
    };
    let (from, to) = filter.period();
    let rows = list!(
        &library.db,
        LearnerRow,
        sql::COMPLETION_BY_LEARNER,
        scope.root(),
        filter.course.as_ref(),
        from,
        to,
        &unit_name,
        &unit,
        &name,
        &person,
        // One more than the page holds tells whether there is a next one.
        LEARNERS_A_PAGE as i64 + 1,
    )?;
    Ok(page_of(rows, LEARNERS_A_PAGE))
}

async fn load_place(library: &Library, scope: &Scope, person: &PersonId) -> Result<Place> {
    let place = find!(&library.db, Place, sql::FIND_PLACE, scope.root(), person)?;
    place.ok_or(Error::invalid("after", Why::UnknownValue))
}

/// The first `most` learners of `rows`, which come learner by learner.
fn page_of(mut rows: Vec<LearnerRow>, most: usize) -> LearnerPage {
    let sizes: Vec<usize> = rows.chunk_by(|one, other| one.person == other.person).map(<[_]>::len).collect();
    let kept: usize = sizes.iter().take(most).sum();
    rows.truncate(kept);
    let next = if sizes.len() > most { rows.last().map(|row| row.person.clone()) } else { None };
    LearnerPage { rows, next }
}

/// How many rows completion by learner × course has on all its pages.
pub async fn count_by_learner(library: &Library, scope: &Scope, filter: &Filter) -> Result<i64> {
    let row = find!(&library.db, (i64,), sql::COUNT_BY_LEARNER, scope.root(), filter.course.as_ref())?;
    Ok(row.map_or(0, |row| row.0))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Language;

    fn row(person: &str, course: &str) -> LearnerRow {
        LearnerRow {
            person: person.into(),
            name: person.into(),
            unit: "u".into(),
            unit_name: Texts::of(Language::En, "Clinic"),
            course: course.into(),
            course_title: Texts::of(Language::En, "Course"),
            lessons: 1,
            lessons_started: 0,
            lessons_completed: 0,
            watched_ms: 0,
            completed_at: None,
        }
    }

    #[test]
    fn a_page_ends_between_two_learners() {
        let check = |people: &[&str], most: usize, kept: usize, next: Option<&str>| {
            let page = page_of(people.iter().map(|person| row(person, "c")).collect(), most);
            assert_eq!((page.rows.len(), page.next), (kept, next.map(PersonId::from)), "{people:?}, {most}");
        };
        check(&[], 2, 0, None);
        check(&["a", "a"], 2, 2, None);
        check(&["a", "a", "b"], 2, 3, None);
        check(&["a", "b", "b", "c", "c"], 2, 3, Some("b"));
        check(&["a", "a", "b"], 1, 2, Some("a"));
    }
}
