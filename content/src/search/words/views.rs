//! How is a text looked at? As characters, neighbors, words of a dictionary, sounds or first letters: a field of the index each.

use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::{Gap, Script, Unit, is_particle, joined, joint, pinyin};

static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// How a text is looked at; each is a field of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::search) enum View {
    /// Characters, syllables, whole words.
    Units,
    /// Neighbors: two characters, two syllables.
    Pairs,
    /// Words of the dictionary, stems.
    Words,
    /// Neighbors as they are heard.
    Sounds,
    /// First letters of two to six characters.
    Initials,
}

/// A piece of text to look up, over units `first..=last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::search) struct Word {
    pub text: String,
    pub first: usize,
    pub last: usize,
}

/// The words of `units` in one view, in order.
pub(in crate::search) fn view(units: &[Unit], view: View) -> Vec<Word> {
    match view {
        View::Units => whole(units),
        View::Pairs => pairs(units),
        View::Words => dictionary(units),
        View::Sounds => sounds(units),
        View::Initials => initials(units),
    }
}

fn whole(units: &[Unit]) -> Vec<Word> {
    let mut words = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        words.push(Word { text: unit.text.clone(), first: index, last: index });
        if let Some(next) = units.get(index + 1).filter(|next| is_one_word(unit, next)) {
            words.push(Word { text: format!("{}{}", unit.text, next.text), first: index, last: index + 1 });
        }
    }
    words
}

/// `covid-19` is also `covid19`, `5 mg` is also `5mg`.
fn is_one_word(unit: &Unit, next: &Unit) -> bool {
    if unit.script != Script::Latin || next.script != Script::Latin {
        return false;
    }
    next.gap == Gap::Hyphen
        || (next.gap == Gap::Space
            && unit.text.bytes().all(|each| each.is_ascii_digit() || each == b'.')
            && matches!(
                next.text.as_str(),
                "mg" | "g" | "kg" | "ml" | "l" | "mmol" | "mmhg" | "iu" | "μg" | "mcg" | "cm" | "mm"
            ))
}

/// Whether nothing stands between two units of one script.
pub(in crate::search) fn follows(unit: &Unit, next: &Unit) -> bool {
    next.script == unit.script && next.gap == Gap::None
}

/// Neighbors; in Tibetan also those with only a particle between them.
fn pairs(units: &[Unit]) -> Vec<Word> {
    let mut words = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate().filter(|(_, unit)| unit.script != Script::Latin) {
        let Some(next) = units.get(index + 1).filter(|next| follows(unit, next)) else { continue };
        words.push(pair(units, index, index + 1));
        let is_between = unit.script == Script::Tibetan && is_particle(&next.text);
        if is_between && units.get(index + 2).is_some_and(|third| follows(next, third)) {
            words.push(pair(units, index, index + 2));
        }
    }
    words
}

fn pair(units: &[Unit], first: usize, last: usize) -> Word {
    let joint = joint(units[first].script);
    Word { text: format!("{}{joint}{}", units[first].text, units[last].text), first, last }
}

fn dictionary(units: &[Unit]) -> Vec<Word> {
    let mut words = Vec::new();
    for (first, run) in runs(units) {
        match run[0].script {
            Script::Han => {
                let text = joined(run);
                for token in DICTIONARY.cut_for_search(&text, false) {
                    if token.end - token.start > 1 {
                        words.push(Word {
                            text: token.word.to_owned(),
                            first: first + token.start,
                            last: first + token.end - 1,
                        });
                    }
                }
            }
            Script::Latin => {
                words.extend(run.iter().enumerate().map(|(index, unit)| Word {
                    text: stemmed(&unit.text),
                    first: first + index,
                    last: first + index,
                }));
            }
            Script::Tibetan => {}
        }
    }
    words
}

pub(in crate::search) fn stemmed(text: &str) -> String {
    // What is this short is an abbreviation (ORS, HIV) or has no ending.
    if text.chars().count() <= 3 || !text.is_ascii() {
        return text.to_owned();
    }
    frostem::Stemmer::new(frostem::Algorithm::English).stem(text).into_owned()
}

/// Runs of units of one script with nothing between them, each with the number of its first unit.
fn runs(units: &[Unit]) -> Vec<(usize, &[Unit])> {
    let mut first = 0;
    units
        .chunk_by(follows)
        .map(|run| {
            let found = (first, run);
            first += run.len();
            found
        })
        .collect()
}

fn only(unit: &Unit) -> Option<char> {
    unit.text.chars().next().filter(|_| unit.script == Script::Han)
}

/// How a name in Han sounds, its syllables put together, and their first letters; nothing of what is not all Han.
pub(in crate::search) fn sound(units: &[Unit]) -> Option<(String, String)> {
    let characters: Vec<char> = units.iter().map(only).collect::<Option<_>>()?;
    let sound = characters.iter().filter_map(|each| pinyin::readings(*each).into_iter().next()).collect();
    Some((sound, characters.into_iter().filter_map(pinyin::initial).collect()))
}

fn sounds(units: &[Unit]) -> Vec<Word> {
    let read: Vec<Vec<String>> =
        units.iter().map(|unit| only(unit).map(pinyin::readings).unwrap_or_default()).collect();
    let mut words = Vec::new();
    for index in 1..units.len() {
        if !follows(&units[index - 1], &units[index]) {
            continue;
        }
        for one in read[index - 1].iter().take(2) {
            for other in read[index].iter().take(2) {
                words.push(Word { text: pinyin::pair(one, other), first: index - 1, last: index });
            }
        }
    }
    words
}

fn initials(units: &[Unit]) -> Vec<Word> {
    let mut words = Vec::new();
    for (first, run) in runs(units) {
        let letters: Vec<Option<char>> = run.iter().map(|unit| only(unit).and_then(pinyin::initial)).collect();
        for from in 0..letters.len() {
            let mut text = String::new();
            for (index, letter) in letters.iter().enumerate().skip(from).take(6) {
                let Some(letter) = letter else { break };
                text.push(*letter);
                if index > from {
                    words.push(Word { text: text.clone(), first: first + from, last: first + index });
                }
            }
        }
    }
    words
}
