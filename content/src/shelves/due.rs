//! Whose medicine is to be looked at again? What is overdue or will be soon, and a new date for what was looked at.

use super::{About, proposed, sql};
use crate::Library;
use crate::audit;
use crate::db::{find, list};
use crate::error::{Error, Result, Why};
use crate::ids::{ResourceId, words};
use crate::media;
use crate::paging::{Mark, Paging, Part};
use crate::people::{Actor, access};
use crate::proposals::Said;
use crate::texts::Texts;

/// So long ahead of its date (ms) a resource is warned of.
pub const AHEAD_MS: i64 = 60 * 24 * 3_600_000;
/// So many are looked through to be counted.
const MOST_COUNTED: i64 = 300;
/// Medicine does not stay true for longer, in ms (ten years).
const LONGEST_MS: i64 = 10 * 366 * 24 * 3_600_000;

words!(
    /// Whether the date has passed.
    Urgency { Overdue = "overdue", Soon = "soon" }
);

/// A resource whose date has passed or is near.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Due {
    pub resource: ResourceId,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    pub author: String,
    /// In ms since 1970 UTC.
    pub review_by: i64,
}

impl Due {
    pub fn urgency(&self, now_ms: i64) -> Urgency {
        if self.review_by <= now_ms { Urgency::Overdue } else { Urgency::Soon }
    }
}

/// What of hers is overdue or due within sixty days, the most urgent first, page by page.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid(after)`.
pub async fn list_due(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Due>> {
    access::may_keep_content(actor)?;
    let Mark { numbers: [since], id } = paging.mark(Mark::low())?;
    let until = library.clock.now_ms() + AHEAD_MS;
    let (most, looked) = (paging.most(), paging.looked());
    let rows = list!(&library.db, Due, sql::LIST_DUE, &actor.person, until, since, &id, most, looked)?;
    let edge = find!(&library.db, (i64, String), sql::EDGE_OF_DUE, until, since, &id, looked - 1)?;
    Ok(paging
        .part_of_looked(rows, edge, |row| Mark { numbers: [row.review_by], id: row.resource.to_string() }.to_string()))
}

/// How many that are, and whether that is all: only the three hundred most urgent of all are looked through.
///
/// # Errors
/// As [`list_due`].
pub async fn count_due(library: &Library, actor: &Actor) -> Result<(i64, bool)> {
    access::may_keep_content(actor)?;
    let until = library.clock.now_ms() + AHEAD_MS;
    let row = find!(&library.db, (i64,), sql::COUNT_DUE, &actor.person, until, MOST_COUNTED)?;
    let first = Mark::<1>::low();
    let edge = find!(&library.db, (i64, String), sql::EDGE_OF_DUE, until, first.numbers[0], &first.id, MOST_COUNTED)?;
    Ok((row.map_or(0, |row| row.0), edge.is_none()))
}

/// Somebody has looked at it again: it is good until `until` (ms since 1970 UTC).
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid(review_by)` for what is not in the ten years to come.
pub async fn look_again(library: &Library, actor: &Actor, resource: &ResourceId, until: i64) -> Result<Said> {
    media::load_for_editing(library, actor, resource).await?;
    let now = library.clock.now_ms();
    if until <= now || until > now + LONGEST_MS {
        return Err(Error::invalid("review_by", Why::OutOfRange));
    }
    let said = proposed::find_working_about(library, resource).await?;
    let about = About { review_by: Some(until), ..said.about };
    let mut tx = library.db.begin().await?;
    let said = proposed::say_about(library, &mut tx, actor, resource, &about, &said.terms).await?;
    if !said.is_proposed() {
        audit::note(library, &mut tx, Some(&actor.person), "resource.look_again", resource.as_str()).await?;
    }
    tx.commit().await?;
    Ok(said)
}
