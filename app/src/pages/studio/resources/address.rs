//! How is what was asked for written into an address, and read from it or from a form?

use std::collections::HashMap;

use content::clock::day;
use content::holdings::bulk::{Deed, Line};
use content::holdings::{Cursor, Filter, Review, Sort, Use};
use content::ids::Language;
use content::media::{ResourceKind, Stage};
use content::shelves::Facet;
use content::{Error, Why};

use super::HERE;
use crate::parts::address::with_query;

/// Names and values in their order; a name may stand more than once.
pub type Pairs = [(String, String)];

/// The last value under each name.
pub fn values_of(pairs: &Pairs) -> HashMap<String, String> {
    pairs.iter().cloned().collect()
}

/// Every value under a name.
pub fn pairs_of<'a>(pairs: &'a Pairs, name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1.as_str())
}

/// A filter, an order, and where the page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub filter: Filter,
    pub sort: Sort,
    pub after: String,
}

impl Asked {
    /// What makes no sense is taken as not asked for.
    pub fn read(values: &HashMap<String, String>) -> Self {
        let get = |name: &str| values.get(name).map_or("", |value| value.trim());
        let filter = Filter {
            text: get("q").chars().take(200).collect(),
            kind: ResourceKind::parse(get("kind")),
            stage: Stage::parse(get("stage")),
            language: Language::parse(get("language")),
            column: get("column").to_owned(),
            aspect: get("aspect").to_owned(),
            audience: get("audience").to_owned(),
            usage: Use::parse(get("use")),
            review: Review::parse(get("review")),
            is_broken: get("broken") == "1",
            is_mine: get("mine") == "1",
        };
        Self { filter, sort: Sort::parse(get("sort")).unwrap_or_default(), after: get("after").to_owned() }
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let filter = &self.filter;
        let yes = |is: bool| if is { "1" } else { "" };
        vec![
            ("q", filter.text.as_str()),
            ("kind", filter.kind.map_or("", ResourceKind::as_str)),
            ("stage", filter.stage.map_or("", Stage::as_str)),
            ("language", filter.language.map_or("", Language::as_str)),
            ("column", &filter.column),
            ("aspect", &filter.aspect),
            ("audience", &filter.audience),
            ("use", filter.usage.map_or("", Use::as_str)),
            ("review", filter.review.map_or("", Review::as_str)),
            ("broken", yes(filter.is_broken)),
            ("mine", yes(filter.is_mine)),
            ("sort", if self.sort == Sort::Newest { "" } else { self.sort.as_str() }),
        ]
    }

    /// Filter and order alone, as a saved view keeps them.
    pub fn query(&self) -> String {
        let address = with_query("", &self.pairs());
        address.trim_start_matches('?').to_owned()
    }

    /// The address of the first page.
    pub fn first(&self) -> String {
        with_query(HERE, &self.pairs())
    }

    /// The address of this page.
    pub fn here(&self) -> String {
        self.from(&self.after)
    }

    pub fn next(&self, cursor: &Cursor) -> String {
        self.from(&cursor.to_string())
    }

    fn from(&self, after: &str) -> String {
        let mut pairs = self.pairs();
        pairs.push(("after", after));
        with_query(HERE, &pairs)
    }

    /// The same under another order, from its first page.
    pub fn sorted(&self, sort: Sort) -> String {
        Self { sort, after: String::new(), ..self.clone() }.first()
    }
}

/// What may be done to the picked: a deed to each, or something to the courses they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Deed(Deed),
    Publish,
    Retire,
}

impl Act {
    /// Reads it from the fields of its form.
    ///
    /// # Errors
    /// `Invalid` for what no form of the page sends.
    pub fn read(pairs: &Pairs) -> content::Result<Self> {
        let get = |name: &'static str| pairs_of(pairs, name).last().unwrap_or_default();
        let unknown = |field: &'static str| Error::Invalid { field, why: Why::UnknownValue };
        let deed = match get("act") {
            "publish" => return Ok(Self::Publish),
            "retire" => return Ok(Self::Retire),
            "add" => Deed::AddTerms(terms(pairs)?),
            "take" => Deed::RemoveTerms(terms(pairs)?),
            "line" => Deed::Say(Line::parse(get("line")).ok_or_else(|| unknown("line"))?, get("value").to_owned()),
            "review" if get("day").trim().is_empty() => Deed::ReviewBy(None),
            "review" => Deed::ReviewBy(Some(
                day::end_of(get("day")).ok_or(Error::Invalid { field: "day", why: Why::Unreadable })?,
            )),
            "language" => Deed::Language(Language::parse(get("language")).ok_or_else(|| unknown("language"))?),
            "encode" => Deed::Encode,
            "remove" => Deed::Remove,
            _ => return Err(unknown("act")),
        };
        Ok(Self::Deed(deed))
    }
}

fn terms(pairs: &Pairs) -> content::Result<Vec<(Facet, String)>> {
    let read =
        |text: &str| text.split_once(':').and_then(|(facet, slug)| Some((Facet::parse(facet)?, slug.to_owned())));
    let terms: Option<Vec<_>> = pairs_of(pairs, "term").map(read).collect();
    terms.ok_or(Error::Invalid { field: "terms", why: Why::UnknownValue })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_comes_back_from_its_address() {
        let values = [("q", " 血压 & a "), ("kind", "video"), ("use", "unused"), ("sort", "title"), ("broken", "1")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let asked = Asked::read(&values);
        assert_eq!(
            asked.first(),
            "/studio/resources?q=%E8%A1%80%E5%8E%8B%20%26%20a&kind=video&use=unused&broken=1&sort=title"
        );
        assert_eq!(asked.query(), asked.first().split_once('?').unwrap().1);
        let nonsense = [("kind", "x"), ("sort", "<b>"), ("mine", "yes"), ("after", "")];
        let nonsense = nonsense.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(Asked::read(&nonsense).here(), "/studio/resources");
    }

    #[test]
    fn an_act_that_no_form_sends_is_refused() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let add = [pair("act", "add"), pair("term", "aspect:skin"), pair("term", "audience:village")];
        let expected = vec![(Facet::Aspect, "skin".to_owned()), (Facet::Audience, "village".to_owned())];
        assert_eq!(Act::read(&add).unwrap(), Act::Deed(Deed::AddTerms(expected)));
        for wrong in [
            vec![],
            vec![pair("act", "drop table")],
            vec![pair("act", "add"), pair("term", "nothing")],
            vec![pair("act", "review"), pair("day", "tomorrow")],
            vec![pair("act", "line"), pair("line", "x")],
        ] {
            assert!(Act::read(&wrong).is_err(), "{wrong:?}");
        }
    }
}
