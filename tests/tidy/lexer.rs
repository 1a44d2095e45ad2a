//! Where in a Rust file are its comments and its literals? Everything else is code.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    Text,
    /// A text that knows no escapes.
    Raw,
    Char,
}

/// A comment or a literal; `inner` leaves out what only marks its bounds.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) outer: Range<usize>,
    pub(super) inner: Range<usize>,
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let piece = match bytes[at] {
            b'/' => comment(text, at),
            b'"' => Some(plain(text, at, at)),
            b'\'' => char(text, at, at),
            byte if is_word(byte) => {
                let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                let literal = prefixed(text, at, end);
                at = end;
                if let Some(literal) = literal {
                    at = literal.outer.end;
                    found.push(literal);
                }
                continue;
            }
            _ => None,
        };
        at = piece.as_ref().map_or(at + 1, |piece| piece.outer.end);
        found.extend(piece);
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn comment(text: &str, at: usize) -> Option<Piece> {
    let rest = &text[at..];
    let length = if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block(rest)
    } else {
        return None;
    };
    Some(Piece { kind: Kind::Comment, outer: at..at + length, inner: at..at + length })
}

/// The length of a block comment; they nest.
fn block(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let step = match rest.as_bytes().get(at..at + 2) {
            Some(b"/*") => 1,
            Some(b"*/") => -1,
            _ => 0,
        };
        depth += step;
        at += if step == 0 { 1 } else { 2 };
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// `b"…"`, `c"…"`, `r#"…"#`, `br"…"`, `b'…'`: a literal whose prefix is the word at `start..end`.
fn prefixed(text: &str, start: usize, end: usize) -> Option<Piece> {
    let next = text.as_bytes().get(end)?;
    match (&text[start..end], next) {
        ("b" | "c", b'"') => Some(plain(text, start, end)),
        ("b", b'\'') => char(text, start, end),
        ("r" | "br" | "cr", b'"' | b'#') => raw(text, start, end),
        _ => None,
    }
}

fn plain(text: &str, start: usize, quote: usize) -> Piece {
    let end = unescaped(text, quote + 1, b'"');
    Piece { kind: Kind::Text, outer: start..(end + 1).min(text.len()), inner: quote + 1..end }
}

fn raw(text: &str, start: usize, hashes: usize) -> Option<Piece> {
    let count = text[hashes..].bytes().take_while(|byte| *byte == b'#').count();
    let quote = hashes + count;
    if text.as_bytes().get(quote) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(count));
    let end = text[quote + 1..].find(&close).map_or(text.len(), |length| quote + 1 + length);
    Some(Piece { kind: Kind::Raw, outer: start..(end + close.len()).min(text.len()), inner: quote + 1..end })
}

/// A character, unless the quote begins a lifetime.
fn char(text: &str, start: usize, quote: usize) -> Option<Piece> {
    let first = text[quote + 1..].chars().next()?;
    let end = if first == '\\' { unescaped(text, quote + 1, b'\'') } else { quote + 1 + first.len_utf8() };
    let closed = text.as_bytes().get(end) == Some(&b'\'');
    closed.then(|| Piece { kind: Kind::Char, outer: start..end + 1, inner: quote + 1..end })
}

/// The first `close` from `at` on that no backslash precedes.
fn unescaped(text: &str, mut at: usize, close: u8) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() && bytes[at] != close {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}
