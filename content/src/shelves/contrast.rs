//! What differs between what learners see of a file and what is proposed? Told so that a person can read it; pure.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::Facet;
use super::proposed::Description;
use crate::ids::Language;
use crate::media::captions::{self, Cue};
use crate::proposals::{Kind, Proposal};
use crate::texts::Texts;

/// So many lines are aligned at most (the time it takes grows with their product); of more, the first stands beside the first.
const ALIGNED: usize = 1000;

/// What of a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Title,
    Language,
    Summary,
    Author,
    Institution,
    Disclosure,
    License,
    Source,
    ReviewBy,
    Terms(Facet),
    Captions(Language),
}

/// What stands there, and what is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sides {
    Texts(Texts, Texts),
    Lines(String, String),
    Languages(Option<Language>, Option<Language>),
    /// Days as their ends (ms since 1970 UTC).
    Days(Option<i64>, Option<i64>),
    /// Slugs that go, and that come.
    Terms(Vec<String>, Vec<String>),
    /// The lines of captions that differ, in their order.
    Cues(Vec<(Option<Cue>, Option<Cue>)>),
}

/// What a proposal changes; nothing where it cannot be read.
pub fn differences(proposal: &Proposal) -> Vec<(Part, Sides)> {
    let (before, after) = (proposal.before.as_deref(), proposal.after.as_deref());
    match proposal.kind {
        Kind::Title => {
            let [before, after] = [before, after].map(|json| json.map(str::to_owned).map(Texts::try_from));
            let read = |texts: Option<Result<Texts, _>>| texts.and_then(Result::ok).unwrap_or_default();
            vec![(Part::Title, Sides::Texts(read(before), read(after)))]
        }
        Kind::Language => {
            let [before, after] = [before, after].map(|word| word.and_then(Language::parse));
            vec![(Part::Language, Sides::Languages(before, after))]
        }
        Kind::About => {
            let [before, after] = [before, after].map(|json| json.and_then(Description::read).unwrap_or_default());
            between(&before, &after)
        }
        Kind::Captions => {
            let Some(language) = Language::parse(&proposal.slot) else { return Vec::new() };
            let [before, after] = [before, after].map(|vtt| captions::cues(vtt.unwrap_or_default()));
            vec![(Part::Captions(language), Sides::Cues(cues_between(&before, &after)))]
        }
    }
}

fn between(before: &Description, after: &Description) -> Vec<(Part, Sides)> {
    let (was, is) = (&before.about, &after.about);
    let mut found = Vec::new();
    if was.summary != is.summary {
        found.push((Part::Summary, Sides::Texts(was.summary.clone(), is.summary.clone())));
    }
    let lines = [
        (Part::Author, &was.author, &is.author),
        (Part::Institution, &was.institution, &is.institution),
        (Part::Disclosure, &was.disclosure, &is.disclosure),
        (Part::License, &was.license, &is.license),
        (Part::Source, &was.source, &is.source),
    ];
    let lines = lines.into_iter().filter(|(_, was, is)| was != is);
    found.extend(lines.map(|(part, was, is)| (part, Sides::Lines(was.clone(), is.clone()))));
    if was.review_by != is.review_by {
        found.push((Part::ReviewBy, Sides::Days(was.review_by, is.review_by)));
    }
    for facet in Facet::ALL {
        let only = |these: &Description, those: &Description| -> Vec<String> {
            let own = these.terms.iter().filter(|term| term.0 == *facet && !those.terms.contains(term));
            own.map(|term| term.1.clone()).collect()
        };
        let (gone, new) = (only(before, after), only(after, before));
        if !gone.is_empty() || !new.is_empty() {
            found.push((Part::Terms(*facet), Sides::Terms(gone, new)));
        }
    }
    found
}

/// The lines that went, came, or became another.
fn cues_between(before: &[Cue], after: &[Cue]) -> Vec<(Option<Cue>, Option<Cue>)> {
    let key = |cue: &Cue| (cue.from_ms, cue.to_ms, cue.text.clone());
    let (old, new): (Vec<_>, Vec<_>) = (before.iter().map(key).collect(), after.iter().map(key).collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let (before, after) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    if old.len().max(new.len()) > ALIGNED {
        let beside = paired(before, after).filter(|(was, is)| was.as_ref().map(key) != is.as_ref().map(key));
        return beside.collect();
    }
    let steps = capture_diff_slices(Algorithm::Myers, old, new);
    let changed = steps.into_iter().filter(|step| step.tag() != DiffTag::Equal);
    changed.flat_map(|step| paired(&before[step.old_range()], &after[step.new_range()]).collect::<Vec<_>>()).collect()
}

fn paired<'a>(before: &'a [Cue], after: &'a [Cue]) -> impl Iterator<Item = (Option<Cue>, Option<Cue>)> + 'a {
    (0..before.len().max(after.len())).map(|at| (before.get(at).cloned(), after.get(at).cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelves::About;

    fn cue(from_ms: i64, text: &str) -> Cue {
        Cue { from_ms, to_ms: from_ms + 1000, text: text.into() }
    }

    fn told(pairs: Vec<(Option<Cue>, Option<Cue>)>) -> Vec<(String, String)> {
        let side = |cue: Option<Cue>| cue.map(|cue| format!("{} {}", cue.from_ms, cue.text)).unwrap_or_default();
        pairs.into_iter().map(|(was, is)| (side(was), side(is))).collect()
    }

    fn pair(was: &str, is: &str) -> (String, String) {
        (was.to_owned(), is.to_owned())
    }

    #[test]
    fn only_the_lines_that_differ_are_told() {
        let before = [cue(0, "a"), cue(1000, "give 5 mg"), cue(2000, "c")];
        let after = [cue(0, "a"), cue(1000, "give 50 mg"), cue(2000, "c")];
        assert_eq!(told(cues_between(&before, &after)), [pair("1000 give 5 mg", "1000 give 50 mg")]);
        assert_eq!(told(cues_between(&before, &before)), []);
        assert_eq!(told(cues_between(&[], &[cue(0, "a")])), [pair("", "0 a")]);
        let without = [cue(0, "a"), cue(2000, "c")];
        assert_eq!(told(cues_between(&before, &without)), [pair("1000 give 5 mg", "")]);
        let later = [cue(500, "a"), cue(1500, "give 5 mg")];
        let told = told(cues_between(&before[..2], &later));
        assert_eq!(told, [pair("0 a", "500 a"), pair("1000 give 5 mg", "1500 give 5 mg")]);
    }

    #[test]
    fn a_day_of_speech_is_told_apart_line_by_line() {
        let cues = |say: &str| (0..20_000).map(|at| cue(at * 1000, &format!("{say} {at}"))).collect::<Vec<_>>();
        assert_eq!(cues_between(&cues("a"), &cues("b")).len(), 20_000);
    }

    #[test]
    fn of_what_is_said_each_part_that_differs_is_told() {
        let before = Description::default();
        let about = About { author: "forged".into(), review_by: Some(5), ..About::default() };
        let after = Description { about, terms: vec![(Facet::Aspect, "ethics".into())] };
        let parts: Vec<_> = between(&before, &after).into_iter().map(|(part, _)| part).collect();
        assert_eq!(parts, [Part::Author, Part::ReviewBy, Part::Terms(Facet::Aspect)]);
        assert_eq!(between(&after, &after), []);
    }
}
