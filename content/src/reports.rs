//! Who has finished what? Reports over a scope; there is no way to ask one without. All of them are read with connections
//! of their own (`db::readers`), page by page.

mod by_learner;
mod by_unit;
pub mod export;
mod of_learner;
mod sql;

use std::time::Duration;

use crate::Library;
use crate::error::Result;
use crate::ids::{CourseId, UnitId};
use crate::people::Actor;
use crate::places::{self, Scope};

pub use by_learner::{
    LearnerPage, LearnerRow, LearnerSum, SumPage, completion_by_learner, count_by_learner, sums_by_learner,
};
pub use by_unit::{UnitPage, UnitRow, completion_by_unit};
pub use of_learner::{Learner, LessonPage, LessonRow, LessonSum, list_lessons_of, load_learner};

/// How long somebody waits who looks at a page.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long a file waits that is on its way.
pub const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// What a completion report is narrowed to. Times are ms since 1970 UTC, `to` exclusive.
///
/// A period narrows every number but that of the learners. What was completed counts by its completion, and what was
/// started by its first watching. How long was watched is not kept by the day: the whole time of a lesson counts if it
/// was first or last watched in the period.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub course: Option<CourseId>,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Filter {
    /// From when, until before when.
    fn period(&self) -> (i64, i64) {
        (self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX))
    }
}

/// Which page of a report is asked for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// What the page before ended with.
    pub after: Option<&'a str>,
    /// How many rows it has at most.
    pub limit: usize,
    /// How long to wait for a connection.
    pub patience: Duration,
}

/// The scope of a report reader, narrowed to `unit`.
///
/// # Errors
/// `Forbidden` when no grant of hers covers it.
pub async fn scope(library: &Library, actor: &Actor, unit: Option<&UnitId>) -> Result<Scope> {
    crate::people::scope_of(library, actor, crate::people::Role::Supervisor, unit).await
}

/// From the top of the actor's own scope down to the top of the asked one: the way back up that she may go.
pub async fn list_way(library: &Library, actor: &Actor, scope: &Scope) -> Result<Vec<places::OrgUnit>> {
    let Some(root) = scope.root() else { return Ok(Vec::new()) };
    let mut way = Vec::new();
    for unit in places::list_path(library, root).await? {
        if self::scope(library, actor, Some(&unit.id)).await.is_ok() {
            way.push(unit);
        }
    }
    Ok(way)
}
