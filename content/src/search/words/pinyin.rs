//! How does Han sound? Readings without tones, folded as they are often heard in the west (zh = z, ng = n), and Latin letters
//! cut into syllables.

use std::collections::HashSet;
use std::sync::LazyLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// The longest syllable (`zhuang`).
const LONGEST: usize = 6;
/// More ways to cut than this are not tried.
const WAYS: usize = 4;

/// Every syllable that some character is read as, as it is typed.
static SYLLABLES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    ('\u{4e00}'..='\u{9fff}').filter_map(|each| each.to_pinyin()).map(|reading| typed(reading.plain())).collect()
});

fn typed(plain: &str) -> String {
    plain.replace('ü', "v")
}

/// What is told apart badly when it is heard is written the same way.
pub(in crate::search) fn heard(syllable: &str) -> String {
    let mut text = syllable.to_owned();
    if matches!(text.get(..2), Some("zh" | "ch" | "sh")) {
        text.remove(1);
    }
    if text.ends_with("ang") || text.ends_with("eng") || text.ends_with("ing") {
        text.pop();
    }
    text
}

/// All readings of a character, the usual one first; none for what is not Han.
pub(in crate::search) fn readings(each: char) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    if let Some(usual) = each.to_pinyin() {
        all.push(heard(&typed(usual.plain())));
    }
    for reading in each.to_pinyin_multi().into_iter().flatten() {
        let text = heard(&typed(reading.plain()));
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// The first letter of the usual reading.
pub(in crate::search) fn initial(each: char) -> Option<char> {
    each.to_pinyin()
        .and_then(|reading| reading.plain().chars().next())
        .map(|first| if first == 'ü' { 'v' } else { first })
}

/// Two syllables that follow each other, as they are kept in the index.
pub(in crate::search) fn pair(first: &str, second: &str) -> String {
    format!("{first}'{second}")
}

pub(in crate::search) fn is_syllable(text: &str) -> bool {
    SYLLABLES.contains(text)
}

/// The ways to read `letters` as syllables with the fewest or one more, fewest first; none when it cannot be read.
pub(in crate::search) fn cut(letters: &str) -> Vec<Vec<String>> {
    if letters.is_empty() || letters.len() > 60 || !letters.bytes().all(|each| each.is_ascii_lowercase()) {
        return Vec::new();
    }
    // The fewest syllables from each place to the end.
    let length = letters.len();
    let mut fewest: Vec<Option<usize>> = vec![None; length + 1];
    fewest[length] = Some(0);
    for from in (0..length).rev() {
        fewest[from] = ends(letters, from).filter_map(|to| fewest[to]).min().map(|rest| rest + 1);
    }
    let Some(best) = fewest[0] else { return Vec::new() };
    let mut found = Vec::new();
    for allowed in [best, best + 1] {
        walk(letters, 0, allowed, &fewest, &mut Vec::new(), &mut found);
    }
    found.truncate(WAYS);
    found
}

/// How a name sounds that begins with these letters; the last syllable may not be whole.
pub(in crate::search) fn beginning(letters: &str) -> String {
    let whole = (0..=letters.len()).rev().filter(|to| letters.is_char_boundary(*to));
    for to in whole {
        if let Some(way) = cut(&letters[..to]).into_iter().next() {
            return format!("{}{}", way.concat(), heard(&letters[to..]));
        }
    }
    heard(letters)
}

fn ends(letters: &str, from: usize) -> impl Iterator<Item = usize> {
    let last = letters.len().min(from + LONGEST);
    (from + 1..=last).filter(move |to| letters.get(from..*to).is_some_and(is_syllable))
}

fn walk(
    letters: &str,
    from: usize,
    left: usize,
    fewest: &[Option<usize>],
    so_far: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) {
    if found.len() >= WAYS {
        return;
    }
    if from == letters.len() && left == 0 {
        found.push(so_far.clone());
        return;
    }
    for to in ends(letters, from).collect::<Vec<_>>().into_iter().rev() {
        if left > 0 && fewest[to].is_some_and(|rest| rest < left) {
            so_far.push(heard(&letters[from..to]));
            walk(letters, to, left - 1, fewest, so_far, found);
            so_far.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_cut_into_the_fewest_syllables() {
        let cases: [(&str, &[&str]); 6] = [
            ("gaoxueya", &["gao xue ya"]),
            ("xian", &["xian", "xi an"]),
            ("tangniaobing", &["tan niao bin"]),
            ("hypertension", &[]),
            ("", &[]),
            ("zhongfeng", &["zong fen"]),
        ];
        for (letters, expected) in cases {
            let found: Vec<String> = cut(letters).into_iter().map(|way| way.join(" ")).collect();
            assert!(expected.iter().all(|way| found.iter().any(|one| one == way)), "{letters}: {found:?}");
            assert_eq!(found.is_empty(), expected.is_empty(), "{letters}: {found:?}");
        }
        assert!(cut(&"xian".repeat(15)).len() <= WAYS);
        for (letters, sound) in
            [("gaoxuey", "gaoxuey"), ("zhongf", "zongf"), ("tangn", "tann"), ("zh", "z"), ("xq", "xq")]
        {
            assert_eq!(beginning(letters), sound, "{letters}");
        }
    }

    #[test]
    fn what_is_heard_alike_is_written_alike() {
        assert_eq!(heard("zhang"), "zan");
        assert_eq!(heard("xing"), "xin");
        assert_eq!(heard("shi"), heard("si"));
        assert_eq!(readings('重')[..2], ["zong", "cong"]);
        assert_eq!(readings('a'), Vec::<String>::new());
        assert_eq!(initial('高'), Some('g'));
    }
}
