//! What is in the library, row by row?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use indicatif::ProgressBar;

use super::Scale;
use super::catalog;
use super::chance::Chance;
use super::media::{self, DOCUMENTS, VIDEOS};
use super::people;
use super::words::{ASPECTS, AUDIENCES, AUTHORS, COLUMNS, FORMS, INSTITUTIONS, PARTS, TOPICS, Three};

/// The real prefecture's first day.
pub(super) const PROVINCIAL: usize = 412;
pub(super) const LECTURES: usize = 1_000;
pub(super) const COURSEWARE: usize = 327;

pub(super) struct Wanted {
    pub(super) scale: Scale,
    pub(super) is_distinct: bool,
    pub(super) seed: u64,
    /// The folder of the sample library, whose people and courses are in it too.
    pub(super) sample: Option<PathBuf>,
}

/// Writes `library.json` (institutions and people), the sheets, and the files they name.
pub(super) fn write(folder: &Path, wanted: &Wanted) -> Result<()> {
    people::write(folder, wanted)?;
    if wanted.scale == Scale::Sample {
        return Ok(());
    }
    if wanted.scale.is_bare() {
        return catalog::write(folder, wanted);
    }
    fs::create_dir_all(folder.join("videos"))?;
    fs::create_dir_all(folder.join("courseware"))?;
    let roots = |roots: &[(&str, Three)]| {
        let rows = roots.iter().map(|(slug, (zh, bo, en))| line(&[slug, zh, bo, en]));
        format!("\u{feff}slug,title_zh,title_bo,title_en\r\n{}", rows.collect::<String>())
    };
    fs::write(folder.join("columns.csv"), roots(&COLUMNS))?;
    fs::write(folder.join("aspects.csv"), roots(&ASPECTS))?;
    fs::write(folder.join("audiences.csv"), roots(&AUDIENCES))?;
    let masters = masters(folder)?;
    write_items(folder, wanted, &masters)
}

/// The files that others are copies of, videos first.
fn masters(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let bar = ProgressBar::new((VIDEOS + DOCUMENTS) as u64);
    let mut all = Vec::new();
    for number in 0..VIDEOS {
        let path = folder.join(format!("videos/shared-{number:02}.mp4"));
        if !path.exists() {
            media::video(&path, number)?;
        }
        all.push(fs::read(&path)?);
        bar.inc(1);
    }
    for number in 0..DOCUMENTS {
        let pdf = media::document(number);
        fs::write(folder.join(format!("courseware/shared-{number:02}.pdf")), &pdf)?;
        all.push(pdf);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(all)
}

const HEADINGS: &str = "key,file,language,title_zh,title_bo,title_en,summary_zh,column,course,course_zh,course_bo,course_en,\
    module_zh,module_bo,module_en,aspects,audience,author,institution,license,source,review_by,publish\r\n";

/// Every course is one topic; its items are that topic's sides, and documents come after every fourth video.
fn write_items(folder: &Path, wanted: &Wanted, masters: &[Vec<u8>]) -> Result<()> {
    let mut chance = Chance::new(wanted.seed);
    let (videos, documents) = ((PROVINCIAL + LECTURES) * wanted.scale.times(), COURSEWARE * wanted.scale.times());
    let mut sheet = format!("\u{feff}{HEADINGS}");
    let bar = ProgressBar::new((videos + documents) as u64);
    let mut left = documents;
    let mut course = Course::new(&mut chance, 0);
    for number in 0..videos {
        if number > 0 && number % 10 == 0 {
            course = Course::new(&mut chance, number / 10);
        }
        let source = if number < PROVINCIAL * wanted.scale.times() { "省级远程教育平台" } else { "" };
        let file = file(folder, wanted, masters, true, number)?;
        sheet += &course.row(&mut chance, number, &file, source);
        bar.inc(1);
        let is_due = left > 0 && number * documents / videos != (number + 1) * documents / videos;
        if is_due {
            let document = documents - left;
            let file = self::file(folder, wanted, masters, false, document)?;
            sheet += &course.row(&mut chance, videos + document, &file, source);
            left -= 1;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    fs::write(folder.join("items.csv"), sheet)?;
    Ok(())
}

fn file(folder: &Path, wanted: &Wanted, masters: &[Vec<u8>], is_video: bool, number: usize) -> Result<String> {
    let (place, ending, count, first) =
        if is_video { ("videos", "mp4", VIDEOS, 0) } else { ("courseware", "pdf", DOCUMENTS, VIDEOS) };
    if !wanted.is_distinct {
        return Ok(format!("{place}/shared-{:02}.{ending}", number % count));
    }
    let name = format!("{place}/{number:06}.{ending}");
    let mut bytes = masters[first + number % count].clone();
    bytes.extend(media::mark(is_video, number));
    fs::write(folder.join(&name), bytes)?;
    Ok(name)
}

pub(super) struct Course {
    number: usize,
    pub(super) column: &'static str,
    pub(super) topic: &'static Three,
    pub(super) place: &'static str,
}

impl Course {
    pub(super) fn new(chance: &mut Chance, number: usize) -> Self {
        // Each topic comes again in another hospital's series, so that no two courses have the same name.
        let topic = &TOPICS[number % TOPICS.len()];
        let place = INSTITUTIONS[number / TOPICS.len() % INSTITUTIONS.len()];
        Self { number, column: chance.of(&COLUMNS).0, topic, place }
    }

    /// What the course is called.
    pub(super) fn titles(&self) -> [String; 3] {
        let (zh, bo, en) = self.topic;
        let series = self.number / TOPICS.len() + 1;
        [
            format!("{zh}（{}，第{series}期）", self.place),
            format!("{} {series}", bo.trim_end_matches('།')),
            format!("{en}, series {series}"),
        ]
    }

    /// What its item with this number is called.
    pub(super) fn titles_of(&self, form: &Three, number: usize) -> [String; 3] {
        let (zh, bo, en) = self.topic;
        [
            format!("{zh}{} {number}", form.0),
            format!("{} {} {number}", bo.trim_end_matches('།'), form.1),
            format!("{} {en} {number}", form.2),
        ]
    }

    fn row(&self, chance: &mut Chance, item: usize, file: &str, source: &str) -> String {
        let zh = self.topic.0;
        let form = chance.of(&FORMS);
        let part = &PARTS[item % 10 / 3];
        let [title_zh, title_bo, title_en] = self.titles_of(form, item + 1);
        let [course_zh, course_bo, course_en] = self.titles();
        let cells: [String; 23] = [
            format!("i{item}"),
            file.to_owned(),
            chance.of(&["zh", "zh", "zh", "bo", "en"]).to_string(),
            title_zh,
            title_bo,
            title_en,
            format!("{}讲解{zh}{}，面向基层医务人员。", self.place, form.0),
            self.column.to_owned(),
            format!("c{}", self.number),
            course_zh,
            course_bo,
            course_en,
            part.0.to_owned(),
            part.1.to_owned(),
            part.2.to_owned(),
            format!("{};{}", chance.of(&ASPECTS).0, chance.of(&ASPECTS).0),
            chance.of(&AUDIENCES).0.to_owned(),
            chance.of(&AUTHORS).to_string(),
            self.place.to_owned(),
            chance.of(&["CC BY 4.0", "CC BY-NC 4.0", ""]).to_string(),
            source.to_owned(),
            format!("20{}-{:02}-{:02}", 26 + chance.below(4), 1 + chance.below(12), 1 + chance.below(28)),
            "yes".to_owned(),
        ];
        line(&cells.each_ref().map(String::as_str))
    }
}

fn line(cells: &[&str]) -> String {
    let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    format!("{}\r\n", quoted.collect::<Vec<_>>().join(","))
}
