//! Does its title say what was asked, and is it like the titles of the best? A title is short and means what it says: measured,
//! both put the right things higher, most of all for short questions in Chinese.

use std::collections::HashMap;

use super::hits;
use super::plan::{Need, Plan, Vocabulary, rarity, worth};
use super::query::Thing;
use super::schema::Slot;
use super::vocabulary::Known;
use super::words::{self, Script, Unit};

/// How many things are looked at.
const LOOKED_AT: usize = 30;
/// How much more a thing is worth whose title says all that was asked and nothing else.
const FIT: f32 = 0.6;
/// How much more one is worth whose title is like those of the best, and how many are the best.
const LIKE: f32 = 1.0;
const BEST: usize = 5;

/// Weighs the best things by their titles; their order is the caller's.
pub(super) fn weigh(known: &Known, plan: &Plan, things: &mut [Thing]) -> tantivy::Result<()> {
    let count = things.len().min(LOOKED_AT);
    let things = &mut things[..count];
    let mut seen = Seen::new(known);
    let asked = distinct(plan.asked.iter().map(|unit| seen.number(unit)).collect());
    let needs: Vec<Asked> = plan.needs.iter().map(|need| Asked::of(need, &mut seen)).collect();
    let mut titles: Vec<Vec<Vec<usize>>> = Vec::with_capacity(things.len());
    for thing in things.iter() {
        let title = hits::title(&known.searcher, &known.fields, thing)?;
        let lines = title.iter().flat_map(|(_, text)| text.lines());
        titles.push(lines.map(|line| words::units(line).iter().map(|unit| seen.number(unit)).collect()).collect());
    }
    for (thing, lines) in things.iter_mut().zip(&titles) {
        let fit = lines.iter().map(|line| fit(&seen, &asked, &needs, line)).fold(0.0, f32::max);
        thing.best.score *= 1.0 + FIT * fit;
    }
    let scores: Vec<f32> = things.iter().map(|thing| thing.best.score).collect();
    for (thing, like) in things.iter_mut().zip(likeness(&seen, &titles, &scores)) {
        thing.best.score *= 1.0 + LIKE * like;
    }
    Ok(())
}

/// Every unit that was met, as a number, and how much it says.
struct Seen<'a> {
    known: &'a Known,
    all: u64,
    numbers: HashMap<String, usize>,
    rarity: Vec<f32>,
    is_han: Vec<bool>,
}

impl<'a> Seen<'a> {
    fn new(known: &'a Known) -> Self {
        let all = known.all();
        Self { known, all, numbers: HashMap::new(), rarity: Vec::new(), is_han: Vec::new() }
    }

    fn number(&mut self, unit: &Unit) -> usize {
        let is_latin = unit.script == Script::Latin;
        let key = if is_latin { words::stemmed(&unit.text) } else { unit.text.clone() };
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.rarity.len();
        self.rarity.push(rarity(self.all, self.known.count(Slot::Units, &unit.text)));
        self.is_han.push(unit.script == Script::Han);
        self.numbers.insert(key, number);
        number
    }

    fn sum(&self, units: impl Iterator<Item = usize>) -> f32 {
        units.map(|unit| self.rarity[unit]).sum()
    }
}

fn distinct(mut units: Vec<usize>) -> Vec<usize> {
    units.sort_unstable();
    units.dedup();
    units
}

/// A word of a name: a unit, or two that follow each other.
enum Part {
    One(usize),
    Two(usize, usize),
}

impl Part {
    fn of(slot: Slot, word: &str, seen: &mut Seen<'_>) -> Option<Self> {
        match words::units(word).as_slice() {
            [one, two] if slot == Slot::Pairs => Some(Self::Two(seen.number(one), seen.number(two))),
            [one, ..] => Some(Self::One(seen.number(one))),
            [] => None,
        }
    }

    fn is_in(&self, title: &[usize]) -> bool {
        match self {
            Self::One(unit) => title.contains(unit),
            Self::Two(one, two) => title.windows(2).any(|pair| pair == [*one, *two]),
        }
    }

    fn units(&self) -> Vec<usize> {
        match self {
            Self::One(unit) => vec![*unit],
            Self::Two(one, two) => vec![*one, *two],
        }
    }
}

/// A need with the ways to say it in units.
struct Asked {
    weight: f32,
    ways: Vec<(f32, Vec<Part>)>,
}

impl Asked {
    fn of(need: &Need, seen: &mut Seen<'_>) -> Self {
        let is_read = |slot: &Slot| matches!(slot, Slot::Pairs | Slot::Units | Slot::Words);
        let ways = need.ways.iter().filter(|(_, way)| !way.is_empty() && way.iter().all(|(slot, _)| is_read(slot)));
        let parts = |way: &[(Slot, String)], seen: &mut Seen<'_>| {
            way.iter().filter_map(|(slot, word)| Part::of(*slot, word, seen)).collect()
        };
        Self { weight: need.weight, ways: ways.map(|(does, way)| (*does, parts(way, seen))).collect() }
    }

    /// How well a title says this, and, by other names, which of its units do.
    fn said_in(&self, title: &[usize], says: &mut HashMap<usize, f32>) -> f32 {
        let mut best = 0.0_f32;
        for (does, way) in &self.ways {
            let has = way.iter().filter(|part| part.is_in(title)).count();
            best = best.max(worth(*does, has, way.len()));
            if *does < 1.0 && has == way.len() {
                for unit in way.iter().flat_map(Part::units) {
                    let kept = says.entry(unit).or_default();
                    *kept = kept.max(*does);
                }
            }
        }
        self.weight * best
    }
}

/// How much of the title was asked for, and how much of what was asked it says, together (their harmonic mean), 0 to 1.
fn fit(seen: &Seen<'_>, asked: &[usize], needs: &[Asked], title: &[usize]) -> f32 {
    let mut says: HashMap<usize, f32> = asked.iter().map(|unit| (*unit, 1.0)).collect();
    let all: f32 = needs.iter().map(|need| need.weight).sum();
    let answered = needs.iter().map(|need| need.said_in(title, &mut says)).sum::<f32>() / all.max(f32::MIN_POSITIVE);
    let own = asked.iter().copied().filter(|unit| title.contains(unit));
    let own = seen.sum(own) / seen.sum(asked.iter().copied()).max(f32::MIN_POSITIVE);
    let said = own.max(answered);
    let title = distinct(title.to_vec());
    let wanted: f32 = title.iter().map(|unit| seen.rarity[*unit] * says.get(unit).copied().unwrap_or_default()).sum();
    let wanted = wanted / seen.sum(title.iter().copied()).max(f32::MIN_POSITIVE);
    if wanted + said > 0.0 { 2.0 * wanted * said / (wanted + said) } else { 0.0 }
}

/// The cosine of each title with the sum of the best ones, itself left out; only of what is written in Han: measured, the
/// words of English titles lead astray.
fn likeness(seen: &Seen<'_>, titles: &[Vec<Vec<usize>>], scores: &[f32]) -> Vec<f32> {
    let han =
        |lines: &Vec<Vec<usize>>| distinct(lines.iter().flatten().copied().filter(|unit| seen.is_han[*unit]).collect());
    let titles: Vec<Vec<usize>> = titles.iter().map(han).collect();
    let square = |unit: &usize| seen.rarity[*unit] * seen.rarity[*unit];
    let length = |title: &Vec<usize>| title.iter().map(square).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let lengths: Vec<f32> = titles.iter().map(length).collect();
    let mut order: Vec<usize> = (0..titles.len()).filter(|at| !titles[*at].is_empty()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
    let (mut parts, mut sum) = (vec![0.0; titles.len()], vec![0.0; seen.rarity.len()]);
    for at in order.iter().take(BEST) {
        parts[*at] = (scores[*at] / scores[order[0]].max(f32::MIN_POSITIVE)).powi(2);
        for unit in &titles[*at] {
            sum[*unit] += parts[*at] * seen.rarity[*unit] / lengths[*at];
        }
    }
    let whole: f32 = sum.iter().map(|part| part * part).sum();
    let like = |at: usize| {
        let dot: f32 = titles[at].iter().map(|unit| sum[*unit] * seen.rarity[*unit]).sum::<f32>() / lengths[at];
        let others = (whole - 2.0 * parts[at] * dot + parts[at] * parts[at]).max(0.0).sqrt();
        // Where nothing else is among the best, it is like nothing.
        if others > 1e-3 { ((dot - parts[at]) / others).max(0.0) } else { 0.0 }
    };
    (0..titles.len()).map(like).collect()
}
