//! How is a course kept? Other words, and other files, for what is there.

use super::{Lesson, authoring, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{find, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, LessonId, ResourceId};
use crate::media::{ResourceKind, named};
use crate::people::Actor;
use crate::texts::Texts;

/// Gives a course another title and summary.
///
/// # Errors
/// As [`authoring::load_for_editing`]; `Invalid` for bad texts.
pub async fn say_course(library: &Library, actor: &Actor, id: &CourseId, title: Texts, summary: Texts) -> Result<()> {
    authoring::load_for_editing(library, actor, id).await?;
    let title = title.checked("title", true, authoring::TITLE)?;
    let summary = summary.checked("summary", false, authoring::SUMMARY)?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SAY_COURSE, id, title.to_json(), summary.to_json())?;
    changes::note(library, &mut tx, Changed::Course, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "course.say", id.as_str()).await?;
    tx.commit().await
}

/// Gives a lesson another title, summary and threshold.
///
/// # Errors
/// As [`authoring::load_for_editing`]; `NotFound`; `Invalid` for bad texts or a threshold outside 1 to 100.
pub async fn say_lesson(
    library: &Library,
    actor: &Actor,
    id: &LessonId,
    title: Texts,
    summary: Texts,
    threshold_percent: i64,
) -> Result<()> {
    let lesson = find!(&library.db, Lesson, sql::FIND_LESSON, id)?.ok_or(Error::NotFound("lesson"))?;
    authoring::load_for_editing(library, actor, &lesson.course).await?;
    let title = title.checked("title", true, authoring::TITLE)?;
    let summary = summary.checked("summary", false, authoring::SUMMARY)?;
    if !(1..=100).contains(&threshold_percent) {
        return Err(Error::invalid("threshold_percent", Why::OutOfRange));
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SAY_LESSON, id, title.to_json(), summary.to_json(), threshold_percent)?;
    changes::note(library, &mut tx, Changed::Course, lesson.course.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "lesson.say", id.as_str()).await?;
    tx.commit().await
}

/// Gives a lesson another video. What was earned in it stands.
///
/// # Errors
/// As [`authoring::add_lesson`].
pub async fn exchange_resource(library: &Library, actor: &Actor, id: &LessonId, resource: &ResourceId) -> Result<()> {
    let lesson = find!(&library.db, Lesson, sql::FIND_LESSON, id)?.ok_or(Error::NotFound("lesson"))?;
    authoring::load_for_editing(library, actor, &lesson.course).await?;
    authoring::load_usable(library, actor, resource, ResourceKind::Video).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::EXCHANGE_RESOURCE, id, resource)?;
    named::recount_uses(&mut tx, &lesson.resource).await?;
    named::recount_uses(&mut tx, resource).await?;
    changes::note(library, &mut tx, Changed::Course, lesson.course.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "lesson.exchange", id.as_str()).await?;
    tx.commit().await
}
