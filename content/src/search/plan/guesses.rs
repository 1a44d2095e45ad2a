//! What may have been meant? Letters may be sounds or first letters, characters may sound like others, words may have a slip:
//! asked only of what the index does not know.

use super::super::schema::Slot;
use super::super::thesaurus::Named;
use super::super::words::{self, Gap, Script, Unit, View, pinyin};
use super::{HOMOPHONE, Planner, SLIP, SLIPS, SYNONYM, said};

/// The longest name that is looked for by its sound, in characters.
const LONGEST: usize = 8;
/// The shortest word that may have a slip, and two, in letters.
const ONE_SLIP: usize = 5;
const TWO_SLIPS: usize = 8;

impl Planner<'_> {
    pub(super) fn guess(&mut self) {
        self.guess_han();
        self.guess_latin();
        self.guess_wylie();
        self.guess_tibetan();
    }

    /// A pair that stands nowhere may be one that sounds the same.
    fn guess_han(&mut self) {
        let units = self.units;
        for pair in words::view(units, View::Pairs) {
            let (first, last) = (pair.first, pair.last);
            let is_said = units[first].script == Script::Han && !self.soft[first..=last].contains(&true);
            if !is_said || self.vocabulary.count(Slot::Pairs, &pair.text) > 0 {
                continue;
            }
            for sound in words::view(&units[first..=last], View::Sounds) {
                self.look_up(View::Sounds, &sound.text, HOMOPHONE);
                self.mark(View::Sounds, &sound.text, HOMOPHONE);
                for at in first..=last {
                    if !self.is_in_name(at) {
                        self.answer(at, HOMOPHONE, vec![(Slot::Sounds, sound.text.clone())]);
                    }
                }
            }
            if self.is_in_name(first) && self.need_of[first] == self.need_of[last] {
                self.hear_name(self.need_of[first]);
            }
            self.guess_name(first, last);
        }
    }

    /// Whether a unit belongs to a name of more than two.
    fn is_in_name(&self, at: usize) -> bool {
        self.need_of.iter().filter(|need| **need == self.need_of[at]).count() > 2
    }

    /// A name of which some pairs stand nowhere: all of it, with the sounds of those.
    fn hear_name(&mut self, need: usize) {
        let Some(from) = self.need_of.iter().position(|other| *other == need) else { return };
        let to = self.need_of.iter().rposition(|other| *other == need).map_or(from, |last| last + 1);
        let name = &self.units[from..to];
        let mut way = Vec::new();
        for pair in words::view(name, View::Pairs) {
            let sound = words::view(&name[pair.first..=pair.last], View::Sounds).into_iter().next();
            match sound.filter(|_| self.vocabulary.count(Slot::Pairs, &pair.text) == 0) {
                Some(sound) => way.push((Slot::Sounds, sound.text)),
                None => way.push((Slot::Pairs, pair.text)),
            }
        }
        if !self.plan.needs[need].ways.iter().any(|(_, known)| *known == way) {
            self.answer(from, HOMOPHONE, way);
        }
    }

    /// What is at unit `at` can be said like this too.
    pub(super) fn answer(&mut self, at: usize, does: f32, way: Vec<(Slot, String)>) {
        let need = self.need_of[at];
        self.plan.needs[need].ways.push((does, way));
    }

    /// The longest name that sounds like the characters around an unknown pair.
    fn guess_name(&mut self, first: usize, last: usize) {
        let (units, thesaurus) = (self.units, self.thesaurus);
        for count in (2..=LONGEST).rev() {
            for from in (last + 1).saturating_sub(count)..=first {
                let Some((sound, _)) = units.get(from..from + count).and_then(words::sound) else { continue };
                let named = thesaurus.sounding(&sound);
                if !named.is_empty() {
                    return self.mean(from, from + count, named, HOMOPHONE);
                }
            }
        }
    }

    /// Units `from..to` are taken for these names too.
    fn mean(&mut self, from: usize, to: usize, named: &[Named], part: f32) {
        let (need, thesaurus) = (self.need_of[from], self.thesaurus);
        for (index, one) in named.iter().enumerate() {
            let name = thesaurus.name(*one);
            if !self.add_name(need, name, part, part) {
                continue;
            }
            for at in (from..to).filter(|at| self.need_of[*at] != need).collect::<Vec<_>>() {
                self.answer(at, part, said(&words::units(name)));
            }
            if index == 0 {
                self.take_for(from, to, name);
            }
            self.call_meant(need, one.0, part);
        }
    }

    /// The other names of what was meant.
    pub(super) fn call_meant(&mut self, need: usize, concept: usize, part: f32) {
        let (thesaurus, with_synonyms) = (self.thesaurus, self.with_synonyms);
        for name in thesaurus.concept(concept).names.iter().filter(|_| with_synonyms) {
            self.add_name(need, name, part * SYNONYM, part);
        }
    }

    /// Asks whether `text` was meant in the place of units `from..to`; the first guess is kept.
    pub(super) fn take_for(&mut self, from: usize, to: usize, text: &str) {
        if self.plan.meant.is_none() {
            let script = self.units[from].script;
            let glue = |unit: Option<&Unit>| match unit {
                Some(unit) if unit.script == script && unit.gap == Gap::None => words::joint(script),
                _ => " ",
            };
            let mut meant = words::joined(&self.units[..from]);
            if !meant.is_empty() {
                meant.push_str(glue(self.units.get(from)));
            }
            meant.push_str(text);
            if to < self.units.len() {
                meant.push_str(glue(self.units.get(to)));
                meant.push_str(&words::joined(&self.units[to..]));
            }
            self.plan.meant = Some(meant);
        }
    }

    fn guess_latin(&mut self) {
        let units = self.units;
        let mut at = 0;
        while at < units.len() {
            let (from, unit) = (at, &units[at]);
            at += 1;
            let is_letters = unit.script == Script::Latin && unit.text.bytes().all(|each| each.is_ascii_lowercase());
            if !is_letters || self.soft[from] || self.vocabulary.count(Slot::Units, &unit.text) > 0 {
                continue;
            }
            let mut letters = unit.text.clone();
            if pinyin::is_syllable(&unit.text) {
                let goes_on = |next: &&Unit| {
                    next.script == Script::Latin
                        && matches!(next.gap, Gap::Space | Gap::None)
                        && pinyin::is_syllable(&next.text)
                };
                while let Some(next) = units.get(at).filter(goes_on) {
                    letters.push_str(&next.text);
                    at += 1;
                }
            }
            self.guess_sound(from, at, &letters);
            self.guess_slip(from, &unit.text);
        }
    }

    /// Letters may be syllables, or the first letters of some.
    fn guess_sound(&mut self, from: usize, to: usize, letters: &str) {
        let thesaurus = self.thesaurus;
        for way in pinyin::cut(letters).into_iter().filter(|way| way.len() > 1) {
            self.mean(from, to, thesaurus.sounding(&way.concat()), 0.7);
            let sounds: Vec<String> = way.windows(2).map(|two| pinyin::pair(&two[0], &two[1])).collect();
            for sound in &sounds {
                self.look_up(View::Sounds, sound, 1.0);
                self.mark(View::Sounds, sound, 1.0);
            }
            self.answer(from, 1.0, sounds.into_iter().map(|sound| (Slot::Sounds, sound)).collect());
        }
        if (2..=8).contains(&letters.len()) {
            self.look_up(View::Initials, letters, 1.0);
            self.answer(from, 1.0, vec![(Slot::TitleInitials, letters.to_owned())]);
            self.mean(from, to, thesaurus.initialed(letters), 0.5);
        }
    }

    /// A long word that nobody wrote may be one with a slip.
    fn guess_slip(&mut self, at: usize, word: &str) {
        if word.len() < ONE_SLIP {
            return;
        }
        let (need, thesaurus) = (self.need_of[at], self.thesaurus);
        for (near, slips) in self.vocabulary.near(word, if word.len() < TWO_SLIPS { 1 } else { 2 }) {
            let part = if slips > 1 { SLIPS } else { SLIP };
            let stem = words::stemmed(&near);
            self.look_up(View::Units, &near, part);
            self.look_up(View::Words, &stem, part);
            self.mark(View::Words, &stem, part);
            self.answer(at, part, vec![(Slot::Units, near.clone())]);
            self.take_for(at, at + 1, &near);
            let mut meant = self.units.to_vec();
            meant[at].text = near;
            for (from, count, named) in thesaurus.spot(&meant) {
                for (concept, _) in named.iter().filter(|_| (from..from + count).contains(&at)) {
                    self.call_meant(need, *concept, part);
                }
            }
        }
    }

    /// A syllable that stands nowhere may have another vowel.
    fn guess_tibetan(&mut self) {
        let units = self.units;
        for (at, unit) in units.iter().enumerate() {
            let is_said = unit.script == Script::Tibetan && !self.soft[at];
            if !is_said || self.vocabulary.count(Slot::Units, &unit.text) > 0 {
                continue;
            }
            for other in similar(&unit.text) {
                if self.vocabulary.count(Slot::Units, &other) == 0 {
                    continue;
                }
                let mut meant = units.to_vec();
                meant[at].text.clone_from(&other);
                for pair in
                    words::view(&meant, View::Pairs).into_iter().filter(|pair| (pair.first..=pair.last).contains(&at))
                {
                    self.look_up(View::Pairs, &pair.text, SLIP);
                    self.mark(View::Pairs, &pair.text, SLIP);
                }
                self.look_up(View::Units, &other, SLIP);
                self.mark(View::Units, &other, SLIP);
                self.take_for(at, at + 1, &other);
                self.answer(at, SLIP, vec![(Slot::Units, other)]);
            }
        }
    }
}

/// Syllables that are easily written for this one: another vowel, one more, one less.
fn similar(syllable: &str) -> Vec<String> {
    const VOWELS: [char; 5] = ['\u{f72}', '\u{f74}', '\u{f7a}', '\u{f7c}', '\u{f71}'];
    let characters: Vec<char> = syllable.chars().collect();
    let mut found = Vec::new();
    for (at, each) in characters.iter().enumerate() {
        let (before, after) = (&characters[..at], &characters[at + 1..]);
        if VOWELS.contains(each) {
            found.push(before.iter().chain(after).collect());
            found.extend(
                VOWELS
                    .iter()
                    .filter(|other| *other != each)
                    .map(|other| before.iter().chain([other]).chain(after).collect()),
            );
        } else {
            found.extend(VOWELS.iter().map(|vowel| before.iter().chain([each, vowel]).chain(after).collect()));
        }
    }
    found.truncate(40);
    found
}
