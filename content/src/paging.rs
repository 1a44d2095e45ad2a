//! Which part of a list is meant? A page begins after a mark that the page before ended with: nothing is counted to get
//! there, and what is added or taken away in between shifts nothing.

use crate::error::{Error, Result, Why};

/// How many rows are looked through at least.
const LOOKED: i64 = 100;

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging<'a> {
    /// What the page before ended with.
    pub after: Option<&'a str>,
    /// How many items it has at most; whoever takes it from outside bounds it.
    pub limit: usize,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    pub items: Vec<T>,
    /// What the next page comes after, if there is one.
    pub next: Option<String>,
}

/// Where in its order a page ended: by which numbers, and the id that tells equals apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark<const NUMBERS: usize> {
    pub numbers: [i64; NUMBERS],
    pub id: String,
}

impl Paging<'_> {
    /// What to ask of the database: one more than the page holds tells whether there is a next one.
    pub(crate) fn most(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX - 1) + 1
    }

    /// The page out of what was read; `mark` tells where an item stands.
    pub(crate) fn part<T>(&self, mut items: Vec<T>, mark: impl Fn(&T) -> String) -> Part<T> {
        let has_more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = items.last().filter(|_| has_more).map(mark);
        Part { items, next }
    }

    /// How many rows are looked through for a page of what is hers among others': what it costs does not follow how much
    /// there is of others. The page then has fewer items, and a next one goes on.
    pub(crate) fn looked(&self) -> i64 {
        self.most().max(LOOKED)
    }

    /// The page out of what was found so; `edge` is the last row that was looked at, where there are so many.
    pub(crate) fn part_of_looked<T>(
        &self,
        items: Vec<T>,
        edge: Option<(i64, String)>,
        mark: impl Fn(&T) -> String,
    ) -> Part<T> {
        let mut part = self.part(items, mark);
        if part.next.is_none() {
            part.next = edge.map(|(number, id)| Mark { numbers: [number], id }.to_string());
        }
        part
    }

    /// Where the page begins; `first` for the first one.
    ///
    /// # Errors
    /// `Invalid(after, UnknownValue)` for what no page ended with.
    pub(crate) fn mark<const NUMBERS: usize>(&self, first: Mark<NUMBERS>) -> Result<Mark<NUMBERS>> {
        let Some(text) = self.after else { return Ok(first) };
        Mark::parse(text).ok_or(Error::invalid("after", Why::UnknownValue))
    }
}

impl<const NUMBERS: usize> Mark<NUMBERS> {
    /// Before everything in a rising order.
    pub(crate) fn low() -> Self {
        Self { numbers: [i64::MIN; NUMBERS], id: String::new() }
    }

    /// Before everything in a falling order.
    pub(crate) fn high() -> Self {
        Self { numbers: [i64::MAX; NUMBERS], id: "\u{10ffff}".to_owned() }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(NUMBERS + 1, '.');
        let mut numbers = [0; NUMBERS];
        for number in &mut numbers {
            *number = parts.next()?.parse().ok()?;
        }
        let id = parts.next().filter(|id| is_id(id))?;
        Some(Self { numbers, id: id.to_owned() })
    }
}

/// Whether a text can be an id: hexadecimal digits.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl<const NUMBERS: usize> std::fmt::Display for Mark<NUMBERS> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for number in self.numbers {
            write!(out, "{number}.")?;
        }
        out.write_str(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_back_from_the_address() {
        let mark = Mark { numbers: [-5, 7], id: "0193aaaa000070008000000000000001".into() };
        assert_eq!(Mark::parse(&mark.to_string()), Some(mark));
        for text in ["", "x", "1.2", "1.2.", "1.x.a", "1.2.a b", "1.2.'", "99999999999999999999.2.a", "1.2.\u{0}"] {
            assert_eq!(Mark::<2>::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_page_says_whether_there_is_another() {
        let paging = Paging { after: None, limit: 2 };
        let part = |items: &[i64]| paging.part(items.to_vec(), ToString::to_string);
        assert_eq!(part(&[]), Part { items: vec![], next: None });
        assert_eq!(part(&[1, 2]), Part { items: vec![1, 2], next: None });
        assert_eq!(part(&[1, 2, 3]), Part { items: vec![1, 2], next: Some("2".into()) });
        assert_eq!(paging.most(), 3);
    }
}
