//! What does the index know? How often a word stands in it, and which of its words are nearly this one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy::{Searcher, Term};
use tantivy_fst::Automaton;

use super::plan::Vocabulary;
use super::schema::{Fields, Slot};

/// How many near words are taken.
const NEAREST: usize = 4;

/// Making one costs milliseconds, so each is made once.
static SLIPS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
    LazyLock::new(|| [LevenshteinAutomatonBuilder::new(1, true), LevenshteinAutomatonBuilder::new(2, true)]);

/// How many words are remembered, and how many near ones.
const REMEMBERED: usize = 50_000;
const NEAR_REMEMBERED: usize = 1_000;

/// The index as it is now, with what was counted in it before.
#[derive(Clone)]
pub(super) struct Known {
    pub searcher: Searcher,
    pub fields: Fields,
    pub counts: Counts,
}

/// What questions asked of one state of the index: each word is counted once.
pub(super) type Counts = Arc<Mutex<Counted>>;

#[derive(Default)]
pub(super) struct Counted {
    /// The state of the index.
    generation: u64,
    /// By field.
    of: HashMap<Slot, HashMap<String, u64>>,
    near: HashMap<(String, u8), Vec<(String, u8)>>,
}

impl Known {
    fn counted<T>(&self, look: impl FnOnce(&mut Counted) -> T) -> T {
        let mut counted = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = self.searcher.generation().generation_id();
        if counted.generation != generation {
            *counted = Counted { generation, ..Counted::default() };
        }
        look(&mut counted)
    }

    /// The words of a field that begin so, the most frequent first.
    pub(super) fn ending(&self, slot: Slot, beginning: &str, most: usize) -> Vec<String> {
        let mut found: HashMap<String, u64> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let Ok(inverted) = segment.inverted_index(self.fields.slot(slot)) else { continue };
            let Ok(mut stream) = inverted.terms().range().ge(beginning).into_stream() else { continue };
            while stream.advance() {
                let Ok(text) = std::str::from_utf8(stream.key()) else { continue };
                if !text.starts_with(beginning) {
                    break;
                }
                *found.entry(text.to_owned()).or_default() += u64::from(stream.value().doc_freq);
            }
        }
        let mut best: Vec<(std::cmp::Reverse<u64>, String)> =
            found.into_iter().map(|(text, count)| (std::cmp::Reverse(count), text)).collect();
        best.sort();
        best.into_iter().take(most).map(|(_, text)| text).collect()
    }
}

impl Vocabulary for Known {
    fn all(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn count(&self, slot: Slot, word: &str) -> u64 {
        if let Some(count) = self.counted(|counted| counted.of.get(&slot)?.get(word).copied()) {
            return count;
        }
        // A word that cannot be counted is looked up all the same.
        let count = self.searcher.doc_freq(&Term::from_field_text(self.fields.slot(slot), word)).unwrap_or(1);
        self.counted(|counted| {
            let of = counted.of.entry(slot).or_default();
            if of.len() < REMEMBERED {
                of.insert(word.to_owned(), count);
            }
        });
        count
    }

    fn near(&self, word: &str, most: u8) -> Vec<(String, u8)> {
        let key = (word.to_owned(), most);
        if let Some(near) = self.counted(|counted| counted.near.get(&key).cloned()) {
            return near;
        }
        let near = self.look_near(word, most);
        self.counted(|counted| {
            if counted.near.len() < NEAR_REMEMBERED {
                counted.near.insert(key, near.clone());
            }
        });
        near
    }
}

impl Known {
    fn look_near(&self, word: &str, most: u8) -> Vec<(String, u8)> {
        let Some(builder) = SLIPS.get(usize::from(most).wrapping_sub(1)) else { return Vec::new() };
        let automaton = builder.build_dfa(word);
        let mut found: HashMap<String, (u8, u64)> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let near = Near(&automaton);
            let Ok(inverted) = segment.inverted_index(self.fields.slot(Slot::Units)) else { continue };
            let Ok(mut stream) = inverted.terms().search(&near).into_stream() else { continue };
            while stream.advance() {
                let Ok(text) = std::str::from_utf8(stream.key()) else { continue };
                if text.bytes().all(|each| each.is_ascii_lowercase()) {
                    let slips = automaton.eval(text).to_u8();
                    let kept = found.entry(text.to_owned()).or_insert((slips, 0));
                    kept.1 += u64::from(stream.value().doc_freq);
                }
            }
        }
        let first = |text: &str| text.as_bytes().first() == word.as_bytes().first();
        let mut best: Vec<(u8, bool, std::cmp::Reverse<u64>, String)> = found
            .into_iter()
            .map(|(text, (slips, count))| (slips, !first(&text), std::cmp::Reverse(count), text))
            .collect();
        best.sort();
        let fewest = best.first().map(|each| each.0);
        let nearest = best.into_iter().filter(|each| Some(each.0) == fewest).take(NEAREST);
        nearest.map(|(slips, _, _, text)| (text, slips)).collect()
    }
}

struct Near<'a>(&'a DFA);

impl Automaton for Near<'_> {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
