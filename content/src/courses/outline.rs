//! In which order is it taught? Modules and lessons arranged for a page; pure.

use super::{Course, Lesson, Module};
use crate::ids::{Language, LessonId, ResourceId};
use crate::media::Resource;

/// A course in teaching order.
#[derive(Debug, Clone)]
pub struct Outline {
    pub course: Course,
    /// Lessons without a module come first, in a section without a title.
    pub sections: Vec<Section>,
    /// Courseware to read and to take along.
    pub handouts: Vec<Resource>,
    /// What readers of other languages are shown of its lessons.
    pub faces: Vec<(LessonId, Language, ResourceId)>,
}

/// A module with its lessons.
#[derive(Debug, Clone)]
pub struct Section {
    pub module: Option<Module>,
    pub lessons: Vec<Lesson>,
}

impl Outline {
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.sections.iter().flat_map(|section| &section.lessons)
    }

    /// The length of all lessons that have been looked at, in milliseconds.
    pub fn duration_ms(&self) -> i64 {
        self.lessons().filter_map(|lesson| lesson.duration_ms).sum()
    }

    /// What all lessons weigh as progressive files.
    pub fn size_bytes(&self) -> i64 {
        self.lessons().filter_map(|lesson| lesson.size_bytes).sum()
    }

    /// The other faces of a lesson.
    pub fn faces_of(&self, id: &LessonId) -> impl Iterator<Item = (Language, &ResourceId)> {
        self.faces.iter().filter(move |(lesson, ..)| lesson == id).map(|(_, language, resource)| (*language, resource))
    }

    /// The lesson after `id` in teaching order.
    pub fn next_after(&self, id: &LessonId) -> Option<&Lesson> {
        self.lessons().skip_while(|lesson| &lesson.id != id).nth(1)
    }
}

/// Puts the lessons under their modules, keeping the order of both.
pub(super) fn arrange(course: Course, modules: Vec<Module>, lessons: Vec<Lesson>, handouts: Vec<Resource>) -> Outline {
    let (loose, mut grouped): (Vec<_>, Vec<_>) = lessons.into_iter().partition(|lesson| lesson.module.is_none());
    let mut sections = Vec::new();
    if !loose.is_empty() {
        sections.push(Section { module: None, lessons: loose });
    }
    for module in modules {
        let (own, others) = grouped.into_iter().partition(|lesson| lesson.module.as_ref() == Some(&module.id));
        grouped = others;
        sections.push(Section { module: Some(module), lessons: own });
    }
    Outline { course, sections, handouts, faces: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::{CourseState, Lesson, Module};
    use super::*;
    use crate::ids::Language;

    fn course() -> Course {
        Course {
            id: "c".into(),
            column: "k".into(),
            topic: None,
            title: Default::default(),
            summary: Default::default(),
            language: Language::Zh,
            owner_unit: None,
            audience_unit: None,
            state: CourseState::Draft,
            created_by: "p".into(),
            published_at: None,
        }
    }

    fn lesson(id: &str, module: Option<&str>) -> Lesson {
        Lesson {
            id: id.into(),
            course: "c".into(),
            module: module.map(Into::into),
            title: Default::default(),
            summary: Default::default(),
            language: Language::Zh,
            resource: "r".into(),
            threshold_percent: 90,
            duration_ms: Some(60_000),
            size_bytes: None,
            pages: None,
        }
    }

    #[test]
    fn lessons_stand_under_their_modules_and_loose_ones_first() {
        let modules = ["m1", "m2"].map(|id| Module { id: id.into(), course: "c".into(), title: Default::default() });
        let lessons =
            vec![lesson("a", Some("m2")), lesson("b", None), lesson("c", Some("m1")), lesson("d", Some("m2"))];
        let outline = arrange(course(), modules.to_vec(), lessons, vec![]);
        let order: Vec<_> = outline.lessons().map(|lesson| lesson.id.as_str()).collect();
        assert_eq!(order, ["b", "c", "a", "d"]);
        assert_eq!(outline.next_after(&"b".into()).map(|lesson| lesson.id.as_str()), Some("c"));
        assert!(outline.next_after(&"d".into()).is_none());
        assert_eq!(outline.duration_ms(), 240_000);
    }
}
