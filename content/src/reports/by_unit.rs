//! Completion by course and org unit. A page costs about the same however many courses there are: it is put together course
//! by course, until it is full or has taken long enough.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::{Asked, Filter, sql};
use crate::Library;
use crate::db::readers::{Reading, read};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, UnitId};
use crate::paging::is_id;
use crate::places::Scope;
use crate::texts::Texts;

/// A page that has taken so long ends with the course that it is at.
const LONG: Duration = Duration::from_millis(500);
/// How many courses are read at once.
const COURSES: usize = 50;
/// In a scope with no more learners than these their own ledgers are looked up, one by one; else all of the course.
const FEW: i64 = 2_000;
/// A scope with so many units or more is counted all at once.
const MANY: i64 = 2_000;

/// One org unit and one published course: the learners who work there or below it and whom the course is for.
#[derive(Debug, Clone)]
pub struct UnitRow {
    pub unit: UnitId,
    pub unit_name: Texts,
    pub course: CourseId,
    pub course_title: Texts,
    pub learners: i64,
    /// Learners who began a lesson.
    pub started: i64,
    pub completed: i64,
    pub watched_ms: i64,
}

/// Some rows, course by course in the order of the columns, and within each by the names of the units.
#[derive(Debug, Clone, Default)]
pub struct UnitPage {
    pub rows: Vec<UnitRow>,
    /// What the next page comes after, if there is one.
    pub next: Option<String>,
}

/// Where a course stands in the order of the pages: the place of its column, its own, its id.
pub(super) type CoursePlace = (i64, i64, String);

/// Before all courses.
pub(super) fn first_place() -> CoursePlace {
    (i64::MIN, i64::MIN, String::new())
}

/// Completion by org unit × course: of each course a row for each unit directly below the top of the scope, counting its
/// whole subtree, and one for the people who work at the top itself. A page has a whole row at least, and fewer rows than
/// `asked.limit` where they take long.
///
/// # Errors
/// `Invalid(after, UnknownValue)` for what no page ended with; `Busy`.
pub async fn completion_by_unit(
    library: &Library,
    scope: &Scope,
    filter: &Filter,
    asked: &Asked<'_>,
) -> Result<UnitPage> {
    let began = Instant::now();
    let mut reading = library.readers.begin(asked.patience).await?;
    let end = match asked.after {
        Some(after) => Some(load_end(&mut reading, after).await?),
        None => None,
    };
    let tree = Tree::read(&mut reading, scope).await?;
    let (mut place, ended) = tree.beginning(end)?;
    let mut known = None;
    let mut tally = Tally { reading, scope, filter, tree: &tree, below: HashMap::new() };
    let mut page = UnitPage::default();
    loop {
        let courses = tally.list_courses(&place).await?;
        let next = courses.last().filter(|_| courses.len() >= COURSES).map(|course| course.id.clone());
        for course in courses.into_iter().filter(|course| known.as_ref() != Some(&course.id)) {
            if page.rows.len() >= asked.limit || (began.elapsed() > LONG && !page.rows.is_empty()) {
                return Ok(page.ended(asked.limit));
            }
            let told = ended.as_ref().filter(|(of, _)| *of == course.id).map_or(0, |(_, place)| place + 1);
            page.rows.extend(tally.rows_of(&course, told).await?);
        }
        if page.rows.len() > asked.limit {
            return Ok(page.ended(asked.limit));
        }
        let Some(last) = next else { return Ok(page) };
        place = load_place(&mut tally.reading, &last).await?;
        known = Some(last);
    }
}

impl UnitPage {
    /// Cut to `limit` rows; more come after them.
    fn ended(mut self, limit: usize) -> Self {
        self.rows.truncate(limit);
        self.next = self.rows.last().map(|row| format!("{}.{}", row.course, row.unit));
        self
    }
}

/// Where a page ended: a course, its place, and the unit of the last row.
type End = (CourseId, CoursePlace, UnitId);

async fn load_end(reading: &mut Reading, after: &str) -> Result<End> {
    let ids = after.split_once('.').filter(|(course, unit)| is_id(course) && is_id(unit));
    let (course, unit) = ids.ok_or(Error::invalid("after", Why::UnknownValue))?;
    let course = CourseId::from(course);
    let place = load_place(reading, &course).await?;
    Ok((course, place, unit.into()))
}

pub(super) async fn load_place(reading: &mut Reading, course: &CourseId) -> Result<CoursePlace> {
    let found = read!(reading, CoursePlace, sql::FIND_COURSE_PLACE, course)?;
    found.into_iter().next().ok_or(Error::invalid("after", Why::UnknownValue))
}

/// A row of a report before anything is counted.
#[derive(sqlx::FromRow)]
struct Shown {
    unit: UnitId,
    #[sqlx(try_from = "String")]
    name: Texts,
}

/// Who works where in the scope.
struct Tree {
    /// In the order of the rows.
    shown: Vec<Shown>,
    /// For each unit with learners: in which row they are counted, and how many they are.
    workplaces: HashMap<UnitId, (usize, i64)>,
    learners: i64,
}

impl Tree {
    async fn read(reading: &mut Reading, scope: &Scope) -> Result<Self> {
        let shown = read!(reading, Shown, sql::LIST_SHOWN, scope.root())?;
        let places: HashMap<&str, usize> =
            shown.iter().enumerate().map(|(place, each)| (each.unit.as_str(), place)).collect();
        let units = read!(reading, (i64,), sql::COUNT_UNITS, scope.root(), MANY)?;
        let rows = if scope.root().is_none() || units.first().is_some_and(|row| row.0 >= MANY) {
            read!(reading, (UnitId, UnitId, i64), sql::LIST_MANY_WORKPLACES, scope.root())?
        } else {
            read!(reading, (UnitId, UnitId, i64), sql::LIST_WORKPLACES, scope.root())?
        };
        let learners = rows.iter().map(|(.., count)| count).sum();
        let placed =
            rows.into_iter().filter_map(|(unit, shown, count)| Some((unit, (*places.get(shown.as_str())?, count))));
        let workplaces = placed.collect();
        Ok(Self { workplaces, learners, shown })
    }

    /// From where on a page has to look, and which rows of the first course have been told.
    fn beginning(&self, end: Option<End>) -> Result<(CoursePlace, Option<(CourseId, usize)>)> {
        let Some((course, place, unit)) = end else { return Ok((first_place(), None)) };
        let told = self.shown.iter().position(|each| each.unit == unit);
        Ok((place, Some((course, told.ok_or(Error::invalid("after", Why::UnknownValue))?))))
    }
}

#[derive(sqlx::FromRow)]
struct Course {
    id: CourseId,
    #[sqlx(try_from = "String")]
    title: Texts,
    audience: Option<UnitId>,
}

/// Who did what in one course, unit by unit.
#[derive(sqlx::FromRow)]
struct Sum {
    unit: UnitId,
    started: i64,
    completed: i64,
    watched_ms: i64,
}

/// What it takes to count a course.
struct Tally<'a> {
    reading: Reading,
    scope: &'a Scope,
    filter: &'a Filter,
    tree: &'a Tree,
    /// The units below those that courses are for.
    below: HashMap<UnitId, HashSet<UnitId>>,
}

impl Tally<'_> {
    async fn list_courses(&mut self, (column, position, id): &CoursePlace) -> Result<Vec<Course>> {
        let (wanted, most) = (self.filter.course.as_ref(), i64::try_from(COURSES).unwrap_or(i64::MAX));
        read!(self.reading, Course, sql::LIST_COURSES, wanted, *column, *position, id, most)
    }

    /// The rows of one course without the first `told`: only units with learners whom it is for.
    async fn rows_of(&mut self, course: &Course, told: usize) -> Result<Vec<UnitRow>> {
        let mut rows: Vec<UnitRow> = self.tree.shown.iter().map(|shown| row_of(shown, course)).collect();
        if let Some(audience) = &course.audience {
            self.look_below(audience).await?;
        }
        let audience = course.audience.as_ref().and_then(|audience| self.below.get(audience));
        for (unit, (place, learners)) in &self.tree.workplaces {
            if audience.is_none_or(|units| units.contains(unit)) {
                rows[*place].learners += learners;
            }
        }
        if rows.iter().any(|row| row.learners > 0) {
            for sum in self.sums_of(course).await? {
                let Some((place, _)) = self.tree.workplaces.get(&sum.unit) else { continue };
                let row = &mut rows[*place];
                row.started += sum.started;
                row.completed += sum.completed;
                row.watched_ms += sum.watched_ms;
            }
        }
        rows.drain(..told);
        rows.retain(|row| row.learners > 0);
        Ok(rows)
    }

    async fn sums_of(&mut self, course: &Course) -> Result<Vec<Sum>> {
        let (from, to) = self.filter.period();
        let (root, audience) = (self.scope.root(), course.audience.as_ref());
        if root.is_some() && self.tree.learners <= FEW {
            read!(self.reading, Sum, sql::SUM_ALONG_PEOPLE, root, &course.id, from, to, audience)
        } else {
            read!(self.reading, Sum, sql::SUM_ALONG_LEDGERS, root, &course.id, from, to, audience)
        }
    }

    async fn look_below(&mut self, audience: &UnitId) -> Result<()> {
        if !self.below.contains_key(audience) {
            let rows = read!(self.reading, (UnitId,), sql::LIST_BELOW, audience)?;
            self.below.insert(audience.clone(), rows.into_iter().map(|row| row.0).collect());
        }
        Ok(())
    }
}

fn row_of(shown: &Shown, course: &Course) -> UnitRow {
    UnitRow {
        unit: shown.unit.clone(),
        unit_name: shown.name.clone(),
        course: course.id.clone(),
        course_title: course.title.clone(),
        learners: 0,
        started: 0,
        completed: 0,
        watched_ms: 0,
    }
}
