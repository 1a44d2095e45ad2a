//! What is open to learners right now? Every published course as lists show it, in memory, as of the newest change of
//! the log: what a page costs does not grow with the library, and nothing that was changed is shown as it was.

mod listing;
mod material;
mod outlines;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

pub use listing::Open;
use listing::{Listed, Listing};
pub use material::{Material, load_material};
pub use outlines::list_shown;
pub(super) use outlines::read;

use super::{Outline, list_columns, list_users_of, load_outline, sql, topics};
use crate::Library;
use crate::changes::{self, Change, Changed};
use crate::db::list;
use crate::error::Result;
use crate::ids::{ColumnId, CourseId, ResourceId, UnitId};
use crate::people::Actor;
use crate::places;

/// How many courses are read at once.
const PAGE: i64 = 500;
/// After more changes than this, all is read anew: that costs less.
const MOST_CHANGES: i64 = 2_000;
/// How many outlines are kept: those that are opened now, with their lessons (about 10 KB each).
const OUTLINES: NonZeroUsize = NonZeroUsize::new(2_000).expect("more than none");
/// How many files are kept with all that is made of them.
const MATERIALS: NonZeroUsize = NonZeroUsize::new(128).expect("more than none");
/// Of how many units it is kept what stands above them.
const UNITS: NonZeroUsize = NonZeroUsize::new(4_096).expect("more than none");

/// What this node has read of the library so far. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Prospectus(Arc<Inner>);

struct Inner {
    kept: Mutex<Kept>,
    /// One at a time reads what changed; the others wait for it.
    reading: tokio::sync::Mutex<()>,
}

struct Kept {
    listing: Arc<Listing>,
    outlines: LruCache<CourseId, Arc<Outline>>,
    materials: LruCache<ResourceId, Arc<Material>>,
    units: LruCache<UnitId, Arc<[UnitId]>>,
}

impl Default for Prospectus {
    fn default() -> Self {
        let kept = Kept {
            listing: Arc::default(),
            outlines: LruCache::new(OUTLINES),
            materials: LruCache::new(MATERIALS),
            units: LruCache::new(UNITS),
        };
        Self(Arc::new(Inner { kept: Mutex::new(kept), reading: tokio::sync::Mutex::default() }))
    }
}

impl Prospectus {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing is half done in it when a holder panics: each change is one assignment.
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listing(&self) -> Arc<Listing> {
        self.kept().listing.clone()
    }
}

/// What is open to this person, not older than the moment she was looked up.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn open_to(library: &Library, actor: &Actor) -> Result<Open> {
    let listing = at(library, actor.changes_seen).await?;
    let units = match &actor.unit {
        None => Arc::default(),
        Some(unit) => units_above(library, unit).await?,
    };
    Ok(Open { listing, units })
}

/// The course with its modules, lessons and handouts, as [`load_outline`] gives it; a published one that is open to her
/// from memory.
///
/// # Errors
/// As [`load_outline`].
pub async fn load_shown(library: &Library, actor: &Actor, open: &Open, id: &CourseId) -> Result<Arc<Outline>> {
    match outlines::list_shown(library, open, &[id]).await?.pop() {
        Some(outline) => Ok(outline),
        None => load_outline(library, actor, id).await.map(Arc::new),
    }
}

/// Her unit and those above it. A unit that is moved notes [`Changed::Place`].
async fn units_above(library: &Library, unit: &UnitId) -> Result<Arc<[UnitId]>> {
    let prospectus = &library.prospectus;
    let seq = {
        let mut kept = prospectus.kept();
        if let Some(units) = kept.units.get(unit) {
            return Ok(units.clone());
        }
        kept.listing.seq
    };
    let path = places::list_path(library, unit).await?;
    let units: Arc<[UnitId]> = path.into_iter().map(|unit| unit.id).collect();
    let mut kept = prospectus.kept();
    if kept.listing.seq == seq {
        kept.units.put(unit.clone(), units.clone());
    }
    Ok(units)
}

/// The listing as of change `seq` or of a later one.
async fn at(library: &Library, seq: i64) -> Result<Arc<Listing>> {
    let listing = library.prospectus.listing();
    if listing.seq >= Some(seq) {
        return Ok(listing);
    }
    let _one = library.prospectus.0.reading.lock().await;
    let listing = library.prospectus.listing();
    if listing.seq >= Some(seq) {
        return Ok(listing);
    }
    catch_up(library, &listing).await
}

/// Reads what changed since; all, where that is not known, or too much.
async fn catch_up(library: &Library, listing: &Arc<Listing>) -> Result<Arc<Listing>> {
    let newest = changes::newest(library).await?;
    let (next, touched) = match listing.seq {
        Some(seq) if (0..=MOST_CHANGES).contains(&(newest - seq)) => follow(library, listing, seq, newest).await?,
        _ => (None, Touched::default()),
    };
    let (next, is_all) = match next {
        Some(next) => (next, false),
        None => (read_all(library, newest).await?, true),
    };
    let next = Arc::new(next);
    let mut kept = library.prospectus.kept();
    kept.listing = next.clone();
    if is_all {
        kept.outlines.clear();
        kept.materials.clear();
    }
    for course in &touched.courses {
        kept.outlines.pop(course);
    }
    for resource in &touched.resources {
        kept.materials.pop(resource);
    }
    if is_all || touched.places {
        kept.units.clear();
    }
    Ok(next)
}

/// What changes are about.
#[derive(Default)]
struct Touched {
    courses: BTreeSet<CourseId>,
    columns: BTreeSet<ColumnId>,
    resources: BTreeSet<ResourceId>,
    places: bool,
}

impl Touched {
    async fn note(&mut self, library: &Library, change: &Change) -> Result<()> {
        match change.kind {
            Changed::Course => {
                self.courses.insert(change.subject.as_str().into());
            }
            Changed::Resource => {
                let resource = change.subject.as_str().into();
                self.courses.extend(list_users_of(library, &resource).await?);
                self.resources.insert(resource);
            }
            Changed::Column => {
                self.columns.insert(change.subject.as_str().into());
            }
            Changed::Place => self.places = true,
            Changed::Names => {}
        }
        Ok(())
    }
}

/// The listing with what changed up to `newest`; `None` when the log no longer tells all of it.
async fn follow(library: &Library, listing: &Listing, mut seq: i64, newest: i64) -> Result<(Option<Listing>, Touched)> {
    let mut touched = Touched::default();
    while seq < newest {
        let changes = changes::list_after(library, seq).await?;
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok((None, touched)) };
        if changes[0].seq != seq + 1 {
            return Ok((None, touched));
        }
        for change in &changes {
            touched.note(library, change).await?;
        }
        seq = last;
    }
    let mut next = listing.clone();
    next.seq = Some(seq);
    if !touched.columns.is_empty() {
        read_columns(library, &mut next).await?;
    }
    for column in &touched.columns {
        replace(library, &mut next, column).await?;
    }
    for course in &touched.courses {
        next.courses.remove(course);
        let listed = list!(&library.db, Listed, sql::LIST_LISTED, course.as_str(), course.as_str(), 1_i64)?;
        next.courses.extend(listed.into_iter().map(|each| (each.card.course.id.clone(), Arc::new(each))));
    }
    next.arrange();
    Ok((Some(next), touched))
}

/// Puts the courses of a column into the order they have now.
async fn replace(library: &Library, listing: &mut Listing, column: &ColumnId) -> Result<()> {
    for (id, position) in list!(&library.db, (CourseId, i64), sql::LIST_SHOWN_PLACES, column)? {
        if let Some(listed) = listing.courses.get_mut(&id).filter(|listed| listed.position != position) {
            Arc::make_mut(listed).position = position;
        }
    }
    Ok(())
}

async fn read_columns(library: &Library, listing: &mut Listing) -> Result<()> {
    listing.columns = list_columns(library).await?;
    listing.topics = topics::list_topics(library).await?;
    Ok(())
}

async fn read_all(library: &Library, seq: i64) -> Result<Listing> {
    let mut listing = Listing::default();
    listing.seq = Some(seq);
    read_columns(library, &mut listing).await?;
    let mut from = String::new();
    loop {
        let page = list!(&library.db, Listed, sql::LIST_LISTED, from.as_str(), "~", PAGE)?;
        let is_last = i64::try_from(page.len()).is_ok_and(|count| count < PAGE);
        if let Some(last) = page.last() {
            // No id has a space in it.
            from = format!("{} ", last.card.course.id);
        }
        listing.courses.extend(page.into_iter().map(|each| (each.card.course.id.clone(), Arc::new(each))));
        if is_last {
            break;
        }
    }
    listing.arrange();
    Ok(listing)
}
