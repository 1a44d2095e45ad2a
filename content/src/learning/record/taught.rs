//! What are the events about? The lessons, and the lengths of the faces that were played.

use std::collections::HashMap;

use crate::Library;
use crate::courses::{self, CourseState, Lesson};
use crate::error::{Error, Result};
use crate::ids::{Language, LessonId};
use crate::learning::{Event, Report};
use crate::media;
use crate::people::Actor;

/// A lesson, and the length of the face that was played.
pub(super) struct Taught {
    pub lesson: Lesson,
    face_ms: Option<i64>,
}

impl Taught {
    /// The lengths of the lesson itself and of what was played.
    pub(super) fn lengths_ms(&self) -> Option<(i64, i64)> {
        Some((self.lesson.duration_ms?, self.face_ms?))
    }
}

/// The lessons of a report; `None` where there is none that this person could be learning from.
pub(super) struct Lessons(HashMap<(LessonId, Option<Language>), Option<Taught>>);

impl Lessons {
    pub(super) fn of(&self, event: &Event) -> Option<&Taught> {
        self.0.get(&(event.lesson.clone(), event.face)).and_then(Option::as_ref)
    }
}

/// Loads each lesson once. One that is hidden since counts: she may have been offline.
pub(super) async fn load_all(library: &Library, actor: &Actor, report: &Report) -> Result<Lessons> {
    let mut lessons = HashMap::new();
    for event in &report.events {
        let key = (event.lesson.clone(), event.face);
        if lessons.contains_key(&key) {
            continue;
        }
        let taught = match courses::load_lesson_ever(library, actor, &event.lesson).await {
            Ok((course, lesson)) if course.state == CourseState::Published => {
                Some(taught(library, lesson, event.face).await?)
            }
            Ok(_) | Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        lessons.insert(key, taught);
    }
    Ok(Lessons(lessons))
}

/// A face that has been taken away since is as long as the lesson itself.
async fn taught(library: &Library, lesson: Lesson, face: Option<Language>) -> Result<Taught> {
    let own = Taught { face_ms: lesson.duration_ms, lesson };
    let Some(face) = face else { return Ok(own) };
    let Some(resource) = courses::find_face(library, &own.lesson, face).await? else { return Ok(own) };
    let face_ms = media::find_resource(library, &resource).await?.and_then(|resource| resource.duration_ms);
    Ok(Taught { face_ms, ..own })
}
