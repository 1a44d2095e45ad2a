//! What does a nation's catalog hold? Courses line by line with their lessons, and no files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::chance::Chance;
use super::library::{COURSEWARE, Course, LECTURES, PROVINCIAL, Wanted};
use super::words::{ASPECTS, AUDIENCES, AUTHORS, FORMS, PARTS, Three};

/// Lessons of a course; its modules hold three or four of them.
const LESSONS: usize = 10;
/// The beginning of 2027 in ms since 1970; reviews fall due in the four years after it.
const FIRST_DUE_MS: u64 = 1_798_732_800_000;
const DAY_MS: u64 = 24 * 3_600_000;

/// Writes `catalog.jsonl`.
pub(super) fn write(folder: &Path, wanted: &Wanted) -> Result<()> {
    let mut chance = Chance::new(wanted.seed);
    let videos = (PROVINCIAL + LECTURES) * wanted.scale.times();
    let documents = COURSEWARE * wanted.scale.times();
    let courses = videos.div_ceil(LESSONS);
    let bar = ProgressBar::new(courses as u64);
    let mut out = BufWriter::new(File::create(folder.join("catalog.jsonl"))?);
    for number in 0..courses {
        let course = Course::new(&mut chance, number);
        let lessons = number * LESSONS..videos.min((number + 1) * LESSONS);
        let handouts = number * documents / courses..(number + 1) * documents / courses;
        writeln!(out, "{}", told(&course, &mut chance, lessons, handouts))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(out.flush()?)
}

fn told(
    course: &Course,
    chance: &mut Chance,
    lessons: std::ops::Range<usize>,
    handouts: std::ops::Range<usize>,
) -> Value {
    let numbers: Vec<usize> = lessons.collect();
    let modules: Vec<Value> = PARTS
        .iter()
        .zip(numbers.chunks(LESSONS.div_ceil(PARTS.len())))
        .map(|(part, numbers)| {
            let lessons: Vec<Value> = numbers.iter().map(|number| item(course, chance, *number, "mp4")).collect();
            json!({"title": texts(*part), "lessons": lessons})
        })
        .collect();
    let handouts: Vec<Value> = handouts.map(|number| item(course, chance, number, "pdf")).collect();
    json!({
        "column": course.column,
        "language": "zh",
        "title": titles(course.titles()),
        "summary": {"zh": format!("{}主办，面向基层医务人员。", course.place)},
        "modules": modules,
        "handouts": handouts,
    })
}

fn titles([zh, bo, en]: [String; 3]) -> Value {
    json!({"zh": zh, "bo": bo, "en": en})
}

fn texts((zh, bo, en): Three) -> Value {
    json!({"zh": zh, "bo": bo, "en": en})
}

fn item(course: &Course, chance: &mut Chance, number: usize, ending: &str) -> Value {
    let (zh, form) = (course.topic.0, chance.of(&FORMS));
    let seconds = 120 + chance.below(600);
    json!({
        "title": titles(course.titles_of(form, number + 1)),
        "summary": {"zh": format!("{}讲解{zh}{}。", course.place, form.0)},
        "language": chance.of(&["zh", "zh", "zh", "bo", "en"]),
        "filename": format!("{number:06}.{ending}"),
        "size_bytes": seconds * 60_000,
        "duration_ms": seconds * 1_000,
        "author": chance.of(&AUTHORS),
        "institution": course.place,
        "review_by": FIRST_DUE_MS + DAY_MS * chance.below(4 * 365) as u64,
        "aspects": [chance.of(&ASPECTS).0, chance.of(&ASPECTS).0],
        "audience": chance.of(&AUDIENCES).0,
    })
}
