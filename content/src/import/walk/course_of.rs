//! What becomes of the course that a row names? Made, called otherwise, put under its topic, given what is read along.

use serde_json::json;

use super::Walk;
use crate::courses::authoring::{self, NewCourse};
use crate::courses::topics::{self, Topic};
use crate::courses::upkeep;
use crate::error::Result;
use crate::ids::{ColumnId, CourseId, Language, ResourceId, TopicId};
use crate::import::finding::Found;
use crate::import::item::{CourseNamed, Item};
use crate::import::known::{KnownCourse, merged, shares};
use crate::import::report::Thing;

impl Walk<'_> {
    pub(super) async fn course(&mut self, item: &Item, named: &CourseNamed, column: &ColumnId) -> Result<usize> {
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
        if !self.known.courses[at].is_said {
            self.topic(item, at).await?;
        }
        self.known.courses[at].is_said = true;
        Ok(at)
    }

    async fn add_course(&mut self, item: &Item, named: &CourseNamed, column: &ColumnId) -> Result<usize> {
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
        let at = self.known.courses.len() - 1;
        self.topic(item, at).await?;
        Ok(at)
    }

    /// Puts a course with the others of its topic; a topic that its column does not have is made.
    async fn topic(&mut self, item: &Item, at: usize) -> Result<()> {
        if item.topic.is_empty() {
            return Ok(());
        }
        let column = self.known.courses[at].column.clone();
        let is_it = |topic: &&Topic| topic.column == column && shares(&topic.title, &item.topic);
        let topic = match self.known.topics.iter().find(is_it) {
            Some(topic) => topic.id.clone(),
            None => self.add_topic(item, &column).await?,
        };
        let course = &mut self.known.courses[at];
        if course.topic.as_ref() == Some(&topic) {
            return Ok(());
        }
        let (id, before) = (course.id.clone(), json!(course.topic.replace(topic.clone())));
        if !self.steps.is_check() {
            upkeep::place_course(self.library, self.actor, &id, Some(topic)).await?;
        }
        self.steps.changed(&mut self.report, Thing::CourseTopic, id.as_str(), &before).await
    }

    async fn add_topic(&mut self, item: &Item, column: &ColumnId) -> Result<TopicId> {
        let slug = self.known.columns.iter().find(|known| &known.id == column).map(|known| known.slug.clone());
        let id = if self.steps.is_check() {
            TopicId::new()
        } else {
            topics::add_topic(self.library, self.actor, &slug.unwrap_or_default(), item.topic.clone()).await?
        };
        self.steps.made(&mut self.report, Thing::Topic, id.as_str()).await?;
        self.known.topics.push(Topic { id: id.clone(), column: column.clone(), title: item.topic.clone() });
        Ok(id)
    }

    /// True when it is new there.
    pub(super) async fn handout(&mut self, at: usize, resource: &ResourceId) -> Result<bool> {
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
}
