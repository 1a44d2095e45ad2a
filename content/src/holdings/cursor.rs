//! Where in an order did a page end? What it is sorted by, and the id that tells equals apart: nothing is counted to get there.

use super::Sort;

/// Where a page ended: what it is sorted by, and the id that tells equals apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub(super) place: Place,
    pub(super) id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Number(i64),
    Text(String),
}

/// Behind every text and every id.
pub(super) const LAST_TEXT: &str = "\u{10ffff}";

impl Sort {
    pub(super) fn is_falling(self) -> bool {
        matches!(self, Self::Newest | Self::Largest | Self::Longest)
    }
}

impl Cursor {
    /// Reads what `Display` wrote; `None` for anything else.
    pub fn parse(text: &str, sort: Sort) -> Option<Self> {
        let (id, place) = text.split_at_checked(32)?;
        let place = place.strip_prefix('.')?;
        let is_id = id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let place = match sort {
            Sort::Title => Place::Text(place.to_owned()),
            _ => Place::Number(place.parse().ok()?),
        };
        is_id.then(|| Self { place, id: id.to_owned() })
    }

    /// Before everything in an order, or behind it.
    pub(super) fn end(sort: Sort, is_first: bool) -> Self {
        let is_low = is_first != sort.is_falling();
        let place = match sort {
            Sort::Title if is_low => Place::Text(String::new()),
            Sort::Title => Place::Text(LAST_TEXT.to_owned()),
            _ => Place::Number(if is_low { i64::MIN } else { i64::MAX }),
        };
        Self { place, id: if is_low { String::new() } else { LAST_TEXT.to_owned() } }
    }

    pub(super) fn number(&self) -> i64 {
        match self.place {
            Place::Number(number) => number,
            Place::Text(_) => 0,
        }
    }

    pub(super) fn text(&self) -> &str {
        match &self.place {
            Place::Number(_) => "",
            Place::Text(text) => text,
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Number(number) => write!(out, "{}.{number}", self.id),
            Place::Text(text) => write!(out, "{}.{text}", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0193aaaa000070008000000000000001";

    #[test]
    fn a_cursor_comes_back_from_the_address() {
        for (sort, place) in [
            (Sort::Newest, Place::Number(-5)),
            (Sort::Title, Place::Text("高. 血".into())),
            (Sort::Title, Place::Text(String::new())),
        ] {
            let cursor = Cursor { place, id: ID.into() };
            assert_eq!(Cursor::parse(&cursor.to_string(), sort), Some(cursor));
        }
        for text in ["", "x", ID, "zz93aaaa000070008000000000000001.5", "高血压高血压高血压高血压高血压.1"]
        {
            assert_eq!(Cursor::parse(text, Sort::Newest), None, "{text}");
        }
        assert_eq!(Cursor::parse(&format!("{ID}.高"), Sort::Largest), None);
    }

    #[test]
    fn every_place_lies_between_the_ends_of_its_order() {
        for sort in Sort::ALL {
            let place = if *sort == Sort::Title { Place::Text("a".into()) } else { Place::Number(7) };
            let here = Cursor { place, id: ID.into() };
            let (mut low, mut high) = (Cursor::end(*sort, true), Cursor::end(*sort, false));
            if sort.is_falling() {
                std::mem::swap(&mut low, &mut high);
            }
            assert!(low < here && here < high, "{sort}");
        }
    }
}
