//! How is a loading taken back? Its steps from the last to the first: what was made goes if nobody has learned with it,
//! what was changed is said again as it was.

use serde::Deserialize;

use super::report::Thing;
use super::sql;
use super::steps::Run;
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::courses::editing::{self, Declared, Edited};
use crate::courses::plan::Edit;
use crate::courses::revisions::{self, Significance};
use crate::courses::{Course, CourseState, authoring, columns, review, topics, upkeep};
use crate::db::{find, find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, ImportId, Language, LessonId, ModuleId, ResourceId};
use crate::media::{self, captions};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, access};
use crate::proposals::Said;
use crate::shelves;
use crate::shelves::proposed::Description;
use crate::texts::Texts;

/// What taking back did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    pub taken_back: usize,
    /// What a reviewer has to look at first: learners see it until then.
    pub proposed: usize,
    /// What stays: it is in use, not hers any more, or waits for a reviewer.
    pub kept: usize,
}

/// What became of one step.
enum Fate {
    TakenBack,
    Proposed,
    Kept,
}

impl Fate {
    fn of(is_done: bool) -> Self {
        if is_done { Self::TakenBack } else { Self::Kept }
    }
}

impl From<Said> for Fate {
    fn from(said: Said) -> Self {
        if said.is_proposed() { Self::Proposed } else { Self::TakenBack }
    }
}

impl From<Edited> for Fate {
    fn from(edited: Edited) -> Self {
        if matches!(edited, Edited::Proposed(_)) { Self::Proposed } else { Self::TakenBack }
    }
}

#[derive(Deserialize)]
struct Words {
    title: Texts,
    summary: Texts,
    threshold_percent: Option<i64>,
}

/// This person's loadings, newest first, page by page.
///
/// # Errors
/// `Forbidden` for whoever keeps no content; `Invalid(after)`.
pub async fn list_runs(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Run>> {
    access::may_keep_content(actor)?;
    let Mark { numbers: [before], id } = paging.mark(Mark::high())?;
    let rows = list!(&library.db, Run, sql::LIST_RUNS, &actor.person, before, &id, paging.most())?;
    Ok(paging.part(rows, |row| Mark { numbers: [row.started_at], id: row.id.to_string() }.to_string()))
}

/// Takes a loading back. What learners have begun, and what others have built on, stays; what a reviewed course shows is
/// proposed to go. Each step asks again whether she may.
///
/// # Errors
/// `Forbidden`; `NotFound` for another person's; `Conflict(AlreadyFinished)` when it was taken back before.
pub async fn undo(library: &Library, actor: &Actor, id: &ImportId) -> Result<Undone> {
    access::may_keep_content(actor)?;
    let run = find!(&library.db, Run, sql::FIND_RUN, id, &actor.person)?.ok_or(Error::NotFound("import"))?;
    if run.undone_at.is_some() {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    let mut undone = Undone::default();
    for (thing, subject, before) in list!(&library.db, (String, String, Option<String>), sql::LIST_STEPS, id)? {
        let Some(thing) = Thing::parse(&thing) else { continue };
        let done = match before {
            None => unmake(library, actor, thing, &subject).await,
            Some(before) => say_again(library, actor, thing, &subject, &before).await,
        };
        match done {
            Ok(Fate::TakenBack) => undone.taken_back += 1,
            Ok(Fate::Proposed) => undone.proposed += 1,
            // What others have removed or taken over meanwhile is not ours to change.
            Ok(Fate::Kept)
            | Err(Error::NotFound(_) | Error::Forbidden | Error::Conflict(_) | Error::Invalid { .. }) => {
                undone.kept += 1;
            }
            Err(error) => return Err(error),
        }
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_UNDONE, id, library.clock.now_ms())?;
    audit::note(library, &mut tx, Some(&actor.person), "import.undo", id.as_str()).await?;
    tx.commit().await?;
    Ok(undone)
}

async fn unmake(library: &Library, actor: &Actor, thing: Thing, subject: &str) -> Result<Fate> {
    match thing {
        Thing::Published => authoring::retire(library, actor, &subject.into()).await.map(|_| Fate::TakenBack),
        Thing::Resource => unmake_file(library, actor, &subject.into()).await,
        Thing::Lesson => {
            let lesson: LessonId = subject.into();
            let course = upkeep::course_of_ever(library, &lesson).await?;
            unmake_part(library, actor, &course, Edit::RemoveLesson(lesson)).await
        }
        Thing::Handout => {
            let (course, resource) = subject.split_once('/').unwrap_or_default();
            unmake_part(library, actor, &course.into(), Edit::RemoveHandout(resource.into())).await
        }
        Thing::Module => {
            let module: ModuleId = subject.into();
            let course = upkeep::course_of_module(library, &module).await?;
            unmake_part(library, actor, &course, Edit::RemoveModule(module)).await
        }
        Thing::Course => unmake_course(library, actor, &subject.into()).await,
        Thing::Column | Thing::Topic | Thing::Aspect | Thing::Audience => {
            unmake_root(library, actor, thing, subject).await
        }
        _ => Ok(Fate::Kept),
    }
}

async fn unmake_file(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Fate> {
    let resource = media::load_for_editing(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    media::removal::remove_in(library, &mut tx, &resource).await?;
    audit::note(library, &mut tx, Some(&actor.person), "resource.remove", id.as_str()).await?;
    tx.commit().await?;
    Ok(Fate::TakenBack)
}

/// What a reviewed course shows, or has shown, leaves it by way of its revision, as by hand. Of others it goes where nobody
/// has learned with it.
async fn unmake_part(library: &Library, actor: &Actor, course: &CourseId, edit: Edit) -> Result<Fate> {
    let found = authoring::load_for_editing(library, actor, course).await?;
    if is_reviewed(library, actor, &found).await? {
        if let Edit::RemoveModule(module) = &edit {
            let plan = revisions::load_working(library, actor, course).await?;
            if plan
                .sections
                .iter()
                .any(|section| section.module.as_ref() == Some(module) && !section.lessons.is_empty())
            {
                return Ok(Fate::Kept);
            }
        }
        if let Edit::RemoveLesson(lesson) = &edit {
            let mut tx = library.db.begin().await?;
            if find_in!(&mut tx, (i64,), sql::COUNT_LEARNED, lesson)?.is_some_and(|row| row.0 > 0) {
                return Ok(Fate::Kept);
            }
        }
        let declared = Declared { significance: Some(Significance::Same), note: String::new() };
        return Ok(editing::edit(library, actor, course, edit, declared).await?.into());
    }
    let mut tx = library.db.begin().await?;
    let removed = match &edit {
        Edit::RemoveLesson(lesson) => {
            let place = find_in!(&mut tx, (String, ResourceId), sql::FIND_PLACE_OF_LESSON, lesson)?;
            let removed = write!(&mut tx, sql::REMOVE_LESSON, lesson)?;
            if let Some((_, resource)) = place {
                media::named::recount_uses(&mut tx, &resource).await?;
            }
            removed
        }
        Edit::RemoveHandout(resource) => {
            let removed = write!(&mut tx, sql::REMOVE_HANDOUT, course, resource)?;
            media::named::recount_uses(&mut tx, resource).await?;
            removed
        }
        Edit::RemoveModule(module) => write!(&mut tx, sql::REMOVE_MODULE, module)?,
        _ => 0,
    };
    changes::note(library, &mut tx, Changed::Course, course.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "course.edit", course.as_str()).await?;
    tx.commit().await?;
    Ok(Fate::of(removed == 1))
}

/// Whether somebody has looked, or looks, at what its learners see.
async fn is_reviewed(library: &Library, actor: &Actor, course: &Course) -> Result<bool> {
    let is_seen = course.published_at.is_some() || course.state == CourseState::Review;
    Ok(is_seen && review::needs_review(library, actor, course).await?)
}

/// A course that was shown after a review stays, out of sight, with its revisions.
async fn unmake_course(library: &Library, actor: &Actor, id: &CourseId) -> Result<Fate> {
    let course = authoring::load_for_editing(library, actor, id).await?;
    if is_reviewed(library, actor, &course).await? {
        return Ok(Fate::Kept);
    }
    let mut tx = library.db.begin().await?;
    revisions::forget(&mut tx, id).await?;
    if write!(&mut tx, sql::REMOVE_COURSE, id)? == 0 {
        // Its revisions stay with it.
        return Ok(Fate::Kept);
    }
    changes::note(library, &mut tx, Changed::Course, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "course.remove", id.as_str()).await?;
    tx.commit().await?;
    Ok(Fate::TakenBack)
}

/// Columns, topics, aspects and audiences: for whoever keeps columns still.
async fn unmake_root(library: &Library, actor: &Actor, thing: Thing, subject: &str) -> Result<Fate> {
    people::may_keep_columns(library, actor).await?;
    let mut tx = library.db.begin().await?;
    let is_removed = match thing {
        Thing::Column => columns::remove_in(library, &mut tx, &subject.into()).await?,
        Thing::Topic => topics::remove_in(library, &mut tx, &subject.into()).await?,
        _ => shelves::remove_term_in(&mut tx, &subject.into()).await?,
    };
    let action = format!("{}.remove", thing.as_str());
    audit::note(library, &mut tx, Some(&actor.person), &action, subject).await?;
    tx.commit().await?;
    Ok(Fate::of(is_removed))
}

async fn say_again(library: &Library, actor: &Actor, thing: Thing, subject: &str, before: &str) -> Result<Fate> {
    Ok(match thing {
        Thing::ResourceTitle => {
            media::rename(library, actor, &subject.into(), serde_json::from_str(before)?).await?.into()
        }
        Thing::ResourceAbout => {
            let said: Description = serde_json::from_str(before)?;
            shelves::describe(library, actor, &subject.into(), said.about, &said.terms).await?.into()
        }
        Thing::Captions => say_captions(library, actor, subject, serde_json::from_str(before)?).await?.into(),
        Thing::CourseText => {
            let said: Words = serde_json::from_str(before)?;
            upkeep::say_course(library, actor, &subject.into(), said.title, said.summary).await?.into()
        }
        Thing::LessonText => {
            let said: Words = serde_json::from_str(before)?;
            let threshold = said.threshold_percent.unwrap_or(90);
            let lesson: LessonId = subject.into();
            let course = upkeep::course_of(library, &lesson).await?;
            upkeep::say_lesson(library, actor, &course, &lesson, said.title, said.summary, threshold).await?.into()
        }
        Thing::LessonResource => {
            let (lesson, resource): (LessonId, ResourceId) = (subject.into(), serde_json::from_str(before)?);
            let course = upkeep::course_of(library, &lesson).await?;
            upkeep::exchange_resource(library, actor, &course, &lesson, &resource).await?.into()
        }
        Thing::CourseTopic => {
            upkeep::place_course(library, actor, &subject.into(), serde_json::from_str(before)?).await?.into()
        }
        Thing::LessonFace => say_face(library, actor, subject, serde_json::from_str(before)?).await?.into(),
        _ => Fate::Kept,
    })
}

async fn say_face(library: &Library, actor: &Actor, subject: &str, before: Option<ResourceId>) -> Result<Edited> {
    let (lesson, language) = subject.split_once('/').unwrap_or_default();
    let language = Language::parse(language).ok_or(Error::NotFound("face"))?;
    let lesson: LessonId = lesson.into();
    let course = upkeep::course_of(library, &lesson).await?;
    upkeep::set_face(library, actor, &course, &lesson, language, before).await
}

async fn say_captions(library: &Library, actor: &Actor, subject: &str, before: Option<String>) -> Result<Said> {
    let (resource, language) = subject.split_once('/').unwrap_or_default();
    let language = Language::parse(language).ok_or(Error::NotFound("captions"))?;
    match before {
        Some(body) => captions::set_captions(library, actor, &resource.into(), language, body.as_bytes()).await,
        None => captions::remove_captions(library, actor, &resource.into(), language).await,
    }
}
