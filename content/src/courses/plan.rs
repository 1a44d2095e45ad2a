//! How is a course made up? Its outline as a whole, as a revision keeps it, and how one edit changes it; pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::edits::{CourseEdit, Edit, LessonEdit};
use crate::error::{Error, Result, Why};
use crate::ids::{ColumnId, Language, LessonId, ModuleId, ResourceId, TopicId, UnitId};
use crate::shelves::order::{Place, shift};
use crate::texts::Texts;

/// Everything of a course that can be edited, in teaching order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub title: Texts,
    pub summary: Texts,
    pub language: Language,
    pub column: ColumnId,
    #[serde(default)]
    pub topic: Option<TopicId>,
    pub audience_unit: Option<UnitId>,
    /// The first holds the lessons without a module, and is always there.
    pub sections: Vec<PlannedSection>,
    pub handouts: Vec<ResourceId>,
}

/// A module with its lessons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSection {
    pub module: Option<ModuleId>,
    pub title: Texts,
    pub lessons: Vec<PlannedLesson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedLesson {
    pub id: LessonId,
    pub title: Texts,
    pub summary: Texts,
    pub language: Language,
    pub resource: ResourceId,
    pub threshold_percent: i64,
    /// What readers of a language are shown instead of its own resource.
    #[serde(default)]
    pub faces: BTreeMap<Language, ResourceId>,
}

impl Plan {
    pub fn lessons(&self) -> impl Iterator<Item = &PlannedLesson> {
        self.sections.iter().flat_map(|section| &section.lessons)
    }

    pub fn find_lesson(&self, id: &LessonId) -> Option<&PlannedLesson> {
        self.lessons().find(|lesson| &lesson.id == id)
    }

    /// The module a lesson stands in.
    pub fn module_of(&self, id: &LessonId) -> Option<&ModuleId> {
        self.sections.iter().find(|section| section.lessons.iter().any(|each| &each.id == id))?.module.as_ref()
    }

    /// Every file it uses.
    pub fn resources(&self) -> impl Iterator<Item = &ResourceId> {
        let taught = self.lessons().flat_map(|lesson| std::iter::once(&lesson.resource).chain(lesson.faces.values()));
        taught.chain(&self.handouts)
    }

    /// The files that `before` did not use (all, where there was nothing).
    pub fn new_resources(&self, before: Option<&Self>) -> Vec<ResourceId> {
        let is_known = |id: &ResourceId| before.is_some_and(|before| before.resources().any(|known| known == id));
        let mut new: Vec<_> = self.resources().filter(|id| !is_known(id)).cloned().collect();
        new.sort();
        new.dedup();
        new
    }

    /// Files of lessons that another took the place of in `after`.
    pub(super) fn replaced<'a>(&'a self, after: &'a Self) -> Vec<(&'a ResourceId, &'a ResourceId)> {
        let mut pairs = Vec::new();
        for (was, is) in after.lessons().filter_map(|lesson| Some((self.find_lesson(&lesson.id)?, lesson))) {
            pairs.push((&was.resource, &is.resource));
            pairs.extend(is.faces.iter().filter_map(|(language, face)| Some((was.faces.get(language)?, face))));
        }
        pairs.retain(|(was, is)| was != is);
        pairs
    }

    /// Whether `other` holds the same in another order.
    pub fn is_reordered(&self, other: &Self) -> bool {
        self != other && self.sorted() == other.sorted()
    }

    fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        let mut lessons: Vec<_> =
            sorted.sections.iter_mut().flat_map(|each| std::mem::take(&mut each.lessons)).collect();
        lessons.sort_by(|one, other| one.id.cmp(&other.id));
        sorted.sections.sort_by(|one, other| one.module.cmp(&other.module));
        sorted.sections.push(PlannedSection { lessons, ..PlannedSection::default() });
        sorted.handouts.sort();
        sorted
    }

    /// # Errors
    /// `NotFound` for a module, lesson or handout that is not in it; `Invalid(module)`; `Conflict(Taken)`.
    pub(super) fn change(&mut self, edit: Edit) -> Result<()> {
        match edit {
            Edit::Course(edit) => self.change_course(edit),
            Edit::AddModule(id, title) => {
                self.sections.push(PlannedSection { module: Some(id), title, lessons: Vec::new() });
            }
            Edit::RenameModule(id, title) => {
                let at = self.section_of(&id)?;
                self.sections[at].title = title;
            }
            Edit::RemoveModule(id) => {
                let gone = self.section_of(&id)?;
                let lessons = self.sections.remove(gone).lessons;
                self.sections[gone - 1].lessons.extend(lessons);
            }
            Edit::MoveModule(id, place) => {
                let at = self.section_of(&id)? - 1;
                let mut modules = self.sections.split_off(1);
                shift(&mut modules, at, place);
                self.sections.append(&mut modules);
            }
            Edit::AddLesson(module, lesson) => {
                let at = self.target(module.as_ref())?;
                self.sections[at].lessons.push(*lesson);
            }
            Edit::Lesson(id, edit) => self.change_lesson(&id, *edit)?,
            Edit::RemoveLesson(id) => drop(self.take_lesson(&id)?),
            Edit::MoveLesson(id, module, place) => self.move_lesson(&id, module, place)?,
            Edit::Face(id, language, resource) => {
                let lesson = self.lesson_mut(&id)?;
                match resource {
                    Some(resource) => drop(lesson.faces.insert(language, resource)),
                    None => drop(lesson.faces.remove(&language)),
                }
            }
            Edit::AddHandout(resource) if self.handouts.contains(&resource) => {
                return Err(Error::Conflict(Why::Taken));
            }
            Edit::AddHandout(resource) => self.handouts.push(resource),
            Edit::RemoveHandout(resource) => {
                let at = self.handout(&resource)?;
                self.handouts.remove(at);
            }
            Edit::MoveHandout(resource, place) => {
                let at = self.handout(&resource)?;
                shift(&mut self.handouts, at, place);
            }
            Edit::Replace(from, to) => self.replace(&from, &to),
            Edit::Whole(plan) => *self = *plan,
        }
        Ok(())
    }

    /// Its column is an id by now.
    fn change_course(&mut self, edit: CourseEdit) {
        self.title = edit.title.unwrap_or_else(|| std::mem::take(&mut self.title));
        self.summary = edit.summary.unwrap_or_else(|| std::mem::take(&mut self.summary));
        self.language = edit.language.unwrap_or(self.language);
        if let Some(column) = edit.column.map(ColumnId::from)
            && column != self.column
        {
            self.column = column;
            self.topic = None;
        }
        if let Some(topic) = edit.topic {
            self.topic = topic;
        }
        if let Some(audience) = edit.audience_unit {
            self.audience_unit = audience;
        }
    }

    fn change_lesson(&mut self, id: &LessonId, edit: LessonEdit) -> Result<()> {
        if let Some(module) = edit.module
            && self.module_of(id) != module.as_ref()
        {
            self.move_lesson(id, Some(module), Place::At(usize::MAX))?;
        }
        let lesson = self.lesson_mut(id)?;
        lesson.title = edit.title.unwrap_or_else(|| std::mem::take(&mut lesson.title));
        lesson.summary = edit.summary.unwrap_or_else(|| std::mem::take(&mut lesson.summary));
        lesson.language = edit.language.unwrap_or(lesson.language);
        lesson.threshold_percent = edit.threshold_percent.unwrap_or(lesson.threshold_percent);
        if let Some(resource) = edit.resource {
            lesson.resource = resource;
        }
        Ok(())
    }

    fn replace(&mut self, from: &ResourceId, to: &ResourceId) {
        for lesson in self.sections.iter_mut().flat_map(|section| &mut section.lessons) {
            let shown = std::iter::once(&mut lesson.resource).chain(lesson.faces.values_mut());
            shown.filter(|each| *each == from).for_each(|each| *each = to.clone());
        }
    }

    fn move_lesson(&mut self, id: &LessonId, module: Option<Option<ModuleId>>, place: Place) -> Result<()> {
        let (section, at) = self.place_of(id)?;
        let (target, index) = match (module, place) {
            (Some(module), place) => {
                let target = self.target(module.as_ref())?;
                let among = self.sections[target].lessons.len() + usize::from(target != section);
                (target, place.from(at, among))
            }
            (None, Place::By(by)) if by < 0 && at == 0 && section > 0 => {
                (section - 1, self.sections[section - 1].lessons.len())
            }
            (None, Place::By(by)) if by > 0 && at + 1 == self.sections[section].lessons.len() => {
                if section + 1 < self.sections.len() { (section + 1, 0) } else { (section, at) }
            }
            (None, place) => (section, place.from(at, self.sections[section].lessons.len())),
        };
        let lesson = self.sections[section].lessons.remove(at);
        self.sections[target].lessons.insert(index, lesson);
        Ok(())
    }

    fn take_lesson(&mut self, id: &LessonId) -> Result<PlannedLesson> {
        let (section, at) = self.place_of(id)?;
        Ok(self.sections[section].lessons.remove(at))
    }

    fn lesson_mut(&mut self, id: &LessonId) -> Result<&mut PlannedLesson> {
        let (section, at) = self.place_of(id)?;
        Ok(&mut self.sections[section].lessons[at])
    }

    /// The numbers of its section and of its place there.
    fn place_of(&self, id: &LessonId) -> Result<(usize, usize)> {
        let mut places =
            self.sections.iter().enumerate().filter_map(|(section, each)| {
                Some((section, each.lessons.iter().position(|lesson| &lesson.id == id)?))
            });
        places.next().ok_or(Error::NotFound("lesson"))
    }

    fn section_of(&self, module: &ModuleId) -> Result<usize> {
        let at = self.sections.iter().position(|section| section.module.as_ref() == Some(module));
        at.ok_or(Error::NotFound("module"))
    }

    /// The section in which something is to stand.
    fn target(&self, module: Option<&ModuleId>) -> Result<usize> {
        let Some(module) = module else { return Ok(0) };
        self.section_of(module).map_err(|_| Error::invalid("module", Why::UnknownValue))
    }

    fn handout(&self, resource: &ResourceId) -> Result<usize> {
        self.handouts.iter().position(|each| each == resource).ok_or(Error::NotFound("resource"))
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

impl TryFrom<String> for Plan {
    type Error = serde_json::Error;

    fn try_from(json: String) -> std::result::Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// `"ab|m:cd|n:"`: lessons a and b without a module, c and d in m, n without lessons.
    pub(in crate::courses) fn plan(text: &str) -> Plan {
        let sections = text.split('|').map(|section| {
            let (module, lessons) =
                section.split_once(':').map_or((None, section), |(module, rest)| (Some(module), rest));
            let lessons = lessons.chars().map(|id| lesson(&id.to_string())).collect();
            PlannedSection { module: module.map(Into::into), title: Texts::default(), lessons }
        });
        Plan {
            title: Texts::default(),
            summary: Texts::default(),
            language: Language::Zh,
            column: "k".into(),
            topic: None,
            audience_unit: None,
            sections: sections.collect(),
            handouts: Vec::new(),
        }
    }

    fn lesson(id: &str) -> PlannedLesson {
        PlannedLesson {
            id: id.into(),
            title: Texts::of(Language::Zh, id),
            summary: Texts::default(),
            language: Language::Zh,
            resource: "r".into(),
            threshold_percent: 90,
            faces: BTreeMap::new(),
        }
    }

    fn told(plan: &Plan) -> String {
        let sections = plan.sections.iter().map(|section| {
            let lessons: String = section.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
            section.module.as_ref().map_or_else(|| lessons.clone(), |module| format!("{module}:{lessons}"))
        });
        sections.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn each_edit_does_what_it_says_and_nothing_else() {
        let check = |edit: Edit, expected: &str| {
            let mut changed = plan("ab|m:cd|n:e");
            changed.change(edit.clone()).unwrap();
            assert_eq!(told(&changed), expected, "{edit:?}");
        };
        let moved = |id: &str, by: i64| Edit::MoveLesson(id.into(), None, Place::By(by));
        check(moved("a", 1), "ba|m:cd|n:e");
        check(moved("a", -1), "ab|m:cd|n:e");
        check(moved("b", 1), "a|m:bcd|n:e");
        check(moved("c", -1), "abc|m:d|n:e");
        check(moved("e", 1), "ab|m:cd|n:e");
        check(Edit::MoveLesson("a".into(), Some(Some("n".into())), Place::At(0)), "b|m:cd|n:ae");
        check(Edit::MoveLesson("a".into(), Some(Some("n".into())), Place::At(99)), "b|m:cd|n:ea");
        check(Edit::MoveLesson("d".into(), Some(None), Place::At(1)), "adb|m:c|n:e");
        check(Edit::MoveModule("n".into(), Place::By(-1)), "ab|n:e|m:cd");
        check(Edit::MoveModule("m".into(), Place::By(-1)), "ab|m:cd|n:e");
        check(Edit::RemoveModule("n".into()), "ab|m:cde");
        check(Edit::RemoveModule("m".into()), "abcd|n:e");
        check(Edit::AddModule("o".into(), Texts::default()), "ab|m:cd|n:e|o:");
        check(Edit::RemoveLesson("c".into()), "ab|m:d|n:e");
        let edit = LessonEdit { module: Some(Some("m".into())), ..LessonEdit::default() };
        check(Edit::Lesson("a".into(), Box::new(edit)), "b|m:cda|n:e");
    }

    #[test]
    fn what_is_not_there_is_not_edited() {
        let refused = |edit: Edit| plan("a|m:").change(edit).unwrap_err();
        assert!(matches!(refused(Edit::RemoveLesson("z".into())), Error::NotFound("lesson")));
        assert!(matches!(refused(Edit::RemoveModule("z".into())), Error::NotFound("module")));
        let to = Some(Some("z".into()));
        let moved = refused(Edit::MoveLesson("a".into(), to, Place::At(0)));
        assert!(matches!(moved, Error::Invalid { field: "module", .. }));
    }

    #[test]
    fn another_order_is_told_from_another_course() {
        let one = plan("ab|m:cd|n:e");
        assert!(one.is_reordered(&plan("b|n:e|m:dca")));
        assert!(!one.is_reordered(&one));
        assert!(!one.is_reordered(&plan("ab|m:cd|n:")));
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan = plan("ab|m:c");
        assert_eq!(Plan::try_from(plan.to_json()).unwrap(), plan);
    }
}
