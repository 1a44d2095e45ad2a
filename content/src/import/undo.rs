//! How is a loading taken back? Its steps from the last to the first: what was made goes if nobody has learned with it,
//! what was changed is said again as it was.

use serde::Deserialize;

use super::report::Thing;
use super::sql;
use super::steps::Run;
use crate::Library;
use crate::changes::{self, Changed};
use crate::courses::{authoring, columns, revisions, topics, upkeep};
use crate::db::{find, find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ImportId, Language, LessonId, ResourceId};
use crate::media::{self, captions};
use crate::paging::{Mark, Paging, Part};
use crate::people::{Actor, access};
use crate::shelves::{self, About, Facet};
use crate::texts::Texts;

/// What taking back did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    pub taken_back: usize,
    /// What stays because it is in use.
    pub kept: usize,
}

#[derive(Deserialize)]
struct Words {
    title: Texts,
    summary: Texts,
    threshold_percent: Option<i64>,
}

#[derive(Deserialize)]
struct Description {
    about: About,
    terms: Vec<(Facet, String)>,
}

/// This person's loadings, newest first, page by page.
///
/// # Errors
/// `Forbidden` for whoever keeps no content; `Invalid(after)`.
pub async fn list_runs(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Run>> {
    access::may_keep_content(actor)?;
    let Mark { numbers: [before], id } = paging.mark(Mark::high())?;
    let rows = list!(&library.db, Run, sql::LIST_RUNS, &actor.person, before, id, paging.most())?;
    Ok(paging.part(rows, |row| Mark { numbers: [row.started_at], id: row.id.to_string() }.to_string()))
}

/// Takes a loading back. What learners have begun, and what others have built on, stays.
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
            Ok(true) => undone.taken_back += 1,
            // What others have removed or taken over meanwhile is not ours to change.
            Ok(false) | Err(Error::NotFound(_) | Error::Forbidden | Error::Conflict(_)) => undone.kept += 1,
            Err(error) => return Err(error),
        }
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_UNDONE, id, library.clock.now_ms())?;
    tx.commit().await?;
    Ok(undone)
}

/// False when it is in use.
async fn unmake(library: &Library, actor: &Actor, thing: Thing, subject: &str) -> Result<bool> {
    if thing == Thing::Published {
        authoring::retire(library, actor, &subject.into()).await?;
        return Ok(true);
    }
    let mut tx = library.db.begin().await?;
    let mut changed = None;
    if thing == Thing::Resource {
        let resource = media::load_for_editing(library, actor, &subject.into()).await?;
        media::removal::remove_in(library, &mut tx, &resource).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let removed = match thing {
        Thing::Lesson => {
            let place = find_in!(&mut tx, (String, ResourceId), sql::FIND_PLACE_OF_LESSON, subject)?;
            let removed = write!(&mut tx, sql::REMOVE_LESSON, subject)?;
            if let Some((course, resource)) = place {
                media::named::recount_uses(&mut tx, &resource).await?;
                changed = Some(course);
            }
            removed
        }
        Thing::Handout => {
            let (course, resource) = subject.split_once('/').unwrap_or_default();
            changed = Some(course.to_owned());
            let removed = write!(&mut tx, sql::REMOVE_HANDOUT, course, resource)?;
            media::named::recount_uses(&mut tx, &resource.into()).await?;
            removed
        }
        Thing::Module => write!(&mut tx, sql::REMOVE_MODULE, subject)?,
        Thing::Course => {
            changed = Some(subject.to_owned());
            revisions::forget(&mut tx, &subject.into()).await?;
            write!(&mut tx, sql::REMOVE_COURSE, subject)?
        }
        Thing::Column => u64::from(columns::remove_in(library, &mut tx, &subject.into()).await?),
        Thing::Topic => u64::from(topics::remove_in(library, &mut tx, &subject.into()).await?),
        Thing::Aspect | Thing::Audience => u64::from(shelves::remove_term_in(&mut tx, &subject.into()).await?),
        _ => 0,
    };
    if thing == Thing::Course && removed == 0 {
        // Its revisions stay with it.
        return Ok(false);
    }
    if let Some(course) = changed {
        changes::note(library, &mut tx, Changed::Course, &course).await?;
    }
    tx.commit().await?;
    Ok(removed == 1)
}

async fn say_again(library: &Library, actor: &Actor, thing: Thing, subject: &str, before: &str) -> Result<bool> {
    match thing {
        Thing::ResourceTitle => {
            media::rename(library, actor, &subject.into(), serde_json::from_str(before)?).await?;
        }
        Thing::ResourceAbout => {
            let said: Description = serde_json::from_str(before)?;
            shelves::describe(library, actor, &subject.into(), said.about, &said.terms).await?;
        }
        Thing::Captions => say_captions(library, actor, subject, serde_json::from_str(before)?).await?,
        Thing::CourseText => {
            let said: Words = serde_json::from_str(before)?;
            upkeep::say_course(library, actor, &subject.into(), said.title, said.summary).await?;
        }
        Thing::LessonText => {
            let said: Words = serde_json::from_str(before)?;
            let threshold = said.threshold_percent.unwrap_or(90);
            let lesson: LessonId = subject.into();
            let course = upkeep::course_of(library, &lesson).await?;
            upkeep::say_lesson(library, actor, &course, &lesson, said.title, said.summary, threshold).await?;
        }
        Thing::LessonResource => {
            let (lesson, resource): (LessonId, ResourceId) = (subject.into(), serde_json::from_str(before)?);
            let course = upkeep::course_of(library, &lesson).await?;
            upkeep::exchange_resource(library, actor, &course, &lesson, &resource).await?;
        }
        Thing::CourseTopic => {
            upkeep::place_course(library, actor, &subject.into(), serde_json::from_str(before)?).await?;
        }
        Thing::LessonFace => say_face(library, actor, subject, serde_json::from_str(before)?).await?,
        _ => return Ok(false),
    }
    Ok(true)
}

async fn say_face(library: &Library, actor: &Actor, subject: &str, before: Option<ResourceId>) -> Result<()> {
    let (lesson, language) = subject.split_once('/').unwrap_or_default();
    let language = Language::parse(language).ok_or(Error::NotFound("face"))?;
    let lesson: LessonId = lesson.into();
    let course = upkeep::course_of(library, &lesson).await?;
    upkeep::set_face(library, actor, &course, &lesson, language, before).await
}

async fn say_captions(library: &Library, actor: &Actor, subject: &str, before: Option<String>) -> Result<()> {
    let (resource, language) = subject.split_once('/').unwrap_or_default();
    let language = Language::parse(language).ok_or(Error::NotFound("captions"))?;
    match before {
        Some(body) => captions::set_captions(library, actor, &resource.into(), language, body.as_bytes()).await,
        None => captions::remove_captions(library, actor, &resource.into(), language).await,
    }
}
