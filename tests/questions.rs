//! Does search answer what doctors type? A hundred questions in three languages over the sample library and the titles of
//! a prefecture's first day, with slips, pinyin, first letters, abbreviations, and scripts mixed.

use std::collections::BTreeMap;

use content::search::trial::{Text, Trial};
use serde_json::Value;

/// What the day-one library is made of.
#[path = "../xtask/src/seed/words.rs"]
#[expect(dead_code, reason = "only topics and forms are asked for")]
mod words;

/// Of a hundred, how many have a right answer among the first three, and how many first of all.
const IN_THE_FIRST_THREE: usize = 95;
const FIRST: usize = 85;

/// The titles of all languages, a line each.
fn titles(of: &Value) -> String {
    ["zh", "bo", "en"].iter().filter_map(|language| of[language].as_str()).collect::<Vec<_>>().join("\n")
}

fn library() -> Vec<Text> {
    let mut texts = Vec::new();
    let mut add = |title: String, body: String| {
        let id = title.lines().next().unwrap_or_default().to_owned();
        texts.push(Text { id, title, body });
    };
    let sample = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../content/sample/library.json"));
    let sample: Value = serde_json::from_str(&sample.unwrap()).unwrap();
    for course in sample["courses"].as_array().unwrap() {
        add(titles(&course["title"]), titles(&course["summary"]));
        for module in course["modules"].as_array().unwrap() {
            for lesson in module["lessons"].as_array().unwrap() {
                add(titles(&lesson["title"]), titles(&lesson["summary"]));
            }
        }
    }
    for (zh, bo, en) in words::TOPICS {
        for (form_zh, form_bo, form_en) in words::FORMS {
            let title = format!("{zh}{form_zh}\n{} {form_bo}\n{form_en} {en}", bo.trim_end_matches('།'));
            add(title, format!("{}讲解{zh}{form_zh}，面向基层医务人员。", words::INSTITUTIONS[0]));
        }
    }
    texts
}

/// A question, what its answer is called, and how it is typed.
fn questions() -> Vec<(&'static str, Vec<&'static str>, &'static str)> {
    let lines = include_str!("search/questions.tsv").lines().filter(|line| !line.starts_with('#'));
    let read = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (cells[0], cells[1].split('|').collect(), cells[2])
    };
    lines.map(read).collect()
}

#[test]
fn what_doctors_type_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::build(folder.path(), &library()).unwrap();
    let questions = questions();
    assert_eq!(questions.len(), 100);
    let (mut first, mut missed) = (0, BTreeMap::new());
    for (question, wanted, sort) in questions {
        let found = trial.ask(question, true).unwrap();
        let is_right = |id: &String| wanted.iter().any(|wanted| id.contains(wanted));
        match found.iter().take(3).position(is_right) {
            Some(0) => first += 1,
            Some(_) => {}
            None => {
                missed.insert(question, (sort, found.into_iter().next()));
            }
        }
    }
    let nothing: Vec<_> = missed.iter().filter(|(_, (_, found))| found.is_none()).collect();
    assert!(nothing.len() < 2, "nothing at all was found for {nothing:?}");
    assert!(100 - missed.len() >= IN_THE_FIRST_THREE, "{} of 100: {missed:#?}", 100 - missed.len());
    assert!(first >= FIRST, "first of all for {first} of 100 only; {missed:#?}");
}
