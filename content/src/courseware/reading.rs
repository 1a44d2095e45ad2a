//! How long does a page take to read, which pages were seen, and which stand together? Pure.

use super::Page;

/// Nobody has seen a page in less, and nobody is asked to look at one for longer (milliseconds).
const LEAST_MS: i64 = 4_000;
const MOST_MS: i64 = 60_000;
/// What looking at the picture takes.
const LOOKING_MS: i64 = 3_000;
/// Fast readers: 500 characters of Chinese, 400 syllables of Tibetan, 300 words of six letters in a minute.
const HAN_MS: i64 = 120;
const SYLLABLE_MS: i64 = 150;
const LETTER_MS: i64 = 33;

/// How many pages, and how much of their text (characters), one document shows: what follows is another document, so that
/// the first page need not wait for the text of the last.
const MOST_TOGETHER: usize = 20;
const MOST_TEXT_TOGETHER: usize = 8_000;

/// How long reading a page takes, as it is counted.
pub fn reading_ms(text: &str) -> i64 {
    let of_one = |char: char| match char {
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' => HAN_MS,
        // A syllable ends with a tsheg or a shad.
        '\u{f0b}'..='\u{f0d}' => SYLLABLE_MS,
        '\u{f00}'..='\u{fff}' => 0,
        char if char.is_alphanumeric() => LETTER_MS,
        _ => 0,
    };
    let text_ms: i64 = text.chars().map(of_one).sum();
    (LOOKING_MS + text_ms).clamp(LEAST_MS, MOST_MS)
}

/// How much of a page's time on the line was spent.
pub fn spent_ms(page: &Page, intervals: &[(i64, i64)]) -> i64 {
    let end = page.starts_ms + page.reading_ms;
    intervals.iter().map(|(from, to)| (*to.min(&end) - *from.max(&page.starts_ms)).max(0)).sum()
}

/// Whether a page counts as seen: half of its time was spent on it.
pub fn is_seen(page: &Page, intervals: &[(i64, i64)]) -> bool {
    spent_ms(page, intervals) * 2 >= page.reading_ms
}

/// The page at a moment of the time line; the last one after its end.
pub fn page_at(pages: &[Page], at_ms: i64) -> Option<&Page> {
    pages.iter().rfind(|page| page.starts_ms <= at_ms).or(pages.first())
}

/// Pages that one document shows, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub first: i64,
    pub last: i64,
}

/// All stretches in order. A page always stands in the same one.
pub fn stretches(pages: &[Page]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let (mut together, mut chars) = (0, 0);
    for page in pages {
        let own = page.text.chars().count();
        match found.last_mut() {
            Some(stretch) if together < MOST_TOGETHER && chars + own <= MOST_TEXT_TOGETHER => {
                stretch.last = page.number;
                (together, chars) = (together + 1, chars + own);
            }
            _ => {
                found.push(Stretch { first: page.number, last: page.number });
                (together, chars) = (1, own);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(texts: &[&str]) -> Vec<Page> {
        let mut starts_ms = 0;
        let page = |(index, text): (usize, &&str)| {
            let reading_ms = reading_ms(text);
            starts_ms += reading_ms;
            Page {
                number: i64::try_from(index).unwrap() + 1,
                folder: String::new(),
                width: None,
                height: None,
                avif: None,
                avif_bytes: None,
                webp: None,
                webp_bytes: None,
                text: (*text).to_owned(),
                is_legacy: 0,
                starts_ms: starts_ms - reading_ms,
                reading_ms,
            }
        };
        texts.iter().enumerate().map(page).collect()
    }

    #[test]
    fn reading_takes_as_long_as_its_text_within_bounds() {
        for (text, expected) in [
            (String::new(), LEAST_MS),
            ("…".repeat(500), LEAST_MS),
            ("血".repeat(50), 9_000),
            ("血".repeat(475), MOST_MS),
            ("血".repeat(9_000), MOST_MS),
            ("ཁྲག་ཤེད་འཇལ་བའི་སྔོན་ལ།".to_owned(), LEAST_MS),
            ("ཁྲག་ཤེད་".repeat(20), 9_000),
            ("letter".repeat(30), 8_940),
        ] {
            assert_eq!(reading_ms(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_page_is_seen_when_half_of_its_time_was_spent() {
        let pages = pages(&["", "", "血".repeat(475).as_str()]);
        assert_eq!(pages.iter().map(|page| page.starts_ms).collect::<Vec<_>>(), [0, 4_000, 8_000]);
        for (intervals, seen) in [
            (vec![], [false, false, false]),
            (vec![(0, 2_000)], [true, false, false]),
            (vec![(0, 1_999)], [false, false, false]),
            (vec![(0, 1_000), (3_000, 6_000)], [true, true, false]),
            (vec![(0, 38_000)], [true, true, true]),
            (vec![(8_000, 20_000), (50_000, 68_000)], [false, false, true]),
        ] {
            let found: Vec<_> = pages.iter().map(|page| is_seen(page, &intervals)).collect();
            assert_eq!(found, seen, "{intervals:?}");
        }
        let at = |ms: i64| page_at(&pages, ms).map(|page| page.number);
        assert_eq!((at(0), at(3_999), at(4_000), at(999_999)), (Some(1), Some(1), Some(2), Some(3)));
        assert!(page_at(&[], 0).is_none());
    }

    #[test]
    fn a_document_shows_as_many_pages_as_load_quickly() {
        let spans =
            |texts: &[&str]| stretches(&pages(texts)).iter().map(|each| (each.first, each.last)).collect::<Vec<_>>();
        assert_eq!(spans(&[]), []);
        assert_eq!(spans(&[""; 45]), [(1, 20), (21, 40), (41, 45)]);
        let dense = "x".repeat(3_000);
        assert_eq!(spans(&[dense.as_str(); 5]), [(1, 2), (3, 4), (5, 5)]);
        let huge = "x".repeat(20_000);
        assert_eq!(spans(&["", huge.as_str(), ""]), [(1, 1), (2, 2), (3, 3)]);
    }
}
