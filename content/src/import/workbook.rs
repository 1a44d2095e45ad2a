//! How is a sheet written? The template that people fill in, and the whole library on its way out.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::heading::Heading;
use super::item::Place;
use crate::error::{Error, Result};
use crate::ids::Language;
use crate::texts::Texts;

/// Rows below the headings in which a choice is offered.
const OFFERED_ROWS: u32 = 5_000;

/// One sheet in the making; every cell is text, so that nothing in it is ever run as a formula.
pub(super) struct Out {
    sheet: Worksheet,
    headings: &'static [Heading],
    next: u32,
    wraps: Format,
}

/// The headings of the items, in the order in which people fill them in.
pub(super) const ITEMS: &[Heading] = &[
    Heading::Key,
    Heading::File,
    Heading::Language,
    Heading::TitleZh,
    Heading::TitleBo,
    Heading::TitleEn,
    Heading::SummaryZh,
    Heading::SummaryBo,
    Heading::SummaryEn,
    Heading::Column,
    Heading::Course,
    Heading::CourseZh,
    Heading::CourseBo,
    Heading::CourseEn,
    Heading::CourseSummaryZh,
    Heading::CourseSummaryBo,
    Heading::CourseSummaryEn,
    Heading::TopicZh,
    Heading::TopicBo,
    Heading::TopicEn,
    Heading::ModuleZh,
    Heading::ModuleBo,
    Heading::ModuleEn,
    Heading::Place,
    Heading::Threshold,
    Heading::Aspects,
    Heading::Audience,
    Heading::Author,
    Heading::Institution,
    Heading::Disclosure,
    Heading::License,
    Heading::Source,
    Heading::ReviewBy,
    Heading::FaceZh,
    Heading::FaceBo,
    Heading::FaceEn,
    Heading::CaptionsZh,
    Heading::CaptionsBo,
    Heading::CaptionsEn,
    Heading::Publish,
];

pub(super) const ROOTS: &[Heading] = &[
    Heading::Slug,
    Heading::TitleZh,
    Heading::TitleBo,
    Heading::TitleEn,
    Heading::SummaryZh,
    Heading::SummaryBo,
    Heading::SummaryEn,
];

impl Out {
    pub(super) fn new(name: &str, headings: &'static [Heading]) -> Result<Self> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name).map_err(Error::internal)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(headings) {
            sheet.write_string_with_format(0, column, heading.as_str(), &bold).map_err(Error::internal)?;
            sheet.set_column_width(column, width(*heading)).map_err(Error::internal)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
        let wraps = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_italic();
        Ok(Self { sheet, headings, next: 1, wraps })
    }

    /// A remark below the headings: what each of them means.
    pub(super) fn explain(&mut self, explain: &dyn Fn(Heading) -> String) -> Result<()> {
        for (column, heading) in (0..).zip(self.headings) {
            let mark = if column == 0 { "# " } else { "" };
            let text = format!("{mark}{}", explain(*heading));
            self.sheet.write_string_with_format(self.next, column, text, &self.wraps).map_err(Error::internal)?;
        }
        self.next += 1;
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[(Heading, String)]) -> Result<()> {
        for (heading, text) in cells.iter().filter(|(_, text)| !text.is_empty()) {
            let column = self.headings.iter().position(|each| each == heading);
            let column = column.and_then(|at| u16::try_from(at).ok());
            let column = column.ok_or_else(|| Error::internal(format!("no column for {heading}")))?;
            self.sheet.write_string(self.next, column, text).map_err(Error::internal)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Lets cells below a heading be chosen from a list.
    pub(super) fn offer(&mut self, heading: Heading, choices: &[&str]) -> Result<()> {
        let Some(column) = self.headings.iter().position(|each| *each == heading) else { return Ok(()) };
        let column = u16::try_from(column).unwrap_or_default();
        // Excel takes 255 characters in all.
        let Ok(list) = DataValidation::new().allow_list_strings(choices) else { return Ok(()) };
        let list = list.show_error_message(false);
        self.sheet.add_data_validation(self.next, column, OFFERED_ROWS, column, &list).map_err(Error::internal)?;
        Ok(())
    }

    pub(super) fn offer_words(&mut self, columns: &[String]) -> Result<()> {
        self.offer(Heading::Language, &Language::ALL.iter().map(|each| each.as_str()).collect::<Vec<_>>())?;
        self.offer(Heading::Place, &Place::ALL.iter().map(|each| each.as_str()).collect::<Vec<_>>())?;
        self.offer(Heading::Publish, &["yes", "no"])?;
        self.offer(Heading::Column, &columns.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

pub(super) fn write(sheets: Vec<Out>) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    for out in sheets {
        book.push_worksheet(out.sheet);
    }
    book.save_to_buffer().map_err(|error: XlsxError| Error::internal(error))
}

pub(super) fn texts(headings: [Heading; 3], texts: &Texts) -> impl Iterator<Item = (Heading, String)> {
    let of = [&texts.zh, &texts.bo, &texts.en].map(|text| text.clone().unwrap_or_default());
    headings.into_iter().zip(of)
}

fn width(heading: Heading) -> f64 {
    match heading {
        Heading::Language | Heading::Place | Heading::Threshold | Heading::Publish => 10.0,
        Heading::File
        | Heading::TitleZh
        | Heading::TitleBo
        | Heading::TitleEn
        | Heading::SummaryZh
        | Heading::SummaryBo
        | Heading::SummaryEn => 36.0,
        _ => 20.0,
    }
}
