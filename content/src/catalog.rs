//! What may everybody know? The published courses that are for all, what is said of them, and when each last changed.

mod sql;

use crate::Library;
use crate::changes;
use crate::courses::{self, Column, Course};
use crate::db::{find, find_in, list, write};
use crate::error::{Error, Result};
use crate::ids::{CourseId, Language, LessonId};
use crate::shelves::{Facet, Term};
use crate::texts::Texts;

/// How many entries one page of the catalog has, and how many courses a feed tells of.
pub const PAGE: usize = 50;

/// A place in the order of the catalog: the courses that changed later, or at that moment and have a later id, follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub modified_at: i64,
    pub course: CourseId,
}

/// What is asked of the catalog; times are ms since 1970 UTC.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Changed at that moment or afterwards.
    pub from: Option<i64>,
    /// Changed before it.
    pub before: Option<i64>,
    /// In the column of this slug.
    pub column: Option<String>,
    pub after: Option<Place>,
}

/// A course that is or was for everybody.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    pub course: CourseId,
    /// The slug of its column.
    pub slug: String,
    pub modified_at: i64,
    is_open: i64,
}

/// A page of entries, those that changed first first.
#[derive(Debug, Clone)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Where the next page begins, when there is one.
    pub next: Option<Place>,
}

/// What everybody may know of a course.
#[derive(Debug, Clone)]
pub struct Record {
    pub course: Course,
    pub column: Column,
    pub modified_at: i64,
    /// Its lessons in teaching order.
    pub parts: Vec<Part>,
}

/// What everybody may know of a lesson.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Part {
    pub id: LessonId,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub summary: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    pub duration_ms: Option<i64>,
    pub author: String,
    pub institution: String,
    pub license: String,
    pub source: String,
    /// What it is about, and for whom it is.
    #[sqlx(skip)]
    pub terms: Vec<Term>,
}

#[derive(sqlx::FromRow)]
struct TermOf {
    lesson: LessonId,
    #[sqlx(flatten)]
    term: Term,
}

impl Entry {
    /// False when nothing but id, column and time may be told: the course was for everybody once.
    pub fn is_open(&self) -> bool {
        self.is_open == 1
    }

    fn place(&self) -> Place {
        Place { modified_at: self.modified_at, course: self.course.clone() }
    }
}

impl Record {
    /// The length of all lessons that have been looked at.
    pub fn duration_ms(&self) -> i64 {
        self.parts.iter().filter_map(|part| part.duration_ms).sum()
    }

    /// What its lessons say under one heading, each answer once.
    pub fn said(&self, of: impl Fn(&Part) -> &str) -> Vec<&str> {
        once(self.parts.iter().map(of).filter(|text| !text.is_empty()))
    }

    /// What its lessons are about, or for whom they are.
    pub fn terms(&self, facet: Facet) -> Vec<&Term> {
        once(self.parts.iter().flat_map(|part| &part.terms).filter(|term| term.facet == facet))
    }
}

/// Each once, in the order of their first mention.
fn once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for each in all {
        if !found.contains(&each) {
            found.push(each);
        }
    }
    found
}

/// Brings the entries up to the newest change. Whoever asks for the catalog does it first: two short questions, when
/// nothing has changed.
async fn catch_up(library: &Library) -> Result<()> {
    let newest = changes::newest(library).await?;
    let seen = find!(&library.db, (i64,), sql::FIND_POSITION)?;
    if seen.is_some_and(|seen| seen.0 >= newest) {
        return Ok(());
    }
    let mut tx = library.db.begin().await?;
    let seen = find_in!(&mut tx, (i64,), sql::TAKE_TURN)?.ok_or_else(|| Error::internal("no catalog counter"))?;
    // Somebody else may have done it while this one waited for its turn.
    if seen.0 < newest {
        write!(&mut tx, sql::FOLLOW, seen.0, newest)?;
        write!(&mut tx, sql::FOLLOW_GONE, seen.0, newest)?;
        write!(&mut tx, sql::SET_POSITION, newest)?;
    }
    tx.commit().await
}

/// A page of all that is or was for everybody.
pub async fn list_entries(library: &Library, asked: &Asked) -> Result<Page> {
    catch_up(library).await?;
    let from = asked.from.unwrap_or(0);
    let after = asked.after.as_ref().filter(|after| after.modified_at >= from);
    let (from, id) = after.map_or((from, ""), |after| (after.modified_at, after.course.as_str()));
    let before = asked.before.unwrap_or(i64::MAX);
    let one_more = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let column = asked.column.as_deref();
    let mut entries = list!(&library.db, Entry, sql::LIST_ENTRIES, from, before, id, column, one_more)?;
    let is_last = entries.len() <= PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| !is_last).map(Entry::place);
    Ok(Page { entries, next })
}

/// The courses of a column that were published last, newest first.
pub async fn list_newest(library: &Library, column: &Column) -> Result<Vec<Record>> {
    catch_up(library).await?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let entries = list!(&library.db, Entry, sql::LIST_NEWEST, &column.id, most)?;
    read_all(library, entries).await
}

/// The entry of a course that is or was for everybody.
pub async fn find_entry(library: &Library, course: &CourseId) -> Result<Option<Entry>> {
    catch_up(library).await?;
    find!(&library.db, Entry, sql::FIND_ENTRY, course)
}

/// What everybody may know of a course; `None` when it is not for everybody.
pub async fn find_record(library: &Library, course: &CourseId) -> Result<Option<Record>> {
    let entry = find_entry(library, course).await?.filter(Entry::is_open);
    Ok(read_all(library, entry.into_iter().collect()).await?.pop())
}

/// What everybody may know of those entries that are open, in their order.
pub async fn read_all(library: &Library, entries: Vec<Entry>) -> Result<Vec<Record>> {
    let columns = courses::list_columns(library).await?;
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries.into_iter().filter(Entry::is_open) {
        let Some(course) = find!(&library.db, Course, sql::FIND_OPEN, &entry.course)? else { continue };
        let Some(column) = columns.iter().find(|column| column.id == course.column) else { continue };
        let parts = list_parts(library, &entry.course).await?;
        records.push(Record { course, column: column.clone(), modified_at: entry.modified_at, parts });
    }
    Ok(records)
}

async fn list_parts(library: &Library, course: &CourseId) -> Result<Vec<Part>> {
    let mut parts = list!(&library.db, Part, sql::LIST_PARTS, course)?;
    let terms = list!(&library.db, TermOf, sql::LIST_TERMS, course)?;
    for TermOf { lesson, term } in terms {
        if let Some(part) = parts.iter_mut().find(|part| part.id == lesson) {
            part.terms.push(term);
        }
    }
    Ok(parts)
}

/// When the first and the last of the entries changed, those that are gone included; `None` when there are none.
pub async fn find_span(library: &Library) -> Result<Option<(i64, i64)>> {
    catch_up(library).await?;
    let span = find!(&library.db, (Option<i64>, Option<i64>), sql::FIND_SPAN)?;
    Ok(span.and_then(|(first, last)| first.zip(last)))
}
