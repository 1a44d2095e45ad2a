//! How does an outline become what is taught? It is laid over the tables: what it holds is there, in its order, and what
//! it no longer holds is gone where nobody can have learned from it, and hidden where somebody can.

use super::desk::Desk;
use super::plan::{Plan, PlannedLesson};
use super::{Column, goes, policy, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, LessonId, ModuleId, ResourceId};
use crate::media::{self, ResourceKind, captions};
use crate::proposals;
use crate::shelves;

/// Makes `plan` what the course is. Whoever had completed all that is left of it has completed it:
/// a few hundred at once, the others by and by.
pub(super) async fn lay(library: &Library, tx: &mut Tx, desk: &Desk, plan: &Plan) -> Result<()> {
    let id = &desk.course.id;
    lay_course(tx, desk, plan).await?;
    for (position, section) in (0_i64..).zip(&plan.sections) {
        if let Some(module) = &section.module {
            write!(tx, sql::LAY_MODULE, module, id, section.title.to_json(), position)?;
        }
    }
    let lessons = plan.sections.iter().flat_map(|section| section.lessons.iter().map(|each| (&section.module, each)));
    let lessons: Vec<_> = lessons.collect();
    for (position, (module, lesson)) in (1_i64..).zip(lessons) {
        lay_lesson(library, tx, id, module.as_ref(), lesson, position).await?;
    }
    remove_lessons(library, tx, desk, plan).await?;
    remove_modules(tx, &desk.live, plan).await?;
    write!(tx, sql::REMOVE_HANDOUTS, id)?;
    for (position, handout) in (1_i64..).zip(&plan.handouts) {
        write!(tx, sql::LAY_HANDOUT, id, handout, position)?;
    }
    take_files_over(library, tx, desk, plan).await?;
    for resource in plan.new_resources(Some(&desk.live)).iter().chain(&desk.live.new_resources(Some(plan))) {
        media::named::recount_uses(tx, resource).await?;
    }
    changes::note(library, tx, Changed::Course, id.as_str()).await
}

async fn lay_course(tx: &mut Tx, desk: &Desk, plan: &Plan) -> Result<()> {
    let (id, title, summary) = (&desk.course.id, plan.title.to_json(), plan.summary.to_json());
    let (audience, language) = (&plan.audience_unit, plan.language.as_str());
    // A topic of an outline of old may be gone: then it stands in none.
    write!(tx, sql::LAY_COURSE, id, title, summary, language, audience, &plan.topic, &plan.column)?;
    if plan.column != desk.course.column {
        write!(tx, sql::MOVE_COURSE, id, &plan.column)?;
    }
    Ok(())
}

async fn lay_lesson(
    library: &Library,
    tx: &mut Tx,
    course: &CourseId,
    module: Option<&ModuleId>,
    lesson: &PlannedLesson,
    position: i64,
) -> Result<()> {
    write!(
        tx,
        sql::LAY_LESSON,
        &lesson.id,
        course,
        module,
        lesson.title.to_json(),
        lesson.summary.to_json(),
        lesson.language.as_str(),
        &lesson.resource,
        lesson.threshold_percent,
        position,
        library.clock.now_ms()
    )?;
    write!(tx, sql::REMOVE_FACES, &lesson.id)?;
    for (language, resource) in &lesson.faces {
        write!(tx, sql::ADD_FACE, &lesson.id, language.as_str(), resource)?;
    }
    Ok(())
}

async fn remove_lessons(library: &Library, tx: &mut Tx, desk: &Desk, plan: &Plan) -> Result<()> {
    let is_gone = |lesson: &&PlannedLesson| plan.find_lesson(&lesson.id).is_none();
    let gone: Vec<&LessonId> = desk.live.lessons().filter(is_gone).map(|lesson| &lesson.id).collect();
    let was_shown = desk.course.published_at.is_some();
    for lesson in &gone {
        if was_shown {
            write!(tx, sql::HIDE_LESSON, lesson, library.clock.now_ms())?;
        } else {
            write!(tx, sql::REMOVE_FACES, lesson)?;
            write!(tx, sql::REMOVE_LESSON, lesson)?;
        }
    }
    if was_shown && !gone.is_empty() {
        goes::complete_what_is_left(library, tx, &desk.course.id).await?;
    }
    Ok(())
}

async fn remove_modules(tx: &mut Tx, live: &Plan, plan: &Plan) -> Result<()> {
    let modules =
        |plan: &Plan| -> Vec<ModuleId> { plan.sections.iter().filter_map(|section| section.module.clone()).collect() };
    let kept = modules(plan);
    let mut gone = modules(live);
    gone.retain(|module| !kept.contains(module));
    for module in gone {
        write!(tx, sql::EMPTY_MODULE, &module)?;
        write!(tx, sql::REMOVE_MODULE, &module)?;
    }
    Ok(())
}

/// New videos are kept as their column says; one that takes another's place takes its captions over, and what is said
/// of it, unless another course shows it.
async fn take_files_over(library: &Library, tx: &mut Tx, desk: &Desk, plan: &Plan) -> Result<()> {
    let column = find_in!(tx, Column, sql::FIND_COLUMN, &plan.column)?;
    for resource in plan.new_resources(Some(&desk.live)) {
        let Some(video) = media::find_in_tx(tx, &resource).await? else { continue };
        if let Some(column) = column.as_ref().filter(|_| video.kind == ResourceKind::Video) {
            policy::take_hold_in(library, tx, &video, column).await?;
        }
    }
    for (was, is) in desk.live.replaced(plan) {
        // What others show, or are about to, is theirs and their reviewers' to change.
        if proposals::is_shown_beside(tx, was, is, &desk.course.id).await? {
            continue;
        }
        captions::carry_over(library, tx, was, is).await?;
        shelves::carry_over(library, tx, was, is).await?;
    }
    Ok(())
}

/// Whether an outline can be shown to learners: it has lessons, whose files were looked at, and all that it names is there.
///
/// # Errors
/// `Conflict` when it has no lessons, or one whose file failed or has not been looked at; when a file that it hands out failed
/// or is gone, or the column that it is to stand in is gone.
pub(super) async fn must_be_playable(tx: &mut Tx, plan: &Plan) -> Result<()> {
    if plan.lessons().next().is_none() {
        return Err(Error::Conflict(Why::NoLessons));
    }
    if find_in!(tx, (String,), sql::FIND_COLUMN_ID, &plan.column)?.is_none() {
        return Err(Error::Conflict(Why::ColumnGone));
    }
    for handout in &plan.handouts {
        match find_in!(tx, (String,), sql::FIND_STAGE, handout)? {
            None => return Err(Error::Conflict(Why::FileGone)),
            Some((stage,)) if stage == "failed" => return Err(Error::Conflict(Why::HandoutFailed)),
            Some(_) => {}
        }
    }
    let shown = plan.lessons().flat_map(|lesson| std::iter::once(&lesson.resource).chain(lesson.faces.values()));
    let shown: Vec<&ResourceId> = shown.collect();
    for resource in shown {
        match find_in!(tx, (String,), sql::FIND_STAGE, resource)? {
            None => return Err(Error::Conflict(Why::FileGone)),
            Some((stage,)) if ["failed", "received"].contains(&stage.as_str()) => {
                return Err(Error::Conflict(Why::LessonNotPlayable));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
