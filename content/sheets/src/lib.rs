//! What do the cells say? A workbook (XLSX), or CSV in whatever encoding, becomes rows of text, within bounds.
//!
//! Libraries that read such files make room for what a file says of itself. They are called in a confined child alone
//! (`menpa-transcode`), whose memory has an end; this crate's types are also what that child and its parent speak.

mod bounds;
mod csv_file;
mod encoding;
mod workbook;

use serde::{Deserialize, Serialize};

use bounds::Told;
pub use bounds::{Held, MOST_BYTES};
pub use encoding::decoded;

/// The cells of a row, and its number as spreadsheets count (from 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub number: u32,
    /// Without the empty ones at its end.
    pub cells: Vec<String>,
}

/// What is wrong with a sheet, or worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    Unreadable,
    TooLarge,
    /// It is no UTF-8; the detail is what it was read as.
    ReadAs,
    MergedCells,
    NoFormulaValue,
    CellError,
}

/// A flaw, with where it is and what stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    pub flaw: Flaw,
    /// The name of the sheet, or of the file.
    pub sheet: String,
    /// From 1; `None`: the whole sheet.
    pub row: Option<u32>,
    pub detail: String,
}

/// What is told of a file, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// A sheet begins; its rows follow.
    Sheet {
        name: String,
    },
    Rows {
        rows: Vec<Row>,
    },
    Remark {
        remark: Remark,
    },
}

/// Tells every sheet of a file of these bytes that holds something. Rows without any text, and remarks (`#`), are left out.
///
/// # Errors
/// The remark that says why it cannot be read; what was told before it counts for nothing.
pub fn read(bytes: &[u8], name: &str, tell: &mut dyn FnMut(Part)) -> Result<(), Remark> {
    let mut told = Told::new(tell);
    if u64::try_from(bytes.len()).is_ok_and(|size| size > MOST_BYTES) {
        return Err(Remark::of_all(Flaw::TooLarge, name, format!("{} MB", MOST_BYTES >> 20)));
    }
    match bytes.starts_with(b"PK\x03\x04") {
        true => workbook::read(bytes, name, &mut told),
        false => csv_file::read(bytes, name, &mut told),
    }
}

impl Remark {
    /// About the whole sheet.
    pub fn of_all(flaw: Flaw, sheet: &str, detail: impl AsRef<str>) -> Self {
        let short = |text: &str, most: usize| text.chars().take(most).collect();
        Self { flaw, sheet: short(sheet, 255), row: None, detail: short(detail.as_ref(), 200) }
    }

    fn at(self, row: u32) -> Self {
        Self { row: Some(row), ..self }
    }
}

/// Without the marks and spaces that nobody sees, and that copying from the web leaves behind.
fn tidy(cell: &str) -> String {
    let unseen = |each: char| each.is_whitespace() || matches!(each, '\u{feff}' | '\u{200b}' | '\u{2060}');
    cell.replace("\r\n", "\n").trim_matches(unseen).to_owned()
}
