//! Where does it stand, and what is said of it? The aspects and audiences resources are sorted by, their authors,
//! licenses and sources, and until when their medicine is to be looked at again.

pub mod contrast;
pub mod due;
pub mod order;
pub mod proposed;
mod sql;

use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::clock::day;
use crate::db::{Tx, find, find_in, is_taken, list, list_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{self, ResourceId, TermId, words};
use crate::media;
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor};
use crate::proposals::Said;
use crate::texts::{Texts, clean_line};
use order::{Place, shift};

words!(
    /// What a term sorts by: what a resource is about, or for whom it is (village clinics, doctors of a township …).
    Facet { Aspect = "aspect", Audience = "audience" }
);

/// Resources are sorted by no more aspects, nor by more audiences.
const MOST_TERMS: i64 = 200;

/// The longest title of a term, summary of a resource, and line about it, in characters.
const TITLE: usize = 200;
const SUMMARY: usize = 2000;
const LINE: usize = 500;
const A_DAY_MS: u64 = 24 * 3_600_000;

/// One aspect, or one audience.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Term {
    pub id: TermId,
    #[sqlx(try_from = "String")]
    pub facet: Facet,
    pub slug: String,
    #[sqlx(try_from = "String")]
    pub title: Texts,
}

impl Term {
    /// Whether people mean it by this word: its slug, or its title in any language.
    pub fn is_meant_by(&self, name: &str) -> bool {
        self.slug == name || self.title.is_called(name)
    }
}

/// What is said of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub struct About {
    #[sqlx(try_from = "String")]
    pub summary: Texts,
    pub author: String,
    pub institution: String,
    /// Whose money or interest stands behind it.
    pub disclosure: String,
    pub license: String,
    /// Where it comes from.
    pub source: String,
    /// When its medicine is to be looked at again (ms since 1970 UTC); `None`: no date.
    pub review_by: Option<i64>,
}

/// The aspects, or the audiences, in their order.
pub async fn list_terms(library: &Library, facet: Facet) -> Result<Vec<Term>> {
    list!(&library.db, Term, sql::LIST_TERMS, facet.as_str())
}

/// Aspects and audiences together, each in their order.
pub async fn list_all_terms(library: &Library) -> Result<Vec<Term>> {
    list!(&library.db, Term, sql::LIST_ALL_TERMS)
}

/// A term and where it stands among those that sort by the same.
#[derive(sqlx::FromRow)]
struct Placed {
    #[sqlx(flatten)]
    term: Term,
    place: i64,
}

/// The aspects and then the audiences, or one of both, in their order, page by page.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_page(library: &Library, facet: Option<Facet>, paging: Paging<'_>) -> Result<Part<Term>> {
    let Mark { numbers: [kind, place], id } = paging.mark(Mark::low())?;
    let only = facet.map(Facet::as_str);
    let rows = list!(&library.db, Placed, sql::PAGE_TERMS, only, kind, place, &id, paging.most())?;
    let part = paging.part(rows, |row| {
        let kind = i64::from(row.term.facet != Facet::Aspect);
        Mark { numbers: [kind, row.place], id: row.term.id.to_string() }.to_string()
    });
    Ok(Part { items: part.items.into_iter().map(|row| row.term).collect(), next: part.next })
}

/// Adds one at the end.
///
/// # Errors
/// `Forbidden` for whoever keeps no columns; `Invalid` for a bad slug or title; `Conflict(Taken)`.
pub async fn add_term(library: &Library, actor: &Actor, facet: Facet, slug: &str, title: Texts) -> Result<TermId> {
    people::may_keep_columns(library, actor).await?;
    let slug = checked_slug(slug)?;
    let title = title.checked("title", true, TITLE)?;
    let (id, now) = (TermId::new(), library.clock.now_ms());
    let mut tx = library.db.begin().await?;
    let added = write!(&mut tx, sql::ADD_TERM, &id, facet.as_str(), slug, title.to_json(), now, MOST_TERMS);
    let added = added.map_err(|error| if is_taken(&error) { Error::Conflict(Why::Taken) } else { error })?;
    if added == 0 {
        return Err(Error::Conflict(Why::TooMany));
    }
    audit::note(library, &mut tx, Some(&actor.person), "term.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Calls a term otherwise; its slug stays.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid` for a bad title.
pub async fn rename_term(library: &Library, actor: &Actor, id: &TermId, title: Texts) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let title = title.checked("title", true, TITLE)?;
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::RENAME_TERM, id, title.to_json())? == 0 {
        return Err(Error::NotFound("term"));
    }
    changes::note(library, &mut tx, Changed::Column, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "term.rename", id.as_str()).await?;
    tx.commit().await
}

/// Moves a term among those that sort by the same.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn move_term(library: &Library, actor: &Actor, id: &TermId, place: Place) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::LOCK_TERMS)?;
    let mut terms = list_in!(&mut tx, (TermId,), sql::LIST_NEIGHBORS, id)?;
    let from = terms.iter().position(|(term,)| term == id).ok_or(Error::NotFound("term"))?;
    shift(&mut terms, from, place);
    for (position, (term,)) in (1_i64..).zip(&terms) {
        write!(&mut tx, sql::PLACE_TERM, term, position)?;
    }
    audit::note(library, &mut tx, Some(&actor.person), "term.move", id.as_str()).await?;
    tx.commit().await
}

/// Takes a term away by which nothing is sorted.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict(InUse)`, also where something is proposed to be sorted by it.
pub async fn remove_term(library: &Library, actor: &Actor, id: &TermId) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let mut tx = library.db.begin().await?;
    find_in!(&mut tx, (TermId,), sql::FIND_TERM, id)?.ok_or(Error::NotFound("term"))?;
    if !remove_term_in(&mut tx, id).await? {
        return Err(Error::Conflict(Why::InUse));
    }
    audit::note(library, &mut tx, Some(&actor.person), "term.remove", id.as_str()).await?;
    tx.commit().await
}

/// The same in the caller's transaction, who has the right to; false when it is in use.
pub(crate) async fn remove_term_in(tx: &mut Tx, id: &TermId) -> Result<bool> {
    Ok(write!(tx, sql::REMOVE_TERM, id)? == 1)
}

/// A word for addresses: lower-case letters, digits and hyphens, 60 at most.
pub(crate) fn checked_slug(slug: &str) -> Result<String> {
    let slug = slug.trim().to_lowercase();
    let plain = |each: char| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '-';
    match slug.len() {
        0 => Err(Error::invalid("slug", Why::Empty)),
        61.. => Err(Error::invalid("slug", Why::TooLong)),
        _ if !slug.chars().all(plain) => Err(Error::invalid("slug", Why::Unreadable)),
        // Columns are found by id or slug.
        _ if ids::is_like_an_id(&slug) => Err(Error::invalid("slug", Why::LikeAnId)),
        _ => Ok(slug),
    }
}

/// What is said of a resource; nothing where nobody has said anything.
pub async fn find_about(library: &Library, resource: &ResourceId) -> Result<About> {
    Ok(find!(&library.db, About, sql::FIND_ABOUT, resource)?.unwrap_or_default())
}

/// The aspects and audiences of a resource.
pub async fn list_terms_of(library: &Library, resource: &ResourceId) -> Result<Vec<Term>> {
    list!(&library.db, Term, sql::LIST_TERMS_OF, resource)
}

/// The same as their slugs, as [`describe`] takes them.
pub(crate) async fn list_slugs_of(library: &Library, resource: &ResourceId) -> Result<Vec<(Facet, String)>> {
    Ok(list_terms_of(library, resource).await?.into_iter().map(|term| (term.facet, term.slug)).collect())
}

/// Says all of it anew; `terms` are slugs with what they sort by.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` for an overlong text or a term that is not there.
pub async fn describe(
    library: &Library,
    actor: &Actor,
    resource: &ResourceId,
    about: About,
    terms: &[(Facet, String)],
) -> Result<Said> {
    media::load_for_editing(library, actor, resource).await?;
    let about = about.checked()?;
    let mut tx = library.db.begin().await?;
    let said = proposed::say_about(library, &mut tx, actor, resource, &about, terms).await?;
    if said == Said::Applied {
        audit::note(library, &mut tx, Some(&actor.person), "resource.describe", resource.as_str()).await?;
    }
    tx.commit().await?;
    Ok(said)
}

/// Makes it so in the caller's transaction, who has checked the texts and asked whether that may be.
pub(crate) async fn describe_in(
    library: &Library,
    tx: &mut Tx,
    resource: &ResourceId,
    about: &About,
    terms: &[(Facet, String)],
) -> Result<()> {
    let now = library.clock.now_ms();
    write!(
        tx,
        sql::SET_ABOUT,
        resource,
        about.summary.to_json(),
        &about.author,
        &about.institution,
        &about.disclosure,
        &about.license,
        &about.source,
        about.review_by,
        now
    )?;
    write!(tx, sql::REMOVE_TERMS_OF, resource)?;
    let mut said = terms.to_vec();
    said.sort();
    said.dedup();
    for (facet, slug) in said {
        if write!(tx, sql::ADD_TERM_TO, resource, facet.as_str(), &slug)? == 0 {
            return Err(Error::invalid(facet.as_str(), Why::UnknownValue));
        }
    }
    changes::note(library, tx, Changed::Resource, resource.as_str()).await
}

/// What is said of `from` is said of `to`, of which nothing is said yet.
pub(crate) async fn carry_over(library: &Library, tx: &mut Tx, from: &ResourceId, to: &ResourceId) -> Result<()> {
    if write!(tx, sql::COPY_ABOUT, from, to, library.clock.now_ms())? == 1 {
        write!(tx, sql::COPY_TERMS, from, to)?;
    }
    Ok(())
}

impl About {
    /// Trimmed, without control characters.
    ///
    /// # Errors
    /// `Invalid` for an overlong text, or a moment on no day of the years 1900 to 2200.
    pub fn checked(self) -> Result<Self> {
        let is_on_a_day = |ms: i64| day::end_of(&day::ending(ms)).is_some_and(|end| end.abs_diff(ms) < A_DAY_MS);
        if self.review_by.is_some_and(|ms| !is_on_a_day(ms)) {
            return Err(Error::invalid("review_by", Why::OutOfRange));
        }
        let line = |field: &'static str, text: &str| {
            let text = clean_line(text);
            if text.chars().count() > LINE { Err(Error::invalid(field, Why::TooLong)) } else { Ok(text) }
        };
        Ok(Self {
            summary: self.summary.checked("summary", false, SUMMARY)?,
            author: line("author", &self.author)?,
            institution: line("institution", &self.institution)?,
            disclosure: line("disclosure", &self.disclosure)?,
            license: line("license", &self.license)?,
            source: line("source", &self.source)?,
            review_by: self.review_by,
        })
    }
}
