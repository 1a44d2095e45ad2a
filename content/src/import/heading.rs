//! What is a column of the sheet called? In this platform's words, or in those that people write in Chinese.

use super::finding::{Finding, Found};
use super::sheet::{Row, Sheet};
use crate::ids::words;

words!(
    /// A column of the sheet.
    Heading {
        Key = "key",
        File = "file",
        Language = "language",
        TitleZh = "title_zh",
        TitleBo = "title_bo",
        TitleEn = "title_en",
        SummaryZh = "summary_zh",
        SummaryBo = "summary_bo",
        SummaryEn = "summary_en",
        Column = "column",
        Course = "course",
        CourseZh = "course_zh",
        CourseBo = "course_bo",
        CourseEn = "course_en",
        CourseSummaryZh = "course_summary_zh",
        CourseSummaryBo = "course_summary_bo",
        CourseSummaryEn = "course_summary_en",
        TopicZh = "topic_zh",
        TopicBo = "topic_bo",
        TopicEn = "topic_en",
        ModuleZh = "module_zh",
        ModuleBo = "module_bo",
        ModuleEn = "module_en",
        Place = "place",
        Threshold = "threshold",
        Aspects = "aspects",
        Audience = "audience",
        Author = "author",
        Institution = "institution",
        Disclosure = "disclosure",
        License = "license",
        Source = "source",
        ReviewBy = "review_by",
        FaceZh = "face_zh",
        FaceBo = "face_bo",
        FaceEn = "face_en",
        CaptionsZh = "captions_zh",
        CaptionsBo = "captions_bo",
        CaptionsEn = "captions_en",
        Publish = "publish",
        Slug = "slug",
    }
);

/// What people write over a column.
const OTHER_NAMES: &[(&str, Heading)] = &[
    ("编号", Heading::Key),
    ("文件", Heading::File),
    ("文件名", Heading::File),
    ("语言", Heading::Language),
    ("语种", Heading::Language),
    ("标题", Heading::TitleZh),
    ("中文标题", Heading::TitleZh),
    ("藏文标题", Heading::TitleBo),
    ("英文标题", Heading::TitleEn),
    ("title", Heading::TitleEn),
    ("简介", Heading::SummaryZh),
    ("中文简介", Heading::SummaryZh),
    ("藏文简介", Heading::SummaryBo),
    ("英文简介", Heading::SummaryEn),
    ("栏目", Heading::Column),
    ("课程编号", Heading::Course),
    ("课程", Heading::CourseZh),
    ("课程名称", Heading::CourseZh),
    ("专题", Heading::TopicZh),
    ("topic", Heading::TopicEn),
    ("中文版文件", Heading::FaceZh),
    ("藏文版文件", Heading::FaceBo),
    ("英文版文件", Heading::FaceEn),
    ("模块", Heading::ModuleZh),
    ("章节", Heading::ModuleZh),
    ("用途", Heading::Place),
    ("达标比例", Heading::Threshold),
    ("内容方面", Heading::Aspects),
    ("方面", Heading::Aspects),
    ("aspect", Heading::Aspects),
    ("对象", Heading::Audience),
    ("适用对象", Heading::Audience),
    ("作者", Heading::Author),
    ("讲者", Heading::Author),
    ("单位", Heading::Institution),
    ("机构", Heading::Institution),
    ("利益声明", Heading::Disclosure),
    ("许可", Heading::License),
    ("licence", Heading::License),
    ("来源", Heading::Source),
    ("复审日期", Heading::ReviewBy),
    ("字幕", Heading::CaptionsZh),
    ("中文字幕", Heading::CaptionsZh),
    ("藏文字幕", Heading::CaptionsBo),
    ("英文字幕", Heading::CaptionsEn),
    ("发布", Heading::Publish),
    ("代号", Heading::Slug),
];

/// How far down the headings may stand: above them people put what the sheet is called.
const MOST_ROWS_ABOVE: usize = 10;

impl Heading {
    fn of(cell: &str) -> Option<Self> {
        let name: String = cell.trim().trim_end_matches(['*', '＊']).trim().to_lowercase().replace([' ', '-'], "_");
        let other = || OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, heading)| *heading);
        Self::parse(&name).or_else(other)
    }
}

/// A sheet whose columns are known.
pub(super) struct Headed {
    pub name: String,
    pub rows: Vec<Row>,
    columns: Vec<(Heading, usize)>,
}

impl Headed {
    /// Finds the row that says what stands below it; `None` where there is none.
    pub(super) fn new(sheet: Sheet, findings: &mut Vec<Finding>) -> Option<Self> {
        let known = |row: &Row| row.cells.iter().filter(|cell| Heading::of(cell).is_some()).count();
        let best = sheet.rows.iter().take(MOST_ROWS_ABOVE).enumerate().max_by_key(|(index, row)| {
            // Of equals the first.
            (known(row), MOST_ROWS_ABOVE - index)
        });
        let (at, _) = best.filter(|(_, row)| known(row) > 1)?;
        let mut rows = sheet.rows.into_iter().skip(at);
        let head = rows.next()?;
        let mut columns: Vec<(Heading, usize)> = Vec::new();
        for (index, cell) in head.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let found = |found| Finding {
                found,
                sheet: sheet.name.clone(),
                row: Some(head.number),
                heading: None,
                detail: cell.clone(),
            };
            match Heading::of(cell) {
                None => findings.push(found(Found::UnknownHeading)),
                Some(heading) if columns.iter().any(|(known, _)| *known == heading) => {
                    findings.push(found(Found::DoubleHeading));
                }
                Some(heading) => columns.push((heading, index)),
            }
        }
        Some(Self { name: sheet.name, rows: rows.collect(), columns })
    }

    pub(super) fn has(&self, heading: Heading) -> bool {
        self.columns.iter().any(|(known, _)| *known == heading)
    }

    /// What stands in a row under a heading; nothing where it is empty.
    pub(super) fn cell<'a>(&self, row: &'a Row, heading: Heading) -> Option<&'a str> {
        let (_, index) = self.columns.iter().find(|(known, _)| *known == heading)?;
        row.cells.get(*index).map(String::as_str).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let row = |(index, cells): (usize, &&[&str])| Row {
            number: u32::try_from(index).unwrap() + 1,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        Sheet { name: "s".into(), rows: rows.iter().enumerate().map(row).collect() }
    }

    #[test]
    fn the_headings_are_found_below_what_the_sheet_is_called() {
        let mut findings = Vec::new();
        let rows: &[&[&str]] = &[
            &["玉拉州远程教育资源"],
            &["文件*", "中文标题", "Title EN", "备注", "标题"],
            &["a.mp4", "甲", "A", "x", "y"],
        ];
        let headed = Headed::new(sheet(rows), &mut findings).unwrap();
        let row = &headed.rows[0];
        assert_eq!(headed.cell(row, Heading::File), Some("a.mp4"));
        assert_eq!(headed.cell(row, Heading::TitleZh), Some("甲"));
        assert_eq!(headed.cell(row, Heading::TitleEn), Some("A"));
        assert_eq!(headed.cell(row, Heading::Author), None);
        let found: Vec<_> = findings.iter().map(|finding| (finding.found, finding.detail.as_str())).collect();
        assert_eq!(found, [(Found::UnknownHeading, "备注"), (Found::DoubleHeading, "标题")]);
    }

    #[test]
    fn a_sheet_of_something_else_has_no_headings() {
        assert!(Headed::new(sheet(&[&["日期", "金额"], &["2024", "3"]]), &mut Vec::new()).is_none());
    }
}
