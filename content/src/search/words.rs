//! What is a word? Text is cut by script into units: Han into characters, Tibetan into syllables at the tsheg, Latin and
//! digits into folded words. Pure; offsets are those of the original text.

mod fold;
pub(super) mod pinyin;
mod views;

pub(super) use views::{View, Word, follows, sound, stemmed, view};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Han,
    Tibetan,
    Latin,
}

/// One character of Han, one syllable of Tibetan, one word of Latin.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub script: Script,
    pub text: String,
    /// Byte range in the original text.
    pub from: usize,
    pub to: usize,
    /// What stands between it and the unit before it.
    pub gap: Gap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, or the tsheg.
    None,
    /// One space.
    Space,
    Hyphen,
    Other,
}

pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let (mut gap, mut open) = (Gap::Other, false);
    let mut folded = String::new();
    let mut characters = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((from, original)) = characters.next() {
        let to = from + original.len_utf8();
        if matches!(original, '\u{f0b}' | '\u{f0c}') {
            (open, before) = (false, original);
            continue;
        }
        folded.clear();
        fold::fold(original, &mut folded);
        let after = characters.peek().map_or(' ', |(_, next)| *next);
        let is_point = original == '.' && before.is_ascii_digit() && after.is_ascii_digit();
        let script = if is_point { Some(Script::Latin) } else { folded.chars().next().and_then(script_of) };
        before = original;
        let Some(script) = script else {
            // A mark of emphasis is folded to nothing and ends no syllable.
            if !folded.is_empty() {
                gap = if gap == Gap::None { gap_of(original) } else { Gap::Other };
                open = false;
            }
            continue;
        };
        match units.last_mut() {
            Some(last) if open && last.script == script && script != Script::Han => {
                last.text.push_str(&folded);
                last.to = to;
            }
            _ => units.push(Unit { script, text: folded.clone(), from, to, gap }),
        }
        (open, gap) = (true, Gap::None);
    }
    units.retain_mut(|unit| {
        if unit.script == Script::Tibetan {
            unit.text = without_affix(&unit.text).to_owned();
        }
        !unit.text.is_empty()
    });
    units
}

fn gap_of(each: char) -> Gap {
    match each {
        ' ' | '\u{a0}' | '\u{3000}' => Gap::Space,
        '-' | '\u{2010}' | '\u{2011}' => Gap::Hyphen,
        _ => Gap::Other,
    }
}

fn script_of(each: char) -> Option<Script> {
    match each {
        '\u{f00}' | '\u{f40}'..='\u{f84}' | '\u{f88}'..='\u{fbc}' => Some(Script::Tibetan),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
            Some(Script::Han)
        }
        each if each.is_alphanumeric() => Some(Script::Latin),
        _ => None,
    }
}

/// Case endings fused to a syllable are dropped, so that a word is found in every case.
fn without_affix(syllable: &str) -> &str {
    match syllable {
        "པར" | "པས" => return "པ",
        "བར" | "བས" => return "བ",
        _ => {}
    }
    ["འིས", "འི", "འང", "འམ", "འོ"]
        .iter()
        .find_map(|affix| syllable.strip_suffix(affix).filter(|rest| !rest.is_empty()))
        .unwrap_or(syllable)
}

/// Case particles and conjunctions, which say how words belong together and not what they are about.
pub(super) fn is_particle(syllable: &str) -> bool {
    matches!(
        syllable,
        "གི" | "ཀྱི"
            | "གྱི"
            | "ཡི"
            | "གིས"
            | "ཀྱིས"
            | "གྱིས"
            | "ཡིས"
            | "ལ"
            | "ན"
            | "དུ"
            | "ཏུ"
            | "སུ"
            | "རུ"
            | "ནས"
            | "ལས"
            | "དང"
            | "ནི"
            | "ཀྱང"
            | "ཡང"
            | "ཅིང"
            | "ཞིང"
            | "ཤིང"
            | "ཏེ"
            | "སྟེ"
            | "ཞེས"
            | "ཅེས"
    )
}

pub(super) fn joint(script: Script) -> &'static str {
    match script {
        Script::Tibetan => "\u{f0b}",
        Script::Latin => " ",
        Script::Han => "",
    }
}

pub(super) fn joined(units: &[Unit]) -> String {
    let mut text = String::new();
    for unit in units {
        if !text.is_empty() {
            text.push_str(joint(unit.script));
        }
        text.push_str(&unit.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(view_as: View, text: &str, expected: &[&str]) {
        let found: Vec<_> = view(&units(text), view_as).into_iter().map(|word| word.text).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn each_script_is_cut_its_own_way() {
        check(View::Units, "高血压", &["高", "血", "压"]);
        check(View::Pairs, "高血压", &["高血", "血压"]);
        check(View::Pairs, "血，压", &[]);
        check(View::Words, "高血压患者", &["血压", "高血压", "患者"]);
        check(View::Words, "Measuring BLOOD-pressures", &["measur", "blood", "pressur"]);
        check(View::Units, "ＨｂＡ１ｃ 5 mg", &["hba1c", "5", "5mg", "mg"]);
        check(View::Units, "COVID-19, 5.6mmol", &["covid", "covid19", "19", "5.6mmol"]);
        check(View::Units, "用HP檢查", &["用", "hp", "检", "查"]);
        check(View::Pairs, "ཁྲག་ཤེད་མཐོ་བ།", &["ཁྲག་ཤེད", "ཤེད་མཐོ", "མཐོ་བ"]);
        check(View::Pairs, "ནད་ཀྱི་རྒྱུ", &["ནད་ཀྱི", "ནད་རྒྱུ", "ཀྱི་རྒྱུ"]);
        check(View::Units, "", &[]);
        check(View::Units, "\u{0}\u{202e}…", &[]);
    }

    #[test]
    fn what_is_heard_is_a_view_too() {
        check(View::Sounds, "高血压", &["gao'xue", "gao'xie", "xue'ya", "xie'ya"]);
        check(View::Initials, "高血压", &["gx", "gxy", "xy"]);
        check(View::Sounds, "高 a", &[]);
    }

    #[test]
    fn tibetan_case_endings_do_not_hide_a_word() {
        check(View::Units, "མིའི།", &["མི"]);
        check(View::Units, "མི།", &["མི"]);
        check(View::Units, "བྱེད་པར", &["བྱེད", "པ"]);
    }

    #[test]
    fn what_is_short_keeps_its_end() {
        check(View::Words, "ORS or HIV drops", &["ors", "or", "hiv", "drop"]);
    }

    #[test]
    fn offsets_are_those_of_the_original_text() {
        for text in ["量Ａ血压 test", "ན་ཚ། abc 发热", "དཔྱ༹ད་"] {
            for unit in units(text) {
                assert!(text.get(unit.from..unit.to).is_some(), "{unit:?} of {text:?}");
            }
        }
    }
}
