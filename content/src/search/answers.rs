//! What was asked a moment ago? Answers as everybody gets them who may see the same, kept while the index stays as it is.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::query::{COMPLETED, shown};
use super::thesaurus::Thesaurus;
use super::{Answer, Hit, Question, Spread};
use crate::ids::UnitId;

/// How many answers are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("more than none");
/// For how long: what is new ages.
const KEPT_MS: i64 = 10 * 60_000;

/// One of the best things, before it is known who asks.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub hit: Hit,
    /// A number for the course it belongs to.
    pub course: u64,
    /// What its score was multiplied by for being new.
    pub bonus: f32,
}

/// An answer, before it is known who asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub total: usize,
    pub candidates: Vec<Candidate>,
    pub spread: Spread,
    pub also: Vec<String>,
    pub is_near: bool,
    pub meant: Option<String>,
}

impl Found {
    /// The answer for somebody who has completed these things.
    pub(super) fn for_reader(&self, completed: &HashSet<String>) -> Answer {
        let mut candidates: Vec<Candidate> = self.candidates.clone();
        for each in candidates.iter_mut().filter(|each| completed.contains(&each.hit.id)) {
            each.hit.score *= (each.bonus - COMPLETED) / each.bonus;
        }
        candidates.sort_by(|one, other| other.hit.score.total_cmp(&one.hit.score));
        Answer {
            total: self.total,
            items: shown(&candidates, |each| each.course).map(|each| each.hit.clone()).collect(),
            spread: self.spread.clone(),
            also: self.also.clone(),
            is_near: self.is_near,
            meant: self.meant.clone(),
            building: None,
        }
    }
}

/// What was asked, and of what: the courses for everybody and for these units. Where she works is no part of it, or each
/// clinic's first question would be answered anew.
type Key = (Question, Vec<UnitId>);

/// An answer, and the index and the names it was found with.
struct Kept {
    found: Arc<Found>,
    generation: u64,
    names: Arc<Thesaurus>,
    at_ms: i64,
}

/// The answers of one index. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(super) struct Answers(Arc<Mutex<LruCache<Key, Kept>>>);

impl Default for Answers {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

impl Answers {
    /// The answer, if it would be the same now.
    pub(super) fn find(&self, key: &Key, generation: u64, names: &Arc<Thesaurus>, now_ms: i64) -> Option<Arc<Found>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(key)?;
        let is_same = kept.generation == generation && Arc::ptr_eq(&kept.names, names);
        (is_same && (0..KEPT_MS).contains(&(now_ms - kept.at_ms))).then(|| kept.found.clone())
    }

    pub(super) fn keep(&self, key: Key, generation: u64, names: Arc<Thesaurus>, now_ms: i64, found: Arc<Found>) {
        let kept = Kept { found, generation, names, at_ms: now_ms };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, kept);
    }
}
