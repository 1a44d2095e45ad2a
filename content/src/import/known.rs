//! What does the library hold already that a sheet may name? Read once, and kept true while rows are loaded.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::sql;
use crate::Library;
use crate::courses::plan::Plan;
use crate::courses::topics::{self, Topic};
use crate::courses::{self, Column, Course, CourseState, revisions};
use crate::db::list;
use crate::error::Result;
use crate::ids::{ColumnId, CourseId, Language, LessonId, ModuleId, ResourceId, TopicId};
use crate::people::{Actor, access};
use crate::shelves::{self, Facet, Term};
use crate::texts::Texts;

/// A course with what rows add to it or change.
pub(super) struct KnownCourse {
    pub id: CourseId,
    pub column: ColumnId,
    pub topic: Option<TopicId>,
    pub title: Texts,
    pub summary: Texts,
    pub is_published: bool,
    /// Whether modules, lessons and handouts have been read.
    is_open: bool,
    pub modules: Vec<(ModuleId, Texts)>,
    pub lessons: Vec<KnownLesson>,
    pub handouts: HashSet<ResourceId>,
    /// A row of this sheet has said what it is called.
    pub is_said: bool,
}

pub(super) struct KnownLesson {
    pub id: LessonId,
    pub title: Texts,
    pub summary: Texts,
    pub resource: ResourceId,
    pub threshold_percent: i64,
    pub faces: BTreeMap<Language, ResourceId>,
}

/// Everything this content manager keeps.
pub(super) struct Known {
    pub columns: Vec<Column>,
    pub terms: Vec<Term>,
    pub topics: Vec<Topic>,
    pub courses: Vec<KnownCourse>,
    /// Resources by what their bytes hash to, and by file name.
    pub by_sha: HashMap<String, ResourceId>,
    pub by_name: HashMap<String, Vec<(ResourceId, String)>>,
    /// What earlier sheets called them.
    pub course_keys: HashMap<String, CourseId>,
    pub item_keys: HashMap<String, ResourceId>,
    /// The unit that owns what is made, or ''.
    pub scope: String,
}

impl KnownCourse {
    pub(super) fn new(id: CourseId, column: ColumnId, title: Texts, summary: Texts) -> Self {
        Self {
            id,
            column,
            topic: None,
            title,
            summary,
            is_published: false,
            is_open: true,
            modules: Vec::new(),
            lessons: Vec::new(),
            handouts: HashSet::new(),
            is_said: true,
        }
    }

    fn of(course: Course) -> Self {
        let is_published = course.state == CourseState::Published;
        let unopened = Self::new(course.id, course.column, course.title, course.summary);
        Self { is_published, is_open: false, is_said: false, ..unopened }
    }

    fn open(&mut self, plan: Plan) {
        self.is_open = true;
        (self.title, self.summary, self.topic) = (plan.title, plan.summary, plan.topic);
        for section in plan.sections {
            self.modules.extend(section.module.map(|module| (module, section.title)));
            self.lessons.extend(section.lessons.into_iter().map(|lesson| KnownLesson {
                id: lesson.id,
                title: lesson.title,
                summary: lesson.summary,
                resource: lesson.resource,
                threshold_percent: lesson.threshold_percent,
                faces: lesson.faces,
            }));
        }
        self.handouts.extend(plan.handouts);
    }
}

impl Known {
    pub(super) async fn read(library: &Library, actor: &Actor) -> Result<Self> {
        let mut terms = shelves::list_terms(library, Facet::Aspect).await?;
        terms.extend(shelves::list_terms(library, Facet::Audience).await?);
        let courses = courses::list_all_courses(library, actor).await?;
        let scope = access::owner_unit(actor)?.map(|unit| unit.to_string()).unwrap_or_default();
        let mut known = Self {
            columns: courses::list_columns(library).await?,
            terms,
            topics: topics::list_topics(library).await?,
            courses: courses.into_iter().rev().map(|card| KnownCourse::of(card.course)).collect(),
            by_sha: HashMap::new(),
            by_name: HashMap::new(),
            course_keys: HashMap::new(),
            item_keys: HashMap::new(),
            scope,
        };
        known.read_files(library, actor).await?;
        for (kind, key, id) in list!(&library.db, (String, String, String), sql::LIST_KEYS, &known.scope)? {
            match kind.as_str() {
                "course" => drop(known.course_keys.insert(key, id.into())),
                _ => drop(known.item_keys.insert(key, id.into())),
            }
        }
        Ok(known)
    }

    async fn read_files(&mut self, library: &Library, actor: &Actor) -> Result<()> {
        for (id, sha256, filename) in list_files(library, actor).await? {
            self.by_name.entry(filename).or_default().push((id.clone(), sha256.clone()));
            self.by_sha.entry(sha256).or_insert(id);
        }
        Ok(())
    }

    pub(super) fn column(&self, named: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.slug == named || column.title.is_called(named))
    }

    pub(super) fn term(&self, facet: Facet, named: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.facet == facet && term.is_meant_by(named))
    }

    /// Where the course is that a row names, with its contents.
    pub(super) async fn course(
        &mut self,
        library: &Library,
        actor: &Actor,
        key: &str,
        title: &Texts,
        column: &ColumnId,
    ) -> Result<Option<usize>> {
        let by_key = self.course_keys.get(key);
        // What was exported from here names its courses by their ids.
        let is_it = |course: &KnownCourse| by_key == Some(&course.id) || course.id.as_str() == key;
        let by_key = self.courses.iter().position(is_it);
        let by_title = || {
            let is_it = |course: &KnownCourse| {
                &course.column == column && (shares(&course.title, title) || course.title.is_called(key))
            };
            self.courses.iter().position(is_it)
        };
        let Some(at) = by_key.or_else(by_title) else { return Ok(None) };
        if !self.courses[at].is_open {
            // With what waits for a reviewer: else it would be added once more.
            let plan = revisions::load_working(library, actor, &self.courses[at].id).await?;
            self.courses[at].open(plan);
        }
        Ok(Some(at))
    }
}

/// Every resource this content manager keeps, oldest first, with the hash of its bytes and its file name.
pub(super) async fn list_files(library: &Library, actor: &Actor) -> Result<Vec<(ResourceId, String, String)>> {
    list!(&library.db, (ResourceId, String, String), sql::LIST_KEPT_FILES, &actor.person)
}

/// Whether both have the same title in one language.
pub(super) fn shares(one: &Texts, other: &Texts) -> bool {
    one.iter().any(|(language, text)| other.get(language) == Some(text))
}

/// What is there, with what the sheet says in its place; a language that the sheet leaves out stays.
pub(super) fn merged(there: &Texts, said: &Texts) -> Texts {
    said.iter().fold(there.clone(), |texts, (language, text)| texts.with(language, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Language;

    #[test]
    fn a_sheet_adds_languages_and_takes_none_away() {
        let there = Texts { zh: Some("高血压".into()), bo: Some("ཁྲག་ཤེད".into()), en: None };
        let said = Texts { zh: Some("高血压病".into()), bo: None, en: Some("Hypertension".into()) };
        let both = merged(&there, &said);
        assert_eq!(both.get(Language::Zh), Some("高血压病"));
        assert_eq!(both.get(Language::Bo), Some("ཁྲག་ཤེད"));
        assert_eq!(both.get(Language::En), Some("Hypertension"));
        assert!(shares(&there, &both) && !shares(&there, &said), "Tibetan is the same in both");
    }
}
