//! How far has she come? The watch ledger, its receipts, and completion.

mod clock_rule;
pub mod intervals;
mod progress;
mod record;
pub(crate) mod sql;
mod standings;

use std::collections::HashMap;

use crate::Library;
use crate::courses;
use crate::db::{find, list, write};
use crate::error::Result;
use crate::ids::{CourseId, EventId, Language, LessonId, SessionId};
use crate::people::Actor;

pub use intervals::Intervals;
pub(crate) use progress::{CANDIDATES, list_completed_of};
pub use progress::{CourseProgress, Touched, list_touched, map_progress};
pub use record::record;
pub(crate) use standings::Standings;
pub use standings::{SEVERAL, list_standings};

/// One report of played intervals, as the device made it. Times of the medium are milliseconds from its start.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: EventId,
    pub lesson: LessonId,
    /// Which face of the lesson was played; `None`: its own resource. All count into one ledger, which tells parts of the
    /// lesson: half of one face is half of any.
    pub face: Option<Language>,
    pub intervals: Vec<(i64, i64)>,
    pub position_ms: i64,
    /// When the event was closed, in ms since 1970 UTC by the device.
    pub device_time: i64,
    /// Playback speed at that moment.
    pub rate: f64,
}

/// Everything a device sends in one request: one sitting.
#[derive(Debug, Clone)]
pub struct Report {
    pub session: SessionId,
    pub events: Vec<Event>,
}

/// The numbered answer to one event. Exactly one of `receipt` and `refused` is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub event: EventId,
    pub receipt: Option<i64>,
    pub refused: Option<crate::Why>,
    /// The union of what this person has watched of the lesson, in milliseconds.
    pub watched_ms: i64,
    pub completed: bool,
}

/// What the server knows of one person and one lesson.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Ledger {
    #[sqlx(try_from = "String")]
    pub intervals: Intervals,
    pub watched_ms: i64,
    pub position_ms: i64,
    /// The device time of the event that set the position: a late report does not move it back.
    pub position_at: i64,
    pub completed_at: Option<i64>,
    /// The receipt with which the lesson was completed.
    pub completion_receipt: Option<i64>,
}

impl Ledger {
    /// As it is told where a face of `face_ms` is shown of a lesson whose own length is `own_ms`.
    #[must_use]
    pub fn told_in(mut self, own_ms: i64, face_ms: i64) -> Self {
        self.intervals = self.intervals.scaled(own_ms, face_ms);
        self.watched_ms = intervals::scaled(self.watched_ms, own_ms, face_ms);
        self.position_ms = intervals::scaled(self.position_ms, own_ms, face_ms);
        self
    }
}

/// Where this person stands in a lesson; all zero when she has not begun.
///
/// # Errors
/// `NotFound` for a lesson she may not see.
pub async fn load_position(library: &Library, actor: &Actor, lesson: &LessonId) -> Result<Ledger> {
    courses::load_lesson(library, actor, lesson).await?;
    Ok(find_ledger(library, actor, lesson).await?.unwrap_or_default())
}

pub async fn find_ledger(library: &Library, actor: &Actor, lesson: &LessonId) -> Result<Option<Ledger>> {
    find!(&library.db, Ledger, sql::FIND_LEDGER, &actor.person, lesson)
}

/// Where this person stands in a lesson, and in the one after it; all zero in what she has not begun.
pub async fn load_ledgers(
    library: &Library,
    actor: &Actor,
    lesson: &LessonId,
    next: Option<&LessonId>,
) -> Result<(Ledger, Ledger)> {
    #[derive(sqlx::FromRow)]
    struct Row {
        lesson: LessonId,
        #[sqlx(flatten)]
        ledger: Ledger,
    }
    let (mut this, mut after) = (Ledger::default(), Ledger::default());
    for row in list!(&library.db, Row, sql::LIST_LEDGERS, &actor.person, lesson, next)? {
        if &row.lesson == lesson {
            this = row.ledger;
        } else {
            after = row.ledger;
        }
    }
    Ok((this, after))
}

/// Where this person stands in every lesson of a course that she has begun.
pub async fn map_course(library: &Library, actor: &Actor, course: &CourseId) -> Result<HashMap<LessonId, Standing>> {
    let rows = list!(&library.db, Standing, sql::LIST_COURSE_STANDINGS, &actor.person, course)?;
    Ok(rows.into_iter().map(|row| (row.lesson.clone(), row)).collect())
}

/// When this person completed the course (ms since 1970 UTC) and with which receipt, if she did. It stands, whatever is
/// added to the course later.
pub async fn find_course_completion(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
) -> Result<Option<CourseCompletion>> {
    find!(&library.db, CourseCompletion, sql::FIND_COURSE_COMPLETION, &actor.person, course)
}

/// A course completed once and for ever.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct CourseCompletion {
    pub completed_at: i64,
    pub receipt: i64,
}

/// Where one person stands in one lesson, without the intervals.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Standing {
    pub lesson: LessonId,
    pub watched_ms: i64,
    pub position_ms: i64,
    /// When something of it was last acknowledged.
    pub updated_at: i64,
    pub completed_at: Option<i64>,
    pub completion_receipt: Option<i64>,
}

/// How long it is known whose sitting one was, in milliseconds (two years): no device keeps its events for longer.
const SITTING_MS: i64 = 2 * 365 * 24 * 3_600_000;

/// Takes away some sittings that are long over; gives how many. What was learned in them stays.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot.
pub(crate) async fn forget_sittings(library: &Library, most: i64) -> Result<u64> {
    let mut tx = library.db.begin().await?;
    let gone = write!(&mut tx, sql::FORGET_SESSIONS, library.clock.now_ms() - SITTING_MS, most)?;
    tx.commit().await?;
    Ok(gone)
}
