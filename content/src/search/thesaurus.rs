//! What else is it called? Concepts with their names in three languages, found by name, by sound and by first letters.

mod slips;

use std::collections::BTreeMap;

use super::words;
use crate::names::Concept;

/// The longest name that is looked for in a question, in units.
const LONGEST: usize = 12;
/// How many names that begin alike are looked at, and how much of two names has to be alike (thousandths).
const BEGINNING: usize = 40;
const ALIKE: u64 = 400;

/// Which concept, and by which of its names.
pub(super) type Named = (usize, usize);

/// All concepts, ready to be looked up.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    concepts: Vec<Concept>,
    by_name: BTreeMap<String, Vec<Named>>,
    /// Syllables without gaps, of names in Han.
    by_sound: BTreeMap<String, Vec<Named>>,
    /// First letters, of names of three characters and more.
    by_initials: BTreeMap<String, Vec<Named>>,
}

impl Thesaurus {
    pub(super) fn of(lines: impl IntoIterator<Item = Concept>) -> Self {
        let mut thesaurus = Self::default();
        for concept in lines {
            thesaurus.add(concept);
        }
        thesaurus
    }

    fn add(&mut self, concept: Concept) {
        let id = self.concepts.len();
        for (index, name) in concept.names.iter().enumerate() {
            let units = words::units(name);
            if units.is_empty() {
                continue;
            }
            let named = (id, index);
            self.by_name.entry(words::joined(&units)).or_default().push(named);
            let Some((sound, initials)) = words::sound(&units).filter(|_| units.len() > 1) else { continue };
            self.by_sound.entry(sound).or_default().push(named);
            if units.len() >= 3 {
                self.by_initials.entry(initials).or_default().push(named);
            }
        }
        self.concepts.push(concept);
    }

    pub(super) fn concept(&self, id: usize) -> &Concept {
        &self.concepts[id]
    }

    pub(super) fn name(&self, (concept, name): Named) -> &str {
        &self.concepts[concept].names[name]
    }

    /// By a name as `words::joined` gives it.
    pub(super) fn named(&self, name: &str) -> &[Named] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// By its syllables, put together.
    pub(super) fn sounding(&self, sound: &str) -> &[Named] {
        self.by_sound.get(sound).map_or(&[], Vec::as_slice)
    }

    pub(super) fn initialed(&self, letters: &str) -> &[Named] {
        self.by_initials.get(letters).map_or(&[], Vec::as_slice)
    }

    /// The names in `units`, the longest at each place: the first unit, how many, and what is called so.
    pub(super) fn spot(&self, units: &[words::Unit]) -> Vec<(usize, usize, &[Named])> {
        let mut found = Vec::new();
        let mut from = 0;
        while from < units.len() {
            let most = LONGEST.min(units.len() - from);
            let longest = (1..=most).rev().find_map(|count| {
                let named = self.named(&words::joined(&units[from..from + count]));
                (!named.is_empty()).then_some((from, count, named))
            });
            found.extend(longest);
            from += longest.map_or(1, |(_, count, _)| count);
        }
        found
    }

    /// Names that begin so, as `words::joined` gives them, or that sound so, or whose first letters are these.
    pub(super) fn beginning(&self, text: &str, sound: Option<&str>) -> Vec<Named> {
        fn begin<'a>(map: &'a BTreeMap<String, Vec<Named>>, with: &'a str) -> impl Iterator<Item = Named> + 'a {
            let names = map.range(with.to_owned()..).take_while(move |(key, _)| key.starts_with(with));
            names.take(BEGINNING).flat_map(|(_, named)| named.iter().copied())
        }
        let by_sound = sound.into_iter().flat_map(|sound| begin(&self.by_sound, sound));
        let by_initials = sound.into_iter().flat_map(|_| begin(&self.by_initials, text));
        begin(&self.by_name, text).chain(by_sound).chain(by_initials).collect()
    }

    /// The concepts with a name most like `text`, the most alike first; none that is called so already.
    pub(super) fn alike(&self, text: &str, most: usize) -> Vec<&Concept> {
        let asked = neighbors(text);
        let is_own = |concept: usize| self.named(text).iter().any(|(own, _)| *own == concept);
        let mut best: BTreeMap<usize, u64> = BTreeMap::new();
        for (name, named) in &self.by_name {
            let own = neighbors(name);
            let shared = own.iter().filter(|pair| asked.contains(pair)).count();
            let alike = u64::try_from(2000 * shared / (own.len() + asked.len()).max(1)).unwrap_or_default();
            for (concept, _) in named.iter().filter(|(concept, _)| alike >= ALIKE && !is_own(*concept)) {
                let kept = best.entry(*concept).or_default();
                *kept = (*kept).max(alike);
            }
        }
        let mut best: Vec<(u64, usize)> = best.into_iter().map(|(concept, alike)| (alike, concept)).collect();
        best.sort_by_key(|(alike, concept)| (std::cmp::Reverse(*alike), *concept));
        best.into_iter().take(most).map(|(_, concept)| &self.concepts[concept]).collect()
    }
}

impl Thesaurus {
    /// The concepts that `text` may be a slip of, each by the name it is a slip of; none for what is a name already: what is a
    /// thing of its own is no other name for another.
    pub(super) fn slips(&self, text: &str, most: usize) -> Vec<&Concept> {
        if !self.named(text).is_empty() {
            return Vec::new();
        }
        let alike = self.by_name.iter().filter(|(name, _)| slips::is_slip(text, name));
        let mut found: Vec<usize> = alike.flat_map(|(_, named)| named.iter().map(|(concept, _)| *concept)).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().take(most).map(|concept| &self.concepts[concept]).collect()
    }
}

/// Two letters that follow each other, each once.
fn neighbors(text: &str) -> Vec<(char, char)> {
    let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::builtin;

    fn thesaurus() -> Thesaurus {
        Thesaurus::of(builtin::concepts())
    }

    #[test]
    fn every_name_that_comes_with_menpa_can_be_looked_up() {
        let concepts = builtin::concepts();
        assert!(concepts.len() >= 1_500, "{}", concepts.len());
        for concept in &concepts {
            for name in &concept.names {
                let units = words::units(name);
                assert!(!units.is_empty(), "{}: {name} has no words", concept.key);
                assert!(name.chars().count() > 1, "{}: {name} would be found everywhere", concept.key);
            }
        }
    }

    #[test]
    fn one_thing_is_found_by_each_of_its_names() {
        let thesaurus = thesaurus();
        for (asked, other) in [("copd", "慢阻肺"), ("hp", "幽门螺杆菌"), ("中风", "stroke"), ("高血压", "ཁྲག་ཤེད་མཐོ་བ")]
        {
            let named = thesaurus.named(asked);
            let has =
                named.iter().any(|(concept, _)| thesaurus.concept(*concept).names.iter().any(|name| name == other));
            assert!(has, "{asked} is also called {other}");
        }
    }

    #[test]
    fn what_is_typed_begins_a_name_or_is_nearly_one() {
        let thesaurus = thesaurus();
        let begins = |text: &str, sound: Option<&str>| {
            thesaurus.beginning(text, sound).into_iter().any(|named| thesaurus.name(named) == "高血压")
        };
        assert!(begins("高血", None) && begins("gaoxue", Some("gaoxue")) && begins("gxy", Some("gxy")));
        assert!(!begins("血压", None));
        let alike: Vec<&str> = thesaurus.alike("高血压症状", 3).iter().map(|concept| concept.key.as_str()).collect();
        assert!(alike.contains(&"高血压"), "{alike:?}");
        assert!(thesaurus.alike("qqqq", 3).is_empty());
        let others = thesaurus.alike("高血压", 3);
        assert!(others.len() == 3 && others.iter().all(|concept| concept.key != "高血压"), "{others:?}");
    }

    #[test]
    fn what_is_a_thing_of_its_own_is_no_slip_of_another() {
        let thesaurus = thesaurus();
        let slips = |text: &str| -> Vec<String> {
            let text = words::joined(&words::units(text));
            thesaurus.slips(&text, 3).iter().map(|concept| concept.key.clone()).collect()
        };
        for own in ["降压药", "antihypertensive", "高血压", "低血压", "hypotension", "1型糖尿病", "左心衰竭"]
        {
            assert_eq!(slips(own), Vec::<String>::new(), "{own}");
        }
        assert_eq!(slips("高血亚"), ["高血压"]);
        assert_eq!(slips("飘飘病"), Vec::<String>::new());
    }
}
