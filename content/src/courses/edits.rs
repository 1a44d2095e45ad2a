//! What can be done to a course? Each edit a content manager makes, as it is asked for.

use super::plan::{Plan, PlannedLesson};
use crate::ids::{Language, LessonId, ModuleId, ResourceId, TopicId, UnitId};
use crate::shelves::order::Place;
use crate::texts::Texts;

/// What becomes of a course's own texts and place; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct CourseEdit {
    pub title: Option<Texts>,
    pub summary: Option<Texts>,
    pub language: Option<Language>,
    /// The id or the slug.
    pub column: Option<String>,
    /// A topic of its column; `Some(None)`: none.
    pub topic: Option<Option<TopicId>>,
    /// `Some(None)`: everybody whom the owner reaches.
    pub audience_unit: Option<Option<UnitId>>,
}

/// What becomes of a lesson; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct LessonEdit {
    pub title: Option<Texts>,
    pub summary: Option<Texts>,
    pub language: Option<Language>,
    /// `Some(None)`: outside of modules.
    pub module: Option<Option<ModuleId>>,
    pub resource: Option<ResourceId>,
    pub threshold_percent: Option<i64>,
}

/// One thing a content manager does to a course.
#[derive(Debug, Clone)]
pub enum Edit {
    Course(CourseEdit),
    AddModule(ModuleId, Texts),
    RenameModule(ModuleId, Texts),
    /// Its lessons go to the section before it.
    RemoveModule(ModuleId),
    MoveModule(ModuleId, Place),
    AddLesson(Option<ModuleId>, Box<PlannedLesson>),
    Lesson(LessonId, Box<LessonEdit>),
    RemoveLesson(LessonId),
    /// Within its section and on into the next; with `Some(module)` to a place of that section.
    MoveLesson(LessonId, Option<Option<ModuleId>>, Place),
    /// What readers of a language are shown; `None`: the lesson's own resource.
    Face(LessonId, Language, Option<ResourceId>),
    AddHandout(ResourceId),
    RemoveHandout(ResourceId),
    MoveHandout(ResourceId, Place),
    /// The second file in place of the first, wherever a lesson shows it.
    Replace(ResourceId, ResourceId),
    /// The course as it was once.
    Whole(Box<Plan>),
}
