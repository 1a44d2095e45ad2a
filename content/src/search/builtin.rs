//! Which names come with Menpa? The files of `content/terms`, read once.

use std::sync::LazyLock;

use super::thesaurus::{Thesaurus, parse};

const FILES: [&str; 4] = [
    include_str!("../../terms/internal.txt"),
    include_str!("../../terms/infection.txt"),
    include_str!("../../terms/surgery.txt"),
    include_str!("../../terms/drugs.txt"),
];

static THESAURUS: LazyLock<Thesaurus> =
    LazyLock::new(|| Thesaurus::of(FILES.iter().flat_map(|file| file.lines()).filter_map(parse)));

pub(super) fn thesaurus() -> &'static Thesaurus {
    &THESAURUS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::search::words;

    #[test]
    fn every_line_is_a_concept_with_names_that_can_be_looked_up() {
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            let concept = parse(line).unwrap_or_else(|| panic!("{line} names nothing"));
            for name in &concept.names {
                let units = words::units(name);
                assert!(!units.is_empty(), "{line}: {name} has no words");
                assert!(name.chars().count() > 1, "{line}: {name} would be found everywhere");
            }
            let distinct: HashSet<_> = concept.names.iter().collect();
            assert_eq!(distinct.len(), concept.names.len(), "{line}");
        }
    }

    #[test]
    fn there_are_enough_of_them() {
        assert!(thesaurus().count() >= 1_500, "{}", thesaurus().count());
        for (asked, other) in [("copd", "慢阻肺"), ("hp", "幽门螺杆菌"), ("中风", "stroke"), ("高血压", "ཁྲག་ཤེད་མཐོ་བ")]
        {
            let key = words::joined(&words::units(asked));
            let named = thesaurus().named(&key);
            let has =
                named.iter().any(|(concept, _)| thesaurus().concept(*concept).names.iter().any(|name| name == other));
            assert!(has, "{asked} is also called {other}");
        }
    }
}
