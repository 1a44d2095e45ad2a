//! How is a page found without looking at everything? From the filter that leaves fewest, when it leaves few: all of them
//! are looked at and put in order. Else along the index of the order, for a bounded time.

use std::time::{Duration, Instant};

use super::cursor::{Cursor, LAST_TEXT, Place};
use super::{Filter, Narrowed, Page, Sort, list_rows, sql};
use crate::Library;
use crate::db::{find, list};
use crate::error::Result;
use crate::ids::ResourceId;
use crate::people::{Actor, Role};

/// How many rows a page of the table holds.
pub(super) const ROWS: usize = 50;
/// So many may be looked at to put them in order; a filter that leaves more is looked for along the order.
const FEW: i64 = 800;
/// Units whose resources are looked at one after the other.
const MOST_OWNERS: i64 = 20;
/// How many rows of an order are looked at in one go, and how long one page may go on doing so.
const STRETCH: i64 = 1000;
const PATIENCE: Duration = Duration::from_millis(6);

/// A page of what this content manager keeps.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_page(
    library: &Library,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    after: Option<&Cursor>,
) -> Result<Page> {
    let narrowed = Narrowed::of(library, actor, filter).await?;
    let first = Cursor::end(sort, true);
    let from = after.unwrap_or(&first);
    let mut found = find_some(library, actor, &narrowed, sort, from, ROWS, PATIENCE).await?;
    let is_partial = found.places.len() < ROWS && found.next.is_some();
    if found.places.len() > ROWS {
        found.places.truncate(ROWS);
        found.next = found.places.last().cloned();
    }
    let ids: Vec<ResourceId> = found.places.iter().map(|place| place.id.as_str().into()).collect();
    Ok(Page { rows: list_rows(library, actor, &ids).await?, next: found.next, is_partial })
}

/// The ids of all that fit, the newest first, `most` at most; and whether there may be more.
pub(super) async fn find_all(
    library: &Library,
    actor: &Actor,
    filter: &Filter,
    most: usize,
) -> Result<(Vec<ResourceId>, bool)> {
    let narrowed = Narrowed::of(library, actor, filter).await?;
    let from = Cursor::end(Sort::Newest, true);
    let found = find_some(library, actor, &narrowed, Sort::Newest, &from, most, Duration::from_secs(20)).await?;
    let has_more = found.places.len() > most || found.next.is_some();
    Ok((found.places.into_iter().take(most).map(|place| place.id.into()).collect(), has_more))
}

/// What was found: one more than asked for, where there is one; or where looking has stopped.
struct Found {
    places: Vec<Cursor>,
    next: Option<Cursor>,
}

async fn find_some(
    library: &Library,
    actor: &Actor,
    narrowed: &Narrowed,
    sort: Sort,
    from: &Cursor,
    most: usize,
    patience: Duration,
) -> Result<Found> {
    let sources = sources(narrowed);
    for source in &sources {
        if count(library, source).await? <= FEW {
            return Ok(Found { places: collect(library, &[source], narrowed, sort, from).await?, next: None });
        }
    }
    let keeps_all = actor.grants.iter().any(|grant| grant.role == Role::ContentManager && grant.unit.is_none());
    if let Some(owners) = few_owners(library, actor, keeps_all).await? {
        let owners: Vec<&Source> = owners.iter().collect();
        return Ok(Found { places: collect(library, &owners, narrowed, sort, from).await?, next: None });
    }
    if sources.is_empty() && keeps_all {
        let places = walk(library, narrowed, sort, (from, &Cursor::end(sort, false)), most + 1).await?;
        return Ok(Found { places, next: None });
    }
    walk_on(library, narrowed, sort, from, most, patience).await
}

/// Along the order, stretch by stretch, until there is enough, or nothing more, or no time.
async fn walk_on(
    library: &Library,
    narrowed: &Narrowed,
    sort: Sort,
    from: &Cursor,
    most: usize,
    patience: Duration,
) -> Result<Found> {
    let begun = Instant::now();
    let (mut places, mut at) = (Vec::new(), from.clone());
    loop {
        let edge = edge(library, sort, &at).await?;
        let until = edge.clone().unwrap_or_else(|| Cursor::end(sort, false));
        places.extend(walk(library, narrowed, sort, (&at, &until), most + 1 - places.len()).await?);
        match edge {
            _ if places.len() > most => return Ok(Found { places, next: None }),
            None => return Ok(Found { places, next: None }),
            Some(edge) if begun.elapsed() > patience => return Ok(Found { places, next: Some(edge) }),
            Some(edge) => at = edge,
        }
    }
}

/// A filter that can be asked from its own side.
struct Source {
    name: &'static str,
    value: String,
    /// Behind the last value, for words.
    until: String,
    number: Option<i64>,
}

impl Source {
    fn of(name: &'static str, value: &str) -> Self {
        Self { name, value: value.to_owned(), until: String::new(), number: None }
    }
}

/// The units whose resources she keeps, when those are few together.
async fn few_owners(library: &Library, actor: &Actor, keeps_all: bool) -> Result<Option<Vec<Source>>> {
    if keeps_all {
        return Ok(None);
    }
    let units = list!(&library.db, (String,), sql::LIST_OWNERS, &actor.person, MOST_OWNERS + 1)?;
    if i64::try_from(units.len()).is_ok_and(|count| count > MOST_OWNERS) {
        return Ok(None);
    }
    let owners: Vec<Source> = units.iter().map(|unit| Source::of("owner", &unit.0)).collect();
    let mut all = 0;
    for owner in &owners {
        all += count(library, owner).await?;
        if all > FEW {
            return Ok(None);
        }
    }
    Ok(Some(owners))
}

/// The narrowest first, as far as that can be told before counting.
fn sources(narrowed: &Narrowed) -> Vec<Source> {
    let of = Source::of;
    let mut sources = Vec::new();
    // The longest word is the rarest, most of the time; another is tried where it is not.
    let mut words: Vec<&String> = narrowed.wanted.iter().flat_map(|wanted| &wanted.beginnings).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words.into_iter().take(6) {
        sources.push(Source { until: format!("{word}{LAST_TEXT}"), ..of("word", word) });
    }
    let usage = narrowed.filter.usage;
    sources.extend((usage == Some(super::Use::Unused)).then(|| of("unused", "")));
    sources.extend((usage == Some(super::Use::Used)).then(|| of("any", "")));
    sources.extend(narrowed.stage.map(|stage| of("stage", stage)));
    sources.extend(narrowed.due.map(|due| Source { number: Some(due), ..of("review", "") }));
    sources.extend(narrowed.aspect.as_deref().map(|term| of("term", term)));
    sources.extend(narrowed.audience.as_deref().map(|term| of("term", term)));
    sources.extend(narrowed.uploader.as_deref().map(|person| of("uploader", person)));
    sources.extend(narrowed.column.as_deref().map(|column| of("column", column)));
    sources.extend(narrowed.filter.language.map(|language| of("language", language.as_str())));
    sources.extend(narrowed.filter.kind.map(|kind| of("kind", kind.as_str())));
    sources
}

/// How many a filter leaves; more than [`FEW`] are not counted.
async fn count(library: &Library, source: &Source) -> Result<i64> {
    if source.name == "any" {
        return Ok(i64::MAX);
    }
    let Source { name, value, until, number } = source;
    let row = find!(&library.db, (i64,), sql::COUNT_SOURCE, name, value, until, number, FEW + 1)?;
    Ok(row.map_or(0, |row| row.0))
}

/// The binds that every statement that finds takes from `$6` on.
macro_rules! find_places {
    ($library:expr, $row:ty, $narrowed:expr, $sql:expr $(, $bind:expr)*) => {
        list!(
            &$library.db, $row, $sql $(, $bind)*,
            &$narrowed.person,
            $narrowed.filter.kind.map(crate::media::ResourceKind::as_str),
            $narrowed.stage,
            $narrowed.filter.language.map(crate::ids::Language::as_str),
            &$narrowed.uploader,
            $narrowed.filter.usage.map(super::Use::as_str),
            &$narrowed.aspect,
            &$narrowed.audience,
            &$narrowed.column,
            $narrowed.due,
            $narrowed.pattern(0),
            $narrowed.pattern(1),
            $narrowed.pattern(2)
        )
    };
}

/// Narrow rows, to be put in order here.
#[derive(sqlx::FromRow)]
struct Collected {
    id: String,
    created_at: i64,
    size_bytes: i64,
    duration_ms: Option<i64>,
    sort_title: String,
    review_by: Option<i64>,
}

impl Collected {
    /// Its place in an order, if it has one there.
    fn cursor(self, sort: Sort) -> Option<Cursor> {
        let place = match sort {
            Sort::Newest | Sort::Oldest => Place::Number(self.created_at),
            Sort::Largest => Place::Number(self.size_bytes),
            Sort::Longest => Place::Number(self.duration_ms?),
            Sort::Review => Place::Number(self.review_by?),
            Sort::Title => Place::Text(self.sort_title),
        };
        Some(Cursor { place, id: self.id })
    }
}

async fn collect(
    library: &Library,
    sources: &[&Source],
    narrowed: &Narrowed,
    sort: Sort,
    from: &Cursor,
) -> Result<Vec<Cursor>> {
    let mut places: Vec<Cursor> = Vec::new();
    for Source { name, value, until, number } in sources {
        let found = find_places!(library, Collected, narrowed, sql::COLLECT, name, value, until, number, FEW + 1)?;
        places.extend(found.into_iter().filter_map(|each| each.cursor(sort)));
    }
    places.sort();
    if sort.is_falling() {
        places.reverse();
    }
    places.retain(|place| if sort.is_falling() { place < from } else { place > from });
    Ok(places)
}

/// Along the index of an order, from a place, exclusive, to another, inclusive.
async fn walk(
    library: &Library,
    narrowed: &Narrowed,
    sort: Sort,
    (from, until): (&Cursor, &Cursor),
    most: usize,
) -> Result<Vec<Cursor>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    if sort == Sort::Title {
        let (a, b, c, d) = (from.text(), &from.id, until.text(), &until.id);
        let rows = find_places!(library, (String, String), narrowed, sql::WALK_TITLE, a, b, c, d, most)?;
        return Ok(rows.into_iter().map(|(id, place)| Cursor { place: Place::Text(place), id }).collect());
    }
    let (a, b, c, d) = (from.number(), &from.id, until.number(), &until.id);
    let statement = match sort {
        Sort::Oldest => sql::WALK_OLDEST,
        Sort::Largest => sql::WALK_LARGEST,
        Sort::Longest => sql::WALK_LONGEST,
        Sort::Review => sql::WALK_REVIEW,
        Sort::Newest | Sort::Title => sql::WALK_NEWEST,
    };
    let rows = find_places!(library, (String, i64), narrowed, statement, a, b, c, d, most)?;
    Ok(rows.into_iter().map(|(id, place)| Cursor { place: Place::Number(place), id }).collect())
}

/// The place a stretch further on; `None` when the order ends before.
async fn edge(library: &Library, sort: Sort, from: &Cursor) -> Result<Option<Cursor>> {
    if sort == Sort::Title {
        let row = find!(&library.db, (String, String), sql::EDGE_TITLE, from.text(), &from.id, STRETCH)?;
        return Ok(row.map(|(place, id)| Cursor { place: Place::Text(place), id }));
    }
    let statement = match sort {
        Sort::Oldest => sql::EDGE_OLDEST,
        Sort::Largest => sql::EDGE_LARGEST,
        Sort::Longest => sql::EDGE_LONGEST,
        Sort::Review => sql::EDGE_REVIEW,
        Sort::Newest | Sort::Title => sql::EDGE_NEWEST,
    };
    let row = find!(&library.db, (i64, String), statement, from.number(), &from.id, STRETCH)?;
    Ok(row.map(|(place, id)| Cursor { place: Place::Number(place), id }))
}
