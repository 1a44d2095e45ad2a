//! What becomes of the lesson of a row? Made in its module, called otherwise, given another file and its faces.

use std::collections::BTreeMap;

use serde_json::json;

use super::Walk;
use crate::courses::authoring::{self, NewLesson};
use crate::courses::upkeep;
use crate::error::Result;
use crate::ids::{Language, LessonId, ModuleId, ResourceId};
use crate::import::folder::Bytes;
use crate::import::item::Item;
use crate::import::known::{KnownLesson, merged, shares};
use crate::import::report::Thing;

impl Walk<'_> {
    /// True when it is new. A row that brings another file than before gives its lesson that file.
    pub(super) async fn lesson(
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
            faces: BTreeMap::new(),
        });
        Ok(true)
    }

    async fn exchange(&mut self, at: usize, lesson: usize, resource: &ResourceId) -> Result<()> {
        let course = self.known.courses[at].id.clone();
        let lesson = &mut self.known.courses[at].lessons[lesson];
        let (id, before) = (lesson.id.clone(), json!(lesson.resource));
        lesson.resource = resource.clone();
        if !self.steps.is_check() {
            upkeep::exchange_resource(self.library, self.actor, &course, &id, resource).await?;
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
        let course = self.known.courses[at].id.clone();
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
            upkeep::say_lesson(self.library, self.actor, &course, &id, title, summary, threshold).await?;
        }
        self.steps.changed(&mut self.report, Thing::LessonText, id.as_str(), &before).await
    }

    /// What readers of other languages are shown of the lesson that shows `resource`.
    pub(super) async fn faces(
        &mut self,
        item: &Item,
        at: usize,
        resource: &ResourceId,
        faces: &[(Language, Bytes)],
    ) -> Result<()> {
        for (language, bytes) in faces {
            let (face, _) = self.resource_of(item, &format!("{}@{language}", item.key), bytes).await?;
            let course = self.known.courses[at].id.clone();
            let lessons = &mut self.known.courses[at].lessons;
            let Some(lesson) = lessons.iter_mut().find(|lesson| &lesson.resource == resource) else { continue };
            if lesson.faces.get(language) == Some(&face) {
                continue;
            }
            let (id, before) = (lesson.id.clone(), json!(lesson.faces.insert(*language, face.clone())));
            if !self.steps.is_check() {
                upkeep::set_face(self.library, self.actor, &course, &id, *language, Some(face)).await?;
            }
            self.steps.changed(&mut self.report, Thing::LessonFace, &format!("{id}/{language}"), &before).await?;
        }
        Ok(())
    }
}
