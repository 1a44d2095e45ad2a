//! Completion by learner: her courses one by one, or all of them together. A page costs what it holds.

use super::by_unit::{CoursePlace, first_place, load_place};
use super::{Asked, Filter, sql};
use crate::Library;
use crate::db::readers::{Reading, read};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, PersonId, UnitId};
use crate::paging::is_id;
use crate::places::Scope;
use crate::texts::Texts;

/// How often a page looks for more learners before it ends with fewer rows than it may have.
const GOES: usize = 8;

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
    pub lessons_started: i64,
    pub watched_ms: i64,
    pub completed_at: Option<i64>,
}

/// Some rows, by the names of the units and of the learners, and of each in the order of the courses.
#[derive(Debug, Clone, Default)]
pub struct LearnerPage {
    pub rows: Vec<LearnerRow>,
    /// What the next page comes after, if there is one.
    pub next: Option<String>,
}

/// One learner and all published courses that are for her, together.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LearnerSum {
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    #[sqlx(try_from = "String")]
    pub unit_name: Texts,
    pub courses: i64,
    pub courses_completed: i64,
    pub lessons: i64,
    pub lessons_completed: i64,
    pub watched_ms: i64,
    pub last_completed_at: Option<i64>,
}

/// Some learners, by the names of their units and their own.
#[derive(Debug, Clone, Default)]
pub struct SumPage {
    pub rows: Vec<LearnerSum>,
    pub next: Option<PersonId>,
}

/// Where a learner stands in the order of the pages: her unit's name and id, her name and id.
type Place = (String, String, String, String);

async fn load_learner_place(reading: &mut Reading, scope: &Scope, person: &PersonId) -> Result<Place> {
    let place = read!(reading, Place, sql::FIND_PLACE, scope.root(), person)?;
    place.into_iter().next().ok_or(Error::invalid("after", Why::UnknownValue))
}

/// Completion by learner × course within the scope, `asked.limit` rows at most; `asked.after` is `next` of the page before,
/// or a learner after all of whose courses the page begins.
///
/// # Errors
/// `Invalid(after, UnknownValue)` for somebody who never worked in the scope; `Busy`.
pub async fn completion_by_learner(
    library: &Library,
    scope: &Scope,
    filter: &Filter,
    asked: &Asked<'_>,
) -> Result<LearnerPage> {
    let mut reading = library.readers.begin(asked.patience).await?;
    let (mut place, mut course) = match asked.after {
        Some(after) => load_end(&mut reading, scope, after).await?,
        None => (Place::default(), first_place()),
    };
    let courses = read!(reading, (i64,), sql::COUNT_PUBLISHED, filter.course.as_ref())?;
    let courses = courses.first().map_or(1, |row| row.0.max(1));
    let most = i64::try_from(asked.limit).unwrap_or(i64::MAX);
    // As many learners as can be on the page, were all courses for all of them; and the one that it begins in.
    let mut learners = most / courses + 2;
    let mut page = LearnerPage::default();
    for _ in 0..GOES {
        let begun = place.3.clone();
        let room = most + 1 - i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
        let rows = list_rows(&mut reading, scope, filter, (&place, &course), (learners, room)).await?;
        let people = count_people(&rows, &begun) + i64::from(!begun.is_empty());
        page.rows.extend(rows);
        if page.rows.len() > asked.limit {
            page.rows.truncate(asked.limit);
            page.next = page.rows.last().map(|row| format!("{}.{}", row.person, row.course));
            return Ok(page);
        }
        let Some(last) = page.rows.last().filter(|_| people >= learners) else { return Ok(page) };
        place = load_learner_place(&mut reading, scope, &last.person).await?;
        course = last_place();
        learners *= 2;
    }
    page.next = page.rows.last().map(|row| row.person.to_string());
    Ok(page)
}

/// Behind all courses.
fn last_place() -> CoursePlace {
    (i64::MAX, i64::MAX, String::new())
}

async fn load_end(reading: &mut Reading, scope: &Scope, after: &str) -> Result<(Place, CoursePlace)> {
    let (person, course) = after.split_once('.').map_or((after, None), |(person, course)| (person, Some(course)));
    if !is_id(person) || course.is_some_and(|course| !is_id(course)) {
        return Err(Error::invalid("after", Why::UnknownValue));
    }
    let place = load_learner_place(reading, scope, &person.into()).await?;
    let course = match course {
        Some(course) => load_place(reading, &course.into()).await?,
        None => last_place(),
    };
    Ok((place, course))
}

async fn list_rows(
    reading: &mut Reading,
    scope: &Scope,
    filter: &Filter,
    (place, course): (&Place, &CoursePlace),
    (learners, rows): (i64, i64),
) -> Result<Vec<LearnerRow>> {
    let (from, to) = filter.period();
    let (wanted, (unit_name, unit, name, person)) = (filter.course.as_ref(), place);
    let (column, position, id) = course;
    read!(
        reading,
        LearnerRow,
        sql::COMPLETION_BY_LEARNER,
        scope.root(),
        wanted,
        from,
        to,
        unit_name,
        unit,
        name,
        person,
        learners,
        *column,
        *position,
        id,
        rows
    )
}

/// How many learners the rows are of, besides the one that the page began in.
fn count_people(rows: &[LearnerRow], begun: &str) -> i64 {
    let people = rows.chunk_by(|one, other| one.person == other.person);
    let people = people.filter(|rows| rows.first().is_some_and(|row| row.person.as_str() != begun));
    i64::try_from(people.count()).unwrap_or(i64::MAX)
}

/// Each learner within the scope with all her courses together, `asked.limit` learners at most, after one.
///
/// # Errors
/// As [`completion_by_learner`].
pub async fn sums_by_learner(library: &Library, scope: &Scope, filter: &Filter, asked: &Asked<'_>) -> Result<SumPage> {
    let mut reading = library.readers.begin(asked.patience).await?;
    let (unit_name, unit, name, person) = match asked.after {
        Some(after) => load_end(&mut reading, scope, after).await?.0,
        None => Place::default(),
    };
    let (from, to) = filter.period();
    // One more than the page holds tells whether there is a next one.
    let most = i64::try_from(asked.limit).unwrap_or(i64::MAX - 1) + 1;
    let mut rows = read!(
        reading,
        LearnerSum,
        sql::SUMS_BY_LEARNER,
        scope.root(),
        filter.course.as_ref(),
        from,
        to,
        &unit_name,
        &unit,
        &name,
        &person,
        most
    )?;
    let has_more = rows.len() > asked.limit;
    rows.truncate(asked.limit);
    let next = rows.last().filter(|_| has_more).map(|row| row.person.clone());
    Ok(SumPage { rows, next })
}

/// How many rows completion by learner × course has on all its pages, `most` at most: further it is not counted.
///
/// # Errors
/// `Busy`.
pub async fn count_by_learner(library: &Library, scope: &Scope, filter: &Filter, most: i64) -> Result<i64> {
    let mut reading = library.readers.begin(super::PATIENCE).await?;
    let rows = read!(reading, (i64,), sql::COUNT_BY_LEARNER, scope.root(), filter.course.as_ref(), most)?;
    Ok(rows.first().map_or(0, |row| row.0))
}
