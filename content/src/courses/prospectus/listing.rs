//! What is listed, in which order, and what of it is open to one learner? The state of the library at one change; pure.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use crate::courses::topics::Topic;
use crate::courses::{Column, CourseCard};
use crate::ids::{ColumnId, CourseId, UnitId};

/// A published course with its place among the others.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Listed {
    #[sqlx(flatten)]
    pub card: CourseCard,
    /// Its place in its column.
    pub position: i64,
    /// The length of its first lesson, where that can be played.
    pub first_ms: Option<i64>,
}

/// Every published course, as of one change of the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    /// The number of that change; `None` before the first look.
    pub seq: Option<i64>,
    pub columns: Vec<Column>,
    pub topics: Vec<Topic>,
    pub courses: HashMap<CourseId, Arc<Listed>>,
    /// Which column comes first?
    order: HashMap<ColumnId, usize>,
    /// Courses for everybody (`None`), and those for the learners of a unit and below.
    shelves: HashMap<Option<UnitId>, Shelf>,
}

/// The courses of one audience.
#[derive(Debug, Clone, Default)]
struct Shelf {
    /// In the order of the library.
    ordered: Vec<Arc<Listed>>,
    newest: Vec<Arc<Listed>>,
    by_column: HashMap<ColumnId, Vec<Arc<Listed>>>,
}

/// Where a course stands in the library: its column's place, its own, and its id.
type Place<'a> = (usize, i64, &'a CourseId);

impl Listing {
    /// Puts the courses into their orders again, after any of them or of the columns changed.
    pub(super) fn arrange(&mut self) {
        self.order = (0..).zip(&self.columns).map(|(place, column)| (column.id.clone(), place)).collect();
        let mut all: Vec<Arc<Listed>> = self.courses.values().cloned().collect();
        let mut shelves: HashMap<Option<UnitId>, Shelf> = HashMap::new();
        all.sort_by(|one, other| self.place_of(one).cmp(&self.place_of(other)));
        for each in &all {
            let shelf = shelves.entry(each.card.course.audience_unit.clone()).or_default();
            shelf.ordered.push(each.clone());
            shelf.by_column.entry(each.card.course.column.clone()).or_default().push(each.clone());
        }
        all.sort_by(|one, other| age_of(one).cmp(&age_of(other)));
        for each in &all {
            shelves.entry(each.card.course.audience_unit.clone()).or_default().newest.push(each.clone());
        }
        self.shelves = shelves;
    }

    fn place_of<'a>(&self, listed: &'a Listed) -> Place<'a> {
        let course = &listed.card.course;
        (self.order.get(&course.column).copied().unwrap_or(usize::MAX), listed.position, &course.id)
    }
}

/// The newest first.
fn age_of(listed: &Listed) -> (Reverse<Option<i64>>, Reverse<&CourseId>) {
    (Reverse(listed.card.course.published_at), Reverse(&listed.card.course.id))
}

/// What of the library is open to one learner.
#[derive(Debug, Clone)]
pub struct Open {
    pub(super) listing: Arc<Listing>,
    /// Her unit and all above it.
    pub(super) units: Arc<[UnitId]>,
}

impl Open {
    fn shelves(&self) -> impl Iterator<Item = &Shelf> {
        let audiences = std::iter::once(None).chain(self.units.iter().cloned().map(Some));
        audiences.filter_map(|audience| self.listing.shelves.get(&audience))
    }

    /// Her unit and those above it, from the top of the tree down.
    pub fn units(&self) -> &Arc<[UnitId]> {
        &self.units
    }

    /// Those of her units that any course is for: whoever has the same ones may see the same.
    pub(crate) fn audiences(&self) -> Vec<UnitId> {
        let audiences = self.units.iter().cloned().map(Some);
        audiences.filter(|audience| self.listing.shelves.contains_key(audience)).flatten().collect()
    }

    /// All columns in their order, empty ones too.
    pub fn columns(&self) -> &[Column] {
        &self.listing.columns
    }

    pub fn column(&self, id: &ColumnId) -> Option<&Column> {
        self.columns().iter().find(|column| &column.id == id)
    }

    /// The topics of a column, in their order.
    pub fn topics_of(&self, column: &ColumnId) -> impl Iterator<Item = &Topic> {
        self.listing.topics.iter().filter(move |topic| &topic.column == column)
    }

    /// One course, if it is open to her.
    pub fn find(&self, id: &CourseId) -> Option<&CourseCard> {
        let card = &self.listing.courses.get(id)?.card;
        let is_open = card.course.audience_unit.as_ref().is_none_or(|audience| self.units.contains(audience));
        is_open.then_some(card)
    }

    /// How many courses of a column are open to her.
    pub fn count_in(&self, column: &ColumnId) -> usize {
        self.shelves().filter_map(|shelf| shelf.by_column.get(column)).map(Vec::len).sum()
    }

    /// Whether nothing is open to her at all.
    pub fn is_empty(&self) -> bool {
        self.shelves().all(|shelf| shelf.ordered.is_empty())
    }

    /// All that is open to her, in the order of the library.
    pub fn courses(&self) -> impl Iterator<Item = &CourseCard> {
        self.ordered(|shelf| &shelf.ordered).map(|listed| &listed.card)
    }

    /// The courses of one column, in their order.
    pub fn courses_of<'a>(&'a self, column: &ColumnId) -> impl Iterator<Item = &'a CourseCard> {
        let column = column.clone();
        let of_column = move |shelf: &'a Shelf| shelf.by_column.get(&column).map_or(&[][..], Vec::as_slice);
        self.ordered(of_column).map(|listed| &listed.card)
    }

    /// Those whose first lesson plays and takes no longer than `most_ms`, in the order of the library.
    pub fn beginning_within(&self, most_ms: i64) -> impl Iterator<Item = &CourseCard> {
        let fits = move |listed: &&Arc<Listed>| listed.first_ms.is_some_and(|first_ms| first_ms <= most_ms);
        self.ordered(|shelf| &shelf.ordered).filter(fits).map(|listed| &listed.card)
    }

    /// Those that were published last, first.
    pub fn newest(&self) -> impl Iterator<Item = &CourseCard> {
        merged(self.shelves().map(|shelf| shelf.newest.as_slice()).collect(), |listed| age_of(listed))
            .map(|listed| &listed.card)
    }

    fn ordered<'a, S: AsRef<[Arc<Listed>]> + ?Sized + 'a>(
        &'a self,
        part: impl Fn(&'a Shelf) -> &'a S,
    ) -> impl Iterator<Item = &'a Arc<Listed>> {
        merged(self.shelves().map(|shelf| part(shelf).as_ref()).collect(), |listed| self.listing.place_of(listed))
    }
}

/// Lists that are each in order, as one; nothing is looked at before it is asked for.
fn merged<'a, K: Ord>(
    mut lists: Vec<&'a [Arc<Listed>]>,
    key: impl Fn(&'a Listed) -> K,
) -> impl Iterator<Item = &'a Arc<Listed>> {
    std::iter::from_fn(move || {
        let first = |list: &&'a [Arc<Listed>]| list.first().map(|listed| key(listed));
        let at = match lists.len() {
            1 => 0,
            _ => (0..lists.len()).filter(|at| !lists[*at].is_empty()).min_by_key(|at| first(&lists[*at]))?,
        };
        let (next, rest) = lists.get(at)?.split_first()?;
        lists[at] = rest;
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::courses::{Course, CourseState};
    use crate::ids::Language;

    fn column(id: &str) -> Column {
        Column {
            id: id.into(),
            slug: id.into(),
            title: Default::default(),
            summary: Default::default(),
            languages: String::new(),
            cover: None,
        }
    }

    fn listed(id: &str, column: &str, position: i64, audience: Option<&str>, published_at: i64) -> Listed {
        let course = Course {
            id: id.into(),
            column: column.into(),
            topic: None,
            title: Default::default(),
            summary: Default::default(),
            language: Language::Zh,
            owner_unit: None,
            audience_unit: audience.map(Into::into),
            state: CourseState::Published,
            created_by: "p".into(),
            published_at: Some(published_at),
        };
        let card = CourseCard { course, lessons: 1, duration_ms: 0, size_bytes: 0 };
        Listed { card, position, first_ms: Some(published_at * 1000) }
    }

    fn open(units: &[&str]) -> Open {
        let courses = [
            listed("a", "two", 1, None, 1),
            listed("b", "one", 2, Some("county"), 5),
            listed("c", "one", 1, None, 3),
            listed("d", "one", 3, None, 2),
            listed("e", "one", 2, Some("other"), 9),
            listed("f", "two", 2, Some("village"), 4),
        ];
        let mut listing = Listing { columns: vec![column("one"), column("two")], ..Listing::default() };
        listing.courses = courses.into_iter().map(|each| (each.card.course.id.clone(), Arc::new(each))).collect();
        listing.arrange();
        Open { listing: Arc::new(listing), units: units.iter().map(|unit| UnitId::from(*unit)).collect() }
    }

    fn ids<'a>(cards: impl Iterator<Item = &'a CourseCard>) -> String {
        cards.map(|card| card.course.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_for_her_and_for_all_stands_in_one_order() {
        let open = open(&["village", "county"]);
        assert_eq!(ids(open.courses()), "c b d a f");
        assert_eq!(ids(open.newest()), "b f c d a");
        assert_eq!(ids(open.courses_of(&"one".into())), "c b d");
        assert_eq!((open.count_in(&"one".into()), open.count_in(&"two".into())), (3, 2));
        assert_eq!(ids(open.beginning_within(2_000)), "d a");
    }

    #[test]
    fn a_unit_that_no_course_is_for_parts_nobody_from_others() {
        let audiences = |units: &[&str]| open(units).audiences();
        assert_eq!(audiences(&["village", "county", "province"]), ["village".into(), "county".into()]);
        assert_eq!(audiences(&["hamlet", "county"]), audiences(&["valley", "county", "province"]));
        assert!(audiences(&["hamlet"]).is_empty());
    }

    #[test]
    fn what_is_for_others_is_in_no_list_and_in_no_count() {
        let open = open(&[]);
        assert_eq!(ids(open.courses()), "c d a");
        assert_eq!(open.count_in(&"one".into()), 2);
        assert!(open.find(&"e".into()).is_none() && open.find(&"b".into()).is_none());
        assert!(open.find(&"a".into()).is_some());
    }

    #[test]
    fn an_empty_library_has_nothing_open() {
        let open = Open { listing: Arc::default(), units: Arc::default() };
        assert!(open.is_empty() && open.newest().next().is_none() && open.courses().next().is_none());
    }
}
