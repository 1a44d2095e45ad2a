//! Which of the many are meant? What a content manager keeps, narrowed, in order, page by page: each page costs about the
//! same, however many there are and however few of them fit.

pub mod bulk;
mod cursor;
pub mod figures;
mod finding;
pub mod meant;
pub mod selection;
pub mod sheet;
mod sql;
pub mod views;

use crate::Library;
use crate::db::{find, list};
use crate::error::Result;
use crate::ids::{ColumnId, CourseId, Language, ResourceId, TermId, words};
use crate::media::{self, ResourceKind, Stage};
use crate::people::{Actor, access};
use crate::shelves::Facet;
use crate::shelves::due::AHEAD_MS;
use crate::texts::Texts;

pub use cursor::Cursor;
pub use finding::list_page;

words!(
    /// The orders of the table. `Longest` shows what plays, `Review` what has a day of review.
    Sort {
        Newest = "newest",
        Oldest = "oldest",
        Title = "title",
        Largest = "largest",
        Longest = "longest",
        Review = "review",
    }
);

words!(
    /// Whether a lesson or a handout uses it.
    Use { Used = "used", Unused = "unused" }
);

words!(
    /// Whose day of review comes within [`AHEAD_MS`], or is over.
    Review { Soon = "soon", Overdue = "overdue" }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the words knows no default")]
impl Default for Sort {
    fn default() -> Self {
        Self::Newest
    }
}

/// What is asked for; what is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of a title or of the file name.
    pub text: String,
    pub kind: Option<ResourceKind>,
    pub stage: Option<Stage>,
    pub language: Option<Language>,
    /// The slug of a column whose lessons or handouts use it.
    pub column: String,
    /// The slug of an aspect, and of an audience.
    pub aspect: String,
    pub audience: String,
    pub usage: Option<Use>,
    pub review: Option<Review>,
    /// What cannot be played or read, whatever `stage` says.
    pub is_broken: bool,
    /// Uploaded by whoever asks.
    pub is_mine: bool,
}

/// A row of the table.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Holding {
    pub id: ResourceId,
    #[sqlx(try_from = "String")]
    pub kind: ResourceKind,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    pub filename: String,
    pub size_bytes: i64,
    #[sqlx(try_from = "String")]
    pub stage: Stage,
    pub cause: Option<String>,
    pub created_at: i64,
    pub duration_ms: Option<i64>,
    folder: Option<String>,
    poster: Option<String>,
    /// How many lessons and handouts use it, and one of their courses that she keeps too.
    pub uses: i64,
    pub course: Option<CourseId>,
    course_title: Option<String>,
    pub review_by: Option<i64>,
    picked: i64,
}

impl Holding {
    pub fn poster_address(&self) -> Option<String> {
        media::address_in(self.folder.as_deref()?, self.poster.as_deref()?)
    }

    pub fn course_title(&self) -> Option<Texts> {
        Texts::try_from(self.course_title.clone()?).ok()
    }

    /// Whether it is in the selection of whoever asked.
    pub fn is_picked(&self) -> bool {
        self.picked > 0
    }
}

/// Some rows, and how it goes on.
#[derive(Debug)]
pub struct Page {
    pub rows: Vec<Holding>,
    /// Where the next page begins; `None` when this was the last.
    pub next: Option<Cursor>,
    /// Fewer were found than a page holds, but there is more to look through: few of the many fit.
    pub is_partial: bool,
}

/// A filter in the ids of the database.
struct Narrowed {
    filter: Filter,
    person: String,
    uploader: Option<String>,
    stage: Option<&'static str>,
    aspect: Option<String>,
    audience: Option<String>,
    column: Option<String>,
    /// The end of the days of review that are asked for.
    due: Option<i64>,
    wanted: Vec<crate::media::named::Wanted>,
}

/// What names nothing finds nothing.
const NOTHING: &str = "-";

impl Narrowed {
    async fn of(library: &Library, actor: &Actor, filter: &Filter) -> Result<Self> {
        access::may_keep_content(actor)?;
        let now = library.clock.now_ms();
        let due = filter.review.map(|review| match review {
            Review::Soon => now + AHEAD_MS,
            Review::Overdue => now,
        });
        let stage = if filter.is_broken { Some(Stage::Failed) } else { filter.stage };
        let mut wanted = crate::media::named::wanted(&filter.text);
        wanted.truncate(3);
        Ok(Self {
            filter: filter.clone(),
            person: actor.person.to_string(),
            uploader: filter.is_mine.then(|| actor.person.to_string()),
            stage: stage.map(Stage::as_str),
            aspect: term(library, Facet::Aspect, &filter.aspect).await?,
            audience: term(library, Facet::Audience, &filter.audience).await?,
            column: column(library, &filter.column).await?,
            due,
            wanted,
        })
    }

    fn pattern(&self, at: usize) -> Option<&str> {
        self.wanted.get(at).map(|wanted| wanted.pattern.as_str())
    }
}

async fn term(library: &Library, facet: Facet, slug: &str) -> Result<Option<String>> {
    if slug.is_empty() {
        return Ok(None);
    }
    let found = find!(&library.db, (TermId,), sql::FIND_TERM, facet.as_str(), slug)?;
    Ok(Some(found.map_or_else(|| NOTHING.to_owned(), |row| row.0.to_string())))
}

async fn column(library: &Library, slug: &str) -> Result<Option<String>> {
    if slug.is_empty() {
        return Ok(None);
    }
    let found = find!(&library.db, (ColumnId,), sql::FIND_COLUMN, slug)?;
    Ok(Some(found.map_or_else(|| NOTHING.to_owned(), |row| row.0.to_string())))
}

/// Ids put end to end, as the statements cut them apart; whatever is no id of a resource is left out.
fn laid<'a>(ids: impl IntoIterator<Item = &'a ResourceId>) -> (String, i64) {
    let is_id = |id: &&str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ids: Vec<&str> = ids.into_iter().map(ResourceId::as_str).filter(is_id).collect();
    (ids.concat(), i64::try_from(ids.len()).unwrap_or_default())
}

/// The rows of these resources, in this order, as far as this content manager keeps them.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_rows(library: &Library, actor: &Actor, ids: &[ResourceId]) -> Result<Vec<Holding>> {
    access::may_keep_content(actor)?;
    let (all, count) = laid(ids);
    let mut rows = list!(&library.db, Holding, sql::LIST_ROWS, &all, count, &actor.person)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}
