//! Under which words is a resource found, and where does it stand by its title? Derived from its titles and its file
//! name, and written in the transaction that changes them.
//!
//! The search index of `search` knows published courses only, and follows with a delay. These words are rows instead: a
//! word that few resources have is answered from one index, whatever else is asked for, and a page never scans on for it.

use unicode_normalization::UnicodeNormalization;

use super::sql;
use crate::Library;
use crate::db::{Tx, find_in, list, write};
use crate::error::Result;
use crate::ids::{Language, ResourceId};
use crate::texts::Texts;

/// How much of a title decides its place, how much of all that is said is kept, and how many words, in characters.
const SORTED: usize = 60;
const SAID: usize = 800;
const MOST_WORDS: usize = 200;
/// No word is kept longer: a statement takes words of one width, put end to end.
const WIDTH: usize = 16;
/// How many resources are derived in one go.
const BATCH: i64 = 200;

/// What `text` is compared by: compatibility forms made one, small letters.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Tibetan,
    Other,
    Gap,
}

fn script_of(char: char) -> Script {
    match char {
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Script::Han,
        '\u{f40}'..='\u{fbc}' | '\u{f20}'..='\u{f33}' => Script::Tibetan,
        _ if char.is_alphanumeric() => Script::Other,
        _ => Script::Gap,
    }
}

/// A piece of one script: a run of Han, a syllable of Tibetan, a word or number of anything else.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let mut found: Vec<(bool, String)> = Vec::new();
    let mut before = Script::Gap;
    for char in folded(text).chars() {
        let script = script_of(char);
        match found.last_mut() {
            Some((_, piece)) if script == before && script != Script::Gap => piece.push(char),
            _ if script != Script::Gap => found.push((script == Script::Han, char.to_string())),
            _ => {}
        }
        before = script;
    }
    found
}

/// What is said of it, for looking up a part of it: a space before each piece.
pub(crate) fn said(text: &str) -> String {
    let said: String = pieces(text).into_iter().map(|(_, piece)| format!(" {piece}")).collect();
    said.chars().take(SAID).collect()
}

/// The words a text is found by: each pair of Han, and its last character; syllables and words as they are.
fn words(said: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (is_han, piece) in pieces(said) {
        let chars: Vec<char> = piece.chars().collect();
        if is_han {
            words.extend((0..chars.len()).map(|at| chars[at..chars.len().min(at + 2)].iter().collect()));
        } else {
            words.push(chars[..chars.len().min(WIDTH)].iter().collect());
        }
    }
    words.sort();
    words.dedup();
    words.truncate(MOST_WORDS);
    words
}

/// One thing that was asked for, as a pattern over what is said, and the beginnings of words that all who say it have.
pub(crate) struct Wanted {
    pub pattern: String,
    pub beginnings: Vec<String>,
}

/// What a person looks for: each part between spaces has to be said; a Latin word or a syllable from its beginning.
pub(crate) fn wanted(text: &str) -> Vec<Wanted> {
    let parts = text.split_whitespace().map(pieces).filter(|pieces| !pieces.is_empty());
    parts.map(|pieces| wanted_of(&pieces)).collect()
}

fn wanted_of(pieces: &[(bool, String)]) -> Wanted {
    let mut pattern = String::from("%");
    let mut beginnings = Vec::new();
    for (at, (is_han, piece)) in pieces.iter().enumerate() {
        // Han may be said in the middle of a run, when it is asked for first.
        if at > 0 || !is_han {
            pattern.push(' ');
        }
        pattern.push_str(piece);
        if *is_han {
            beginnings.extend(
                words(piece).into_iter().filter(|word| piece.chars().count() == 1 || word.chars().count() == 2),
            );
        } else {
            beginnings.push(piece.chars().take(WIDTH).collect());
        }
    }
    pattern.push('%');
    Wanted { pattern, beginnings }
}

/// Where it stands among titles: in its own language or the nearest.
fn sort_title(title: &Texts, language: Language) -> String {
    folded(title.best(language).1).trim().chars().take(SORTED).collect()
}

fn said_of(title: &Texts, filename: &str) -> String {
    let titles: Vec<&str> = title.iter().map(|(_, text)| text).collect();
    said(&format!("{} {filename}", titles.join(" ")))
}

/// Puts words of one width end to end, as the statements cut them.
fn laid(words: &[String]) -> (String, i64) {
    let laid = words.iter().map(|word| format!("{word:WIDTH$}")).collect();
    (laid, i64::try_from(words.len()).unwrap_or_default())
}

/// Writes down by what a new or renamed resource is found, in the caller's transaction.
pub(crate) async fn name(
    tx: &mut Tx,
    id: &ResourceId,
    title: &Texts,
    language: Language,
    filename: &str,
) -> Result<()> {
    forget_words(tx, id).await?;
    let said = said_of(title, filename);
    write!(tx, sql::NAME, id, sort_title(title, language), &said)?;
    let (laid, count) = laid(&words(&said));
    write!(tx, sql::ADD_WORDS, id, laid, count)?;
    recount_uses(tx, id).await
}

/// Removes the words it was found by until now.
pub(super) async fn forget_words(tx: &mut Tx, id: &ResourceId) -> Result<()> {
    if let Some((said,)) = find_in!(tx, (String,), sql::FIND_SAID, id)? {
        let (laid, count) = laid(&words(&said));
        write!(tx, sql::REMOVE_WORDS, id, laid, count)?;
    }
    Ok(())
}

/// Counts anew what uses it: whoever adds or takes away a use calls this in the same transaction.
pub(crate) async fn recount_uses(tx: &mut Tx, id: &ResourceId) -> Result<()> {
    write!(tx, sql::RECOUNT_USES, id)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Unnamed {
    id: ResourceId,
    #[sqlx(try_from = "String")]
    title: Texts,
    #[sqlx(try_from = "String")]
    language: Language,
    filename: String,
}

/// Derives what is missing, as after a library was loaded past the verbs of this room. Gives how many there were.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn name_all(library: &Library) -> Result<usize> {
    let mut count = 0;
    let mut after = String::new();
    loop {
        let found = list!(&library.db, Unnamed, sql::LIST_UNNAMED, &after, BATCH)?;
        let Some(last) = found.last() else { return Ok(count) };
        after = last.id.to_string();
        let mut tx = library.db.begin().await?;
        for each in &found {
            name(&mut tx, &each.id, &each.title, each.language, &each.filename).await?;
        }
        tx.commit().await?;
        count += found.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_pairs_syllables_and_words() {
        let cases: [(&str, &[&str]); 4] = [
            ("高血压", &["压", "血压", "高血"]),
            ("ཁྲག་ཤེད།", &["ཁྲག", "ཤེད"]),
            ("ＨＢ A1c_v2.MP4", &["a1c", "hb", "mp4", "v2"]),
            (" ·— ", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(&said(text)), expected, "{text}");
        }
    }

    #[test]
    fn whatever_matches_a_pattern_has_words_with_its_beginnings() {
        let texts = ["高血压用药 2024.mp4", "血压计", "Blood-pressure of HbA1c", "ཁྲག་ཤེད་མཐོ་བ།", "h7n9流感"];
        let asked = ["血压", "压", "pres", "hba1c", "ཁྲག", "ཁྲག་ཤེད", "流感", "h7n9流", "用药 2024", "mp4"];
        let like = |said: &str, pattern: &str| said.contains(pattern.trim_matches('%'));
        let mut hits = 0;
        for text in texts {
            let (said, words) = (said(text), words(&said(text)));
            for wanted in asked.iter().flat_map(|text| wanted(text)) {
                if like(&said, &wanted.pattern) {
                    hits += 1;
                    for beginning in &wanted.beginnings {
                        assert!(words.iter().any(|word| word.starts_with(beginning)), "{text}: {beginning}");
                    }
                }
            }
        }
        assert!(hits >= 13, "{hits}");
        assert!(wanted("%_ ' ").is_empty(), "what is no word asks for nothing");
    }

    #[test]
    fn words_of_one_width_can_be_cut_apart_again() {
        let (laid, count) = laid(&["高血".into(), "hb".into()]);
        assert_eq!((laid.chars().count(), count), (2 * WIDTH, 2));
    }
}
