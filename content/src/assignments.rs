//! What is asked of whom, and until when? Courses that administrators assign to a unit and all below it.

mod sql;

use crate::Library;
use crate::audit;
use crate::courses::{self, CourseState};
use crate::db::{find, find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{AssignmentId, CourseId, UnitId};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, Role};
use crate::places::{self, Scope};
use crate::texts::Texts;

/// A course that one learner is to complete.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    pub course: CourseId,
    /// Until before when, in ms since 1970 UTC; the earliest, where several assignments reach her.
    pub due_at: i64,
}

/// An assignment as administrators see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Assigned {
    pub id: AssignmentId,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
    pub unit: UnitId,
    #[sqlx(try_from = "String")]
    pub unit_name: Texts,
    pub due_at: i64,
    pub created_at: i64,
}

/// Asks the learners of `unit` and below to complete a course before `due_at` (ms since 1970 UTC). Asked again until the
/// same moment, it is the same assignment.
///
/// # Errors
/// `Forbidden` for a unit outside the actor's scope; `Invalid(course)` for one she cannot see, that is not published, or
/// not for everybody below the unit; `Invalid(due)` for a time that has passed.
pub async fn assign(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    unit: &UnitId,
    due_at: i64,
) -> Result<AssignmentId> {
    places::find_unit(library, unit).await?.ok_or(Error::invalid("unit", Why::UnknownValue))?;
    people::scope_of(library, actor, Role::Administrator, Some(unit)).await?;
    let course = courses::load_course(library, actor, course).await.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("course", Why::UnknownValue),
        other => other,
    })?;
    if course.state != CourseState::Published {
        return Err(Error::invalid("course", Why::NotPublished));
    }
    // A course that is for a part of the unit alone would reach only that part, and be reported as if it reached all.
    if let Some(audience) = &course.audience_unit
        && !places::covers(library, Some(audience), unit).await?
    {
        return Err(Error::invalid("course", Why::OutOfRange));
    }
    let now = library.clock.now_ms();
    if due_at <= now {
        return Err(Error::invalid("due", Why::OutOfRange));
    }
    let id = AssignmentId::new();
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::ADD_ASSIGNMENT, &id, &course.id, unit, due_at, &actor.person, now)? == 0 {
        let known = find_in!(&mut tx, (AssignmentId,), sql::FIND_SAME, &course.id, unit, due_at)?;
        return known.map(|known| known.0).ok_or(Error::NotFound("assignment"));
    }
    audit::note(library, &mut tx, Some(&actor.person), "assignment.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes an assignment back. What was learned for it stays.
///
/// # Errors
/// `NotFound`, or `Forbidden` outside the actor's scope.
pub async fn revoke(library: &Library, actor: &Actor, id: &AssignmentId) -> Result<()> {
    let found = find!(&library.db, (UnitId,), sql::FIND_ASSIGNMENT, id)?;
    let (unit,) = found.ok_or(Error::NotFound("assignment"))?;
    people::scope_of(library, actor, Role::Administrator, Some(&unit)).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::REVOKE, id, library.clock.now_ms())?;
    audit::note(library, &mut tx, Some(&actor.person), "assignment.revoke", id.as_str()).await?;
    tx.commit().await
}

/// What this person is to complete and has not, the most urgent first; `limit` of it at most (200).
pub async fn list_due(library: &Library, actor: &Actor, limit: i64) -> Result<Vec<Due>> {
    list!(&library.db, Due, sql::LIST_DUE, &actor.person, actor.unit.as_ref(), limit.clamp(1, 200))
}

/// The assignments to units of the scope, the newest first, page by page.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_assigned(library: &Library, scope: &Scope, paging: Paging<'_>) -> Result<Part<Assigned>> {
    let Mark { numbers: [before], id } = paging.mark(Mark::high())?;
    let (most, looked) = (paging.most(), paging.looked());
    let rows = list!(&library.db, Assigned, sql::LIST_ASSIGNED, scope.root(), before, &id, most, looked)?;
    let edge = find!(&library.db, (i64, String), sql::EDGE_OF_ASSIGNED, before, &id, looked - 1)?;
    Ok(paging.part_of_looked(rows, edge, |row| Mark { numbers: [row.created_at], id: row.id.to_string() }.to_string()))
}
