//! How is a course kept by whoever loads many at once? Other words, and other files, for what is there: edits like all
//! others, which teach the same.

use super::editing::{Declared, Edited, edit_with};
use super::plan::{CourseEdit, Edit, LessonEdit, Plan, PlannedSection};
use super::revisions::{self, Significance};
use super::{Lesson, sql};
use crate::Library;
use crate::db::find;
use crate::error::{Error, Result};
use crate::ids::{CourseId, Language, LessonId, ModuleId, ResourceId, TopicId};
use crate::people::Actor;
use crate::texts::Texts;

fn same() -> Declared {
    Declared { significance: Some(Significance::Same), note: String::new() }
}

/// Gives a course another title and summary.
///
/// # Errors
/// As [`super::editing::edit`].
pub async fn say_course(
    library: &Library,
    actor: &Actor,
    id: &CourseId,
    title: Texts,
    summary: Texts,
) -> Result<Edited> {
    let change = CourseEdit { title: Some(title), summary: Some(summary), ..CourseEdit::default() };
    edit_with(library, actor, id, Edit::Course(change), same(), true).await
}

/// Gives a lesson another title, summary and threshold.
///
/// # Errors
/// As [`super::editing::edit`].
pub async fn say_lesson(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    id: &LessonId,
    title: Texts,
    summary: Texts,
    threshold_percent: i64,
) -> Result<Edited> {
    let (title, summary) = (Some(title), Some(summary));
    let change = LessonEdit { title, summary, threshold_percent: Some(threshold_percent), ..LessonEdit::default() };
    edit_lesson(library, actor, course, id, change).await
}

/// Gives a lesson another file. What was earned in it stands.
///
/// # Errors
/// As [`super::editing::edit`].
pub async fn exchange_resource(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    id: &LessonId,
    resource: &ResourceId,
) -> Result<Edited> {
    edit_lesson(library, actor, course, id, LessonEdit { resource: Some(resource.clone()), ..LessonEdit::default() })
        .await
}

/// Makes up a whole course at once: its modules with their lessons, and what is read along.
///
/// # Errors
/// As [`super::editing::edit`].
pub(crate) async fn lay_out(
    library: &Library,
    actor: &Actor,
    id: &CourseId,
    sections: Vec<PlannedSection>,
    handouts: Vec<ResourceId>,
) -> Result<()> {
    let plan = revisions::load_working(library, actor, id).await?;
    let plan = Plan { sections, handouts, ..plan };
    edit_with(library, actor, id, Edit::Whole(Box::new(plan)), same(), true).await.map(drop)
}

/// Puts a course with the others of a topic, or with none.
///
/// # Errors
/// As [`super::editing::edit`].
pub async fn place_course(library: &Library, actor: &Actor, id: &CourseId, topic: Option<TopicId>) -> Result<Edited> {
    let change = CourseEdit { topic: Some(topic), ..CourseEdit::default() };
    edit_with(library, actor, id, Edit::Course(change), same(), true).await
}

/// Shows readers of a language another file of a lesson; `None`: the lesson's own.
///
/// # Errors
/// As [`super::editing::edit`].
pub async fn set_face(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    id: &LessonId,
    language: Language,
    resource: Option<ResourceId>,
) -> Result<Edited> {
    edit_with(library, actor, course, Edit::Face(id.clone(), language, resource), same(), true).await
}

async fn edit_lesson(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    id: &LessonId,
    change: LessonEdit,
) -> Result<Edited> {
    let edit = Edit::Lesson(id.clone(), Box::new(change));
    edit_with(library, actor, course, edit, same(), true).await
}

/// The course of a lesson that is taught, or is proposed to be.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn course_of_ever(library: &Library, id: &LessonId) -> Result<CourseId> {
    match find!(&library.db, Lesson, sql::FIND_LESSON_EVER, id)? {
        Some(lesson) => Ok(lesson.course),
        None => proposed_in(library, id.as_str()).await?.ok_or(Error::NotFound("lesson")),
    }
}

/// The same of a module.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn course_of_module(library: &Library, id: &ModuleId) -> Result<CourseId> {
    match find!(&library.db, super::Module, sql::FIND_MODULE, id)? {
        Some(module) => Ok(module.course),
        None => proposed_in(library, id.as_str()).await?.ok_or(Error::NotFound("module")),
    }
}

/// The course of which an unsettled revision holds that id.
async fn proposed_in(library: &Library, id: &str) -> Result<Option<CourseId>> {
    Ok(find!(&library.db, (CourseId,), sql::FIND_COURSE_PROPOSING, id)?.map(|row| row.0))
}

/// The course of a lesson that is taught.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn course_of(library: &Library, id: &LessonId) -> Result<CourseId> {
    let lesson = find!(&library.db, Lesson, sql::FIND_LESSON, id)?.ok_or(Error::NotFound("lesson"))?;
    Ok(lesson.course)
}
