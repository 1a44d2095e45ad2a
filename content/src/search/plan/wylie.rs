//! Is this Tibetan in Latin letters? Whoever has no Tibetan keyboard types as Wylie wrote (`khrag shed` for ཁྲག་ཤེད).

use std::sync::LazyLock;

use ewts::EwtsConverter;

use super::super::schema::Slot;
use super::super::words::{self, Script, View};
use super::{HOMOPHONE, Planner, said};

/// More syllables than this are a sentence.
const LONGEST: usize = 12;

static LETTERS: LazyLock<EwtsConverter> = LazyLock::new(EwtsConverter::create);

/// A text of Latin letters in Tibetan ones; nothing of what is no Wylie.
fn written(text: &str) -> Option<String> {
    let text = text.to_lowercase().replace('-', " ");
    let tibetan = LETTERS.ewts_to_unicode(&text);
    let is_tibetan = |each: char| ('\u{f00}'..='\u{fff}').contains(&each);
    (!tibetan.is_empty() && tibetan.chars().all(is_tibetan)).then_some(tibetan)
}

impl Planner<'_> {
    /// Latin words of which the index does not know some, but knows every one as a Tibetan syllable.
    pub(super) fn guess_wylie(&mut self) {
        let units = self.units;
        let mut at = 0;
        while at < units.len() {
            let from = at;
            while at < units.len() && units[at].script == Script::Latin {
                at += 1;
            }
            if at > from && at - from <= LONGEST {
                self.guess_syllables(from, at);
            }
            at = at.max(from + 1);
        }
    }

    fn guess_syllables(&mut self, from: usize, to: usize) {
        let units = self.units;
        let is_unknown = |unit: &words::Unit| self.vocabulary.count(Slot::Units, &unit.text) == 0;
        if !units[from..to].iter().any(is_unknown) {
            return;
        }
        let Some(tibetan) = self.text.get(units[from].from..units[to - 1].to).and_then(written) else { return };
        let meant = words::units(&tibetan);
        if meant.is_empty() || meant.iter().any(is_unknown) {
            return;
        }
        for view in [View::Units, View::Pairs] {
            for word in words::view(&meant, view) {
                self.look_up(view, &word.text, 1.0);
                if view == View::Pairs || meant.len() == 1 {
                    self.mark(view, &word.text, 1.0);
                }
            }
        }
        for at in from..to {
            self.answer(at, 1.0, said(&meant));
        }
        self.take_for(from, to, words::joined(&meant).as_str());
        let (need, thesaurus) = (self.need_of[from], self.thesaurus);
        for (_, _, named) in thesaurus.spot(&meant) {
            for (concept, _) in named {
                self.call_meant(need, *concept, HOMOPHONE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_written_as_tibetan_where_they_can_be() {
        for (latin, tibetan) in [
            ("khrag shed mtho ba", "ཁྲག་ཤེད་མཐོ་བ"),
            ("Khrag-shed", "ཁྲག་ཤེད"),
            ("gcin snyi", "གཅིན་སྙི"),
            ("'bu nad", "འབུ་ནད"),
        ] {
            assert_eq!(written(latin).as_deref().map(|text| text.trim_end_matches('་')), Some(tibetan), "{latin}");
        }
        assert_eq!(written("血压"), None);
        assert_eq!(written(""), None);
    }
}
