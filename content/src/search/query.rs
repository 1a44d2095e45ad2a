//! What answers this question? What a person may not see is filtered in the index itself, so that it is in no count.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, Searcher, SegmentReader};

use super::answers::{Candidate, Found};
use super::highlight::Marker;
use super::hits::{also, hit};
use super::plan::{self, Plan};
use super::ranking::{self, Filters, Ranked};
use super::thesaurus::Thesaurus;
use super::vocabulary::Known;
use super::{Answer, HitKind, Index, Length, Question, Spread, titles};
use crate::Library;
use crate::asked;
use crate::courses::prospectus;
use crate::error::Result;
use crate::ids::{Language, UnitId};
use crate::learning;
use crate::people::Actor;

/// How many things are shown, and how many of one course before others come first.
const SHOWN: usize = 20;
const OF_A_COURSE: usize = 4;
/// More of a question than this adds nothing (characters).
const LONGEST: usize = 200;
/// What is so much worse than the best is no answer.
const FLOOR: f32 = 0.12;
/// What says less of what was asked only comes near.
pub(super) const AN_ANSWER: f32 = 0.5;
/// How much more something new is worth, and how much less what she has completed: enough to part equals.
const NEW: f32 = 0.03;
pub(super) const COMPLETED: f32 = 0.03;
/// After how long something is half as new.
const HALF_AS_NEW_MS: f32 = 365.0 * 86_400_000.0;

/// Who asks, as far as it changes what is found.
#[derive(Debug, Clone, Default)]
pub(super) struct Reader {
    /// The units whose courses she may see, and `*`.
    audiences: Vec<String>,
    now_ms: i64,
}

impl Reader {
    pub(super) async fn of(library: &Library, actor: &Actor) -> Result<Self> {
        let open = prospectus::open_to(library, actor).await?;
        Ok(Self::within(&open.audiences(), library.clock.now_ms()))
    }

    fn within(units: &[UnitId], now_ms: i64) -> Self {
        let mut audiences = vec!["*".to_owned()];
        audiences.extend(units.iter().map(|unit| unit.as_str().to_owned()));
        Self { audiences, now_ms }
    }

    /// What she may see.
    pub(super) fn filters(&self) -> Filters<'_> {
        vec![("audience", self.audiences.iter().map(String::as_str).collect())]
    }
}

/// Finds published courses, lessons, handouts, spoken lines and pages that this person may see, best first.
///
/// # Errors
/// `Internal` when the database cannot answer. A question without words has no hits; nor has an index that cannot be read,
/// which is then built anew.
pub async fn search(library: &Library, actor: &Actor, question: &Question) -> Result<Answer> {
    let open = prospectus::open_to(library, actor).await?;
    let found = find(library, question, open.audiences()).await?;
    let ids: Vec<&str> = found.candidates.iter().map(|each| each.hit.id.as_str()).collect();
    let mut answer = found.for_reader(&learning::list_completed_of(library, actor, &ids).await?);
    answer.building = library.index.building();
    // What has no answer while the index is built is not missing.
    if !wanted(question).iter().any(|(_, value)| value.is_some()) && answer.building.is_none() {
        asked::hear(library, actor, open.units(), &question.text, if answer.is_near { 0 } else { answer.total });
    }
    Ok(answer)
}

/// What answers the question for anybody who may see what is for these units, from memory where it was asked before.
async fn find(library: &Library, question: &Question, audiences: Vec<UnitId>) -> Result<Arc<Found>> {
    let index = &library.index;
    let (known, names, answers) = (index.known(), index.names(), index.answers());
    let (generation, now_ms) = (known.searcher.generation().generation_id(), library.clock.now_ms());
    let key = (question.clone(), audiences);
    if let Some(found) = answers.find(&key, generation, &names, now_ms) {
        return Ok(found);
    }
    let (question, reader, names_then) = (question.clone(), Reader::within(&key.1, now_ms), names.clone());
    let found = look(library, move |_| answer(&known, &names_then, &question, &reader).map(Some)).await?;
    let Some(found) = found.map(Arc::new) else { return Ok(Arc::default()) };
    answers.keep(key, generation, names, now_ms, found.clone());
    Ok(found)
}

/// Looks into the index where waiting does no harm. Where it cannot be read there is nothing, and it is looked after.
pub(super) async fn look<T: Default + Send + 'static>(
    library: &Library,
    ask: impl FnOnce(&Index) -> Result<T> + Send + 'static,
) -> Result<T> {
    let index = library.index.clone();
    let outcome = tokio::task::spawn_blocking(move || ask(&index)).await;
    let outcome = outcome.unwrap_or_else(|panicked| Err(panicked.into()));
    if let Err(error) = &outcome {
        tracing::error!(%error, "the search index could not be read");
        library.index.doubt();
    }
    Ok(outcome.unwrap_or_default())
}

/// What `text` means to this index.
pub(super) fn plan(names: &Thesaurus, known: &Known, text: &str, with_synonyms: bool) -> Plan {
    let text: String = text.chars().take(LONGEST).collect();
    plan::plan(&text, known, names, with_synonyms)
}

/// The filters of a question.
fn wanted(question: &Question) -> [(&'static str, Option<&str>); 6] {
    [
        ("kind", question.kind.map(HitKind::as_str)),
        ("column", question.column.as_deref()),
        ("aspects", question.aspect.as_deref()),
        ("readers", question.audience.as_deref()),
        ("length", question.length.map(Length::as_str)),
        ("language", question.language.map(Language::as_str)),
    ]
}

fn answer(known: &Known, names: &Thesaurus, question: &Question, reader: &Reader) -> Result<Found> {
    let (searcher, fields) = (&known.searcher, &known.fields);
    let plan = plan(names, known, &question.text, !question.is_literal);
    if plan.words.is_empty() {
        return Ok(Found { meant: plan.meant, ..Found::default() });
    }
    let wanted = wanted(question);
    let mut filters = reader.filters();
    filters.extend(wanted.iter().filter_map(|(field, value)| Some((*field, vec![(*value)?]))));
    let (found, answered) = things(known, &plan, &filters, reader)?;
    let counts = |field: &'static str| -> Result<Vec<(String, usize)>> {
        let chosen = wanted.iter().any(|(name, value)| *name == field && value.is_some());
        if !chosen {
            return Ok(count_values(searcher, &found, field)?);
        }
        // What else could be chosen in its place.
        let others = filters.iter().filter(|(name, _)| *name != field).cloned().collect();
        let ranked = ranking::rank(searcher, fields, &plan, &others)?;
        Ok(count_values(searcher, &together(searcher, &ranked, reader)?, field)?)
    };
    let spread = Spread {
        kinds: counts("kind")?,
        columns: counts("column")?,
        aspects: counts("aspects")?,
        audiences: counts("readers")?,
        lengths: counts("length")?,
        languages: counts("language")?,
    };
    let marker = Marker::of(&plan, known);
    let candidate = |thing: &Thing| -> tantivy::Result<Candidate> {
        Ok(Candidate { hit: hit(searcher, fields, thing, &marker)?, course: thing.course, bonus: thing.bonus })
    };
    let candidates = ordered(&found, |thing| thing.course).take(learning::CANDIDATES).map(candidate);
    let candidates = candidates.collect::<tantivy::Result<_>>()?;
    let also = also(names, &plan, &question.text);
    let is_near = !found.is_empty() && answered < AN_ANSWER;
    Ok(Found { total: found.len(), candidates, spread, also, is_near, meant: plan.meant })
}

/// A course, a lesson or a handout, by its best passage.
pub(super) struct Thing {
    pub best: Ranked,
    /// Another of its passages, which says where in it.
    pub place: Option<DocAddress>,
    course: u64,
    /// What it is worth more for being new.
    bonus: f32,
}

/// The columns of a segment that things are told by.
struct Told {
    thing: Column<u64>,
    course: Column<u64>,
    /// Not there when nothing of the segment is published by a date.
    since: Option<Column<i64>>,
}

impl Told {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self { thing: fast.u64("thing")?, course: fast.u64("group")?, since: fast.column_opt("since")? })
    }
}

/// The things that pass the filters, best first, of those that are as good what is new; and how much of what was asked is
/// answered.
pub(super) fn things(known: &Known, plan: &Plan, filters: &Filters<'_>, reader: &Reader) -> Result<(Vec<Thing>, f32)> {
    let (searcher, fields) = (&known.searcher, &known.fields);
    let ranked = ranking::rank(searcher, fields, plan, filters)?;
    let answered = ranking::answered(searcher, fields, plan, &ranked)?;
    let mut things = together(searcher, &ranked, reader)?;
    titles::weigh(known, plan, &mut things)?;
    for thing in &mut things {
        thing.best.score *= thing.bonus;
    }
    things.sort_by(|one, other| other.best.score.total_cmp(&one.best.score));
    Ok((things, answered))
}

/// Passages of the same thing become one; none that is so much worse than the best.
fn together(searcher: &Searcher, ranked: &[Ranked], reader: &Reader) -> tantivy::Result<Vec<Thing>> {
    let floor = ranked.first().map_or(0.0, |best| best.score * FLOOR);
    let told: Vec<Told> = searcher.segment_readers().iter().map(Told::of).collect::<tantivy::Result<_>>()?;
    let mut order: HashMap<u64, usize> = HashMap::new();
    let mut things: Vec<Thing> = Vec::new();
    for passage in ranked.iter().take_while(|passage| passage.score >= floor) {
        let DocAddress { segment_ord: segment, doc_id: document } = passage.address;
        let told = &told[segment as usize];
        let number = told.thing.first(document).unwrap_or_default();
        if let Some(at) = order.get(&number) {
            things[*at].place.get_or_insert(passage.address);
            continue;
        }
        order.insert(number, things.len());
        let since = told.since.as_ref().and_then(|since| since.first(document));
        let bonus = 1.0 + since.map_or(0.0, |since| NEW * newness(reader.now_ms - since));
        let course = told.course.first(document).unwrap_or_default();
        things.push(Thing { best: *passage, place: None, course, bonus });
    }
    Ok(things)
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn newness(age_ms: i64) -> f32 {
    0.5_f32.powf(age_ms.max(0) as f32 / HALF_AS_NEW_MS)
}

/// What is shown: the best, but no course fills the page while others wait.
pub(super) fn shown<T>(found: &[T], course: impl Fn(&T) -> u64) -> impl Iterator<Item = &T> {
    ordered(found, course).take(SHOWN)
}

/// The best first, but of each course only some before the others.
fn ordered<T>(found: &[T], course: impl Fn(&T) -> u64) -> impl Iterator<Item = &T> {
    let mut of_course: HashMap<u64, usize> = HashMap::new();
    let (first, later): (Vec<&T>, Vec<&T>) = found.iter().partition(|thing| {
        let count = of_course.entry(course(thing)).or_default();
        *count += 1;
        *count <= OF_A_COURSE
    });
    first.into_iter().chain(later)
}

/// How the things spread over the values of a field.
fn count_values(searcher: &Searcher, found: &[Thing], field: &str) -> tantivy::Result<Vec<(String, usize)>> {
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
