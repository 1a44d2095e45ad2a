//! What of a course lies on the table while it is changed? Its row, locked; its outline as it stands; and the revision
//! that is being put together or waits.

use std::collections::BTreeMap;

use super::plan::{Plan, PlannedLesson, PlannedSection};
use super::revisions::{Revision, RevisionState};
use super::{Course, CourseState, Lesson, Module, sql};
use crate::Library;
use crate::db::{Tx, find, find_in, list, list_in};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, Language, LessonId, ResourceId};

pub(super) struct Desk {
    pub course: Course,
    /// As its tables say.
    pub live: Plan,
    pub revision: Option<Revision>,
}

/// A row of a face.
type FaceRow = (LessonId, String, ResourceId);

impl Desk {
    /// Locks the course until the transaction ends: two edits at the same moment are made one after the other.
    pub(super) async fn open(tx: &mut Tx, id: &CourseId) -> Result<Self> {
        let course = find_in!(tx, Course, sql::LOCK_COURSE, id)?.ok_or(Error::NotFound("course"))?;
        let modules = list_in!(tx, Module, sql::LIST_MODULES, id)?;
        let lessons = list_in!(tx, Lesson, sql::LIST_LESSONS, id)?;
        let faces = list_in!(tx, FaceRow, sql::LIST_FACES, id)?;
        let handouts = list_in!(tx, (ResourceId,), sql::LIST_HANDOUT_IDS, id)?;
        let handouts = handouts.into_iter().map(|row| row.0).collect();
        let live = arrange(&course, modules, lessons, &faces, handouts);
        let revision = find_in!(tx, Revision, sql::FIND_UNSETTLED, id)?;
        Ok(Self { course, live, revision })
    }

    /// The same for a look, without a lock.
    pub(super) async fn look(library: &Library, id: &CourseId) -> Result<Self> {
        let course = find!(&library.db, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
        let modules = list!(&library.db, Module, sql::LIST_MODULES, id)?;
        let lessons = list!(&library.db, Lesson, sql::LIST_LESSONS, id)?;
        let faces = list!(&library.db, FaceRow, sql::LIST_FACES, id)?;
        let handouts = list!(&library.db, (ResourceId,), sql::LIST_HANDOUT_IDS, id)?;
        let handouts = handouts.into_iter().map(|row| row.0).collect();
        let live = arrange(&course, modules, lessons, &faces, handouts);
        let revision = find!(&library.db, Revision, sql::FIND_UNSETTLED, id)?;
        Ok(Self { course, live, revision })
    }

    /// What an edit goes on from: what is proposed, where something is; else what stands.
    pub(super) fn working(&self) -> Plan {
        let proposed = self.revision.as_ref().filter(|_| self.course.state == CourseState::Published);
        proposed.map_or_else(|| self.live.clone(), |revision| revision.after.clone())
    }

    /// # Errors
    /// `Conflict(InReview)` while it is looked at or waits for its day.
    pub(super) fn must_be_open(&self) -> Result<()> {
        let is_locked = self
            .revision
            .as_ref()
            .is_some_and(|revision| matches!(revision.state, RevisionState::Waiting | RevisionState::Scheduled));
        if is_locked || self.course.state == CourseState::Review { Err(Error::Conflict(Why::InReview)) } else { Ok(()) }
    }
}

fn arrange(
    course: &Course,
    modules: Vec<Module>,
    lessons: Vec<Lesson>,
    faces: &[FaceRow],
    handouts: Vec<ResourceId>,
) -> Plan {
    let section = |module: Module| PlannedSection { module: Some(module.id), title: module.title, lessons: Vec::new() };
    let mut sections = vec![PlannedSection::default()];
    sections.extend(modules.into_iter().map(section));
    for lesson in lessons {
        let at = sections.iter().position(|section| section.module == lesson.module).unwrap_or(0);
        let own = faces.iter().filter(|(of, ..)| *of == lesson.id);
        let faces: BTreeMap<_, _> =
            own.filter_map(|(_, language, resource)| Some((Language::parse(language)?, resource.clone()))).collect();
        sections[at].lessons.push(PlannedLesson {
            id: lesson.id,
            title: lesson.title,
            summary: lesson.summary,
            language: lesson.language,
            resource: lesson.resource,
            threshold_percent: lesson.threshold_percent,
            faces,
        });
    }
    Plan {
        title: course.title.clone(),
        summary: course.summary.clone(),
        language: course.language,
        column: course.column.clone(),
        topic: course.topic.clone(),
        audience_unit: course.audience_unit.clone(),
        sections,
        handouts,
    }
}
