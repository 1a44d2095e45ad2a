//! How are the roots of the library kept? Their texts, languages and covers, and their order.

use super::editing::{SUMMARY, TITLE};
use super::{Column, Course, load_column, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, find_in, list, list_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ColumnId, CourseId, Language, ResourceId};
use crate::media::ResourceKind;
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor};
use crate::shelves::order::{Place, shift};
use crate::texts::Texts;

/// A column and where it stands among the others.
#[derive(sqlx::FromRow)]
struct Placed {
    #[sqlx(flatten)]
    column: Column,
    place: i64,
}

/// The columns in their order, page by page.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_page(library: &Library, paging: Paging<'_>) -> Result<Part<Column>> {
    let Mark { numbers: [place], id } = paging.mark(Mark::low())?;
    let rows = list!(&library.db, Placed, sql::PAGE_COLUMNS, place, &id, paging.most())?;
    let part = paging.part(rows, |row| Mark { numbers: [row.place], id: row.column.id.to_string() }.to_string());
    Ok(Part { items: part.items.into_iter().map(|row| row.column).collect(), next: part.next })
}

/// What becomes of a column; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ColumnEdit {
    pub title: Option<Texts>,
    pub summary: Option<Texts>,
    pub languages: Option<Vec<Language>>,
    /// The video whose poster is its cover; `Some(None)`: no cover.
    pub cover: Option<Option<ResourceId>>,
}

/// Whether a column is hers to change: she keeps columns, and nothing stands in it that is others'. For managers of the whole
/// tree, all are.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn keeps(library: &Library, actor: &Actor, column: &ColumnId) -> Result<bool> {
    if people::keeps_everything(library, actor).await? {
        return Ok(true);
    }
    let others = find!(&library.db, (i64,), sql::COUNT_COURSES_OF_OTHERS, column, &actor.person)?;
    Ok(people::keeps_columns(library, actor).await? && others.is_none_or(|row| row.0 == 0))
}

/// # Errors
/// `Forbidden` for everybody else.
pub(super) async fn may_change(library: &Library, actor: &Actor, column: &ColumnId) -> Result<()> {
    if keeps(library, actor, column).await? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Edits a column.
///
/// # Errors
/// `Forbidden`, also where courses of others stand in it; `NotFound`; `Invalid` for bad texts, or a cover that is no video she
/// may open.
pub async fn edit_column(library: &Library, actor: &Actor, slug: &str, edit: ColumnEdit) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let column = load_column(library, slug).await?;
    may_change(library, actor, &column.id).await?;
    let title = edit.title.unwrap_or(column.title).checked("title", true, TITLE)?;
    let summary = edit.summary.unwrap_or(column.summary).checked("summary", false, SUMMARY)?;
    let said = |languages: Vec<Language>| {
        let said = Language::ALL.iter().filter(|each| languages.contains(each)).map(|each| each.as_str());
        said.collect::<Vec<_>>().join(" ")
    };
    let languages = edit.languages.map_or(column.languages, said);
    let cover = match edit.cover {
        None => column.cover,
        Some(None) => None,
        Some(Some(cover)) => Some(checked_cover(library, actor, cover).await?),
    };
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::EDIT_COLUMN, &column.id, title.to_json(), summary.to_json(), languages, cover)?;
    changes::note(library, &mut tx, Changed::Column, column.id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "column.edit", column.id.as_str()).await?;
    tx.commit().await
}

/// Takes a column away that has neither courses nor topics.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict(InUse)`.
pub async fn remove_column(library: &Library, actor: &Actor, slug: &str) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let column = load_column(library, slug).await?;
    let mut tx = library.db.begin().await?;
    if !remove_in(library, &mut tx, &column.id).await? {
        return Err(Error::Conflict(Why::InUse));
    }
    audit::note(library, &mut tx, Some(&actor.person), "column.remove", column.id.as_str()).await?;
    tx.commit().await
}

/// The same in the caller's transaction, who has the right to; false when it is in use.
pub(crate) async fn remove_in(library: &Library, tx: &mut Tx, id: &ColumnId) -> Result<bool> {
    changes::note(library, tx, Changed::Column, id.as_str()).await?;
    write!(tx, sql::FORGET_POLICIES, id)?;
    Ok(write!(tx, sql::REMOVE_COLUMN, id)? == 1)
}

/// A course and where it stands in its column.
#[derive(sqlx::FromRow)]
struct PlacedCourse {
    #[sqlx(flatten)]
    course: Course,
    place: i64,
}

/// What learners see of a column, in its order, page by page: for whoever keeps columns, of all units.
///
/// # Errors
/// `Forbidden`; `Invalid(after)`.
pub async fn list_shown(
    library: &Library,
    actor: &Actor,
    column: &ColumnId,
    paging: Paging<'_>,
) -> Result<Part<Course>> {
    people::may_keep_columns(library, actor).await?;
    let Mark { numbers: [place], id } = paging.mark(Mark::low())?;
    let rows = list!(&library.db, PlacedCourse, sql::LIST_SHOWN, column, place, &id, paging.most())?;
    let part = paging.part(rows, |row| Mark { numbers: [row.place], id: row.course.id.to_string() }.to_string());
    Ok(Part { items: part.items.into_iter().map(|row| row.course).collect(), next: part.next })
}

/// Moves a course among those that learners see in its column.
///
/// # Errors
/// `Forbidden`, `NotFound` for a course that is not shown.
pub async fn move_course(library: &Library, actor: &Actor, id: &CourseId, place: Place) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let found = find!(&library.db, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
    may_change(library, actor, &found.column).await?;
    let mut tx = library.db.begin().await?;
    let course = find_in!(&mut tx, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
    write!(&mut tx, sql::LOCK_COURSES_OF, &course.column)?;
    let mut places = list_in!(&mut tx, (CourseId, i64), sql::LIST_SHOWN_PLACES, &course.column)?;
    let from = places.iter().position(|(each, _)| each == id).ok_or(Error::NotFound("course"))?;
    shift(&mut places, from, place);
    for (position, (each, was)) in (1_i64..).zip(&places) {
        if position != *was {
            write!(&mut tx, sql::PLACE_COURSE, each, position)?;
        }
    }
    changes::note(library, &mut tx, Changed::Column, course.column.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "course.place", id.as_str()).await?;
    tx.commit().await
}

async fn checked_cover(library: &Library, actor: &Actor, cover: ResourceId) -> Result<ResourceId> {
    super::authoring::load_usable(library, actor, &cover, ResourceKind::Video).await.map_err(|error| match error {
        Error::Invalid { why, .. } => Error::invalid("cover", why),
        other => other,
    })?;
    Ok(cover)
}

/// Moves a column among the others.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn move_column(library: &Library, actor: &Actor, slug: &str, place: Place) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::LOCK_COLUMNS)?;
    let mut columns = list_in!(&mut tx, Column, sql::LIST_COLUMNS)?;
    let from = columns.iter().position(|column| column.slug == slug).ok_or(Error::NotFound("column"))?;
    let id = columns[from].id.clone();
    shift(&mut columns, from, place);
    for (position, column) in (1_i64..).zip(&columns) {
        write!(&mut tx, sql::PLACE_COLUMN, &column.id, position)?;
    }
    changes::note(library, &mut tx, Changed::Column, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "column.move", id.as_str()).await?;
    tx.commit().await
}

/// The languages that words name.
///
/// # Errors
/// `Invalid(languages)` for what is no language.
pub fn languages_of<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<Language>> {
    let parse = |word: &str| Language::parse(word).ok_or(Error::invalid("languages", Why::UnknownValue));
    words.map(parse).collect()
}
