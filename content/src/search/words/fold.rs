//! Which characters are the same to a reader? Each character is folded by itself, so that offsets stay those of the text.

use unicode_normalization::UnicodeNormalization;

/// Full width to half width and other compatible forms (NFKC), lower case, traditional Han to simplified, digits of
/// Tibetan to ours. Marks of emphasis are dropped; Tibetan vowels must not be pulled apart.
pub(in crate::search) fn fold(each: char, into: &mut String) {
    match each {
        '\u{0}'..='\u{7f}' => into.push(each.to_ascii_lowercase()),
        '\u{f35}' | '\u{f37}' | '\u{f39}' => {}
        '\u{f20}'..='\u{f29}' => into.extend(char::from_u32(u32::from(each) - 0xf20 + 0x30)),
        '\u{f00}'..='\u{fff}' => into.push(each),
        '\u{4e00}'..='\u{9fff}' => into.push(simplified(each)),
        _ => into.extend(std::iter::once(each).nfkc().flat_map(char::to_lowercase).map(simplified)),
    }
}

fn simplified(each: char) -> char {
    if !('\u{3400}'..='\u{9fff}').contains(&each) {
        return each;
    }
    let mut buffer = [0; 4];
    fast2s::convert(each.encode_utf8(&mut buffer)).chars().next().unwrap_or(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        let cases = [
            ('Ａ', "a"),
            ('１', "1"),
            ('₂', "2"),
            ('血', "血"),
            ('壓', "压"),
            ('頭', "头"),
            ('乾', "干"),
            ('ཁ', "ཁ"),
            ('༢', "2"),
            ('\u{f39}', ""),
            ('ⅱ', "ii"),
        ];
        for (each, expected) in cases {
            let mut folded = String::new();
            fold(each, &mut folded);
            assert_eq!(folded, expected, "{each}");
        }
    }
}
