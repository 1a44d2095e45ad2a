//! What else is it called? Concepts with their names in three languages, found by name, by sound and by first letters.

use std::collections::HashMap;

use super::words;

/// The longest name that is looked for in a question, in units.
const LONGEST: usize = 12;

/// What a name separates from the next in a line.
const BETWEEN: &str = " = ";

/// One concept: everything it is called, the preferred name first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Concept {
    pub names: Vec<String>,
}

/// Which concept, and by which of its names.
pub(super) type Named = (usize, usize);

/// All concepts, ready to be looked up.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    concepts: Vec<Concept>,
    by_name: HashMap<String, Vec<Named>>,
    /// Syllables without gaps, of names in Han.
    by_sound: HashMap<String, Vec<Named>>,
    /// First letters, of names of three characters and more.
    by_initials: HashMap<String, Vec<Named>>,
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

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.concepts.len()
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
}

/// Reads one line of names; nothing of a line that names fewer than two, or of a heading (`#`).
pub(super) fn parse(line: &str) -> Option<Concept> {
    if line.starts_with('#') {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for name in line.split(BETWEEN.trim()).map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    (names.len() > 1).then_some(Concept { names })
}
