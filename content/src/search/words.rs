//! What is a word? Text is cut by script: Han into characters and pairs, Tibetan into syllables and pairs at the tsheg,
//! Latin and digits into folded, stemmed words. Pure; offsets are those of the original text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;

pub(super) const TOKENIZER: &str = "menpa_v1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Han,
    Tibetan,
    Latin,
}

/// A piece of text to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    /// Byte range in the original text.
    pub from: usize,
    pub to: usize,
    /// The number of its first unit in the text.
    pub position: usize,
    /// How many units (characters, syllables) it spans.
    pub units: usize,
    /// Whether it says enough to be searched for alone.
    pub is_strong: bool,
}

/// One character of Han, one syllable of Tibetan, one word of Latin.
struct Unit {
    script: Script,
    text: String,
    from: usize,
    to: usize,
    /// Nothing stands between it and the unit before it.
    follows: bool,
}

/// Cuts `text` into words: every unit, and for Han and Tibetan every pair of neighbors.
pub(super) fn split(text: &str) -> Vec<Word> {
    let units = units(text);
    let mut words = Vec::with_capacity(units.len() * 2);
    for (index, unit) in units.iter().enumerate() {
        let next = units.get(index + 1).filter(|next| next.follows && next.script == unit.script);
        let alone = unit.script == Script::Latin || (next.is_none() && !(unit.follows && pairs(&units, index)));
        let (from, to) = (unit.from, unit.to);
        words.push(Word { text: stemmed(unit), from, to, position: index, units: 1, is_strong: alone });
        if let Some(next) = next.filter(|_| unit.script != Script::Latin) {
            let text = format!("{}{}{}", unit.text, joint(unit.script), next.text);
            words.push(Word { text, from, to: next.to, position: index, units: 2, is_strong: true });
        }
    }
    words
}

fn pairs(units: &[Unit], index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| units[before].script == units[index].script)
}

fn joint(script: Script) -> &'static str {
    if script == Script::Tibetan { "\u{f0b}" } else { "" }
}

fn stemmed(unit: &Unit) -> String {
    match unit.script {
        // What is this short is an abbreviation (ORS, HIV) or has no ending.
        Script::Latin if unit.text.chars().count() <= 3 => unit.text.clone(),
        Script::Latin => frostem::Stemmer::new(frostem::Algorithm::English).stem(&unit.text).into_owned(),
        _ => unit.text.clone(),
    }
}

fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut follows = false;
    let mut open = false;
    for (from, original) in text.char_indices() {
        let to = from + original.len_utf8();
        if is_tsheg(original) {
            // The tsheg ends a syllable and joins it to the next.
            open = false;
            continue;
        }
        let folded = fold(original);
        let Some(script) = folded.chars().next().and_then(script_of) else {
            (open, follows) = (false, false);
            continue;
        };
        match units.last_mut() {
            Some(last) if open && last.script == script && script != Script::Han => {
                last.text.push_str(&folded);
                last.to = to;
            }
            _ => units.push(Unit { script, text: folded, from, to, follows }),
        }
        (open, follows) = (true, true);
    }
    units.retain_mut(|unit| {
        if unit.script == Script::Tibetan {
            unit.text = without_affix(&unit.text);
        }
        !unit.text.is_empty()
    });
    units
}

fn is_tsheg(each: char) -> bool {
    matches!(each, '\u{f0b}' | '\u{f0c}')
}

/// Full width to half width and other compatible forms (NFKC), lower case, traditional marks of emphasis dropped.
fn fold(each: char) -> String {
    if matches!(each, '\u{f35}' | '\u{f37}' | '\u{f39}') {
        return String::new();
    }
    // Tibetan vowels must not be pulled apart.
    if script_of(each) == Some(Script::Tibetan) {
        return each.to_string();
    }
    std::iter::once(each).nfkc().flat_map(char::to_lowercase).collect()
}

fn script_of(each: char) -> Option<Script> {
    match each {
        '\u{f00}' | '\u{f20}'..='\u{f33}' | '\u{f40}'..='\u{f84}' | '\u{f88}'..='\u{fbc}' => Some(Script::Tibetan),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
            Some(Script::Han)
        }
        each if each.is_alphanumeric() => Some(Script::Latin),
        _ => None,
    }
}

/// Case endings fused to a syllable (འི འིས འང འམ འོ) are dropped, so that a word is found in every case.
fn without_affix(syllable: &str) -> String {
    ["འིས", "འི", "འང", "འམ", "འོ"]
        .iter()
        .find_map(|affix| syllable.strip_suffix(affix).filter(|rest| !rest.is_empty()))
        .unwrap_or(syllable)
        .to_owned()
}

/// The words, as tantivy takes them.
#[derive(Debug, Clone, Default)]
struct Words;

struct Stream {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { words: split(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = Token {
            offset_from: word.from,
            offset_to: word.to,
            position: word.position,
            text: word.text,
            position_length: word.units,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

pub(super) fn register(index: &tantivy::Index) {
    index.tokenizers().register(TOKENIZER, tantivy::tokenizer::TextAnalyzer::from(Words));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = split(text).into_iter().map(|word| word.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn each_script_is_cut_its_own_way() {
        check("高血压", &["高", "高血", "血", "血压", "压"]);
        check("血，压", &["血", "压"]);
        check("Measuring BLOOD-pressures", &["measur", "blood", "pressur"]);
        check("ＨｂＡ１ｃ 5mg", &["hba1c", "5mg"]);
        check("ཁྲག་ཤེད་མཐོ་བ།", &["ཁྲག", "ཁྲག་ཤེད", "ཤེད", "ཤེད་མཐོ", "མཐོ", "མཐོ་བ", "བ"]);
        check("用HP检查", &["用", "hp", "检", "检查", "查"]);
        check("", &[]);
        check("\u{0}\u{202e}…", &[]);
    }

    #[test]
    fn tibetan_case_endings_do_not_hide_a_word() {
        check("མིའི།", &["མི"]);
        check("མི།", &["མི"]);
    }

    #[test]
    fn offsets_are_those_of_the_original_text() {
        for text in ["量Ａ血压 test", "ན་ཚ། abc 发热"] {
            for word in split(text) {
                assert!(text.get(word.from..word.to).is_some(), "{word:?} of {text:?}");
            }
        }
    }

    #[test]
    fn what_is_short_keeps_its_end() {
        check("ORS or HIV drops", &["ors", "or", "hiv", "drop"]);
    }

    #[test]
    fn a_lone_character_is_strong_only_when_it_stands_alone() {
        let strong = |text: &str| {
            split(text).into_iter().filter(|word| word.is_strong).map(|word| word.text).collect::<Vec<_>>()
        };
        assert_eq!(strong("高血压"), ["高血", "血压"]);
        assert_eq!(strong("咳"), ["咳"]);
    }
}
