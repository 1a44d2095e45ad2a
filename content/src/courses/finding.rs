//! Which course is meant by what was typed? Where there are thousands, no list holds them all.

mod sql;

use super::{Course, CourseCard, prospectus};
use crate::Library;
use crate::db::{find, list};
use crate::error::{Error, Result, Why};
use crate::ids::{ColumnId, CourseId};
use crate::paging::{Mark, Paging, Part};
use crate::people::{Actor, access};
use crate::texts::Texts;

/// How many courses that are called so are told at most.
const MOST_NAMED: usize = 200;

/// A course as a list to choose from names it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedCourse {
    pub id: CourseId,
    #[sqlx(try_from = "String")]
    pub title: Texts,
}

/// A course, and where it stands in its column.
#[derive(sqlx::FromRow)]
struct Placed {
    #[sqlx(flatten)]
    card: CourseCard,
    place: i64,
}

/// The published courses that this person may see, of one column (by slug) or in the order of all, page by page.
///
/// # Errors
/// `NotFound` for a column that is not there; `Invalid(after)`.
pub async fn list_page(
    library: &Library,
    actor: &Actor,
    column: Option<&str>,
    paging: Paging<'_>,
) -> Result<Part<CourseCard>> {
    let column = match column {
        Some(slug) => Some(super::load_column(library, slug).await?.id),
        None => None,
    };
    let Mark { numbers: [column_place, mut place], mut id } = paging.mark(Mark::low())?;
    let unit = actor.unit.as_ref();
    let mut rows = Vec::new();
    // Column by column, each along its index.
    for (column, position) in list!(&library.db, (ColumnId, i64), sql::LIST_PLACES, column_place, column.as_ref())? {
        if position > column_place {
            (place, id) = (i64::MIN, String::new());
        }
        let room = paging.most() - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if room <= 0 {
            break;
        }
        let more = list!(&library.db, Placed, sql::PAGE_COURSES, unit, &column, place, &id, room)?;
        rows.extend(more.into_iter().map(|row| (position, row)));
    }
    let part = paging.part(rows, |(position, row)| {
        Mark { numbers: [*position, row.place], id: row.card.course.id.to_string() }.to_string()
    });
    Ok(Part { items: part.items.into_iter().map(|(_, row)| row.card).collect(), next: part.next })
}

/// A course and when it was made.
#[derive(sqlx::FromRow)]
struct Dated {
    #[sqlx(flatten)]
    card: CourseCard,
    created_at: i64,
}

/// The courses this content manager may edit: those that she made, then the others, the newest first.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid(after)`.
pub async fn list_kept_page(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<CourseCard>> {
    access::may_keep_content(actor)?;
    let Mark { numbers: [mut is_others, mut before], mut id } =
        paging.mark(Mark { numbers: [0, i64::MAX], id: Mark::<2>::high().id })?;
    let (mut rows, mut edge) = (Vec::new(), None);
    if is_others == 0 {
        let own = list!(&library.db, Dated, sql::PAGE_OWN_COURSES, &actor.person, before, &id, paging.most())?;
        rows.extend(own.into_iter().map(|row| (0, row)));
        Mark { numbers: [is_others, before], id } = Mark { numbers: [1, i64::MAX], id: Mark::<2>::high().id };
    }
    let room = paging.most() - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if is_others == 1 && room > 0 {
        let looked = paging.looked();
        let others = list!(&library.db, Dated, sql::PAGE_OTHER_COURSES, &actor.person, before, &id, room, looked)?;
        rows.extend(others.into_iter().map(|row| (1, row)));
        edge = find!(&library.db, (i64, String), sql::EDGE_OF_COURSES, before, &id, looked - 1)?;
    }
    let part = paging.part(rows, |(is_others, row)| {
        Mark { numbers: [*is_others, row.created_at], id: row.card.course.id.to_string() }.to_string()
    });
    let looked = edge.map(|(before, id)| Mark { numbers: [1, before], id }.to_string());
    Ok(Part { items: part.items.into_iter().map(|(_, row)| row.card).collect(), next: part.next.or(looked) })
}

/// The first published courses that this person may see, `most` at most; with words, those in whose title they stand, and
/// first those that are called so.
pub async fn list_named(library: &Library, actor: &Actor, words: &str, most: usize) -> Result<Vec<NamedCourse>> {
    let (words, lower) = (words.trim(), words.trim().to_lowercase());
    // What is published stands in memory, in this order.
    let open = prospectus::open_to(library, actor).await?;
    let is_called = |course: &&Course| course.title.is_called(words);
    let has = |course: &&Course| course.title.iter().any(|(_, text)| text.to_lowercase().contains(&lower));
    let all = || open.courses().map(|card| &card.course);
    let found: Vec<&Course> = match lower.is_empty() {
        true => all().take(most.min(MOST_NAMED)).collect(),
        false => {
            let others = all().filter(|course| has(course) && !is_called(course));
            all().filter(is_called).chain(others).take(most.min(MOST_NAMED)).collect()
        }
    };
    Ok(found.into_iter().map(|course| NamedCourse { id: course.id.clone(), title: course.title.clone() }).collect())
}

/// The one published course that this person may see and that is called so in any language, else the only one in whose
/// title the words stand. `field` is where they were typed.
///
/// # Errors
/// `Invalid`: `UnknownValue` where nothing fits, `Ambiguous` where several do.
pub async fn find_meant(library: &Library, actor: &Actor, field: &'static str, typed: &str) -> Result<CourseId> {
    let found = list_named(library, actor, typed, usize::MAX).await?;
    meant(&found, typed).map_err(|why| Error::invalid(field, why)).cloned()
}

/// The one of `found` that is meant by the words it was found by.
///
/// # Errors
/// Why none is.
pub fn meant<'a>(found: &'a [NamedCourse], typed: &str) -> std::result::Result<&'a CourseId, Why> {
    let mut exact = found.iter().filter(|course| course.title.is_called(typed.trim()));
    match (exact.next(), exact.next(), found) {
        (Some(one), None, _) | (None, _, [one]) => Ok(&one.id),
        (None, _, []) => Err(Why::UnknownValue),
        _ => Err(Why::Ambiguous),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Language;

    #[test]
    fn a_course_is_meant_by_its_whole_title_or_by_words_that_no_other_has() {
        let course = |title: &str| NamedCourse { id: title.into(), title: Texts::of(Language::Zh, title) };
        let found = [course("高血压"), course("高血压与肾病")];
        assert_eq!(meant(&found, " 高血压 "), Ok(&"高血压".into()));
        assert_eq!(meant(&found, "血压"), Err(Why::Ambiguous));
        assert_eq!(meant(&found[1..], "肾"), Ok(&"高血压与肾病".into()));
        assert_eq!(meant(&[], "肾"), Err(Why::UnknownValue));
    }
}
