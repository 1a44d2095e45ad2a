//! Where do Tibetan words end? Poppler sees a gap wherever a vowel stands above or below; Tibetan itself has none within a
//! sentence.

/// The text without spaces and line ends before vowels and subjoined letters, and without spaces within a sentence.
pub(super) fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = String::new();
    for char in text.chars() {
        if char.is_whitespace() {
            gap.push(char);
            continue;
        }
        let before = out.chars().next_back();
        let is_within =
            gap == " " && is_tibetan(char) && before.is_some_and(|before| is_tibetan(before) && !ends(before));
        let is_torn = is_dependent(char) && before.is_some_and(is_tibetan);
        if !is_within && !is_torn {
            out.push_str(&gap);
        }
        gap.clear();
        out.push(char);
    }
    out
}

fn is_tibetan(char: char) -> bool {
    ('\u{f00}'..='\u{fff}').contains(&char)
}

/// A vowel sign, a mark or a subjoined letter: it has no place but on the letter before it.
fn is_dependent(char: char) -> bool {
    matches!(char, '\u{f18}' | '\u{f19}' | '\u{f35}' | '\u{f37}' | '\u{f39}' | '\u{f71}'..='\u{f84}' | '\u{f86}' | '\u{f87}' | '\u{f8d}'..='\u{fbc}')
}

/// After these marks a sentence or a clause is over, and a space is meant.
fn ends(char: char) -> bool {
    matches!(char, '\u{f0d}'..='\u{f12}' | '\u{f14}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_joined_and_sentences_are_not() {
        for (torn, whole) in [
            ("བྱི ས་པའི ་ལུས་ཆུ་ཤོ ར་ཚད།", "བྱིས་པའི་ལུས་ཆུ་ཤོར་ཚད།"),
            ("བ\nོ ད་ཡ\nི ག\nx", "བོད་ཡིག\nx"),
            ("ངལ་གསོ། ཁྲག་ཤེད།", "ངལ་གསོ། ཁྲག་ཤེད།"),
            ("སེམས་ཁམས།\nསེ མས", "སེམས་ཁམས།\nསེམས"),
            ("ཏི་ཚ། 10 mg བོད", "ཏི་ཚ། 10 mg བོད"),
            ("Rest  first\n你好 吗", "Rest  first\n你好 吗"),
        ] {
            assert_eq!(joined(torn), whole);
        }
    }
}
