//! What is she about to ask? Names that begin so and have an answer, and things that answer what is typed so far.

use super::query::{AN_ANSWER, Reader, Thing, look, plan, things};
use super::ranking::Filters;
use super::schema::Slot;
use super::vocabulary::Known;
use super::words::{self, Script, pinyin};
use super::{Index, hits};
use crate::Library;
use crate::asked;
use crate::error::Result;
use crate::ids::{CourseId, LessonId};
use crate::names::Concept;
use crate::people::Actor;
use crate::texts::Texts;

/// How many names and how many in all are suggested, and how many names are tried.
const NAMES: usize = 3;
const SUGGESTED: usize = 6;
const TRIED: usize = 12;
/// How much of a name something has to say.
const WHOLE: f32 = 0.99;
/// No more is typed before a name is clear (characters).
const LONGEST: usize = 60;
/// How many ways to end a word are tried.
const ENDINGS: usize = 2;
/// How many questions that are asked often are shown, and how many are tried.
const OFTEN: usize = 8;
const OFTEN_TRIED: usize = 24;

/// Something to ask, or something to open at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    Ask(String),
    Open { title: Texts, course: CourseId, lesson: Option<LessonId> },
}

/// What `text`, which is still being typed, may become: six at most. Nothing is suggested that this person could not find.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn suggest(library: &Library, actor: &Actor, text: &str) -> Result<Vec<Suggestion>> {
    let reader = Reader::of(library, actor).await?;
    let text: String = text.chars().take(LONGEST).collect();
    look(library, move |index| suggestions(index, &text, &reader)).await
}

/// What several people of her county asked lately, and what she finds something by too.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_often(library: &Library, actor: &Actor) -> Result<Vec<String>> {
    let asked = asked::list_often(library, actor).await?;
    if asked.is_empty() {
        return Ok(asked);
    }
    let reader = Reader::of(library, actor).await?;
    look(library, move |index| {
        let view = View::of(index, &reader);
        let mut often = Vec::new();
        for question in asked.into_iter().take(OFTEN_TRIED) {
            if often.len() < OFTEN && view.find(&question, true)?.1 >= AN_ANSWER {
                often.push(question);
            }
        }
        Ok(often)
    })
    .await
}

/// How many things answer each of these for this person, none where all only come near; that they were asked is not counted.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn count_found(library: &Library, actor: &Actor, questions: Vec<String>) -> Result<Vec<usize>> {
    let reader = Reader::of(library, actor).await?;
    let count = questions.len();
    let counts = look(library, move |index| {
        let view = View::of(index, &reader);
        let count = |question: &String| {
            let (things, answered) = view.find(question, true)?;
            Ok(if answered >= AN_ANSWER { things.len() } else { 0 })
        };
        questions.iter().map(count).collect::<Result<Vec<usize>>>()
    });
    // An index that cannot be read finds nothing.
    let mut counts = counts.await?;
    counts.resize(count, 0);
    Ok(counts)
}

/// Concepts that `text` may be another name for, the likeliest first.
///
/// # Errors
/// `Internal` when the index cannot answer.
pub async fn list_alike(library: &Library, text: &str, most: usize) -> Result<Vec<Concept>> {
    let text = words::joined(&words::units(text));
    look(library, move |index| Ok(index.names().alike(&text, most).into_iter().cloned().collect())).await
}

/// Concepts that `text` is a slip of, as far as can be told; nothing for what is a name of something.
///
/// # Errors
/// `Internal` when the index cannot answer.
pub async fn list_slips(library: &Library, text: &str, most: usize) -> Result<Vec<Concept>> {
    let text = words::joined(&words::units(text));
    look(library, move |index| Ok(index.names().slips(&text, most).into_iter().cloned().collect())).await
}

/// The index as one person sees it.
struct View<'a> {
    known: Known,
    names: std::sync::Arc<super::thesaurus::Thesaurus>,
    reader: &'a Reader,
    filters: Filters<'a>,
}

impl<'a> View<'a> {
    fn of(index: &Index, reader: &'a Reader) -> Self {
        Self { known: index.known(), names: index.names(), reader, filters: reader.filters() }
    }

    /// What is found by `text`, and how much of it that answers.
    fn find(&self, text: &str, with_synonyms: bool) -> Result<(Vec<Thing>, f32)> {
        let plan = plan(&self.names, &self.known, text, with_synonyms);
        if plan.words.is_empty() {
            return Ok((Vec::new(), 0.0));
        }
        things(&self.known, &plan, &self.filters, self.reader)
    }
}

fn suggestions(index: &Index, text: &str, reader: &Reader) -> Result<Vec<Suggestion>> {
    let view = View::of(index, reader);
    let mut found: Vec<Suggestion> = Vec::new();
    for name in beginning(&view, text).into_iter().take(TRIED) {
        if found.len() < NAMES && view.find(&name, false)?.1 >= WHOLE {
            found.push(Suggestion::Ask(name));
        }
    }
    let mut asked = endings(&view, text);
    // What is no word yet may be the beginning of how a name sounds.
    asked.extend(found.iter().filter_map(|suggestion| match suggestion {
        Suggestion::Ask(name) => Some(name.clone()),
        Suggestion::Open { .. } => None,
    }));
    for ended in asked {
        let (things, answered) = view.find(&ended, true)?;
        // What only comes near is no suggestion.
        for thing in things.into_iter().filter(|_| answered >= AN_ANSWER) {
            if found.len() >= SUGGESTED {
                return Ok(found);
            }
            let (title, course, lesson) = hits::place(&view.known.searcher, &view.known.fields, &thing)?;
            let open = Suggestion::Open { title, course, lesson };
            if !found.contains(&open) {
                found.push(open);
            }
        }
    }
    Ok(found)
}

/// The names that begin with what is typed, by letters, by sound, by first letters; the shortest first.
fn beginning(view: &View<'_>, text: &str) -> Vec<String> {
    let units = words::units(text);
    let is_letters = units.iter().all(|unit| unit.script == Script::Latin && unit.text.is_ascii());
    let letters: String = units.iter().map(|unit| unit.text.as_str()).collect();
    let sound = is_letters.then(|| pinyin::beginning(&letters));
    let begun = words::joined(&units);
    if begun.chars().count() < 2 && is_letters || begun.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::new();
    for named in view.names.beginning(&begun, sound.as_deref()) {
        let name = view.names.name(named);
        // What is typed already need not be suggested.
        if words::joined(&words::units(name)) != begun && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.sort_by_key(|name| name.chars().count());
    names
}

/// What is typed, with its last word as it may end: as it stands, if the index knows it.
fn endings(view: &View<'_>, text: &str) -> Vec<String> {
    let units = words::units(text);
    let Some(last) = units.last().filter(|last| last.script == Script::Latin && text[last.to..].is_empty()) else {
        return vec![text.to_owned()];
    };
    let ends = view.known.ending(Slot::TitleUnits, &last.text, ENDINGS);
    if ends.is_empty() || ends.contains(&last.text) {
        return vec![text.to_owned()];
    }
    ends.into_iter().map(|end| format!("{}{end}", &text[..last.from])).collect()
}
