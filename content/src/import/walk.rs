//! What becomes of one row? The same steps are only counted in a check, and done when the sheet is loaded.

mod media_of;

use std::collections::HashMap;

use serde_json::json;

use super::finding::{Finding, Found};
use super::folder::{self, Bytes, Looked, Shelf};
use super::item::{Item, Place};
use super::known::{Known, KnownCourse, KnownLesson, merged, shares};
use super::report::{Fate, Line, Report, Thing};
use super::steps::Steps;
use crate::Library;
use crate::courses::authoring::{self, NewCourse, NewLesson};
use crate::courses::upkeep;
use crate::error::{Error, Result};
use crate::ids::{ColumnId, CourseId, Language, LessonId, ModuleId, ResourceId};
use crate::media::ResourceKind;
use crate::people::Actor;
use crate::shelves::Facet;

/// Goes through the rows of the items.
pub(super) struct Walk<'a> {
    pub library: &'a Library,
    pub actor: &'a Actor,
    pub shelf: &'a Shelf,
    pub known: Known,
    pub steps: Steps<'a>,
    pub report: Report,
    pub sheet: String,
    /// Rows of this sheet by key and by bytes.
    pub keys: HashMap<String, u32>,
    pub rows_of_bytes: HashMap<String, u32>,
    /// Courses to be shown when all rows are in.
    pub to_publish: Vec<CourseId>,
}

/// A row of which nothing is wrong.
struct Checked {
    bytes: Bytes,
    column: Option<ColumnId>,
    terms: Vec<(Facet, Vec<String>)>,
    captions: Vec<(Language, String)>,
    place: Place,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        library: &'a Library,
        actor: &'a Actor,
        shelf: &'a Shelf,
        known: Known,
        steps: Steps<'a>,
    ) -> Self {
        Self {
            library,
            actor,
            shelf,
            known,
            steps,
            report: Report::default(),
            sheet: String::new(),
            keys: HashMap::new(),
            rows_of_bytes: HashMap::new(),
            to_publish: Vec::new(),
        }
    }

    fn find(&mut self, row: u32, found: Found, heading: &str, detail: impl Into<String>) {
        self.report.findings.push(Finding {
            found,
            sheet: self.sheet.clone(),
            row: Some(row),
            heading: (!heading.is_empty()).then(|| heading.to_owned()),
            detail: detail.into(),
        });
    }

    /// Loads a row, or finds what is wrong with it; `is_right` says whether its cells were.
    pub(super) async fn row(&mut self, item: &Item, is_right: bool, looked: &mut Looked) -> Result<()> {
        let known_findings = self.report.findings.len();
        let checked = self.check(item, looked).await?;
        let is_right = is_right && self.report.findings[known_findings..].iter().all(|each| each.found.is_harmless());
        let before = self.touched();
        let fate = match checked.filter(|_| is_right) {
            None => Fate::Skipped,
            Some(checked) => match self.act(item, checked).await {
                Ok(is_new) if is_new => Fate::Made,
                Ok(_) if self.touched() > before => Fate::Changed,
                Ok(_) => Fate::Same,
                Err(Error::Internal(error)) => return Err(Error::Internal(error)),
                Err(error) => {
                    self.find(item.row, Found::Refused, "", error.to_string());
                    Fate::Skipped
                }
            },
        };
        let title = item.title.best(item.language.unwrap_or(Language::Zh)).1.to_owned();
        self.report.lines.push(Line { row: item.row, title, fate });
        Ok(())
    }

    fn touched(&self) -> usize {
        self.report.made.values().sum()
    }

    async fn check(&mut self, item: &Item, looked: &mut Looked) -> Result<Option<Checked>> {
        if let Some(other) = self.keys.insert(item.key.clone(), item.row) {
            self.find(item.row, Found::SameKey, "key", other.to_string());
        }
        let column = self.check_column(item);
        let mut terms = Vec::new();
        for (facet, said, found) in [
            (Facet::Aspect, &item.aspects, Found::UnknownAspect),
            (Facet::Audience, &item.audiences, Found::UnknownAudience),
        ] {
            if let Some(said) = said {
                terms.push((facet, self.check_terms(item.row, facet, said, found)));
            }
        }
        let captions = self.check_captions(item).await?;
        if item.file.is_empty() {
            return Ok(None);
        }
        let bytes = match looked.bytes(self.library, self.shelf, &self.known, &item.file).await? {
            Ok(bytes) => bytes,
            Err((found, detail)) => {
                self.find(item.row, found, "file", detail);
                return Ok(None);
            }
        };
        let by_kind = if bytes.kind == ResourceKind::Video { Place::Lesson } else { Place::Handout };
        let place = item.place.unwrap_or(by_kind);
        if bytes.kind == ResourceKind::Video && place == Place::Handout {
            self.find(item.row, Found::NotForThisKind, "place", place.as_str());
        }
        if bytes.kind != ResourceKind::Video && !captions.is_empty() {
            self.find(item.row, Found::NotForThisKind, "captions", item.file.clone());
        }
        if let Some(other) = self.rows_of_bytes.get(&bytes.sha256).copied() {
            self.find(item.row, Found::SameBytes, "file", other.to_string());
        }
        Ok(Some(Checked { bytes, column, terms, captions, place }))
    }

    fn check_column(&mut self, item: &Item) -> Option<ColumnId> {
        let named = item.column.as_deref()?;
        let found = self.known.column(named).map(|column| column.id.clone());
        if found.is_none() {
            let known: Vec<&str> = self.known.columns.iter().map(|column| column.slug.as_str()).collect();
            let detail = format!("{named} ≠ {}", known.join(", "));
            self.find(item.row, Found::UnknownColumn, "column", detail);
        }
        found
    }

    fn check_terms(&mut self, row: u32, facet: Facet, said: &[String], unknown: Found) -> Vec<String> {
        let mut slugs = Vec::new();
        for named in said {
            match self.known.term(facet, named) {
                Some(term) => slugs.push(term.slug.clone()),
                None => self.find(row, unknown, facet.as_str(), named.clone()),
            }
        }
        slugs
    }

    async fn check_captions(&mut self, item: &Item) -> Result<Vec<(Language, String)>> {
        let mut read = Vec::new();
        for (language, file) in &item.captions {
            match folder::captions(self.shelf, file).await? {
                Ok(vtt) => read.push((*language, vtt)),
                Err((found, detail)) => self.find(item.row, found, &format!("captions_{language}"), detail),
            }
        }
        Ok(read)
    }

    /// True when its resource or its lesson is new.
    async fn act(&mut self, item: &Item, checked: Checked) -> Result<bool> {
        let earlier = self.known.item_keys.get(&item.key).cloned();
        let (resource, is_new) = self.resource(item, &checked.bytes).await?;
        let earlier = earlier.filter(|earlier| *earlier != resource);
        let is_first = !self.rows_of_bytes.contains_key(&checked.bytes.sha256);
        self.rows_of_bytes.entry(checked.bytes.sha256.clone()).or_insert(item.row);
        if is_first {
            // Of rows with the same bytes the first says what they are called; else each run would change it again.
            self.say(item, &resource, is_new, &checked.terms, &checked.captions).await?;
        }
        let (Some(course), Some(column)) = (&item.course, &checked.column) else { return Ok(is_new) };
        let at = self.course(item, course, column).await?;
        let is_placed = match checked.place {
            Place::Handout => self.handout(at, &resource).await?,
            Place::Lesson => self.lesson(item, at, &resource, earlier.as_ref()).await?,
        };
        let id = self.known.courses[at].id.clone();
        if item.publish && !self.known.courses[at].is_published && !self.to_publish.contains(&id) {
            self.to_publish.push(id);
        }
        Ok(is_new || is_placed)
    }

    async fn course(&mut self, item: &Item, named: &super::item::CourseNamed, column: &ColumnId) -> Result<usize> {
        let at = self.known.course(self.library, self.actor, &named.key, &named.title, column).await?;
        let at = match at {
            Some(at) => at,
            None => self.add_course(item, named, column).await?,
        };
        let course = &mut self.known.courses[at];
        if &course.column != column {
            self.find(item.row, Found::OtherColumn, "column", named.key.clone());
            return Ok(at);
        }
        let (title, summary) = (merged(&course.title, &named.title), merged(&course.summary, &named.summary));
        if !course.is_said && (title != course.title || summary != course.summary) {
            let before = json!({"title": course.title, "summary": course.summary});
            let id = course.id.clone();
            (course.title, course.summary) = (title.clone(), summary.clone());
            if !self.steps.is_check() {
                upkeep::say_course(self.library, self.actor, &id, title, summary).await?;
            }
            self.steps.changed(&mut self.report, Thing::CourseText, id.as_str(), &before).await?;
        }
        self.known.courses[at].is_said = true;
        Ok(at)
    }

    async fn add_course(&mut self, item: &Item, named: &super::item::CourseNamed, column: &ColumnId) -> Result<usize> {
        let language = item.language.unwrap_or(Language::Zh);
        let is_untitled = named.title.is_empty();
        let title =
            if is_untitled { crate::texts::Texts::of(language, named.key.clone()) } else { named.title.clone() };
        let id = if self.steps.is_check() {
            CourseId::new()
        } else {
            let new = NewCourse {
                column: column.to_string(),
                title: title.clone(),
                summary: named.summary.clone(),
                language,
                audience_unit: None,
            };
            authoring::add_course(self.library, self.actor, new).await?
        };
        self.steps.made(&mut self.report, Thing::Course, id.as_str()).await?;
        self.steps.remember(&self.known.scope, "course", &named.key, id.as_str()).await?;
        self.known.course_keys.insert(named.key.clone(), id.clone());
        self.known.courses.push(KnownCourse::new(id, column.clone(), title, named.summary.clone()));
        Ok(self.known.courses.len() - 1)
    }

    /// True when it is new there.
    async fn handout(&mut self, at: usize, resource: &ResourceId) -> Result<bool> {
        let course = &mut self.known.courses[at];
        if !course.handouts.insert(resource.clone()) {
            return Ok(false);
        }
        let id = course.id.clone();
        if !self.steps.is_check() {
            authoring::add_handout(self.library, self.actor, &id, resource).await?;
        }
        self.steps.made(&mut self.report, Thing::Handout, &format!("{id}/{resource}")).await?;
        Ok(true)
    }

    /// True when it is new. A row that brings another file than before gives its lesson that file.
    async fn lesson(
        &mut self,
        item: &Item,
        at: usize,
        resource: &ResourceId,
        earlier: Option<&ResourceId>,
    ) -> Result<bool> {
        let lessons = &self.known.courses[at].lessons;
        let with = |resource: &ResourceId| lessons.iter().position(|lesson| &lesson.resource == resource);
        if let Some(lesson) = with(resource) {
            self.say_lesson(item, at, lesson).await?;
            return Ok(false);
        }
        if let Some(lesson) = earlier.and_then(with) {
            self.exchange(at, lesson, resource).await?;
            self.say_lesson(item, at, lesson).await?;
            return Ok(false);
        }
        let module = self.module(item, at).await?;
        let course = self.known.courses[at].id.clone();
        let id = if self.steps.is_check() {
            LessonId::new()
        } else {
            let new = NewLesson {
                module,
                title: item.title.clone(),
                summary: item.summary.clone(),
                language: item.language,
                resource: resource.clone(),
                threshold_percent: item.threshold_percent,
            };
            authoring::add_lesson(self.library, self.actor, &course, new).await?
        };
        self.steps.made(&mut self.report, Thing::Lesson, id.as_str()).await?;
        self.known.courses[at].lessons.push(KnownLesson {
            id,
            title: item.title.clone(),
            summary: item.summary.clone(),
            resource: resource.clone(),
            threshold_percent: item.threshold_percent.unwrap_or(90),
        });
        Ok(true)
    }

    async fn exchange(&mut self, at: usize, lesson: usize, resource: &ResourceId) -> Result<()> {
        let lesson = &mut self.known.courses[at].lessons[lesson];
        let (id, before) = (lesson.id.clone(), json!(lesson.resource));
        lesson.resource = resource.clone();
        if !self.steps.is_check() {
            upkeep::exchange_resource(self.library, self.actor, &id, resource).await?;
        }
        self.steps.changed(&mut self.report, Thing::LessonResource, id.as_str(), &before).await
    }

    async fn module(&mut self, item: &Item, at: usize) -> Result<Option<ModuleId>> {
        if item.module.is_empty() {
            return Ok(None);
        }
        let course = &self.known.courses[at];
        if let Some((id, _)) = course.modules.iter().find(|(_, title)| shares(title, &item.module)) {
            return Ok(Some(id.clone()));
        }
        let id = if self.steps.is_check() {
            ModuleId::new()
        } else {
            authoring::add_module(self.library, self.actor, &course.id.clone(), item.module.clone()).await?
        };
        self.steps.made(&mut self.report, Thing::Module, id.as_str()).await?;
        self.known.courses[at].modules.push((id.clone(), item.module.clone()));
        Ok(Some(id))
    }

    async fn say_lesson(&mut self, item: &Item, at: usize, lesson: usize) -> Result<()> {
        let lesson = &mut self.known.courses[at].lessons[lesson];
        let (title, summary) = (merged(&lesson.title, &item.title), merged(&lesson.summary, &item.summary));
        let threshold = item.threshold_percent.unwrap_or(lesson.threshold_percent);
        if title == lesson.title && summary == lesson.summary && threshold == lesson.threshold_percent {
            return Ok(());
        }
        let before = json!({
            "title": lesson.title, "summary": lesson.summary, "threshold_percent": lesson.threshold_percent,
        });
        let id = lesson.id.clone();
        (lesson.title, lesson.summary, lesson.threshold_percent) = (title.clone(), summary.clone(), threshold);
        if !self.steps.is_check() {
            upkeep::say_lesson(self.library, self.actor, &id, title, summary, threshold).await?;
        }
        self.steps.changed(&mut self.report, Thing::LessonText, id.as_str(), &before).await
    }
}
