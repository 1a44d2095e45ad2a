//! In which encoding were these bytes written? By their mark, else UTF-8, else what they are most likely.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text and the name of its encoding: by its byte-order mark, else UTF-8, else what it is most likely; `None` for bytes
/// that are no text.
pub fn decoded(bytes: &[u8]) -> Option<(String, &'static str)> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => wide(bytes).unwrap_or_else(|| likely(bytes)),
    };
    let (text, _, has_errors) = encoding.decode(bytes);
    (!has_errors).then(|| (text.into_owned(), encoding.name()))
}

/// UTF-16 without a mark: of what times and line ends are written with, every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    match bytes.len() / 8 {
        least if high > least && low == 0 => Some(UTF_16BE),
        least if low > least && high == 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// As it is written in China, unless that gives signs which nobody writes; then as in Taiwan.
fn likely(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let is_private = |sign: char| ('\u{e000}'..='\u{f8ff}').contains(&sign);
    let reads = |encoding: &&'static Encoding| {
        let (text, _, has_errors) = encoding.decode(bytes);
        !has_errors && !text.chars().any(is_private)
    };
    let mut guesses = [b"cn", b"tw"].map(|place| detector.guess(Some(place), Utf8Detection::Deny)).into_iter();
    let first = guesses.next().unwrap_or(UTF_8);
    [first].into_iter().chain(guesses).find(reads).unwrap_or(first)
}
