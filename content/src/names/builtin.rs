//! Which names come with Menpa? The files of `content/terms`, a concept a line.

use super::{Concept, Origin};

/// What stands between two names of a line.
const BETWEEN: char = '=';

const FILES: [&str; 4] = [
    include_str!("../../terms/internal.txt"),
    include_str!("../../terms/infection.txt"),
    include_str!("../../terms/surgery.txt"),
    include_str!("../../terms/drugs.txt"),
];

fn all_lines() -> impl Iterator<Item = &'static str> {
    FILES.iter().flat_map(|file| file.lines())
}

/// All of them, as they came.
pub(crate) fn concepts() -> Vec<Concept> {
    all_lines().filter_map(parse).collect()
}

/// Reads one line of names; nothing of a line that names fewer than two, or of a heading (`#`).
pub(crate) fn parse(line: &str) -> Option<Concept> {
    if line.starts_with('#') {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for name in line.split(BETWEEN).map(str::trim).filter(|name| !name.is_empty()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let key = names.first()?.clone();
    (names.len() > 1).then_some(Concept { key, names, origin: Origin::Menpa })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_line_is_a_concept_with_a_first_name_of_its_own() {
        let mut keys = HashSet::new();
        for line in all_lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let concept = parse(line).unwrap_or_else(|| panic!("{line} names nothing"));
            assert!(keys.insert(concept.key), "{line}: another concept has the same first name");
        }
    }
}
