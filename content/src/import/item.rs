//! What does one row ask for? Its cells as titles, dates, languages and lists, each wrong one told.

use std::collections::BTreeMap;

use super::finding::{Finding, Found};
use super::heading::{Headed, Heading};
use super::sheet::Row;
use crate::clock::day;
use crate::ids::{Language, words};
use crate::texts::Texts;

words!(
    /// What a resource is in its course.
    Place { Lesson = "lesson", Handout = "handout" }
);

/// In a cell: take away what is there.
const NOTHING: &str = "-";

/// A course as its rows name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CourseNamed {
    pub key: String,
    pub title: Texts,
    pub summary: Texts,
}

/// One row. `None` and empty texts leave what is there as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub row: u32,
    pub key: String,
    /// As the sheet writes it, with `/` between folders.
    pub file: String,
    pub language: Option<Language>,
    pub title: Texts,
    pub summary: Texts,
    /// The slug or a title.
    pub column: Option<String>,
    pub course: Option<CourseNamed>,
    pub topic: Texts,
    pub module: Texts,
    pub place: Option<Place>,
    pub threshold_percent: Option<i64>,
    /// Slugs or titles.
    pub aspects: Option<Vec<String>>,
    pub audiences: Option<Vec<String>>,
    /// `Some("")` takes the line away.
    pub author: Option<String>,
    pub institution: Option<String>,
    pub disclosure: Option<String>,
    pub license: Option<String>,
    pub source: Option<String>,
    pub review_by: Option<Option<i64>>,
    /// The files that readers of other languages are shown.
    pub faces: BTreeMap<Language, String>,
    pub captions: BTreeMap<Language, String>,
    pub publish: bool,
}

/// Reads rows and remembers what is wrong with them.
pub(super) struct Reading<'a> {
    pub headed: &'a Headed,
    pub row: &'a Row,
    pub findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    pub(super) fn find(&mut self, found: Found, heading: Option<Heading>, detail: impl Into<String>) {
        self.findings.push(Finding {
            found,
            sheet: self.headed.name.clone(),
            row: Some(self.row.number),
            heading: heading.map(|heading| heading.as_str().to_owned()),
            detail: detail.into(),
        });
    }

    fn cell(&self, heading: Heading) -> Option<String> {
        self.headed.cell(self.row, heading).map(str::to_owned)
    }

    /// A text that a person reads.
    fn text(&mut self, heading: Heading, most: usize) -> Option<String> {
        let text = self.cell(heading)?;
        if text.chars().count() > most {
            self.find(Found::TooLong, Some(heading), most.to_string());
        }
        if is_suspicious(&text) {
            self.find(Found::SuspiciousText, Some(heading), text.chars().take(40).collect::<String>());
        }
        Some(text)
    }

    pub(super) fn texts(&mut self, headings: [Heading; 3], most: usize) -> Texts {
        let [zh, bo, en] = headings.map(|heading| self.text(heading, most).filter(|text| text != NOTHING));
        Texts { zh, bo, en }
    }

    fn line(&mut self, heading: Heading) -> Option<String> {
        let text = self.text(heading, 500)?;
        Some(if text == NOTHING { String::new() } else { text.replace('\n', " ") })
    }

    fn list(&mut self, heading: Heading) -> Option<Vec<String>> {
        let text = self.cell(heading)?;
        let parts = text.split([';', '；', '、', ',', '，', '|', '\n']).map(str::trim);
        Some(parts.filter(|part| !part.is_empty() && *part != NOTHING).map(str::to_owned).collect())
    }

    /// The item of this row; what is wrong with it is among the findings.
    pub(super) fn item(mut self) -> Item {
        let file = self.cell(Heading::File).unwrap_or_default().replace('\\', "/");
        if file.is_empty() {
            self.find(Found::NoFileName, Some(Heading::File), "");
        }
        let title = self.texts([Heading::TitleZh, Heading::TitleBo, Heading::TitleEn], 200);
        if title.is_empty() {
            self.find(Found::NoTitle, Some(Heading::TitleZh), "");
        }
        let summary = self.texts([Heading::SummaryZh, Heading::SummaryBo, Heading::SummaryEn], 2000);
        let captions = self.files([Heading::CaptionsZh, Heading::CaptionsBo, Heading::CaptionsEn]);
        let faces = self.files([Heading::FaceZh, Heading::FaceBo, Heading::FaceEn]);
        Item {
            row: self.row.number,
            key: self.cell(Heading::Key).unwrap_or_else(|| file.clone()),
            language: self.language(&title),
            column: self.cell(Heading::Column),
            course: self.course(),
            topic: self.texts([Heading::TopicZh, Heading::TopicBo, Heading::TopicEn], 200),
            module: self.texts([Heading::ModuleZh, Heading::ModuleBo, Heading::ModuleEn], 200),
            place: self.place(),
            threshold_percent: self.percent(),
            aspects: self.list(Heading::Aspects),
            audiences: self.list(Heading::Audience),
            author: self.line(Heading::Author),
            institution: self.line(Heading::Institution),
            disclosure: self.line(Heading::Disclosure),
            license: self.line(Heading::License),
            source: self.line(Heading::Source),
            review_by: self.date(),
            captions,
            faces,
            publish: self.yes(Heading::Publish),
            file,
            title,
            summary,
        }
    }

    /// A file for each language.
    fn files(&self, headings: [Heading; 3]) -> BTreeMap<Language, String> {
        let files = headings.map(|heading| self.cell(heading));
        let files = Language::ALL.iter().copied().zip(files);
        files.filter_map(|(language, file)| Some((language, file?.replace('\\', "/")))).collect()
    }

    fn course(&mut self) -> Option<CourseNamed> {
        let title = self.texts([Heading::CourseZh, Heading::CourseBo, Heading::CourseEn], 200);
        let summary = self.texts([Heading::CourseSummaryZh, Heading::CourseSummaryBo, Heading::CourseSummaryEn], 2000);
        let named = self.cell(Heading::Course).or_else(|| title.iter().next().map(|(_, text)| text.to_owned()))?;
        if self.headed.cell(self.row, Heading::Column).is_none() {
            self.find(Found::NoColumn, Some(Heading::Column), named.clone());
        }
        Some(CourseNamed { key: named, title, summary })
    }

    /// What it is said to be in; where nothing is said, the language of its only title.
    fn language(&mut self, title: &Texts) -> Option<Language> {
        let Some(word) = self.cell(Heading::Language) else {
            let mut said = title.iter();
            return said.next().filter(|_| said.next().is_none()).map(|(language, _)| language);
        };
        let language = match word.to_lowercase().as_str() {
            "zh" | "zh-cn" | "中文" | "汉语" | "汉文" | "普通话" | "chinese" => Some(Language::Zh),
            "bo" | "bo-cn" | "藏文" | "藏语" | "བོད་ཡིག" | "བོད་སྐད" | "tibetan" => {
                Some(Language::Bo)
            }
            "en" | "英文" | "英语" | "english" => Some(Language::En),
            _ => None,
        };
        if language.is_none() {
            self.find(Found::UnknownLanguage, Some(Heading::Language), word);
        }
        language
    }

    fn place(&mut self) -> Option<Place> {
        let word = self.cell(Heading::Place)?;
        let place = match word.to_lowercase().as_str() {
            "lesson" | "课" | "课时" => Some(Place::Lesson),
            "handout" | "课件" | "资料" => Some(Place::Handout),
            _ => None,
        };
        if place.is_none() {
            self.find(Found::UnknownPlace, Some(Heading::Place), word);
        }
        place
    }

    fn percent(&mut self) -> Option<i64> {
        let word = self.cell(Heading::Threshold)?;
        let number = word.trim_end_matches(['%', '％']).trim().parse::<i64>().ok();
        let number = number.filter(|number| (1..=100).contains(number));
        if number.is_none() {
            self.find(Found::BadNumber, Some(Heading::Threshold), word);
        }
        number
    }

    fn yes(&mut self, heading: Heading) -> bool {
        let Some(word) = self.cell(heading) else { return false };
        match word.to_lowercase().as_str() {
            "yes" | "y" | "1" | "true" | "是" | "√" => true,
            "no" | "n" | "0" | "false" | "否" | "-" => false,
            _ => {
                self.find(Found::NotYesOrNo, Some(heading), word);
                false
            }
        }
    }

    fn date(&mut self) -> Option<Option<i64>> {
        let word = self.cell(Heading::ReviewBy)?;
        if word == NOTHING {
            return Some(None);
        }
        // What a workbook keeps as a date has a time of day.
        let at = word.split(['T', ' ']).next().and_then(day::end_of);
        if at.is_none() {
            self.find(Found::BadDate, Some(Heading::ReviewBy), word);
        }
        at.map(Some)
    }
}

/// What text looks like that was read in the wrong encoding once, or is in a font of its own.
fn is_suspicious(text: &str) -> bool {
    const TORN: [&str; 6] = ["锟斤拷", "烫烫烫", "Ã", "â€", "ï»¿", "à½"];
    let strange = |each: char| matches!(each, '\u{fffd}' | '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}');
    text.chars().any(strange) || TORN.iter().any(|torn| text.contains(torn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sheet::Sheet;

    fn item(cells: &[(&str, &str)]) -> (Item, Vec<Found>) {
        let row = |number, cells: Vec<&str>| Row { number, cells: cells.into_iter().map(str::to_owned).collect() };
        let rows = vec![
            row(1, cells.iter().map(|(heading, _)| *heading).collect()),
            row(2, cells.iter().map(|(_, cell)| *cell).collect()),
        ];
        let mut findings = Vec::new();
        let headed = Headed::new(Sheet { name: "s".into(), rows }, &mut findings).unwrap();
        let item = Reading { headed: &headed, row: &headed.rows[0], findings: &mut findings }.item();
        (item, findings.into_iter().map(|finding| finding.found).collect())
    }

    #[test]
    fn a_row_is_read_as_people_write_it() {
        let (item, found) = item(&[
            ("文件", "视频\\一.mp4"),
            ("标题", "高血压"),
            ("栏目", "常见病"),
            ("课程", "慢病"),
            ("内容方面", "常见病；伦理、藏医"),
            ("复审日期", "2027年5月1日"),
            ("发布", "是"),
            ("达标比例", "80%"),
            ("作者", "-"),
            ("藏文字幕", "字幕/一.srt"),
        ]);
        assert_eq!(found, []);
        assert_eq!((item.file.as_str(), item.key.as_str()), ("视频/一.mp4", "视频/一.mp4"));
        assert_eq!(item.language, Some(Language::Zh), "the language of its only title");
        assert_eq!(item.course.unwrap().key, "慢病");
        assert_eq!(item.aspects.unwrap(), ["常见病", "伦理", "藏医"]);
        assert_eq!(item.review_by, day::end_of("2027-05-01").map(Some));
        assert_eq!((item.publish, item.threshold_percent), (true, Some(80)));
        assert_eq!(item.author.as_deref(), Some(""), "a dash takes away");
        assert_eq!(item.institution, None, "an empty cell leaves as it is");
        assert_eq!(item.captions[&Language::Bo], "字幕/一.srt");
    }

    #[test]
    fn each_wrong_cell_is_told() {
        let wrong = |heading: &str, cell: &str, expected: Found| {
            let base = [("file", "a.mp4"), ("title_zh", "甲"), (heading, cell)];
            assert_eq!(item(&base).1, [expected], "{heading}: {cell}");
        };
        wrong("language", "fr", Found::UnknownLanguage);
        wrong("review_by", "2027-02-30", Found::BadDate);
        wrong("review_by", "soon", Found::BadDate);
        wrong("threshold", "0", Found::BadNumber);
        wrong("threshold", "101", Found::BadNumber);
        wrong("publish", "maybe", Found::NotYesOrNo);
        wrong("place", "shelf", Found::UnknownPlace);
        wrong("course_zh", "慢病", Found::NoColumn);
        wrong("author", "锟斤拷", Found::SuspiciousText);
        wrong("title_bo", &"ཀ".repeat(201), Found::TooLong);
        assert_eq!(item(&[("file", ""), ("title_zh", ""), ("author", "x")]).1, [Found::NoFileName, Found::NoTitle]);
    }
}
