//! How does plain text become pages? Read in whatever encoding it is, cut where a minute of reading ends.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::of_texts;
use crate::job::{Cause, Failure, Format, Paged, While};

/// A long book.
const MOST_BYTES: u64 = 20 << 20;
/// About a minute of reading: a character of Chinese takes as long as three letters.
const MOST_WEIGHT: usize = 1500;
/// A heading begins a page of its own once this much stands before it.
const LEAST_WEIGHT: usize = 500;

pub(super) fn pages(path: &Path) -> Result<Paged, Failure> {
    let mut bytes = Vec::new();
    let file = File::open(path).during("opening the source")?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).during("reading the source")?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::new(Cause::TooLarge, "more text than a long book has"));
    }
    let text = decode(&bytes).ok_or_else(|| Failure::new(Cause::NotReadable, "it is no text"))?;
    match paginate(&text) {
        pages if pages.is_empty() => Err(Failure::new(Cause::NoPages, "no text in it")),
        pages => of_texts(Format::Text, pages),
    }
}

/// The text, by its mark of byte order, by its zeros, as UTF-8, else as what its bytes are most likely; `None` for what
/// is no text.
fn decode(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => guess(bytes)?,
    };
    let (text, _, _) = encoding.decode(bytes);
    let strange = text.chars().filter(|char| *char == '\u{fffd}' || char.is_control() && !char.is_whitespace()).count();
    (strange * 50 <= text.chars().count()).then(|| text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    // Where letters, digits and line ends are two bytes, one of them is zero.
    let many = bytes.len() / 16;
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (high, low) if low > many && low > high * 4 => return Some(UTF_16LE),
        (high, low) if high > many && high > low * 4 => return Some(UTF_16BE),
        _ => return None,
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    // GB18030 reads everything that GBK and GB2312 wrote.
    Some(if guessed == encoding_rs::GBK { GB18030 } else { guessed })
}

/// Whole lines; a line longer than a page is cut.
pub(super) fn paginate(text: &str) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let (mut page, mut weight) = (String::new(), 0);
    for line in text.lines().flat_map(pieces) {
        let own = weigh(line);
        let is_heading = line.starts_with('#') && weight >= LEAST_WEIGHT;
        if weight > 0 && (weight + own > MOST_WEIGHT || is_heading) {
            pages.push(std::mem::take(&mut page));
            weight = 0;
        }
        page.push_str(line.trim_end());
        page.push('\n');
        weight += own;
    }
    pages.push(page);
    pages.iter().map(|page| page.trim().to_owned()).filter(|page| !page.is_empty()).collect()
}

/// A line in pieces none of which is more than a page.
fn pieces(line: &str) -> Vec<&str> {
    let (mut found, mut start, mut weight) = (Vec::new(), 0, 0);
    for (at, char) in line.char_indices() {
        weight += weigh_one(char);
        if weight > MOST_WEIGHT {
            found.push(&line[start..at]);
            (start, weight) = (at, weigh_one(char));
        }
    }
    found.push(&line[start..]);
    found
}

fn weigh(line: &str) -> usize {
    line.chars().map(weigh_one).sum()
}

/// East Asian characters and full-width signs are whole words or parts of them.
fn weigh_one(char: char) -> usize {
    if ('\u{2e80}'..='\u{9fff}').contains(&char) || char >= '\u{ac00}' { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_whatever_encoding_it_is() {
        let chinese = "量血压前先休息五分钟，不要说话。袖带要与心脏平齐。";
        let tibetan = "ཁྲག་ཤེད་འཇལ་བའི་སྔོན་ལ་ངལ་གསོ་བྱེད།";
        let wide = |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        for (bytes, text) in [
            (chinese.as_bytes().to_vec(), chinese),
            (tibetan.as_bytes().to_vec(), tibetan),
            ([b"\xef\xbb\xbf", chinese.as_bytes()].concat(), chinese),
            (GB18030.encode(chinese).0.into_owned(), chinese),
            ([b"\xff\xfe".to_vec(), wide(chinese, u16::to_le_bytes)].concat(), chinese),
            ([b"\xfe\xff".to_vec(), wide(chinese, u16::to_be_bytes)].concat(), chinese),
            (wide("Rest first\nthen measure\n", u16::to_le_bytes), "Rest first\nthen measure\n"),
            (wide("Rest first\nthen measure\n", u16::to_be_bytes), "Rest first\nthen measure\n"),
            (b"one\r\ntwo\rthree".to_vec(), "one\ntwo\nthree"),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text));
        }
        for bytes in [b"\x00\x00\x00\x20ftypisom\x00\x00".as_slice(), b"\x7fELF\x02\x01\x01\x00\x00\x00\x01"] {
            assert_eq!(decode(bytes), None);
        }
    }

    #[test]
    fn pages_end_with_a_minute_of_reading_or_before_a_heading() {
        assert!(paginate(" \n\n").is_empty());
        assert_eq!(paginate("one\n\ntwo\n"), ["one\n\ntwo"]);
        let line = "a line of thirty letters here.\n";
        assert_eq!(paginate(&line.repeat(60)).len(), 2);
        assert_eq!(
            paginate(&"血".repeat(1200)).iter().map(|page| page.chars().count()).collect::<Vec<_>>(),
            [500, 500, 200]
        );
        let chapters = format!("# One\n{}# Two\n{}", line.repeat(20), line.repeat(3));
        assert_eq!(paginate(&chapters)[1].lines().next(), Some("# Two"));
        assert_eq!(paginate("# One\nshort\n# Two\nshort").len(), 1, "short chapters share a page");
    }
}
