//! Where does she stand in the lessons of a course? Read once for each state of her progress in it: whatever writes a
//! ledger writes the sum beside it in the same transaction, and that is read for each page.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::progress::{CourseProgress, Touched};
use super::sql;
use crate::Library;
use crate::db::list;
use crate::error::Result;
use crate::ids::{CourseId, PersonId};
use crate::people::Actor;

/// How many courses [`list_standings`] looks into at once.
pub const SEVERAL: usize = 4;
/// Of how many courses it is kept where somebody stands in them.
const KEPT: NonZeroUsize = NonZeroUsize::new(4_096).expect("more than none");
/// A course in which somebody has begun more lessons is read for each page.
const MOST_LESSONS: usize = 200;

/// What this node has read so far. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Standings(Arc<Mutex<LruCache<(PersonId, CourseId), Kept>>>);

struct Kept {
    as_of: CourseProgress,
    lessons: Arc<[Touched]>,
}

impl Default for Standings {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

impl Standings {
    /// Her lessons of this course, if her progress is what it was when they were read.
    fn find(&self, person: &PersonId, progress: &CourseProgress) -> Option<Arc<[Touched]>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(&(person.clone(), progress.course.clone()))?;
        (kept.as_of == *progress).then(|| kept.lessons.clone())
    }

    fn keep(&self, person: &PersonId, as_of: &CourseProgress, lessons: Arc<[Touched]>) {
        if lessons.len() > MOST_LESSONS {
            return;
        }
        let key = (person.clone(), as_of.course.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, Kept { as_of: as_of.clone(), lessons });
    }
}

/// Where this person stands in the lessons of up to [`SEVERAL`] courses, hidden lessons too; of more, the first ones
/// count. `begun` is her progress in them, read before.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_standings(library: &Library, actor: &Actor, begun: &[&CourseProgress]) -> Result<Vec<Touched>> {
    let (mut lessons, mut unknown) = (Vec::new(), Vec::new());
    for progress in begun.iter().take(SEVERAL) {
        match library.standings.find(&actor.person, progress) {
            Some(kept) => lessons.extend(kept.iter().cloned()),
            None => unknown.push(*progress),
        }
    }
    if unknown.is_empty() {
        return Ok(lessons);
    }
    let nth = |at: usize| unknown.get(at).map(|progress| progress.course.as_str());
    let read = list!(&library.db, Touched, sql::LIST_STANDINGS, &actor.person, nth(0), nth(1), nth(2), nth(3))?;
    for progress in unknown {
        // Read after the progress, they may be newer than it: then it is another one when it is asked for again.
        let of_course = read.iter().filter(|lesson| lesson.course == progress.course).cloned();
        library.standings.keep(&actor.person, progress, of_course.collect());
    }
    lessons.extend(read);
    Ok(lessons)
}
