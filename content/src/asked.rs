//! What is asked, and what is not found? Counted by day and county; who asked is nowhere written down.

mod sql;

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Library;
use crate::courses::prospectus;
use crate::db::{list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{UnitId, words};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, Role};
use crate::places::{self, Scope};

/// Longer questions are not kept, nor those with so long a number: they may tell of a patient.
const LONGEST: usize = 40;
const LONGEST_NUMBER: usize = 5;
/// How many groups people fall into.
const GROUPS: u64 = 62;
/// What fewer people asked is suggested to nobody.
const VOICES: u32 = 3;
/// How long questions are kept, and how far back what is asked often goes (days).
const KEPT: i64 = 365;
const OFTEN: i64 = 60;
/// How many questions wait to be written down, and how many of a day are told apart.
const MOST_WAITING: usize = 10_000;
const MOST_TOLD_APART: usize = 100_000;
/// So many questions of one person are heard in a day: nobody types more, and nobody fills the disk with them.
const MOST_OF_ONE: u32 = 200;
const DAY_MS: i64 = 86_400_000;
/// Further down nobody reads: how many questions of a scope are told.
const MOST_ASKED: i64 = 1_000;
/// How deep in the tree a county stands at most: province, prefecture, county.
const COUNTY: usize = 2;

words!(
    /// Which questions are listed: those without an answer, those whose answers nobody opened, or all.
    Lack { NotFound = "not-found", NotOpened = "not-opened", All = "all" }
);

/// A question with what became of it over the days that are asked for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    pub question: String,
    /// By how many people; each counts once a day.
    pub times: i64,
    pub opened: i64,
    /// The most that was ever found.
    pub found: i64,
    pub last_day: i64,
}

/// How much is asked in a unit, and how much of it has no answer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AskedIn {
    pub unit: UnitId,
    pub times: i64,
    pub not_found: i64,
}

#[derive(Debug, Default)]
struct Count {
    times: i64,
    opened: i64,
    /// `None`: not asked, only opened.
    found: Option<i64>,
    voices: i64,
}

#[derive(Debug, Default)]
struct Waiting {
    day: i64,
    counts: HashMap<(String, String), Count>,
    /// Numbers of who did what today.
    told_apart: HashSet<u64>,
    /// How much of each was heard today, by such a number.
    of_each: HashMap<u64, u32>,
}

impl Waiting {
    fn begin(&mut self, day: i64) {
        if self.day != day {
            (self.day, self.told_apart, self.of_each) = (day, HashSet::new(), HashMap::new());
        }
        if self.told_apart.len() > MOST_TOLD_APART {
            self.told_apart.clear();
        }
    }

    /// Whether what `person` did (`deed`, both numbers) is heard: once a day, and no more of one person than anybody types.
    fn hears(&mut self, person: u64, deed: u64) -> bool {
        let heard = self.of_each.entry(person).or_default();
        if *heard >= MOST_OF_ONE || !self.told_apart.insert(deed) {
            return false;
        }
        *heard += 1;
        true
    }
}

/// What this process has heard and not written down yet. Its numbers for people end with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ear {
    numbers: Arc<RandomState>,
    waiting: Arc<Mutex<Waiting>>,
}

impl Ear {
    fn note(
        &self,
        library: &Library,
        actor: &Actor,
        deed: &str,
        unit: &str,
        question: &str,
        add: impl FnOnce(&mut Count),
    ) {
        let number = self.numbers.hash_one((actor.person.as_str(), deed, question));
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let day = library.clock.now_ms() / DAY_MS;
        waiting.begin(day);
        let key = (unit.to_owned(), question.to_owned());
        let has_room = waiting.counts.len() < MOST_WAITING || waiting.counts.contains_key(&key);
        if has_room && waiting.hears(self.numbers.hash_one(actor.person.as_str()), number) {
            add(waiting.counts.entry(key).or_default());
        }
    }

    /// The bit of the group she falls into.
    fn voice(&self, actor: &Actor) -> i64 {
        1 << (self.numbers.hash_one(actor.person.as_str()) % GROUPS)
    }
}

/// A question as it is counted; nothing of one that may tell of a person.
fn counted(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let longest_number = text.split(|each: char| !each.is_numeric()).map(|run| run.chars().count()).max();
    let is_kept = !text.is_empty()
        && text.chars().count() <= LONGEST
        && longest_number.unwrap_or_default() <= LONGEST_NUMBER
        && !text.contains(['@', '\u{0}']);
    is_kept.then_some(text)
}

/// The unit that a question is counted for: not so small as where she works, and no smaller than a county.
fn county(path: &[UnitId]) -> Option<&UnitId> {
    path.get(path.len().saturating_sub(2).min(COUNTY))
}

/// Counts a question and how many things answer it; `path` leads to where she works.
pub(crate) fn hear(library: &Library, actor: &Actor, path: &[UnitId], text: &str, found: usize) {
    let Some(question) = counted(text) else { return };
    let (ear, found) = (&library.ear, i64::try_from(found).unwrap_or(i64::MAX));
    let unit = county(path).map_or("", UnitId::as_str);
    ear.note(library, actor, "ask", unit, &question, |count| {
        count.times += 1;
        count.found = Some(found);
        count.voices |= ear.voice(actor);
    });
}

/// Counts that something was opened that answered this question.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn note_opened(library: &Library, actor: &Actor, text: &str) -> Result<()> {
    let Some(question) = counted(text) else { return Ok(()) };
    let open = prospectus::open_to(library, actor).await?;
    let unit = county(open.units()).map_or("", UnitId::as_str);
    library.ear.note(library, actor, "open", unit, &question, |count| count.opened += 1);
    Ok(())
}

/// Writes down what was heard since the last time, and forgets what is a year old.
///
/// # Errors
/// `Internal` when the database cannot keep it; these counts are lost then.
pub async fn write_down(library: &Library) -> Result<()> {
    let (day, counts) = {
        let mut waiting = library.ear.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        (waiting.day, std::mem::take(&mut waiting.counts))
    };
    if counts.is_empty() {
        return Ok(());
    }
    let mut tx = library.db.begin().await?;
    for ((unit, question), count) in counts {
        match count.found {
            Some(found) => {
                let (times, opened, voices) = (count.times, count.opened, count.voices);
                write!(&mut tx, sql::COUNT_ASKED, day, unit, question, times, found, opened, voices)?;
            }
            // Opened today, asked today or yesterday.
            None => {
                write!(&mut tx, sql::COUNT_OPENED, unit, question, count.opened, day - 1)?;
            }
        }
    }
    write!(&mut tx, sql::FORGET, day - KEPT)?;
    tx.commit().await
}

/// What several people of her county asked lately and found something by, the most asked first.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_often(library: &Library, actor: &Actor) -> Result<Vec<String>> {
    let open = prospectus::open_to(library, actor).await?;
    let today = library.clock.now_ms() / DAY_MS;
    let unit = county(open.units());
    let rows = list!(&library.db, (String, i64, i64, i64), sql::LIST_OFTEN, unit, today - OFTEN)?;
    let mut questions: HashMap<String, (i64, i64)> = HashMap::new();
    for (question, times, voices, day) in rows {
        let kept = questions.entry(question).or_default();
        // What was asked lately counts more.
        kept.0 += times * (OFTEN - (today - day).clamp(0, OFTEN));
        kept.1 |= voices;
    }
    let mut often: Vec<(i64, String)> = questions
        .into_iter()
        .filter(|(_, (_, voices))| voices.count_ones() >= VOICES)
        .map(|(question, (weight, _))| (weight, question))
        .collect();
    often.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    Ok(often.into_iter().map(|(_, question)| question).collect())
}

/// The scope of a content manager, widened to a county: nothing is counted for less.
///
/// # Errors
/// `Forbidden` for people who keep no content there.
pub async fn scope(library: &Library, actor: &Actor, unit: Option<&UnitId>) -> Result<Scope> {
    let scope = people::scope_of(library, actor, Role::ContentManager, unit).await?;
    let path = places::list_path_to(library, scope.root()).await?;
    let county = path.get(COUNTY).map(|unit| unit.id.clone());
    Ok(Scope::below(county.or(scope.root().cloned())))
}

/// The questions of the last `days` in a scope, the most asked first, page by page: a thousand at most.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_asked(
    library: &Library,
    scope: &Scope,
    lack: Lack,
    days: i64,
    paging: Paging<'_>,
) -> Result<Part<Asked>> {
    let since = library.clock.now_ms() / DAY_MS - days;
    let first = paging.mark::<1>(Mark { numbers: [0], id: String::new() })?.numbers[0];
    if !(0..=MOST_ASKED).contains(&first) {
        return Err(Error::invalid("after", Why::UnknownValue));
    }
    let most = paging.most().min(MOST_ASKED - first);
    let rows = list!(&library.db, Asked, sql::LIST_ASKED, scope.root(), since, lack.as_str(), most, first)?;
    let next = Mark { numbers: [first + paging.most() - 1], id: "0".into() };
    Ok(paging.part(rows, |_| next.to_string()))
}

/// How much is asked in each unit of a scope, the most first.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_units(library: &Library, scope: &Scope, days: i64) -> Result<Vec<AskedIn>> {
    let since = library.clock.now_ms() / DAY_MS - days;
    list!(&library.db, AskedIn, sql::LIST_UNITS, scope.root(), since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_person_no_more_is_heard_than_anybody_types() {
        let mut waiting = Waiting::default();
        waiting.begin(1);
        assert!(waiting.hears(7, 0) && !waiting.hears(7, 0), "once a day");
        let heard = (1..1_000).filter(|deed| waiting.hears(7, *deed)).count();
        assert_eq!(heard, usize::try_from(MOST_OF_ONE).unwrap() - 1);
        assert!(waiting.hears(8, 5_000), "others are heard");
        waiting.begin(2);
        assert!(waiting.hears(7, 0), "and she is, tomorrow");
    }

    #[test]
    fn nothing_is_counted_for_so_few_that_they_can_be_told_apart() {
        let path = |names: &str| -> Vec<UnitId> { names.chars().map(|id| id.to_string().into()).collect() };
        for (names, counted) in [("abcde", "c"), ("abc", "b"), ("ab", "a"), ("a", "a")] {
            assert_eq!(county(&path(names)).map(UnitId::as_str), Some(counted), "{names}");
        }
        assert_eq!(county(&[]), None);
    }

    #[test]
    fn what_may_tell_of_a_person_is_not_counted() {
        assert_eq!(counted("  高血压  Follow-UP "), Some("高血压 follow-up".into()));
        assert_eq!(counted("5 mg 12345"), Some("5 mg 12345".into()));
        for text in ["", "  ", "13800138000", "电话 138001", "a@b.cn", &"长".repeat(41), "x\u{0}"] {
            assert_eq!(counted(text), None, "{text:?}");
        }
    }
}
