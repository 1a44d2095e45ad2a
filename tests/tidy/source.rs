//! What does a Rust file say, once comments, literals and tests are told apart from code?

use std::ops::Range;

use super::lexer::{Kind, Piece, pieces};

/// A Rust file and three readings of it, all of the same length, so that an offset means the same line in each.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Without comments and literals.
    pub(crate) code: String,
    /// `code` without what only tests compile.
    pub(crate) shipped: String,
    pieces: Vec<Piece>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let pieces = pieces(text);
        let code = blank(text, pieces.iter().map(|piece| piece.outer.clone()));
        let whole = path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
        let shipped = if whole { blank(&code, std::iter::once(0..code.len())) } else { blank(&code, tests(&code)) };
        Self { path: path.to_owned(), text: text.to_owned(), code, shipped, pieces }
    }

    /// `path:line: what`, for a finding at `offset`.
    pub(crate) fn at(&self, offset: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line_of(&self.text, offset))
    }

    /// Offset and value of every text literal, those of tests left out.
    pub(crate) fn shipped_literals(&self) -> impl Iterator<Item = (usize, String)> {
        let tested = tests(&self.code);
        let outside = move |piece: &&Piece| !tested.iter().any(|range| range.contains(&piece.outer.start));
        self.texts().filter(outside).map(|piece| (piece.outer.start, self.value(piece)))
    }

    /// The text literal that lies within `range`, if it is the only one there.
    pub(crate) fn literal_within(&self, range: &Range<usize>) -> Option<String> {
        let inside = |piece: &&Piece| range.start <= piece.outer.start && piece.outer.end <= range.end;
        let mut found = self.texts().filter(inside);
        let literal = found.next()?;
        found.next().is_none().then(|| self.value(literal))
    }

    /// Only what stands in text literals, as written and where it is written.
    pub(crate) fn literals_alone(&self) -> String {
        let mut rest = Vec::new();
        let mut end = 0;
        for piece in self.texts() {
            rest.push(end..piece.inner.start);
            end = piece.inner.end;
        }
        rest.push(end..self.text.len());
        blank(&self.text, rest)
    }

    fn texts(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| matches!(piece.kind, Kind::Text | Kind::Raw))
    }

    fn value(&self, piece: &Piece) -> String {
        let written = &self.text[piece.inner.clone()];
        if piece.kind == Kind::Raw { written.to_owned() } else { unescape(written) }
    }
}

pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// `text` with spaces for everything in `ranges` but the ends of lines.
pub(crate) fn blank(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).expect("whole characters are blanked")
}

fn unescape(written: &str) -> String {
    let mut value = String::new();
    let mut rest = written.chars().peekable();
    while let Some(char) = rest.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        match rest.next() {
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some('0') => value.push('\0'),
            Some('x') => value.extend(code_point(&rest.by_ref().take(2).collect::<String>())),
            Some('u') => {
                value.extend(code_point(&rest.by_ref().skip(1).take_while(|next| *next != '}').collect::<String>()))
            }
            Some('\n') => while rest.next_if(|next| next.is_whitespace()).is_some() {},
            Some(other) => value.push(other),
            None => {}
        }
    }
    value
}

fn code_point(hex: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(&hex.replace('_', ""), 16).ok()?)
}

/// A name, `::`, or any other single character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let is_word = |char: char| char.is_alphanumeric() || char == '_';
        let length = if is_word(first) {
            code[at..].find(|char| !is_word(char)).unwrap_or(code.len() - at)
        } else if code[at..].starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            found.push(Token { text: &code[at..at + length], at });
        }
        at += length;
    }
    found
}

/// The index of the token that closes the bracket at `open`.
pub(crate) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    tokens.len() - 1
}

/// Offset and tokens of every attribute, `#[…]` and `#![…]`, with the index of its last token.
pub(crate) fn attributes<'a>(tokens: &'a [Token<'a>]) -> Vec<(usize, &'a [Token<'a>], usize)> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == "#") {
        let inner = usize::from(tokens.get(index + 1).is_some_and(|next| next.text == "!"));
        let open = index + 1 + inner;
        if tokens.get(open).is_some_and(|next| next.text == "[") {
            let end = closing(tokens, open);
            found.push((token.at, &tokens[open + 1..end], end));
        }
    }
    found
}

/// What stands under `#[cfg(test)]`, `#[test]` or `#[…::test]`.
fn tests(code: &str) -> Vec<Range<usize>> {
    let tokens = tokens(code);
    let is_test = |attribute: &[Token<'_>]| {
        let has = |word: &str| attribute.iter().any(|token| token.text == word);
        match attribute.first().map(|token| token.text) {
            Some("cfg") => has("test") && !has("not"),
            Some("test" | "tokio") => has("test"),
            _ => false,
        }
    };
    let under = attributes(&tokens).into_iter().filter(|(_, attribute, _)| is_test(attribute));
    under.map(|(start, _, end)| start..item_end(&tokens, end + 1, code.len())).collect()
}

fn item_end(tokens: &[Token<'_>], first: usize, length: usize) -> usize {
    let mut index = first;
    while let Some(token) = tokens.get(index) {
        match token.text {
            ";" | ")" | "]" | "}" => return token.at + 1,
            "{" => return tokens[closing(tokens, index)].at + 1,
            "(" | "[" => index = closing(tokens, index) + 1,
            _ => index += 1,
        }
    }
    length
}

/// Every path behind a `root::`, with its offset; `root::{a, b::c}` gives two.
pub(crate) fn paths<'a>(code: &'a str, root: &str) -> Vec<(usize, Vec<&'a str>)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        if tokens[index].text == root && tokens.get(index + 1).is_some_and(|next| next.text == "::") {
            follow(&tokens, index + 2, &[], &mut found);
        }
    }
    found
}

/// Reads one branch of a use tree, or one path of an expression.
fn follow<'a>(tokens: &[Token<'a>], first: usize, before: &[&'a str], found: &mut Vec<(usize, Vec<&'a str>)>) {
    let Some(token) = tokens.get(first) else { return };
    if token.text == "{" {
        let end = closing(tokens, first);
        let mut index = first + 1;
        let mut begins = true;
        while index < end {
            if begins {
                follow(tokens, index, before, found);
            }
            begins = tokens[index].text == ",";
            index = if tokens[index].text == "{" { closing(tokens, index) + 1 } else { index + 1 };
        }
        return;
    }
    let path: Vec<&str> = before.iter().copied().chain([token.text]).collect();
    let goes_on = tokens.get(first + 1).is_some_and(|next| next.text == "::")
        && tokens.get(first + 2).is_some_and(|next| next.text != "<");
    if goes_on { follow(tokens, first + 2, &path, found) } else { found.push((token.at, path)) }
}
