//! What of a course can be found? The course itself, each lesson, each handout, every line that is said, and every page.

use tantivy::{TantivyDocument, doc};

use super::{Fields, HitKind};
use crate::Library;
use crate::courses::{self, Lesson, Outline};
use crate::courseware::{self, Page};
use crate::error::Result;
use crate::ids::{CourseId, Language, LessonId};
use crate::media::Resource;
use crate::media::captions::{self, Cue};
use crate::texts::Texts;

/// Something that can be found.
pub(super) struct Passage {
    kind: HitKind,
    id: String,
    lesson: Option<LessonId>,
    language: Language,
    title: Texts,
    /// Whether its title counts for finding it; not for lines of speech, which would all match alike.
    is_titled: bool,
    body: String,
    at_ms: Option<i64>,
    page: Option<i64>,
}

/// Everything of one published course.
pub(super) struct CoursePassages {
    pub course: CourseId,
    column: String,
    audience: String,
    passages: Vec<Passage>,
}

/// Reads a course for the index; without passages when it is not published.
pub(super) async fn read(library: &Library, id: &CourseId) -> Result<CoursePassages> {
    let mut read =
        CoursePassages { course: id.clone(), column: String::new(), audience: "*".into(), passages: Vec::new() };
    let Some(outline) = courses::find_published(library, id).await? else { return Ok(read) };
    let columns = courses::list_columns(library).await?;
    let column = columns.into_iter().find(|column| column.id == outline.course.column);
    read.column = column.map(|column| column.slug).unwrap_or_default();
    if let Some(unit) = &outline.course.audience_unit {
        read.audience = unit.as_str().to_owned();
    }
    read.passages = texts_of(&outline);
    for lesson in outline.lessons() {
        for captions in captions::list_captions(library, &lesson.resource).await? {
            let said = captions::cues(&captions.body);
            read.passages.extend(said.into_iter().map(|cue| spoken(lesson, captions.language, cue)));
        }
        let of_lesson = |page| written(of_lesson(lesson), page);
        read.passages
            .extend(courseware::list_pages(library, &lesson.resource).await?.into_iter().filter_map(of_lesson));
        read.passages.extend(of_faces(library, lesson).await?);
    }
    for handout in &outline.handouts {
        let of_handout = |page| written(of_handout(handout), page);
        read.passages.extend(courseware::list_pages(library, &handout.id).await?.into_iter().filter_map(of_handout));
    }
    Ok(read)
}

/// What is said in the faces of a lesson, each by the captions of its own language.
async fn of_faces(library: &Library, lesson: &courses::Lesson) -> Result<Vec<Passage>> {
    let mut passages = Vec::new();
    for (language, face) in courses::list_faces(library, &lesson.id).await? {
        for captions in captions::list_captions(library, &face).await? {
            let said = captions::cues(&captions.body).into_iter();
            passages.extend(said.filter(|_| captions.language == language).map(|cue| spoken(lesson, language, cue)));
        }
    }
    Ok(passages)
}

fn texts_of(outline: &Outline) -> Vec<Passage> {
    let course = &outline.course;
    let of_course = Passage {
        kind: HitKind::Course,
        id: course.id.as_str().into(),
        lesson: None,
        language: course.language,
        title: course.title.clone(),
        is_titled: true,
        body: joined(&course.summary),
        at_ms: None,
        page: None,
    };
    let of_lessons = outline.lessons().map(of_lesson);
    let of_handouts = outline.handouts.iter().map(of_handout);
    std::iter::once(of_course).chain(of_lessons).chain(of_handouts).collect()
}

fn of_lesson(lesson: &Lesson) -> Passage {
    Passage {
        kind: HitKind::Lesson,
        id: lesson.id.as_str().into(),
        lesson: Some(lesson.id.clone()),
        language: lesson.language,
        title: lesson.title.clone(),
        is_titled: true,
        body: joined(&lesson.summary),
        at_ms: None,
        page: None,
    }
}

fn of_handout(handout: &Resource) -> Passage {
    Passage {
        kind: HitKind::Resource,
        id: handout.id.as_str().into(),
        lesson: None,
        language: handout.language,
        title: handout.title.clone(),
        is_titled: true,
        body: handout.filename.clone(),
        at_ms: None,
        page: None,
    }
}

/// The text of one page; nothing of a page without any.
fn written(of_all: Passage, page: Page) -> Option<Passage> {
    let number = Some(page.number);
    (!page.text.is_empty()).then_some(Passage { is_titled: false, body: page.text, page: number, ..of_all })
}

fn joined(texts: &Texts) -> String {
    texts.iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

fn spoken(lesson: &Lesson, language: Language, cue: Cue) -> Passage {
    let (body, at_ms) = (cue.text, Some(cue.from_ms));
    Passage { language, is_titled: false, body, at_ms, ..of_lesson(lesson) }
}

impl CoursePassages {
    pub(super) fn documents(&self, fields: Fields) -> impl Iterator<Item = TantivyDocument> {
        self.passages.iter().map(move |passage| {
            let mut document = doc!(
                fields.kind => passage.kind.as_str(),
                fields.id => passage.id.as_str(),
                fields.course => self.course.as_str(),
                fields.column => self.column.as_str(),
                fields.language => passage.language.as_str(),
                fields.audience => self.audience.as_str(),
                fields.title => passage.title.to_json(),
                fields.body => passage.body.as_str(),
            );
            if passage.is_titled {
                document.add_text(fields.title_words, joined(&passage.title));
            }
            if let Some(lesson) = &passage.lesson {
                document.add_text(fields.lesson, lesson.as_str());
            }
            if let Some(at_ms) = passage.at_ms {
                document.add_i64(fields.at_ms, at_ms);
            }
            if let Some(page) = passage.page {
                document.add_i64(fields.page, page);
            }
            document
        })
    }
}
