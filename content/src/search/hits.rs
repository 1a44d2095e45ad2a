//! How is something that was found shown? The line that says it, where in it that is, and what it is called.

use tantivy::schema::Value;
use tantivy::{Searcher, TantivyDocument};

use super::highlight::Marker;
use super::plan::Plan;
use super::query::Thing;
use super::schema::Fields;
use super::thesaurus::Thesaurus;
use super::{Hit, HitKind, words};
use crate::ids::{CourseId, Language, LessonId};
use crate::texts::Texts;

/// How many other names are shown.
const ALSO: usize = 6;

pub(super) fn hit(searcher: &Searcher, fields: &Fields, thing: &Thing, marker: &Marker) -> tantivy::Result<Hit> {
    let document: TantivyDocument = searcher.doc(thing.best.address)?;
    let mut passage = Passage { document, fields: *fields };
    let mut line = marker.line(passage.text(fields.body));
    // A line of speech or of a page says more than a summary that has nothing.
    if let Some(place) = thing.place.filter(|_| !line.is_marked) {
        let other = Passage { document: searcher.doc(place)?, fields: *fields };
        let said = marker.line(other.text(fields.body));
        if said.is_marked {
            (passage, line) = (other, said);
        }
    }
    Ok(Hit {
        kind: HitKind::parse(passage.text(fields.kind)).unwrap_or(HitKind::Course),
        id: passage.text(fields.id).to_owned(),
        course: passage.text(fields.course).into(),
        lesson: passage.find(fields.lesson).map(Into::into),
        title: passage.texts(fields.title),
        course_title: passage.texts(fields.course_title),
        language: Language::parse(passage.text(fields.language)).unwrap_or(Language::Zh),
        at_ms: passage.start(line.number),
        page: passage.document.get_first(fields.page).and_then(|value| value.as_i64()),
        snippet_html: line.html,
        score: thing.best.score,
    })
}

/// What a thing is called.
pub(super) fn title(searcher: &Searcher, fields: &Fields, thing: &Thing) -> tantivy::Result<Texts> {
    let passage = Passage { document: searcher.doc(thing.best.address)?, fields: *fields };
    Ok(passage.texts(fields.title))
}

/// What a thing is called, and where it is opened.
pub(super) fn place(
    searcher: &Searcher,
    fields: &Fields,
    thing: &Thing,
) -> tantivy::Result<(Texts, CourseId, Option<LessonId>)> {
    let passage = Passage { document: searcher.doc(thing.best.address)?, fields: *fields };
    let lesson = passage.find(fields.lesson).map(Into::into);
    let title = if lesson.is_some() { fields.title } else { fields.course_title };
    Ok((passage.texts(title), passage.text(fields.course).into(), lesson))
}

struct Passage {
    document: TantivyDocument,
    fields: Fields,
}

impl Passage {
    fn find(&self, field: tantivy::schema::Field) -> Option<&str> {
        self.document.get_first(field).and_then(|value| value.as_str())
    }

    fn text(&self, field: tantivy::schema::Field) -> &str {
        self.find(field).unwrap_or_default()
    }

    fn texts(&self, field: tantivy::schema::Field) -> Texts {
        Texts::try_from(self.text(field).to_owned()).unwrap_or_default()
    }

    /// When a line is said.
    fn start(&self, line: usize) -> Option<i64> {
        self.find(self.fields.starts)?.split(',').nth(line)?.parse().ok()
    }
}

/// How what was asked is called elsewhere: the first name of each concept, and its first in every other script.
pub(super) fn also(thesaurus: &Thesaurus, plan: &Plan, asked: &str) -> Vec<String> {
    let asked = words::joined(&words::units(asked));
    let mut names: Vec<String> = Vec::new();
    for concept in &plan.concepts {
        let mut scripts = Vec::new();
        for name in &thesaurus.concept(*concept).names {
            let units = words::units(name);
            let script = units.first().map(|unit| unit.script);
            if !scripts.contains(&script) {
                scripts.push(script);
                if !asked.contains(&words::joined(&units)) && !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
    }
    names.truncate(ALSO);
    names
}
