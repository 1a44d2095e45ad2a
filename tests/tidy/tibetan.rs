//! Is the Tibetan spelled as Tibetan is? The marks between syllables and after sentences, and the list for native readers.

use super::{hold, read, walk};

const TSHEG: char = '་';
const SHAD: char = '།';

fn is_letter(char: char) -> bool {
    ('\u{f40}'..='\u{fbc}').contains(&char)
}

/// What breaks the rules of the script in a text.
fn breaches(text: &str) -> Vec<&'static str> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1).copied();
        match (before, char) {
            (Some(TSHEG), TSHEG) => found.push("two tshegs"),
            // A tsheg keeps ང from running into the shad; no other letter needs it.
            (Some(TSHEG), SHAD) if at < 2 || chars[at - 2] != 'ང' => found.push("a tsheg before the shad"),
            (Some('ང'), SHAD) => found.push("no tsheg between ང and the shad"),
            (Some('ག'), SHAD) => found.push("a shad after ག, whose stroke serves as one"),
            (Some(before), '.' | ',' | '!' | '?' | '。' | '，' | '！' | '？' | ':' | '：') if is_letter(before) => {
                found.push("foreign punctuation after a syllable");
            }
            (_, SHAD) if next.is_some_and(is_letter) => found.push("no space after the shad"),
            (_, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{a0}') => found.push("a character that is not seen"),
            _ => {}
        }
    }
    let longest = text.split(|char: char| !is_letter(char)).map(|run| run.chars().count()).max().unwrap_or_default();
    if longest > 8 {
        found.push("a syllable too long to be one: a tsheg is missing");
    }
    found
}

#[test]
fn the_tibetan_is_spelled_as_tibetan_is() {
    let mut complaints = Vec::new();
    for path in walk("app/messages/bo") {
        for (index, line) in read(&path).lines().enumerate() {
            let Some((_, text)) = line.split_once(" = \"") else { continue };
            complaints.extend(
                breaches(text.trim_end_matches('"')).iter().map(|what| format!("{path}:{}: {what}", index + 1)),
            );
        }
    }
    hold("Tibetan has marks of its own", &complaints);
    for wrong in ["བཀྲ་ཤིས་།", "བཀྲ་་ཤིས།", "བཟང།", "ཡིག།", "ཡིག་ཆ.", "བཀྲ།ཤིས", "བཀྲཤིསབདེལེགས"]
    {
        assert!(!breaches(wrong).is_empty(), "{wrong}");
    }
    for right in ["བཀྲ་ཤིས།", "བཟང་།", "ཡིག་ཆ་ (MP4)", "ཡིག འདེམས།", "{count} ཡོད།"]
    {
        assert!(breaches(right).is_empty(), "{right}: {:?}", breaches(right));
    }
}

#[test]
fn the_list_for_native_readers_names_strings_that_are() {
    let strings: String = walk("app/messages/bo").iter().map(|path| read(path)).collect();
    let list = read("app/messages/tibetan.md");
    let keys = list.lines().filter(|line| line.starts_with("| `")).flat_map(|line| line.split('`').skip(1).step_by(2));
    let keys: Vec<&str> = keys.collect();
    assert!(keys.len() > 30, "{keys:?}");
    let missing = keys.iter().filter(|key| !strings.contains(&format!("\n{key} = \"")));
    hold(
        "the list names strings that are",
        &missing.map(|key| format!("app/messages/tibetan.md: {key}")).collect::<Vec<_>>(),
    );
}
