//! What do the cells say? A workbook (XLSX), or CSV in whatever encoding, becomes rows of text.

mod csv_file;
mod workbook;

use std::path::Path;

use super::finding::{Finding, Found};

/// The most rows and columns of one sheet. A nation's library is split by column or prefecture.
pub(super) const MOST_ROWS: usize = 200_000;
pub(super) const MOST_COLUMNS: usize = 200;
/// The largest file, and what it may unpack to (bytes).
pub(super) const MOST_BYTES: u64 = 64 << 20;
pub(super) const MOST_UNPACKED_BYTES: u64 = 512 << 20;

/// One sheet. Rows without any text, and remarks, are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub name: String,
    pub rows: Vec<Row>,
}

/// The cells of a row, and its number as spreadsheets count (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub number: u32,
    pub cells: Vec<String>,
}

/// Everything of the file at `path`, which is called `name`, and of the files beside it that belong to it: `columns.csv`, `aspects.csv` and
/// `audiences.csv` beside a CSV.
///
/// # Errors
/// The finding that says why nothing of it can be read.
pub(super) fn read(path: &Path, name: &str, findings: &mut Vec<Finding>) -> Result<Vec<Sheet>, Finding> {
    let unreadable = |detail: String| about_all(Found::SheetUnreadable, name, detail);
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(about_all(Found::SheetTooLarge, name, format!("{} MB", MOST_BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::read(&bytes, name, findings);
    }
    let mut sheets = vec![csv_file::read(&bytes, name, findings)?];
    for beside in ["columns.csv", "aspects.csv", "audiences.csv"] {
        let other = path.with_file_name(beside);
        if other != path && other.is_file() {
            let bytes = std::fs::read(&other).map_err(|error| unreadable(error.to_string()))?;
            sheets.push(csv_file::read(&bytes, beside, findings)?);
        }
    }
    Ok(sheets)
}

pub(super) fn about_all(found: Found, sheet: &str, detail: impl Into<String>) -> Finding {
    Finding { found, sheet: sheet.to_owned(), row: None, heading: None, detail: detail.into() }
}

/// Rows that hold something. One whose first text begins with `#` is a remark.
fn worth_reading(name: &str, rows: impl IntoIterator<Item = (u32, Vec<String>)>) -> Sheet {
    let rows =
        rows.into_iter().map(|(number, cells)| Row { number, cells: cells.iter().map(|cell| tidy(cell)).collect() });
    let says_something = |row: &Row| {
        let first = row.cells.iter().find(|cell| !cell.is_empty());
        first.is_some_and(|first| !first.starts_with('#'))
    };
    Sheet { name: name.to_owned(), rows: rows.filter(says_something).collect() }
}

/// Without the marks and spaces that nobody sees, and that copying from the web leaves behind.
fn tidy(cell: &str) -> String {
    let unseen = |each: char| each.is_whitespace() || matches!(each, '\u{feff}' | '\u{200b}' | '\u{2060}');
    cell.replace("\r\n", "\n").trim_matches(unseen).to_owned()
}
