//! Is this Tibetan from before Unicode? Fonts that draw Tibetan where the text says Latin letters, told by their names.

/// Beginnings of such fonts' names, lower case and without anything but letters and digits.
///
/// Tibetan Machine and Tibetan Machine Web (Tony Duff), Sambhota (Nitartha: Sama, Samb, Samc, Dedris, Ededris), LTibetan and
/// LMantra (Pierre Robillard), Tibetan Chogyal and its family, TCRC Youtso, Founder's and Tongyuan's fonts of China, Bandrida's
/// TIBETBT, Monlam before its Unicode fonts.
const BEGINNINGS: [&str; 32] = [
    "tibetanmachine",
    "tibetanchogyal",
    "tibetanclassic",
    "tibetancalligraphic",
    "tibetandbu",
    "dedris",
    "ededris",
    "esama",
    "esamb",
    "esamc",
    "sambhota",
    "ltibetan",
    "lmantra",
    "tcrcyoutso",
    "tcrcbodyig",
    "tbyoutso",
    "tb1youtso",
    "tb2youtso",
    "tbttyoutso",
    "tibetbt",
    "tibetht",
    "bzdbt",
    "bzdht",
    "bzdmt",
    "bzdxt",
    "fzbzdbt",
    "monlamouchan",
    "monlamouchen",
    "monlamyouchan",
    "monlambodyig",
    "dbucan",
    "youtsoweb",
];
/// Names that are too short to stand for more than themselves.
const WHOLE: [&str; 4] = ["sama", "samb", "samc", "youtso"];

/// The name of a font in a row of `pdffonts`, whose first column is 36 wide and overflows.
pub(super) fn name_in_row(row: &str) -> &str {
    const COLUMN: usize = 36;
    match row.get(..COLUMN) {
        Some(name) if row[COLUMN..].starts_with(' ') => name.trim(),
        _ => row.split_whitespace().next().unwrap_or_default(),
    }
}

/// Those of `names` that are old Tibetan fonts, each once, without the prefix of a subset.
pub(super) fn legacy<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = names.map(without_prefix).filter(|name| is_legacy(name)).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

/// `ABCDEF+Name` is a part of `Name` (ISO 32000-1, 9.6.4).
fn without_prefix(name: &str) -> &str {
    match name.split_once('+') {
        Some((prefix, rest)) if prefix.len() == 6 && prefix.chars().all(|char| char.is_ascii_uppercase()) => rest,
        _ => name,
    }
}

fn is_legacy(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    // What calls itself Unicode is.
    !plain.contains("uni")
        && (WHOLE.contains(&plain.as_str()) || BEGINNINGS.iter().any(|start| plain.starts_with(start)))
}

/// The same for an old office file: names stand in it as letters of one or two bytes, ended by a zero.
pub(super) fn legacy_in_bytes(bytes: &[u8]) -> Vec<String> {
    let narrow = bytes.split(|byte| !(0x20..0x7f).contains(byte)).filter_map(|run| std::str::from_utf8(run).ok());
    let mut found = legacy(narrow.filter(|run| (4..64).contains(&run.len())));
    for odd in [0, 1] {
        let wide: String = bytes.get(odd..).unwrap_or_default().chunks_exact(2).map(wide_letter).collect();
        found.extend(legacy(wide.split('\n').filter(|run| (4..64).contains(&run.len()))));
    }
    found.sort();
    found.dedup();
    found
}

fn wide_letter(pair: &[u8]) -> char {
    match pair {
        [letter @ 0x20..0x7f, 0] => char::from(*letter),
        _ => '\n',
    }
}

/// Whether a text that an old font may have set means nothing without it. `is_certain`: the page is known to use one.
pub(super) fn is_nonsense(text: &str, is_certain: bool) -> bool {
    let (mut tibetan, mut chinese, mut others) = (0_usize, 0_usize, 0_usize);
    for char in text.chars().filter(|char| !char.is_whitespace()) {
        match char {
            '\u{f00}'..='\u{fff}' => tibetan += 1,
            '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' => chinese += 1,
            _ => others += 1,
        }
    }
    if others == 0 || tibetan > others {
        return false;
    }
    is_certain || others > chinese && !reads_as_words(text)
}

/// Most of its letters stand in words that can be spoken.
fn reads_as_words(text: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric());
        let is_number = !word.is_empty() && word.chars().all(|char| char.is_ascii_digit() || ".,/%".contains(char));
        let has_vowel = word.to_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']);
        is_number || has_vowel && word.chars().all(|char| char.is_alphabetic() || "'’-".contains(char))
    };
    let latin = text
        .split_whitespace()
        .filter(|word| word.is_ascii() || word.chars().any(|char| ('\u{80}'..'\u{250}').contains(&char)));
    let (good, all) = latin.fold((0, 0), |(good, all), word| {
        let length = word.chars().count();
        (good + if is_word(&word) { length } else { 0 }, all + length)
    });
    good * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_tibetan_fonts_are_told_by_their_names() {
        let old = [
            "TibetanMachine",
            "ABCDEF+TibetanMachineWeb1",
            "Tibetan Machine Web",
            "TibetanMachineSkt2",
            "Dedris-a",
            "Ededris-a3",
            "Sama",
            "Esama",
            "LTibetan",
            "LTibetanExtension",
            "Tibetan Chogyal",
            "TCRC Youtso",
            "TCRCYoutsoWeb",
            "TB-Youtso",
            "TB2-Youtso",
            "TIBETBT",
            "BZDBT",
            "Monlam ouchan2",
        ];
        let new = [
            "Tibetan Machine Uni",
            "TibetanMachineUni",
            "Jomolhari",
            "Microsoft Himalaya",
            "Monlam Uni OuChan2",
            "NotoSerifTibetan-Regular",
            "Samarkand",
            "DDC Uchen",
            "Arial",
            "SimSun",
            "",
        ];
        for name in old {
            assert_eq!(legacy([name].into_iter()).len(), 1, "{name}");
        }
        for name in new {
            assert!(legacy([name].into_iter()).is_empty(), "{name}");
        }
        assert_eq!(legacy(["ABCDEF+Dedris-a", "Dedris-a", "Arial"].into_iter()), ["Dedris-a"]);
    }

    #[test]
    fn a_row_of_fonts_gives_its_name() {
        let row = "ABCDEF+TibetanMachine                TrueType          WinAnsi          yes yes no       5  0";
        assert_eq!(name_in_row(row), "ABCDEF+TibetanMachine");
        let long = "ABCDEF+AVeryLongNameOfAFontIndeedOverflows TrueType WinAnsi yes yes no 5 0";
        assert_eq!(name_in_row(long), "ABCDEF+AVeryLongNameOfAFontIndeedOverflows");
        assert_eq!(name_in_row(""), "");
    }

    #[test]
    fn names_are_found_in_old_office_files() {
        let wide: Vec<u8> = "Dedris-a\0Arial\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(legacy_in_bytes(&[b"\x01".as_slice(), &wide].concat()), ["Dedris-a"]);
        assert_eq!(legacy_in_bytes(b"\x00\x02TibetanMachine\x00Arial\x00"), ["TibetanMachine"]);
        assert!(legacy_in_bytes(b"nothing of the kind").is_empty());
    }

    #[test]
    fn latin_garbage_is_told_from_words() {
        let check =
            |text: &str, certain: bool, expected: bool| assert_eq!(is_nonsense(text, certain), expected, "{text}");
        check("ཁྲག་ཤེད་འཇལ་བའི་སྔོན་ལ།", true, false);
        check("!-#$=?-:/-2:A-(R%-0!2-3-", false, true);
        check("Rest for five minutes before you measure.", false, false);
        check("Rest for five minutes before you measure.", true, true);
        check("量血压前先休息五分钟 5 mg", false, false);
        check("", true, false);
    }
}
