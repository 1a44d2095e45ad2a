//! What was changed, by whom, and how much does it matter? Every edit of something published is a revision: it can be
//! read, and there is a way back.

use super::desk::Desk;
use super::differences::{self, Difference};
use super::editing::{self, Declared, Edited};
use super::laying;
use super::plan::{Edit, Plan, PlannedLesson};
use super::{Course, CourseState, Lesson, Module, Outline, Section, may_see, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::courseware;
use crate::db::{Tx, find, find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, LessonId, ModuleId, PersonId, RevisionId, words};
use crate::media::{self, Resource};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, access};
use crate::texts::Texts;

words!(
    /// How much a change matters to whoever has learned it already: not at all; it teaches the same in other words; or
    /// there is something new to learn.
    Significance { Typo = "typo", Same = "same", New = "new" }
);

words!(
    /// Where a revision stands: being put together, sent back, waiting for a reviewer, approved for a day to come, made,
    /// or laid aside.
    RevisionState {
        Open = "open",
        Returned = "returned",
        Waiting = "waiting",
        Scheduled = "scheduled",
        Applied = "applied",
        Withdrawn = "withdrawn",
    }
);

/// One change of a course. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Revision {
    pub id: RevisionId,
    pub course: CourseId,
    /// Counts up within the course, from 1.
    pub number: i64,
    pub author: PersonId,
    pub author_name: String,
    pub created_at: i64,
    #[sqlx(try_from = "String")]
    pub significance: Significance,
    /// What its author says of it.
    pub note: String,
    /// JSON; `None`: the course was not shown before.
    before: Option<String>,
    #[sqlx(try_from = "String")]
    pub after: Plan,
    #[sqlx(try_from = "String")]
    pub state: RevisionState,
    pub submitted_by: Option<PersonId>,
    pub submitted_at: Option<i64>,
    /// Not before this moment.
    pub publish_at: Option<i64>,
    pub applied_at: Option<i64>,
}

/// What somebody said of a revision.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Comment {
    pub author_name: String,
    pub at: i64,
    /// `comment`, `returned` or `approved`.
    pub verdict: String,
    pub body: String,
}

impl Revision {
    /// The outline before it.
    pub fn before(&self) -> Option<Plan> {
        self.before.as_deref().and_then(|json| serde_json::from_str(json).ok())
    }

    /// What it changes, told for a person.
    pub fn differences(&self) -> Vec<Difference> {
        differences::between(self.before().as_ref(), &self.after)
    }

    /// Lessons that it added or changed; none where nothing was shown before.
    fn changed_lessons(&self) -> Vec<LessonId> {
        let Some(before) = self.before() else { return Vec::new() };
        let is_other = |lesson: &&PlannedLesson| before.find_lesson(&lesson.id) != Some(*lesson);
        self.after.lessons().filter(is_other).map(|lesson| lesson.id.clone()).collect()
    }
}

/// The course, for whoever keeps it or reviews it.
///
/// # Errors
/// `NotFound`, also for everybody else.
pub(super) async fn load_for_insiders(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    let course = find!(&library.db, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
    let owner = course.owner_unit.as_ref();
    let keeps = access::keeps_content(actor) && people::keeps(library, actor, owner).await?;
    if keeps || people::reviews(library, actor, owner).await? { Ok(course) } else { Err(Error::NotFound("course")) }
}

/// The revisions of a course, newest first, page by page.
///
/// # Errors
/// `NotFound`, also for whoever neither keeps nor reviews it; `Invalid(after)`.
pub async fn list_revisions(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    paging: Paging<'_>,
) -> Result<Part<Revision>> {
    load_for_insiders(library, actor, course).await?;
    let Mark { numbers: [before], .. } = paging.mark(Mark::high())?;
    let rows = list!(&library.db, Revision, sql::LIST_REVISIONS, course, before, paging.most())?;
    Ok(paging.part(rows, |row| Mark { numbers: [row.number], id: row.id.to_string() }.to_string()))
}

/// The one that is being put together or waits, if there is one.
///
/// # Errors
/// As [`list_revisions`].
pub async fn find_unsettled(library: &Library, actor: &Actor, course: &CourseId) -> Result<Option<Revision>> {
    load_for_insiders(library, actor, course).await?;
    find!(&library.db, Revision, sql::FIND_UNSETTLED, course)
}

/// What was said of the revisions of a course with the numbers `from` to `to`, oldest first, each with the number of its
/// revision; five hundred at most.
///
/// # Errors
/// As [`list_revisions`].
pub async fn list_comments(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    (from, to): (i64, i64),
) -> Result<Vec<(i64, Comment)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        number: i64,
        #[sqlx(flatten)]
        comment: Comment,
    }
    load_for_insiders(library, actor, course).await?;
    let rows = list!(&library.db, Row, sql::LIST_COMMENTS, course, from, to)?;
    Ok(rows.into_iter().map(|row| (row.number, row.comment)).collect())
}

/// The outline that an edit goes on from: what is proposed, else what stands.
///
/// # Errors
/// `NotFound`.
pub async fn load_working(library: &Library, actor: &Actor, course: &CourseId) -> Result<Plan> {
    load_for_insiders(library, actor, course).await?;
    Ok(Desk::look(library, course).await?.working())
}

/// The same as pages show it, with the files of its lessons, each once.
///
/// # Errors
/// As [`load_working`].
pub async fn load_working_outline(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
) -> Result<(Course, Outline, Vec<Resource>)> {
    load_for_insiders(library, actor, course).await?;
    let desk = Desk::look(library, course).await?;
    let plan = desk.working();
    let (mut sections, mut files, mut faces) = (Vec::new(), Vec::new(), Vec::new());
    for section in plan.sections {
        let mut lessons = Vec::new();
        for lesson in section.lessons {
            faces.extend(lesson.faces.iter().map(|(language, file)| (lesson.id.clone(), *language, file.clone())));
            lessons.push(shown(library, course, section.module.as_ref(), lesson, &mut files).await?);
        }
        let module = section.module.map(|id| Module { id, course: course.clone(), title: section.title });
        if module.is_some() || !lessons.is_empty() {
            sections.push(Section { module, lessons });
        }
    }
    let mut handouts = Vec::new();
    for id in &plan.handouts {
        handouts.extend(media::find_resource(library, id).await?);
    }
    let shown = Course {
        title: plan.title,
        summary: plan.summary,
        language: plan.language,
        column: plan.column,
        topic: plan.topic,
        audience_unit: plan.audience_unit,
        ..desk.course.clone()
    };
    Ok((desk.course, Outline { course: shown, sections, handouts, faces }, files))
}

async fn shown(
    library: &Library,
    course: &CourseId,
    module: Option<&ModuleId>,
    lesson: PlannedLesson,
    files: &mut Vec<Resource>,
) -> Result<Lesson> {
    if files.iter().all(|file| file.id != lesson.resource) {
        files.extend(media::find_resource(library, &lesson.resource).await?);
    }
    let file = files.iter().find(|file| file.id == lesson.resource);
    let pages = courseware::find_courseware(library, &lesson.resource).await?.map(|courseware| courseware.pages);
    Ok(Lesson {
        pages,
        id: lesson.id,
        course: course.clone(),
        module: module.cloned(),
        title: lesson.title,
        summary: lesson.summary,
        language: lesson.language,
        duration_ms: file.and_then(|file| file.duration_ms),
        size_bytes: file.and_then(|file| file.progressive_bytes),
        resource: lesson.resource,
        threshold_percent: lesson.threshold_percent,
    })
}

/// Makes the course what it was after revision `number`: as any edit, it is a revision itself.
///
/// # Errors
/// As [`editing::edit`]; `NotFound` for a number that there is not.
pub async fn restore(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    number: i64,
    declared: Declared,
) -> Result<Edited> {
    super::authoring::load_for_editing(library, actor, course).await?;
    let found = find!(&library.db, Revision, sql::FIND_REVISION, course, number)?;
    let revision = found.ok_or(Error::NotFound("revision"))?;
    editing::edit(library, actor, course, Edit::Whole(Box::new(revision.after)), declared).await
}

/// A new revision, with what it is to hold.
pub(super) struct NewRevision<'a> {
    pub before: Option<&'a Plan>,
    pub after: &'a Plan,
    pub significance: Significance,
    pub note: &'a str,
    pub state: RevisionState,
}

pub(super) async fn add(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    course: &CourseId,
    new: NewRevision<'_>,
) -> Result<RevisionId> {
    let (id, now) = (RevisionId::new(), library.clock.now_ms());
    let (significance, state) = (new.significance.as_str(), new.state.as_str());
    let applied_at = (new.state == RevisionState::Applied).then_some(now);
    let (before, after) = (new.before.map(Plan::to_json), new.after.to_json());
    let (author, note) = (&actor.person, new.note);
    write!(tx, sql::ADD_REVISION, &id, course, author, now, significance, note, before, after, state, applied_at)?;
    write!(tx, sql::ADD_AUTHOR, &id, author)?;
    Ok(id)
}

/// Makes a revision true, in the caller's transaction: the course is what it says, and shown.
pub(super) async fn apply(
    library: &Library,
    tx: &mut Tx,
    by: &PersonId,
    desk: &Desk,
    id: &RevisionId,
    plan: &Plan,
) -> Result<()> {
    let (course, now) = (&desk.course.id, library.clock.now_ms());
    if *plan != desk.live {
        laying::lay(library, tx, desk, plan).await?;
    }
    write!(tx, sql::PUBLISH, course, now)?;
    write!(tx, sql::FORGET_SHOWN, course)?;
    write!(tx, sql::APPLY_REVISION, id, now)?;
    changes::note(library, tx, Changed::Course, course.as_str()).await?;
    let action = if desk.course.state == CourseState::Published { "course.revise" } else { "course.publish" };
    audit::note(library, tx, Some(by), action, course.as_str()).await
}

/// The outline that learners saw last, of a course that is to be shown again.
pub(super) async fn find_shown(tx: &mut Tx, course: &CourseId) -> Result<Option<Plan>> {
    Ok(find_in!(tx, Revision, sql::FIND_LAST_APPLIED, course)?.map(|revision| revision.after))
}

/// The lessons in which revisions since `since_ms` declared something new to learn, each with when it came.
///
/// # Errors
/// `NotFound` for a course this person may not see.
pub async fn list_new_learning(
    library: &Library,
    actor: &Actor,
    course: &CourseId,
    since_ms: i64,
) -> Result<Vec<(LessonId, i64)>> {
    let found = find!(&library.db, Course, sql::FIND_COURSE, course)?.ok_or(Error::NotFound("course"))?;
    if !may_see(library, actor, &found).await? {
        return Err(Error::NotFound("course"));
    }
    let revisions = list!(&library.db, Revision, sql::LIST_NEW_LEARNING, course, since_ms)?;
    let mut lessons: Vec<(LessonId, i64)> = Vec::new();
    for revision in revisions {
        for lesson in revision.changed_lessons() {
            lessons.retain(|(known, _)| *known != lesson);
            lessons.push((lesson, revision.applied_at.unwrap_or_default()));
        }
    }
    Ok(lessons)
}

/// Forgets the revisions of a course that is taken away as a whole, in the same transaction.
pub(crate) async fn forget(tx: &mut Tx, course: &CourseId) -> Result<()> {
    write!(tx, sql::FORGET_COMMENTS, course)?;
    write!(tx, sql::FORGET_AUTHORS, course)?;
    write!(tx, sql::FORGET_REVISIONS, course)?;
    Ok(())
}

/// How a course is called whose revision waits.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    #[sqlx(flatten)]
    pub revision: Revision,
    #[sqlx(try_from = "String")]
    pub course_title: Texts,
}

/// # Errors
/// `Conflict(NoChanges)`.
pub(super) fn must_differ(before: &Plan, after: &Plan) -> Result<()> {
    if before == after { Err(Error::Conflict(Why::NoChanges)) } else { Ok(()) }
}
