//! Which passages are best? The index gives those with the most weight, leaving out what cannot win and what may not be
//! seen; of the best, those that answer more of what was asked come first.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentOrdinal, SegmentReader, Term};

use super::plan::{Need, Plan, worth};
use super::schema::{Fields, Slot};

/// How many passages are looked at.
const LOOKED_AT: usize = 200;

/// Of how many it is asked whether they are an answer.
const ASKED: usize = 60;

/// How much more a passage is worth that answers all that was asked.
const COVERAGE: f32 = 0.8;

/// A passage, and how well it answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub score: Score,
    pub address: DocAddress,
}

fn best_first(one: &Ranked, other: &Ranked) -> Ordering {
    other.score.total_cmp(&one.score).then(one.address.cmp(&other.address))
}

/// What a passage has to be: of each field, one of these values.
pub(super) type Filters<'a> = Vec<(&'static str, Vec<&'a str>)>;

/// The best passages, best first.
pub(super) fn rank(
    searcher: &Searcher,
    fields: &Fields,
    plan: &Plan,
    filters: &Filters<'_>,
) -> tantivy::Result<Vec<Ranked>> {
    let mut best = searcher.search(&query(fields, plan), &Best { filters })?;
    let covered = coverage(searcher, fields, &plan.needs, &best)?;
    for (ranked, covered) in best.iter_mut().zip(&covered) {
        ranked.score *= 1.0 + COVERAGE * covered;
    }
    // What only has a character of a name in common is no answer, unless there is no better.
    if covered.iter().any(|covered| *covered > 0.0) {
        let mut covered = covered.iter();
        best.retain(|_| covered.next().is_some_and(|covered| *covered > 0.0));
    }
    best.sort_by(best_first);
    Ok(best)
}

/// How much of what was asked the passage answers that answers most of it, 0 to 1; `ranked` is best first.
pub(super) fn answered(searcher: &Searcher, fields: &Fields, plan: &Plan, ranked: &[Ranked]) -> tantivy::Result<f32> {
    let best = &ranked[..ranked.len().min(ASKED)];
    Ok(coverage(searcher, fields, &plan.gist, best)?.into_iter().fold(0.0, f32::max))
}

/// A flat list of words, which is what the index can leave out hopeless passages of.
fn query(fields: &Fields, plan: &Plan) -> BooleanQuery {
    let clauses = plan.words.iter().map(|((slot, word), weight)| {
        let term = Term::from_field_text(fields.slot(*slot), word);
        let term = TermQuery::new(term, IndexRecordOption::WithFreqs);
        (Occur::Should, Box::new(BoostQuery::new(Box::new(term), *weight)) as Box<dyn Query>)
    });
    BooleanQuery::new(clauses.collect())
}

/// Collects the best passages that pass the filters.
struct Best<'a> {
    filters: &'a Filters<'a>,
}

/// Which values of a field pass, in one segment.
struct Gate {
    column: StrColumn,
    passes: Vec<bool>,
}

impl Gate {
    fn of(segment: &SegmentReader, field: &str, values: &[&str]) -> tantivy::Result<Option<Self>> {
        let Some(column) = segment.fast_fields().str(field)? else { return Ok(None) };
        let mut passes = vec![false; column.num_terms()];
        for value in values {
            let ordinal = column.dictionary().term_ord(value.as_bytes())?;
            if let Some(pass) = ordinal.and_then(|ordinal| passes.get_mut(usize::try_from(ordinal).ok()?)) {
                *pass = true;
            }
        }
        Ok(Some(Self { column, passes }))
    }

    fn lets(&self, document: DocId) -> bool {
        let pass = |ordinal: u64| usize::try_from(ordinal).is_ok_and(|at| self.passes.get(at) == Some(&true));
        self.column.ords().values_for_doc(document).any(pass)
    }
}

impl Collector for Best<'_> {
    type Fruit = Vec<Ranked>;
    type Child = Unused;

    fn for_segment(&self, _segment: SegmentOrdinal, _reader: &SegmentReader) -> tantivy::Result<Unused> {
        Ok(Unused)
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Vec<Ranked>> {
        let mut gates = Vec::new();
        for (field, values) in self.filters {
            match Gate::of(reader, field, values)? {
                Some(gate) => gates.push(gate),
                None => return Ok(Vec::new()),
            }
        }
        let alive = reader.alive_bitset();
        let mut top = Top::default();
        weight.for_each_pruning(Score::MIN, reader, &mut |document, score| {
            if alive.is_none_or(|alive| alive.is_alive(document)) && gates.iter().all(|gate| gate.lets(document)) {
                top.push(score, document);
            }
            top.threshold()
        })?;
        let found = top.kept.into_iter().map(|Reverse((bits, Reverse(document)))| Ranked {
            score: Score::from_bits(bits),
            address: DocAddress::new(segment, document),
        });
        Ok(found.collect())
    }

    fn merge_fruits(&self, found: Vec<Vec<Ranked>>) -> tantivy::Result<Vec<Ranked>> {
        let mut all: Vec<Ranked> = found.into_iter().flatten().collect();
        all.sort_by(best_first);
        all.truncate(LOOKED_AT);
        Ok(all)
    }
}

/// The best so far, the worst of them on top. Scores are not negative, so their bits are in the same order.
#[derive(Default)]
struct Top {
    kept: BinaryHeap<Reverse<(u32, Reverse<DocId>)>>,
}

impl Top {
    fn push(&mut self, score: Score, document: DocId) {
        self.kept.push(Reverse((score.max(0.0).to_bits(), Reverse(document))));
        if self.kept.len() > LOOKED_AT {
            self.kept.pop();
        }
    }

    /// What is worth no more than this need not be looked at.
    fn threshold(&self) -> Score {
        let worst = self.kept.peek().filter(|_| self.kept.len() == LOOKED_AT);
        worst.map_or(Score::MIN, |Reverse((bits, _))| Score::from_bits(*bits))
    }
}

/// The index asks for it; passages are collected a segment at a time instead.
struct Unused;

impl SegmentCollector for Unused {
    type Fruit = Vec<Ranked>;

    fn collect(&mut self, _document: DocId, _score: Score) {}

    fn harvest(self) -> Vec<Ranked> {
        Vec::new()
    }
}

/// Which part of what was asked each passage answers, 0 to 1, by the weight of the needs.
fn coverage(searcher: &Searcher, fields: &Fields, needs: &[Need], passages: &[Ranked]) -> tantivy::Result<Vec<f32>> {
    let all: f32 = needs.iter().map(|need| need.weight).sum();
    let mut covered = vec![0.0; passages.len()];
    let mut by_segment: HashMap<SegmentOrdinal, Vec<(DocId, usize)>> = HashMap::new();
    for (at, passage) in passages.iter().enumerate() {
        by_segment.entry(passage.address.segment_ord).or_default().push((passage.address.doc_id, at));
    }
    for (segment, mut documents) in by_segment {
        documents.sort_unstable();
        let mut having =
            Having { reader: searcher.segment_reader(segment), fields, documents: &documents, known: HashMap::new() };
        for need in needs {
            let mut best = vec![0.0_f32; documents.len()];
            for (does, way) in need.ways.iter().filter(|(_, way)| !way.is_empty()) {
                let mut counts = vec![0; documents.len()];
                for (slot, word) in way {
                    for (count, has) in counts.iter_mut().zip(having.find(*slot, word)?) {
                        *count += usize::from(*has);
                    }
                }
                for (best, count) in best.iter_mut().zip(counts) {
                    *best = best.max(worth(*does, count, way.len()));
                }
            }
            for ((_, at), best) in documents.iter().zip(best) {
                covered[*at] += need.weight * best / all.max(f32::MIN_POSITIVE);
            }
        }
    }
    Ok(covered)
}

/// Which of some documents of a segment have a word.
struct Having<'a> {
    reader: &'a SegmentReader,
    fields: &'a Fields,
    /// In order.
    documents: &'a [(DocId, usize)],
    known: HashMap<(Slot, &'a str), Vec<bool>>,
}

impl<'a> Having<'a> {
    fn find(&mut self, slot: Slot, word: &'a str) -> tantivy::Result<&[bool]> {
        if !self.known.contains_key(&(slot, word)) {
            let mut has = vec![false; self.documents.len()];
            let field = self.fields.slot(slot);
            let inverted = self.reader.inverted_index(field)?;
            let term = Term::from_field_text(field, word);
            if let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? {
                for (has, (document, _)) in has.iter_mut().zip(self.documents) {
                    if postings.doc() < *document {
                        postings.seek(*document);
                    }
                    *has = postings.doc() == *document;
                }
            }
            self.known.insert((slot, word), has);
        }
        Ok(self.known.get(&(slot, word)).map_or(&[], Vec::as_slice))
    }
}
