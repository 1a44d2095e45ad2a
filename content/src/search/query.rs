//! What answers this question? What a person may not see is filtered in the index itself, so that it is in no count.

use std::collections::{BTreeMap, HashMap};

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, SegmentReader, TantivyDocument};

use super::highlight::Marker;
use super::plan::{self, Plan};
use super::ranking::{self, Filters, Ranked};
use super::vocabulary::Known;
use super::{Answer, Fields, Hit, HitKind, Index, Question, builtin, words};
use crate::Library;
use crate::error::Result;
use crate::ids::Language;
use crate::people::Actor;
use crate::places;
use crate::texts::Texts;

/// How many things are shown, and how many of one course before others come first.
const SHOWN: usize = 20;
const OF_A_COURSE: usize = 4;
/// More of a question than this adds nothing (characters).
const LONGEST: usize = 200;
/// What is so much worse than the best is no answer.
const FLOOR: f32 = 0.12;
/// How many other names are shown.
const ALSO: usize = 6;

/// Finds published courses, lessons, handouts, spoken lines and pages that this person may see, best first.
///
/// # Errors
/// `Internal` when the index cannot be read. A question without words has no hits.
pub async fn search(library: &Library, actor: &Actor, question: &Question) -> Result<Answer> {
    let mut audiences = vec!["*".to_owned()];
    if let Some(unit) = &actor.unit {
        audiences.extend(places::list_path(library, unit).await?.into_iter().map(|unit| unit.id.as_str().to_owned()));
    }
    let index = library.index.clone();
    let question = question.clone();
    tokio::task::spawn_blocking(move || answer(&index, &question, &audiences)).await?
}

/// What `text` means to this index.
pub(super) fn plan(index: &Index, searcher: &Searcher, text: &str, with_synonyms: bool) -> Plan {
    let text: String = text.chars().take(LONGEST).collect();
    plan::plan(&text, &Known { searcher, fields: index.fields }, builtin::thesaurus(), with_synonyms)
}

fn answer(index: &Index, question: &Question, audiences: &[String]) -> Result<Answer> {
    let searcher = index.reader.searcher();
    let plan = plan(index, &searcher, &question.text, !question.is_literal);
    if plan.words.is_empty() {
        return Ok(Answer::default());
    }
    let seen: Filters<'_> = vec![("audience", audiences.iter().map(String::as_str).collect())];
    let wanted = [
        ("kind", question.kind.map(HitKind::as_str)),
        ("column", question.column.as_deref()),
        ("aspects", question.aspect.as_deref()),
        ("language", question.language.map(Language::as_str)),
    ];
    let rank = |filters: &Filters<'_>| -> Result<Vec<Thing>> {
        Ok(things(&searcher, &ranking::rank(&searcher, &index.fields, &plan, filters)?)?)
    };
    let mut filters = seen.clone();
    filters.extend(wanted.iter().filter_map(|(field, value)| Some((*field, vec![(*value)?]))));
    let found = rank(&filters)?;
    let counts = |field: &'static str| -> Result<Vec<(String, usize)>> {
        let chosen = wanted.iter().any(|(name, value)| *name == field && value.is_some());
        if !chosen {
            return Ok(count(&searcher, &found, field)?);
        }
        // What else could be chosen in its place.
        let others = filters.iter().filter(|(name, _)| *name != field).cloned().collect();
        Ok(count(&searcher, &rank(&others)?, field)?)
    };
    let marker = Marker::of(&plan, &Known { searcher: &searcher, fields: index.fields });
    let (kinds, columns, aspects, languages) =
        (counts("kind")?, counts("column")?, counts("aspects")?, counts("language")?);
    let items =
        shown(&found).map(|thing| hit(&searcher, &index.fields, thing, &marker)).collect::<tantivy::Result<_>>()?;
    let also = also(&plan, &question.text);
    Ok(Answer { total: found.len(), items, kinds, columns, aspects, languages, also, meant: plan.meant })
}

/// A course, a lesson or a handout, by its best passage.
pub(super) struct Thing {
    pub best: Ranked,
    /// Another of its passages, which says where in it.
    place: Option<DocAddress>,
    course: u64,
}

/// Passages of the same thing become one.
pub(super) fn things(searcher: &Searcher, ranked: &[Ranked]) -> tantivy::Result<Vec<Thing>> {
    let floor = ranked.first().map_or(0.0, |best| best.score * FLOOR);
    let fast = |segment: &SegmentReader| Ok((segment.fast_fields().u64("thing")?, segment.fast_fields().u64("group")?));
    let numbers: Vec<(Column<u64>, Column<u64>)> =
        searcher.segment_readers().iter().map(fast).collect::<tantivy::Result<_>>()?;
    let mut order: HashMap<u64, usize> = HashMap::new();
    let mut things: Vec<Thing> = Vec::new();
    for passage in ranked.iter().take_while(|passage| passage.score >= floor) {
        let DocAddress { segment_ord: segment, doc_id: document } = passage.address;
        let (thing, group) = &numbers[segment as usize];
        let number = thing.first(document).unwrap_or_default();
        if let Some(at) = order.get(&number) {
            things[*at].place.get_or_insert(passage.address);
            continue;
        }
        order.insert(number, things.len());
        things.push(Thing { best: *passage, place: None, course: group.first(document).unwrap_or_default() });
    }
    Ok(things)
}

/// What is shown: the best, but no course fills the page while others wait.
fn shown(found: &[Thing]) -> impl Iterator<Item = &Thing> {
    let mut of_course: HashMap<u64, usize> = HashMap::new();
    let (first, later): (Vec<&Thing>, Vec<&Thing>) = found.iter().partition(|thing| {
        let count = of_course.entry(thing.course).or_default();
        *count += 1;
        *count <= OF_A_COURSE
    });
    first.into_iter().chain(later).take(SHOWN)
}

/// How the things spread over the values of a field.
fn count(searcher: &Searcher, found: &[Thing], field: &str) -> tantivy::Result<Vec<(String, usize)>> {
    let columns: Vec<Option<StrColumn>> = searcher
        .segment_readers()
        .iter()
        .map(|segment| segment.fast_fields().str(field))
        .collect::<tantivy::Result<_>>()?;
    let mut by_ordinal: HashMap<(u32, u64), usize> = HashMap::new();
    for thing in found {
        let DocAddress { segment_ord: segment, doc_id: document } = thing.best.address;
        let Some(column) = &columns[segment as usize] else { continue };
        for ordinal in column.ords().values_for_doc(document) {
            *by_ordinal.entry((segment, ordinal)).or_default() += 1;
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for ((segment, ordinal), count) in by_ordinal {
        let mut value = String::new();
        if let Some(column) = &columns[segment as usize] {
            column.ord_to_str(ordinal, &mut value)?;
        }
        *counts.entry(value).or_default() += count;
    }
    Ok(counts.into_iter().filter(|(value, _)| !value.is_empty()).collect())
}

fn hit(searcher: &Searcher, fields: &Fields, thing: &Thing, marker: &Marker) -> tantivy::Result<Hit> {
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
fn also(plan: &Plan, asked: &str) -> Vec<String> {
    let thesaurus = builtin::thesaurus();
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
