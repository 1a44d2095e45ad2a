//! What of a course can be found? The course itself, each lesson, each handout, every minute that is said, and every page.

use std::collections::BTreeMap;

use tantivy::{TantivyDocument, doc};

use super::schema::{Fields, Slot};
use super::{HitKind, Length};
use crate::Library;
use crate::courses::{self, Lesson, Outline};
use crate::courseware::{self, Page};
use crate::error::Result;
use crate::ids::{CourseId, Language, LessonId};
use crate::media::Resource;
use crate::media::captions::{self, Cue};
use crate::shelves::{self, Facet};
use crate::texts::Texts;

/// How much speech is one passage: a few lines say together what none says alone, and a whole hour says everything.
const TOGETHER_MS: i64 = 60_000;
const TOGETHER_CHARS: usize = 400;

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
    /// When each line of the body is said.
    starts: Vec<i64>,
    page: Option<i64>,
    duration_ms: Option<i64>,
    aspects: Vec<String>,
    readers: Vec<String>,
}

/// Everything of one published course.
pub(super) struct CoursePassages {
    pub course: CourseId,
    title: Texts,
    column: String,
    audience: String,
    since_ms: Option<i64>,
    passages: Vec<Passage>,
}

/// Reads a course for the index; without passages when it is not published.
pub(super) async fn read(library: &Library, id: &CourseId) -> Result<CoursePassages> {
    let mut read = CoursePassages {
        course: id.clone(),
        title: Texts::default(),
        column: String::new(),
        audience: "*".into(),
        since_ms: None,
        passages: Vec::new(),
    };
    let Some(outline) = courses::find_published(library, id).await? else { return Ok(read) };
    read.title = outline.course.title.clone();
    read.column = courses::find_column_slug(library, &outline.course.column).await?.unwrap_or_default();
    if let Some(unit) = &outline.course.audience_unit {
        read.audience = unit.as_str().to_owned();
    }
    read.since_ms = outline.course.published_at;
    read.passages = texts_of(&outline);
    for lesson in outline.lessons() {
        for captions in captions::list_captions(library, &lesson.resource).await? {
            read.passages.extend(spoken(lesson, captions.language, captions::cues(&captions.body)));
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
    sort(library, &outline, &mut read.passages).await?;
    Ok(read)
}

/// By the aspects and audiences of its file; a course by those of all its files.
async fn sort(library: &Library, outline: &Outline, passages: &mut [Passage]) -> Result<()> {
    let files = outline.lessons().map(|lesson| (lesson.id.as_str(), &lesson.resource));
    let files = files.chain(outline.handouts.iter().map(|handout| (handout.id.as_str(), &handout.id)));
    let mut terms: BTreeMap<&str, Vec<(Facet, String)>> = BTreeMap::new();
    for (id, resource) in files {
        terms.insert(id, shelves::list_slugs_of(library, resource).await?);
    }
    let mut all: Vec<(Facet, String)> = terms.values().flatten().cloned().collect();
    all.sort();
    all.dedup();
    for passage in passages {
        let own = terms.get(passage.id.as_str()).filter(|_| passage.kind != HitKind::Course).unwrap_or(&all);
        let of =
            |wanted: Facet| own.iter().filter(|(facet, _)| *facet == wanted).map(|(_, slug)| slug.clone()).collect();
        (passage.aspects, passage.readers) = (of(Facet::Aspect), of(Facet::Audience));
    }
    Ok(())
}

/// What is said in the faces of a lesson, each by the captions of its own language.
async fn of_faces(library: &Library, lesson: &courses::Lesson) -> Result<Vec<Passage>> {
    let mut passages = Vec::new();
    for (language, face) in courses::list_faces(library, &lesson.id).await? {
        for captions in captions::list_captions(library, &face).await? {
            if captions.language == language {
                passages.extend(spoken(lesson, language, captions::cues(&captions.body)));
            }
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
        starts: Vec::new(),
        page: None,
        duration_ms: Some(outline.duration_ms()).filter(|duration| *duration > 0),
        aspects: Vec::new(),
        readers: Vec::new(),
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
        starts: Vec::new(),
        page: None,
        duration_ms: lesson.duration_ms,
        aspects: Vec::new(),
        readers: Vec::new(),
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
        starts: Vec::new(),
        page: None,
        duration_ms: handout.duration_ms,
        aspects: Vec::new(),
        readers: Vec::new(),
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

/// Lines of speech, about a minute of them together.
fn spoken(lesson: &Lesson, language: Language, cues: Vec<Cue>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for cue in cues {
        let line = cue.text.replace('\n', " ");
        let fits = |passage: &&mut Passage| {
            let first = passage.starts.first().copied().unwrap_or_default();
            cue.from_ms - first < TOGETHER_MS && passage.body.chars().count() < TOGETHER_CHARS
        };
        match passages.last_mut().filter(fits) {
            Some(passage) => {
                passage.body.push('\n');
                passage.body.push_str(&line);
                passage.starts.push(cue.from_ms);
            }
            None => {
                let starts = vec![cue.from_ms];
                passages.push(Passage { language, is_titled: false, body: line, starts, ..of_lesson(lesson) });
            }
        }
    }
    passages
}

/// The number of a thing.
pub(super) fn number_of(kind: HitKind, id: &str) -> u64 {
    number(&format!("{} {id}", kind.as_str()))
}

/// A number for a name: what is grouped by it is compared in the index, where numbers are cheaper.
fn number(name: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

impl CoursePassages {
    pub(super) fn documents(&self, fields: &Fields) -> impl Iterator<Item = TantivyDocument> {
        self.passages.iter().map(|passage| {
            let mut document = doc!(
                fields.kind => passage.kind.as_str(),
                fields.id => passage.id.as_str(),
                fields.course => self.course.as_str(),
                fields.column => self.column.as_str(),
                fields.language => passage.language.as_str(),
                fields.audience => self.audience.as_str(),
                fields.thing => number_of(passage.kind, &passage.id),
                fields.group => number(self.course.as_str()),
                fields.title => passage.title.to_json(),
                fields.course_title => self.title.to_json(),
                fields.body => passage.body.as_str(),
            );
            let titles = if passage.is_titled { joined(&passage.title) } else { String::new() };
            add_texts(&mut document, fields, &titles, &passage.body);
            for aspect in &passage.aspects {
                document.add_text(fields.aspects, aspect);
            }
            for reader in &passage.readers {
                document.add_text(fields.readers, reader);
            }
            if let Some(duration_ms) = passage.duration_ms {
                document.add_text(fields.length, Length::of(duration_ms).as_str());
            }
            if let Some(since_ms) = self.since_ms {
                document.add_i64(fields.since, since_ms);
            }
            if let Some(lesson) = &passage.lesson {
                document.add_text(fields.lesson, lesson.as_str());
            }
            if !passage.starts.is_empty() {
                let starts: Vec<String> = passage.starts.iter().map(ToString::to_string).collect();
                document.add_text(fields.starts, starts.join(","));
            }
            if let Some(page) = passage.page {
                document.add_i64(fields.page, page);
            }
            document
        })
    }
}

/// Puts a title and a text into all the fields that are searched.
pub(super) fn add_texts(document: &mut TantivyDocument, fields: &Fields, title: &str, body: &str) {
    for slot in Slot::ALL {
        for text in [Some(title), Some(body).filter(|_| !slot.is_title())].into_iter().flatten() {
            if !text.is_empty() {
                document.add_text(fields.slot(slot), text);
            }
        }
    }
}
