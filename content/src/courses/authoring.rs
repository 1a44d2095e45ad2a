//! How is a course made? The verbs of content managers, from a new column to publishing.

use std::collections::BTreeMap;

use super::editing::{Declared, SUMMARY, TITLE, check_threshold, edit};
use super::plan::{Edit, PlannedLesson};
use super::{Course, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{find, is_taken, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ColumnId, CourseId, Language, LessonId, ModuleId, ResourceId, UnitId};
use crate::media::{self, Resource, ResourceKind, Stage};
use crate::people::{self, Actor, access};
use crate::places;
use crate::shelves;
use crate::texts::Texts;

pub(crate) use super::review::publish_on_trust;
pub use super::review::{publish, retire};

/// Adds a column at the end.
///
/// # Errors
/// `Forbidden`; `Invalid` for a slug that is not lower-case letters, digits and hyphens; `Conflict(Taken)`.
pub async fn add_column(
    library: &Library,
    actor: &Actor,
    slug: &str,
    title: Texts,
    summary: Texts,
) -> Result<ColumnId> {
    people::may_keep_columns(library, actor).await?;
    let slug = shelves::checked_slug(slug)?;
    let title = title.checked("title", true, TITLE)?;
    let summary = summary.checked("summary", false, SUMMARY)?;
    let id = ColumnId::new();
    let mut tx = library.db.begin().await?;
    let now = library.clock.now_ms();
    let added = write!(&mut tx, sql::ADD_COLUMN, &id, slug, title.to_json(), summary.to_json(), now, MOST_COLUMNS);
    let added = added.map_err(|error| if is_taken(&error) { Error::Conflict(Why::Taken) } else { error })?;
    if added == 0 {
        return Err(Error::Conflict(Why::TooMany));
    }
    changes::note(library, &mut tx, Changed::Column, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "column.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Columns are the roots of the library, a page of which names them all.
const MOST_COLUMNS: i64 = 100;

/// What a new course needs.
#[derive(Debug, Clone)]
pub struct NewCourse {
    /// The id or the slug of its column.
    pub column: String,
    pub title: Texts,
    pub summary: Texts,
    pub language: Language,
    /// Only learners below this unit may see it; `None`: all that the author's grant covers.
    pub audience_unit: Option<UnitId>,
}

/// Adds a draft that the actor's unit owns.
///
/// # Errors
/// `Forbidden`, or `Invalid` for an unknown column or unit, or bad texts.
pub async fn add_course(library: &Library, actor: &Actor, new: NewCourse) -> Result<CourseId> {
    let owner = access::owner_unit(actor)?;
    let column = find!(&library.db, super::Column, sql::FIND_COLUMN, &new.column)?;
    let column = column.ok_or(Error::invalid("column", Why::UnknownValue))?;
    let title = new.title.checked("title", true, TITLE)?;
    let summary = new.summary.checked("summary", false, SUMMARY)?;
    let audience = match &new.audience_unit {
        Some(unit) => {
            places::find_unit(library, unit).await?.ok_or(Error::invalid("org_unit", Why::UnknownValue))?;
            people::may_edit(library, actor, Some(unit)).await?;
            Some(unit)
        }
        // Nobody teaches beyond what her grant covers.
        None => owner.as_ref(),
    };
    let id = CourseId::new();
    let mut tx = library.db.begin().await?;
    write!(
        &mut tx,
        sql::ADD_COURSE,
        &id,
        &column.id,
        title.to_json(),
        summary.to_json(),
        new.language.as_str(),
        &owner,
        audience,
        &actor.person,
        library.clock.now_ms()
    )?;
    audit::note(library, &mut tx, Some(&actor.person), "course.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// The course, when a content manager's grant covers its owner.
///
/// # Errors
/// `Forbidden` for people who keep no content; `NotFound`, also for what another unit owns.
pub async fn load_for_editing(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    access::may_keep_content(actor)?;
    let course = find!(&library.db, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
    people::may_know(library, actor, course.owner_unit.as_ref(), "course").await?;
    Ok(course)
}

/// Adds a module at the end of a course.
///
/// # Errors
/// As [`load_for_editing`], or `Invalid` for a bad title.
pub async fn add_module(library: &Library, actor: &Actor, course: &CourseId, title: Texts) -> Result<ModuleId> {
    let id = ModuleId::new();
    edit(library, actor, course, Edit::AddModule(id.clone(), title), Declared::default()).await?;
    Ok(id)
}

/// What a new lesson needs.
#[derive(Debug, Clone)]
pub struct NewLesson {
    pub module: Option<ModuleId>,
    pub title: Texts,
    pub summary: Texts,
    /// The course's language when absent.
    pub language: Option<Language>,
    pub resource: ResourceId,
    /// 90 when absent.
    pub threshold_percent: Option<i64>,
}

/// Adds a lesson at the end of a course, or of its module.
///
/// # Errors
/// As [`load_for_editing`]; `Invalid` for a module of another course, a video that has failed, courseware that cannot be
/// read yet, or a threshold outside 1 to 100.
pub async fn add_lesson(library: &Library, actor: &Actor, course: &CourseId, new: NewLesson) -> Result<LessonId> {
    let course = load_for_editing(library, actor, course).await?;
    let title = new.title.checked("title", true, TITLE)?;
    let summary = new.summary.checked("summary", false, SUMMARY)?;
    let threshold_percent = new.threshold_percent.unwrap_or(90);
    check_threshold(threshold_percent)?;
    if let Some(module) = &new.module {
        check_module(library, &course, module).await?;
    }
    load_teachable(library, actor, &new.resource).await?;
    let id = LessonId::new();
    let lesson = PlannedLesson {
        id: id.clone(),
        title,
        summary,
        language: new.language.unwrap_or(course.language),
        resource: new.resource,
        threshold_percent,
        faces: BTreeMap::new(),
    };
    edit(library, actor, &course.id, Edit::AddLesson(new.module, Box::new(lesson)), Declared::default()).await?;
    Ok(id)
}

/// A module that is only proposed has no row yet.
async fn check_module(library: &Library, course: &Course, module: &ModuleId) -> Result<()> {
    let module = find!(&library.db, super::Module, sql::FIND_MODULE, module)?;
    match module {
        Some(module) if module.course != course.id => Err(Error::invalid("module", Why::OtherCourse)),
        _ => Ok(()),
    }
}

/// What a lesson can be made of: a video that has not failed, or courseware with pages to read.
pub(super) async fn load_teachable(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Resource> {
    let found = media::find_resource(library, id).await?;
    let kind = found.as_ref().map_or(ResourceKind::Video, |resource| resource.kind);
    let resource = load_usable(library, actor, id, kind).await?;
    let is_readable = resource.stage == Stage::Ready && resource.duration_ms.is_some_and(|ms| ms > 0);
    match kind {
        ResourceKind::Courseware if !is_readable => Err(Error::invalid("resource", Why::LessonNotPlayable)),
        _ => Ok(resource),
    }
}

/// A resource of that kind which this person may open: her own unit's, or one that a course shows her already.
pub(super) async fn load_usable(
    library: &Library,
    actor: &Actor,
    id: &ResourceId,
    kind: ResourceKind,
) -> Result<Resource> {
    let found = media::find_resource(library, id).await?;
    let resource = found.ok_or(Error::invalid("resource", Why::UnknownValue))?;
    if !super::may_open_resource(library, actor, id).await? {
        return Err(Error::invalid("resource", Why::UnknownValue));
    }
    match resource {
        resource if resource.kind != kind => Err(Error::invalid("resource", Why::NotVideo)),
        resource if resource.stage == Stage::Failed => Err(Error::invalid("resource", Why::LessonNotPlayable)),
        resource => Ok(resource),
    }
}

/// Adds courseware to read along with a course.
///
/// # Errors
/// As [`load_for_editing`]; `Invalid` for a resource that is no courseware; `Conflict(Taken)` when it is there already.
pub async fn add_handout(library: &Library, actor: &Actor, course: &CourseId, resource: &ResourceId) -> Result<()> {
    edit(library, actor, course, Edit::AddHandout(resource.clone()), Declared::default()).await.map(drop)
}
