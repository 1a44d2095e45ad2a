//! What answers this question? The query is built by hand from the words of the question, never parsed as a language,
//! so that no character in it is special; what a person may not see is filtered in the index itself.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::{TantivyDocument, Term};

use super::words::{self, Word};
use super::{Answer, Fields, Hit, HitKind, Index, Question};
use crate::Library;
use crate::error::Result;
use crate::ids::Language;
use crate::people::Actor;
use crate::places;
use crate::texts::Texts;

/// How many passages are looked at, and how many things are shown.
const PASSAGES: usize = 400;
const SHOWN: usize = 20;
/// More of a question than this adds nothing (characters).
const LONGEST: usize = 200;
const SNIPPET_CHARS: usize = 120;

/// Finds published courses, lessons, handouts and spoken lines that this person may see, best first.
///
/// # Errors
/// `Internal` when the index cannot be read. A question without words has no hits.
pub async fn search(library: &Library, actor: &Actor, question: &Question) -> Result<Answer> {
    let text: String = question.text.chars().take(LONGEST).collect();
    let words = words::split(&text);
    if words.is_empty() {
        return Ok(Answer::default());
    }
    let mut audiences = vec!["*".to_owned()];
    if let Some(unit) = &actor.unit {
        audiences.extend(places::list_path(library, unit).await?.into_iter().map(|unit| unit.id.as_str().to_owned()));
    }
    let index = library.index.clone();
    let question = question.clone();
    tokio::task::spawn_blocking(move || answer(&index, &question, &words, &audiences)).await?
}

fn answer(index: &Index, question: &Question, words: &[Word], audiences: &[String]) -> Result<Answer> {
    let fields = index.fields;
    let searcher = index.reader.searcher();
    let wanted = wanted(fields, words);
    let query = filtered(fields, wanted.box_clone(), question, audiences);
    let found = searcher.search(&query, &TopDocs::with_limit(PASSAGES).order_by_score())?;
    let mut snippets = SnippetGenerator::create(&searcher, &*wanted, fields.body)?;
    snippets.set_max_num_chars(SNIPPET_CHARS);
    let mut groups = Groups::default();
    for (score, address) in found {
        let document: TantivyDocument = searcher.doc(address)?;
        groups.add(fields, &document, score, &snippets);
    }
    Ok(groups.answer())
}

/// Some strong word has to match; all others help the ranking. Titles count three times.
fn wanted(fields: Fields, words: &[Word]) -> Box<dyn Query> {
    let any_strong = words.iter().any(|word| word.is_strong);
    let (strong, weak): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.is_strong || !any_strong);
    let clauses = |words: Vec<&Word>, weight: f32| -> Vec<(Occur, Box<dyn Query>)> {
        words
            .into_iter()
            .flat_map(|word| {
                [(fields.title_words, 3.0 * weight), (fields.body, weight)].map(|(field, boost)| {
                    let term = TermQuery::new(Term::from_field_text(field, &word.text), IndexRecordOption::WithFreqs);
                    (Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost)) as Box<dyn Query>)
                })
            })
            .collect()
    };
    let must: Box<dyn Query> = Box::new(BooleanQuery::new(clauses(strong, 1.0)));
    let mut all = clauses(weak, 0.3);
    all.push((Occur::Must, must));
    Box::new(BooleanQuery::new(all))
}

fn filtered(fields: Fields, wanted: Box<dyn Query>, question: &Question, audiences: &[String]) -> BooleanQuery {
    let exactly = |field, text: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
    };
    let seen: Vec<_> = audiences.iter().map(|unit| (Occur::Should, exactly(fields.audience, unit))).collect();
    let unscored = |query: Box<dyn Query>| -> Box<dyn Query> { Box::new(BoostQuery::new(query, 0.0)) };
    let mut clauses = vec![(Occur::Must, wanted), (Occur::Must, unscored(Box::new(BooleanQuery::new(seen))))];
    let filters = [
        (fields.kind, question.kind.map(HitKind::as_str)),
        (fields.column, question.column.as_deref()),
        (fields.language, question.language.map(Language::as_str)),
    ];
    for (field, text) in filters {
        if let Some(text) = text {
            clauses.push((Occur::Must, unscored(exactly(field, text))));
        }
    }
    BooleanQuery::new(clauses)
}

/// Passages of the same thing become one hit: the best of them.
#[derive(Default)]
struct Groups {
    order: Vec<String>,
    hits: HashMap<String, (Hit, String)>,
}

impl Groups {
    fn add(&mut self, fields: Fields, document: &TantivyDocument, score: f32, snippets: &SnippetGenerator) {
        let text = |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let number = |field| document.get_first(field).and_then(|value| value.as_i64());
        let key = format!("{} {}", text(fields.kind), text(fields.id));
        if let Some((hit, _)) = self.hits.get_mut(&key) {
            // The best passage is the place; a line of speech or of a page says more than a summary that matched as well.
            if hit.at_ms.is_none() && hit.page.is_none() && hit.snippet_html.is_empty() {
                hit.at_ms = number(fields.at_ms);
                hit.page = number(fields.page);
                hit.snippet_html = highlighted(snippets, text(fields.body));
            }
            return;
        }
        let hit = Hit {
            kind: HitKind::parse(text(fields.kind)).unwrap_or(HitKind::Course),
            id: text(fields.id).to_owned(),
            course: text(fields.course).into(),
            lesson: document.get_first(fields.lesson).and_then(|value| value.as_str()).map(Into::into),
            title: Texts::try_from(text(fields.title).to_owned()).unwrap_or_default(),
            snippet_html: highlighted(snippets, text(fields.body)),
            language: Language::parse(text(fields.language)).unwrap_or(Language::Zh),
            at_ms: number(fields.at_ms),
            page: number(fields.page),
            score,
        };
        self.order.push(key.clone());
        self.hits.insert(key, (hit, text(fields.column).to_owned()));
    }

    fn answer(mut self) -> Answer {
        let counts = |name: &dyn Fn(&(Hit, String)) -> String| {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for hit in self.hits.values() {
                *counts.entry(name(hit)).or_default() += 1;
            }
            counts.into_iter().collect::<Vec<_>>()
        };
        let kinds = counts(&|(hit, _)| hit.kind.as_str().to_owned());
        let columns = counts(&|(_, column)| column.clone());
        let languages = counts(&|(hit, _)| hit.language.as_str().to_owned());
        let total = self.order.len();
        let items = self.order.iter().take(SHOWN).filter_map(|key| self.hits.remove(key)).map(|(hit, _)| hit).collect();
        Answer { total, items, kinds, columns, languages }
    }
}

fn highlighted(snippets: &SnippetGenerator, body: &str) -> String {
    let mut snippet = snippets.snippet(body);
    snippet.set_snippet_prefix_postfix("<mark>", "</mark>");
    snippet.to_html()
}
