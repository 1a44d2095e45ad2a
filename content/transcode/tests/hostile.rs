//! Does a hostile file do any harm? More than a thousand spoilt and crafted files are given to children, which must
//! answer, in time, within their memory, and touch nothing but their folder.

#[path = "hostile/child.rs"]
mod child;
#[path = "hostile/crafted.rs"]
mod crafted;
#[path = "hostile/mutations.rs"]
mod mutations;
#[path = "hostile/seeds.rs"]
mod seeds;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use child::{Cell, End, Ended};
use seeds::Seed;
use serde_json::Value;

/// Spoilt files of each seed.
const OF_EACH: usize = 56;
/// Of those that pass a look, this many are encoded.
const ENCODED: usize = 150;
/// Children at a time.
const AT_A_TIME: usize = 3;

/// Causes that lie in the file: the server says them to who uploaded it, and does not try again.
const CAUSES: [&str; 6] = ["not_media", "no_video", "too_long", "too_large", "unsupported_codec", "truncated"];

/// A crash in a library is shut in with its file, and told as `worker_died`; more than a few would be ours to mend.
const MOST_DEATHS: usize = 10;

/// What became of one file.
struct Answer {
    number: usize,
    ended: Ended,
}

/// Gives files `0..many` to children, a few at a time, each in a cell that only one child uses at once.
fn give(many: usize, one: impl Fn(&Cell, usize) -> Ended + Sync) -> Vec<Answer> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for place in 0..AT_A_TIME {
            let cell = Cell::new(home.path().join(place.to_string()));
            let (next, answers, one) = (&next, &answers, &one);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= many {
                        break;
                    }
                    let ended = one(&cell, number);
                    answers.lock().expect("no panic before").push(Answer { number, ended });
                }
            });
        }
    });
    let mut answers = answers.into_inner().expect("no panic before");
    answers.sort_by_key(|answer| answer.number);
    assert_eq!(answers.len(), many);
    answers
}

fn name_of(seeds: &[Seed], number: usize) -> String {
    format!(
        "{} no. {} ({})",
        seeds[number % seeds.len()].name,
        number / seeds.len(),
        mutations::name(number / seeds.len())
    )
}

fn spoilt(seeds: &[Seed], number: usize) -> Vec<u8> {
    mutations::spoil(&seeds[number % seeds.len()].bytes, number / seeds.len())
}

/// How many ended how, and the slowest.
fn tally(what: &str, answers: &[Answer], name: impl Fn(usize) -> String) {
    let mut counts: BTreeMap<&End, usize> = BTreeMap::new();
    for answer in answers {
        *counts.entry(&answer.ended.end).or_default() += 1;
    }
    let slowest = answers.iter().max_by_key(|answer| answer.ended.took).expect("an answer");
    let (took, slowest) = (slowest.ended.took, name(slowest.number));
    eprintln!("{what}: {} files, {counts:?}, slowest {slowest} with {took:.1?}", answers.len());
}

/// Holds every answer to what the server can tell the person who uploaded the file.
fn hold(seeds: &[Seed], answers: &[Answer], expected: &End) {
    let is_fine = |end: &End| match end {
        End::Failed(cause) => CAUSES.contains(&cause.as_str()),
        End::Died(_) => true,
        end => end == expected,
    };
    let wrong: Vec<String> = answers
        .iter()
        .filter(|answer| !is_fine(&answer.ended.end))
        .map(|answer| format!("{}: {:?} {}", name_of(seeds, answer.number), answer.ended.end, answer.ended.word))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), answers.len(), wrong.join("\n"));
    let dead: Vec<String> = answers
        .iter()
        .filter(|answer| matches!(answer.ended.end, End::Died(_)))
        .map(|answer| format!("{}: {:?}", name_of(seeds, answer.number), answer.ended.end))
        .collect();
    assert!(dead.len() <= MOST_DEATHS, "{} died:\n{}", dead.len(), dead.join("\n"));
}

#[test]
fn a_thousand_spoilt_files_are_refused_or_encoded_and_harm_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = seeds::make(folder.path());
    let whole = give(seeds.len(), |cell, number| cell.look(&seeds[number].bytes));
    for answer in &whole {
        assert_eq!(answer.ended.end, End::Looked, "{} is good: {}", seeds[answer.number].name, answer.ended.word);
    }
    let looks = give(seeds.len() * OF_EACH, |cell, number| cell.look(&spoilt(&seeds, number)));
    assert!(looks.len() >= 1000);
    tally("looked at", &looks, |number| name_of(&seeds, number));
    hold(&seeds, &looks, &End::Looked);
    let passed: Vec<(usize, &Value)> = looks
        .iter()
        .filter(|answer| answer.ended.end == End::Looked)
        .map(|answer| (answer.number, &answer.ended.word))
        .collect();
    assert!(passed.len() >= 100, "damage that is always seen at once tries nothing");
    let sample: Vec<_> = passed.iter().step_by(passed.len().div_ceil(ENCODED)).collect();
    let mut encoded = give(sample.len(), |cell, each| {
        let (number, look) = sample[each];
        cell.encode(&spoilt(&seeds, *number), look)
    });
    for answer in &mut encoded {
        answer.number = sample[answer.number].0;
    }
    tally("encoded", &encoded, |number| name_of(&seeds, number));
    hold(&seeds, &encoded, &End::Done);
}

#[test]
fn what_is_made_to_do_harm_is_refused_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let crafted = crafted::all(folder.path());
    let answers = give(crafted.len(), |cell, number| cell.look(&crafted[number].bytes));
    tally("crafted", &answers, |number| crafted[number].name.to_owned());
    let wrong: Vec<String> = answers
        .iter()
        .filter(|answer| match &answer.ended.end {
            End::Looked => !crafted[answer.number].answers.contains(&"looked"),
            End::Failed(cause) => !crafted[answer.number].answers.contains(&cause.as_str()),
            _ => true,
        })
        .map(|answer| format!("{}: {:?} {}", crafted[answer.number].name, answer.ended.end, answer.ended.word))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
