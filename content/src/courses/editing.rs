//! What happens when a course is edited? A draft becomes what was asked at once. What is published becomes it by a
//! revision: at once where nobody reviews, else when a reviewer has looked at it.

use super::desk::Desk;
use super::laying;
use super::plan::{CourseEdit, Edit, LessonEdit, Plan};
use super::revisions::{self, NewRevision, Revision, RevisionState, Significance};
use super::topics::Topic;
use super::{Course, CourseState, authoring, sql};
use crate::Library;
use crate::audit;
use crate::db::{Tx, find, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, ResourceId, RevisionId};
use crate::media::{self, ResourceKind};
use crate::people::{self, Actor};
use crate::places;
use crate::texts::{Texts, clean};

/// The longest title and summary, and note, in characters.
pub(super) const TITLE: usize = 200;
pub(super) const SUMMARY: usize = 2000;
const NOTE: usize = 500;
/// Moving things about for so long (ms) is one revision.
const TIDYING_MS: i64 = 15 * 60_000;

/// What its author says of a change.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Has to be said where something published is edited.
    pub significance: Option<Significance>,
    pub note: String,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It was so already.
    Nothing,
    /// It stands: the course is no published one.
    Draft,
    /// Learners see it.
    Applied(RevisionId),
    /// It waits to be submitted.
    Proposed(RevisionId),
}

/// Edits a course.
///
/// # Errors
/// As [`authoring::load_for_editing`]; `NotFound` for what is not in the course; `Invalid` for bad texts and values, for a
/// file that cannot be used, and for a missing significance; `Conflict(InReview)` while it is being looked at.
pub async fn edit(library: &Library, actor: &Actor, id: &CourseId, edit: Edit, declared: Declared) -> Result<Edited> {
    edit_with(library, actor, id, edit, declared, false).await
}

/// The same; whoever loads a whole library by hand vouches for files that nobody has looked at (`on_trust`).
pub(super) async fn edit_with(
    library: &Library,
    actor: &Actor,
    id: &CourseId,
    edit: Edit,
    declared: Declared,
    on_trust: bool,
) -> Result<Edited> {
    let course = authoring::load_for_editing(library, actor, id).await?;
    let edit = checked(library, actor, &course, edit, on_trust).await?;
    let needs_review = people::has_reviewer(library, actor, course.owner_unit.as_ref()).await?;
    let note = clean(&declared.note);
    if note.chars().count() > NOTE {
        return Err(Error::invalid("note", Why::TooLong));
    }
    let significance = declared.significance.or_else(|| of_itself(&edit));
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    desk.must_be_open()?;
    let before = desk.working();
    let mut after = before.clone();
    after.change(edit)?;
    if after == before {
        return Ok(Edited::Nothing);
    }
    must_be_there(&mut tx, &before, &after).await?;
    let edited = if desk.course.state == CourseState::Published {
        let significance = significance.ok_or(Error::invalid("significance", Why::Empty))?;
        if !on_trust {
            must_be_known(&mut tx, &before, &after).await?;
        }
        let said = Said { significance, note, needs_review };
        revise(library, &mut tx, actor, &desk, &after, &said).await?
    } else {
        laying::lay(library, &mut tx, &desk, &after).await?;
        Edited::Draft
    };
    audit::note(library, &mut tx, Some(&actor.person), "course.edit", id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    Ok(edited)
}

/// Shows the file `to` wherever a lesson of hers shows `from`: lessons keep their ids and records, captions that fit are
/// carried over. Gives what became of each course.
///
/// # Errors
/// `Forbidden`, `NotFound`; as [`edit`]; `Conflict(NoChanges)` where no course of hers uses it. Courses before the one
/// that refuses have been edited: sent again, the others follow.
pub async fn replace_file(
    library: &Library,
    actor: &Actor,
    from: &ResourceId,
    to: &ResourceId,
    declared: &Declared,
) -> Result<Vec<(CourseId, Edited)>> {
    media::load_for_editing(library, actor, from).await?;
    let mut done = Vec::new();
    for course in super::list_users_of(library, from).await? {
        match authoring::load_for_editing(library, actor, &course).await {
            Err(Error::NotFound(_)) => continue,
            other => other?,
        };
        let change = Edit::Replace(from.clone(), to.clone());
        match edit(library, actor, &course, change, declared.clone()).await? {
            Edited::Nothing => {}
            edited => done.push((course, edited)),
        }
    }
    if done.is_empty() { Err(Error::Conflict(Why::NoChanges)) } else { Ok(done) }
}

/// How much an edit matters that says so by itself.
fn of_itself(edit: &Edit) -> Option<Significance> {
    match edit {
        Edit::AddLesson(..) => Some(Significance::New),
        Edit::AddModule(..) | Edit::AddHandout(_) | Edit::RemoveHandout(_) => Some(Significance::Same),
        Edit::MoveModule(..) | Edit::MoveLesson(..) | Edit::MoveHandout(..) => Some(Significance::Same),
        _ => None,
    }
}

struct Said {
    significance: Significance,
    note: String,
    needs_review: bool,
}

async fn revise(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    desk: &Desk,
    after: &Plan,
    said: &Said,
) -> Result<Edited> {
    if let Some(open) = &desk.revision {
        // The weightiest of what is put together counts.
        let significance = open.significance.max(said.significance).as_str();
        let note = if said.note.is_empty() { &open.note } else { &said.note };
        write!(tx, sql::SET_PROPOSED, &open.id, after.to_json(), significance, note)?;
        write!(tx, sql::ADD_AUTHOR, &open.id, &actor.person)?;
        return Ok(Edited::Proposed(open.id.clone()));
    }
    let state = if said.needs_review { RevisionState::Open } else { RevisionState::Applied };
    let before = Some(&desk.live);
    if !said.needs_review {
        laying::lay(library, tx, desk, after).await?;
        if let Some(last) = find_tidying(library, tx, actor, &desk.course.id, after, said).await? {
            write!(tx, sql::SET_PROPOSED, &last.id, after.to_json(), last.significance.as_str(), &last.note)?;
            return Ok(Edited::Applied(last.id));
        }
    }
    let new = NewRevision { before, after, significance: said.significance, note: &said.note, state };
    let id = revisions::add(library, tx, actor, &desk.course.id, new).await?;
    Ok(if said.needs_review { Edited::Proposed(id) } else { Edited::Applied(id) })
}

/// The newest revision, where it only moved things about, by the same person a little while ago, as this one does.
async fn find_tidying(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    course: &CourseId,
    after: &Plan,
    said: &Said,
) -> Result<Option<Revision>> {
    let last = find_in!(tx, Revision, sql::FIND_LAST_APPLIED, course)?;
    let since = library.clock.now_ms() - TIDYING_MS;
    Ok(last.filter(|last| {
        let is_hers = last.author == actor.person && last.created_at >= since && said.note.is_empty();
        let before = last.before();
        let moved_only = |plan: &Plan| before.as_ref().is_some_and(|before| before.is_reordered(plan));
        is_hers && last.significance == said.significance && moved_only(&last.after) && moved_only(after)
    }))
}

/// A file of an outline of old may have been removed since.
async fn must_be_there(tx: &mut Tx, before: &Plan, after: &Plan) -> Result<()> {
    for resource in after.new_resources(Some(before)) {
        if find_in!(tx, (String,), sql::FIND_STAGE, &resource)?.is_none() {
            return Err(Error::invalid("resource", Why::UnknownValue));
        }
    }
    Ok(())
}

/// What learners see plays: a file that takes another's place has been looked at.
async fn must_be_known(tx: &mut Tx, before: &Plan, after: &Plan) -> Result<()> {
    let new: Vec<_> = before.replaced(after).into_iter().map(|(_, new)| new).collect();
    for resource in new {
        let stage = find_in!(tx, (String,), sql::FIND_STAGE, resource)?;
        if stage.is_none_or(|(stage,)| ["failed", "received"].contains(&stage.as_str())) {
            return Err(Error::invalid("resource", Why::LessonNotPlayable));
        }
    }
    Ok(())
}

/// The edit with its texts cleaned and its ids known to exist, and to be hers to use. Each edit is named here: one that is
/// not looked at would be a way round.
async fn checked(library: &Library, actor: &Actor, course: &Course, edit: Edit, on_trust: bool) -> Result<Edit> {
    Ok(match edit {
        Edit::Course(edit) => Edit::Course(checked_course(library, actor, course, edit).await?),
        Edit::AddModule(id, title) => Edit::AddModule(id, title.checked("title", true, TITLE)?),
        Edit::RenameModule(id, title) => Edit::RenameModule(id, title.checked("title", true, TITLE)?),
        Edit::Lesson(id, edit) => {
            if let Some(resource) = &edit.resource {
                authoring::load_teachable(library, actor, resource).await?;
            }
            Edit::Lesson(id, Box::new(checked_lesson(*edit)?))
        }
        Edit::Face(id, language, Some(resource)) => {
            authoring::load_teachable(library, actor, &resource).await?;
            Edit::Face(id, language, Some(resource))
        }
        Edit::Replace(from, to) => {
            let known = media::load_resource(library, &from).await?;
            authoring::load_usable(library, actor, &to, known.kind).await?;
            Edit::Replace(from, to)
        }
        Edit::AddHandout(resource) => {
            authoring::load_usable(library, actor, &resource, ResourceKind::Courseware).await?;
            Edit::AddHandout(resource)
        }
        Edit::Whole(plan) => Edit::Whole(Box::new(checked_whole(library, actor, course, *plan, on_trust).await?)),
        // `authoring::add_lesson` has looked at it.
        edit @ Edit::AddLesson(..) => edit,
        edit @ (Edit::Face(_, _, None) | Edit::RemoveLesson(_) | Edit::RemoveModule(_) | Edit::RemoveHandout(_)) => {
            edit
        }
        edit @ (Edit::MoveLesson(..) | Edit::MoveModule(..) | Edit::MoveHandout(..)) => edit,
    })
}

/// A whole outline, also one of old, is checked as the edits are that would make the course so: its audience against her
/// grants, its column and topic, its texts, and each file that the course does not use already.
async fn checked_whole(library: &Library, actor: &Actor, course: &Course, plan: Plan, on_trust: bool) -> Result<Plan> {
    let texts = CourseEdit {
        title: Some(plan.title.clone()),
        summary: Some(plan.summary.clone()),
        column: Some(plan.column.to_string()),
        audience_unit: Some(plan.audience_unit.clone()),
        ..CourseEdit::default()
    };
    let texts = checked_course(library, actor, course, texts).await?;
    let used = Desk::look(library, &course.id).await?;
    for lesson in plan.lessons() {
        check_threshold(lesson.threshold_percent)?;
        lesson.title.clone().checked("title", true, TITLE)?;
        lesson.summary.clone().checked("summary", false, SUMMARY)?;
    }
    for resource in plan.new_resources(Some(&used.live)) {
        if plan.handouts.contains(&resource) {
            authoring::load_usable(library, actor, &resource, ResourceKind::Courseware).await?;
        }
        let is_taught = plan
            .lessons()
            .any(|lesson| lesson.resource == resource || lesson.faces.values().any(|face| *face == resource));
        if is_taught && !on_trust {
            authoring::load_teachable(library, actor, &resource).await?;
        } else if is_taught {
            let kind = media::load_resource(library, &resource).await?.kind;
            authoring::load_usable(library, actor, &resource, kind).await?;
        }
    }
    let topic = match &plan.topic {
        // A topic of old may be gone: then it stands in none.
        Some(topic) => find!(&library.db, Topic, sql::FIND_TOPIC, topic)?.filter(|topic| topic.column == plan.column),
        None => None,
    };
    Ok(Plan {
        title: texts.title.unwrap_or_default(),
        summary: texts.summary.unwrap_or_default(),
        topic: topic.map(|topic| topic.id),
        ..plan
    })
}

async fn checked_course(library: &Library, actor: &Actor, course: &Course, edit: CourseEdit) -> Result<CourseEdit> {
    let column = match edit.column {
        Some(column) => {
            let found = find!(&library.db, super::Column, sql::FIND_COLUMN, &column)?;
            Some(found.ok_or(Error::invalid("column", Why::UnknownValue))?.id.to_string())
        }
        None => None,
    };
    if let Some(Some(topic)) = &edit.topic {
        let found = find!(&library.db, Topic, sql::FIND_TOPIC, topic)?;
        let home = column.as_deref().unwrap_or(course.column.as_str());
        found.filter(|found| found.column.as_str() == home).ok_or(Error::invalid("topic", Why::UnknownValue))?;
    }
    if let Some(audience) = &edit.audience_unit
        && *audience != course.audience_unit
    {
        // Nobody teaches beyond what her grant covers.
        if let Some(unit) = audience {
            places::find_unit(library, unit).await?.ok_or(Error::invalid("org_unit", Why::UnknownValue))?;
        }
        people::may_edit(library, actor, audience.as_ref()).await?;
    }
    let title = edit.title.map(|title| title.checked("title", true, TITLE)).transpose()?;
    let summary = edit.summary.map(|summary| summary.checked("summary", false, SUMMARY)).transpose()?;
    Ok(CourseEdit { title, summary, column, ..edit })
}

fn checked_lesson(edit: LessonEdit) -> Result<LessonEdit> {
    let texts = |texts: Option<Texts>, field, required, most| texts.map(|texts| texts.checked(field, required, most));
    let title = texts(edit.title, "title", true, TITLE).transpose()?;
    let summary = texts(edit.summary, "summary", false, SUMMARY).transpose()?;
    if let Some(percent) = edit.threshold_percent {
        check_threshold(percent)?;
    }
    Ok(LessonEdit { title, summary, ..edit })
}

pub(super) fn check_threshold(percent: i64) -> Result<()> {
    if (1..=100).contains(&percent) { Ok(()) } else { Err(Error::invalid("threshold_percent", Why::OutOfRange)) }
}
