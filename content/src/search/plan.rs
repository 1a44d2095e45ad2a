//! What is looked up for a question? Its own words, what they may have been meant to be, and what they are called elsewhere:
//! a flat list of weighted words, so that the index can leave out what cannot win.

mod guesses;
mod soft;
mod wylie;

use std::collections::{BTreeMap, HashMap};

use super::schema::Slot;
use super::thesaurus::{Named, Thesaurus};
use super::words::{self, Script, Unit, View};

/// What the index knows.
pub(super) trait Vocabulary {
    /// How many passages there are.
    fn all(&self) -> u64;
    /// In how many passages a word stands.
    fn count(&self, slot: Slot, word: &str) -> u64;
    /// Known Latin words within `most` slips of this one, the best first, with their slips.
    fn near(&self, word: &str, most: u8) -> Vec<(String, u8)>;
}

/// One thing that was asked for, and the ways to say it.
#[derive(Debug, Clone, Default)]
pub(super) struct Need {
    pub weight: f32,
    /// Any of these will do; of each, every word has to be there. The number says how well it does.
    pub ways: Vec<(f32, Vec<(Slot, String)>)>,
}

/// What is looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub words: BTreeMap<(Slot, String), f32>,
    pub needs: Vec<Need>,
    /// What an answer has to say to be one: characters and syllables by their neighbors, without what only asks.
    pub gist: Vec<Need>,
    /// What is shown as found, and how much of what was asked it is; no single characters and syllables, which stand everywhere.
    pub marks: HashMap<(View, String), f32>,
    /// Concepts of which other names were added.
    pub concepts: Vec<usize>,
    /// The question as it may have been meant.
    pub meant: Option<String>,
    /// The question's own units.
    pub asked: Vec<Unit>,
}

/// How well a need is answered by a way of whose words so many are there: of the own words a part is a part, of another name
/// it is nothing.
pub(super) fn worth(does: f32, there: usize, words: usize) -> f32 {
    let number = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    if does < 1.0 { does * f32::from(u8::from(there == words)) } else { does * number(there) / number(words.max(1)) }
}

/// How much a word says that stands in `with` of `all` passages.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(super) fn rarity(all: u64, with: u64) -> f32 {
    let (all, with) = (all as f32, with as f32);
    ((all - with + 0.5).max(0.5) / (with + 0.5)).ln_1p()
}

/// How much each field weighs. Tuned on half of the queries of five sets; `cargo xtask bench search` runs such sets.
fn weight(slot: Slot) -> f32 {
    match slot {
        Slot::TitleUnits => 3.0,
        Slot::Pairs | Slot::TitleSounds | Slot::TitleInitials => 1.0,
        Slot::Units | Slot::Words | Slot::TitleWords | Slot::Sounds => 0.6,
        // In titles characters say enough; pairs of a title count for other names only.
        Slot::TitlePairs => 0.0,
    }
}

/// Of words of the Chinese dictionary.
const DICTIONARY: f32 = 0.5;
/// Of words that ask rather than say.
const SOFT: f32 = 0.25;
/// Of another name of the same, and where the index does not know the one that was asked for.
const SYNONYM: f32 = 0.4;
const INSTEAD: f32 = 1.0;
/// Of what sounds the same, and of a word with one slip, with two.
const HOMOPHONE: f32 = 0.8;
const SLIP: f32 = 0.8;
const SLIPS: f32 = 0.5;

/// How many words are looked up in the end.
const MOST_WORDS: usize = 28;

struct Planner<'a> {
    vocabulary: &'a dyn Vocabulary,
    thesaurus: &'a Thesaurus,
    with_synonyms: bool,
    plan: Plan,
    text: &'a str,
    /// What was said, and which of it only asks.
    units: &'a [Unit],
    soft: Vec<bool>,
    /// Of each unit, the need it belongs to.
    need_of: Vec<usize>,
}

pub(super) fn plan(text: &str, vocabulary: &dyn Vocabulary, thesaurus: &Thesaurus, with_synonyms: bool) -> Plan {
    let units = words::units(text);
    let (soft, need_of) = (soft::soften(&units), vec![usize::MAX; units.len()]);
    let mut planner =
        Planner { vocabulary, thesaurus, with_synonyms, plan: Plan::default(), text, units: &units, soft, need_of };
    let concepts = planner.divide();
    let named = concepts.len();
    planner.say();
    planner.guess();
    if with_synonyms {
        for (need, named) in concepts {
            planner.call(need, named);
        }
    }
    planner.trim();
    let gist = planner.gist(named);
    let plan = planner.plan;
    Plan { gist, asked: units, ..plan }
}

impl<'a> Planner<'a> {
    fn add(&mut self, slot: Slot, word: &str, weight: f32) {
        if weight > 0.0 {
            let kept = self.plan.words.entry((slot, word.to_owned())).or_default();
            *kept = kept.max(weight);
        }
    }

    /// Looks a word up in all that is said and in titles, at `part` of what its fields weigh.
    fn look_up(&mut self, view: View, word: &str, part: f32) {
        // Words of the dictionary repeat what characters and pairs have said already.
        let part = if view == View::Words && !word.is_ascii() { part * DICTIONARY } else { part };
        for slot in Slot::ALL.into_iter().filter(|slot| slot.view() == view) {
            self.add(slot, word, part * weight(slot));
        }
    }

    fn mark(&mut self, view: View, word: &str, part: f32) {
        let kept = self.plan.marks.entry((view, word.to_owned())).or_default();
        *kept = kept.max(part);
    }

    /// A need for each known name, and one for each other unit.
    fn divide(&mut self) -> Vec<(usize, &'a [Named])> {
        let mut concepts = Vec::new();
        let thesaurus = self.thesaurus;
        for (from, count, named) in thesaurus.spot(self.units) {
            // A name says what it is about, whatever words it is made of.
            self.soft[from..from + count].fill(false);
            self.need_of[from..from + count].fill(concepts.len());
            concepts.push((concepts.len(), named));
        }
        let mut needs = concepts.len();
        for need in self.need_of.iter_mut().filter(|need| **need == usize::MAX) {
            *need = needs;
            needs += 1;
        }
        self.plan.needs = vec![Need::default(); needs];
        concepts
    }

    /// The question's own words.
    fn say(&mut self) {
        let units = self.units;
        for view in [View::Units, View::Pairs, View::Words] {
            for word in words::view(units, view) {
                let is_soft = self.soft[word.first..=word.last].contains(&true);
                self.look_up(view, &word.text, if is_soft { SOFT } else { 1.0 });
                let is_common = view == View::Units && !is_alone(units, word.first);
                if !is_soft && !is_common {
                    self.mark(view, &word.text, 1.0);
                }
            }
        }
        for need in 0..self.plan.needs.len() {
            let mut own = (0..units.len()).filter(|at| self.need_of[*at] == need);
            let Some(first) = own.next() else { continue };
            let name = &units[first..=own.next_back().unwrap_or(first)];
            let part = if self.soft[first] { SOFT } else { 1.0 };
            let weight =
                part * name.iter().map(|unit| self.rarity(self.vocabulary.count(Slot::Units, &unit.text))).sum::<f32>();
            self.plan.needs[need] = Need { weight, ways: vec![(1.0, said(name))] };
        }
    }

    fn rarity(&self, count: u64) -> f32 {
        rarity(self.vocabulary.all(), count)
    }

    /// Leaves out what says least, and what stands nowhere: measured, more words make a question slower and no better.
    fn trim(&mut self) {
        let mut words: Vec<(f32, (Slot, String), f32)> = Vec::new();
        for ((slot, word), weight) in std::mem::take(&mut self.plan.words) {
            let count = self.vocabulary.count(slot, &word);
            if count > 0 {
                words.push((weight * self.rarity(count), (slot, word), weight));
            }
        }
        words.sort_by(|one, other| other.0.total_cmp(&one.0));
        words.truncate(MOST_WORDS);
        self.plan.words = words.into_iter().map(|(_, key, weight)| (key, weight)).collect();
    }

    /// The needs that are names, of which `named` come first, and between them what stands together.
    fn gist(&self, named: usize) -> Vec<Need> {
        // What was taken for something else is asked for in pieces of the guess.
        if self.plan.meant.is_some() {
            return self.plan.needs.clone();
        }
        let mut gist = self.plan.needs[..named].to_vec();
        let mut at = 0;
        while at < self.units.len() {
            let from = at;
            at += 1;
            if self.soft[from] || self.need_of[from] < named {
                continue;
            }
            let goes_on = |at: usize| {
                self.units[at].script != Script::Latin
                    && words::follows(&self.units[at - 1], &self.units[at])
                    && !self.soft[at]
                    && self.need_of[at] >= named
            };
            while at < self.units.len() && goes_on(at) {
                at += 1;
            }
            if at - from == 1 {
                gist.push(self.plan.needs[self.need_of[from]].clone());
            } else {
                let weight = (from..at).map(|unit| self.plan.needs[self.need_of[unit]].weight).sum();
                gist.push(Need { weight, ways: vec![(1.0, said(&self.units[from..at]))] });
            }
        }
        gist
    }

    /// Other names for what a need asks for.
    fn call(&mut self, need: usize, named: &[Named]) {
        let is_known = |(slot, word): &(Slot, String)| self.vocabulary.count(*slot, word) > 0;
        let own = self.plan.needs[need].ways.first();
        let part = if own.is_some_and(|own| own.1.iter().all(is_known)) { SYNONYM } else { INSTEAD };
        let thesaurus = self.thesaurus;
        for (concept, own_name) in named {
            for (_, name) in thesaurus.concept(*concept).names.iter().enumerate().filter(|(at, _)| at != own_name) {
                if self.add_name(need, name, part, part.max(0.8)) && !self.plan.concepts.contains(concept) {
                    self.plan.concepts.push(*concept);
                }
            }
        }
    }

    /// Looks a name up too, which does so well for what a need asks for. Not when some of it stands nowhere.
    fn add_name(&mut self, need: usize, name: &str, part: f32, does: f32) -> bool {
        let units = words::units(name);
        let way = said(&units);
        if way.is_empty() || way.iter().any(|(slot, word)| self.vocabulary.count(*slot, word) == 0) {
            return false;
        }
        // A long name is not worth more than a short one.
        let each = part / f32::from(u16::try_from(units.len().max(2) - 1).unwrap_or(u16::MAX)).sqrt();
        if units.len() == 1 {
            self.look_up(View::Units, &units[0].text, part);
            self.mark(View::Units, &units[0].text, part);
        }
        for word in words::view(&units, View::Pairs) {
            self.add(Slot::Pairs, &word.text, each);
            self.add(Slot::TitlePairs, &word.text, each);
            self.mark(View::Pairs, &word.text, part);
        }
        for word in words::view(&units, View::Words) {
            self.add(Slot::Words, &word.text, each * weight(Slot::Words));
            self.add(Slot::TitleWords, &word.text, each);
            self.mark(View::Words, &word.text, part);
        }
        self.plan.needs[need].ways.push((does, way));
        true
    }
}

/// Whether a unit has no neighbor to make a pair with.
fn is_alone(units: &[Unit], at: usize) -> bool {
    let joins = |one: Option<&Unit>, two: Option<&Unit>| {
        one.zip(two).is_some_and(|(one, two)| one.script != Script::Latin && words::follows(one, two))
    };
    let before = at.checked_sub(1).and_then(|before| units.get(before));
    !joins(before, units.get(at)) && !joins(units.get(at), units.get(at + 1))
}

/// The words that say a name: pairs, and what has no neighbor to make one with.
fn said(units: &[Unit]) -> Vec<(Slot, String)> {
    let pairs = words::view(units, View::Pairs).into_iter().map(|word| (Slot::Pairs, word.text));
    let alone = units.iter().enumerate().filter(|(at, _)| is_alone(units, *at)).map(|(_, unit)| match unit.script {
        Script::Latin => (Slot::Words, words::stemmed(&unit.text)),
        Script::Han | Script::Tibetan => (Slot::Units, unit.text.clone()),
    });
    pairs.chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::builtin::parse;

    /// An index of a few texts, as far as a plan asks it.
    struct Few(&'static [&'static str]);

    impl Vocabulary for Few {
        fn all(&self) -> u64 {
            self.0.len() as u64
        }

        fn count(&self, slot: Slot, word: &str) -> u64 {
            let has = |text: &&&str| words::view(&words::units(text), slot.view()).iter().any(|each| each.text == word);
            self.0.iter().filter(has).count() as u64
        }

        fn near(&self, word: &str, _most: u8) -> Vec<(String, u8)> {
            if word == "hypertention" { vec![("hypertension".to_owned(), 1)] } else { Vec::new() }
        }
    }

    const TEXTS: Few = Few(&["高血压的诊断", "measuring hypertension", "ཁྲག་ཤེད་མཐོ་བ་", "脑卒中的急救", "什么是血压"]);

    fn planned(question: &str, with_synonyms: bool) -> Plan {
        let lines = ["高血压 = 血压高 = hypertension = ཁྲག་ཤེད་མཐོ་བ", "脑卒中 = 中风 = stroke"];
        plan(question, &TEXTS, &Thesaurus::of(lines.into_iter().filter_map(parse)), with_synonyms)
    }

    #[test]
    fn what_stands_nowhere_is_taken_for_what_it_may_be() {
        for (question, meant) in [
            ("gaoxueya", Some("高血压")),
            ("gao xue ya", Some("高血压")),
            ("gxy", Some("高血压")),
            ("高雪压", Some("高血压")),
            ("hypertention", Some("hypertension")),
            ("ཁྲིག་ཤེད", Some("ཁྲག་ཤེད")),
            ("khrag shed mtho ba", Some("ཁྲག་ཤེད་མཐོ་བ")),
            ("khrag-shed", Some("ཁྲག་ཤེད")),
            ("mtho", Some("མཐོ")),
            ("高血压", None),
            ("qqqq", None),
        ] {
            assert_eq!(planned(question, true).meant.as_deref(), meant, "{question}");
        }
    }

    #[test]
    fn one_sound_of_a_long_name_is_not_the_name() {
        let thesaurus = Thesaurus::of(["带状疱疹后神经痛 = postherpetic neuralgia"].into_iter().filter_map(parse));
        let texts = Few(&["把手伸进鞋里", "带状疱疹"]);
        let plan = plan("带状疱疹后神经痛", &texts, &thesaurus, true);
        for (_, way) in &plan.gist[0].ways {
            assert_eq!(way.len(), 7, "{way:?}");
        }
        assert_eq!(plan.gist[0].ways.len(), 2, "as it is written, and as it sounds: {:?}", plan.gist);
    }

    #[test]
    fn other_names_weigh_less_and_can_be_left_out() {
        let weight =
            |plan: &Plan, slot, word: &str| plan.words.get(&(slot, word.to_owned())).copied().unwrap_or_default();
        let with = planned("高血压", true);
        assert!(weight(&with, Slot::Pairs, "高血") > weight(&with, Slot::Words, "hypertens"));
        assert!(weight(&with, Slot::Words, "hypertens") > 0.0);
        assert_eq!(with.concepts.len(), 1);
        let without = planned("高血压", false);
        assert_eq!(weight(&without, Slot::Words, "hypertens"), 0.0);
        // A name that stands nowhere is asked for under the one that does.
        let unknown = planned("中风", true);
        assert!(weight(&unknown, Slot::TitlePairs, "卒中") > weight(&with, Slot::TitleWords, "hypertens"));
    }

    #[test]
    fn words_that_only_ask_say_little_unless_they_are_all_there_is() {
        let weight = |question: &str| planned(question, true).words[&(Slot::TitleUnits, "什".to_owned())];
        assert!(weight("什么是高血压") < weight("什么"));
    }

    #[test]
    fn any_question_has_a_plan() {
        for question in ["", "\u{0}", "་", "\u{f71}", "\u{202e}abc", "🏥", "+-&&||!(){}", "1", "ａ"] {
            let plan = planned(question, true);
            assert!(plan.words.keys().all(|(_, word)| !word.is_empty()), "{question:?}");
        }
    }
}
