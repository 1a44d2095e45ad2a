//! What do the cells say? The confined child reads them; here they become sheets and findings.

use std::path::Path;

pub(super) use sheets::Row;
use sheets::{Flaw, Held, MOST_BYTES, Part, Remark};

use super::finding::{Finding, Found};
use crate::Library;
use crate::error::{Error, Result};
use crate::media::child::{self, Word};

/// More than the child tells of one file and of three beside it, unless a file has taken it over.
const MOST_SHEETS: usize = 1_000;
const MOST_REMARKS: usize = 50_000;

/// One sheet. Rows without any text, and remarks, are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub name: String,
    pub rows: Vec<Row>,
}

/// Everything of the file at `path`, which is called `name`, and of the files beside it that belong to it: `columns.csv`,
/// `aspects.csv` and `audiences.csv` beside a CSV. What makes it unreadable is a finding, and then there are no sheets.
///
/// # Errors
/// `Internal` when the child cannot be asked; `TooMany` when others are being read.
pub(super) async fn read(
    library: &Library,
    path: &Path,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Sheet>> {
    let mut sheets = Reading::default();
    let mut read = sheets.read(library, path, name).await?;
    if read.is_ok() && !is_workbook(path).await? {
        for beside in ["columns.csv", "aspects.csv", "audiences.csv"] {
            let other = path.with_file_name(beside);
            if read.is_ok() && other != path && tokio::fs::try_exists(&other).await? {
                read = sheets.read(library, &other, beside).await?;
            }
        }
    }
    match read {
        Ok(()) => {
            findings.append(&mut sheets.findings);
            Ok(sheets.sheets)
        }
        Err(finding) => {
            findings.push(finding);
            Ok(Vec::new())
        }
    }
}

async fn is_workbook(path: &Path) -> Result<bool> {
    use tokio::io::AsyncReadExt;
    let mut start = Vec::new();
    tokio::fs::File::open(path).await?.take(4).read_to_end(&mut start).await?;
    Ok(start == b"PK\x03\x04")
}

pub(super) fn about_all(found: Found, sheet: &str, detail: impl Into<String>) -> Finding {
    Finding { found, sheet: sheet.to_owned(), row: None, heading: None, detail: detail.into() }
}

/// What was told so far, of one file or of several that belong together: they share one bound.
#[derive(Default)]
struct Reading {
    held: Held,
    sheets: Vec<Sheet>,
    findings: Vec<Finding>,
}

impl Reading {
    /// The inner error is the finding that says why nothing of it can be read.
    async fn read(&mut self, library: &Library, path: &Path, name: &str) -> Result<std::result::Result<(), Finding>> {
        let unreadable = |detail: String| about_all(Found::SheetUnreadable, name, detail);
        let size_bytes = match tokio::fs::metadata(path).await {
            Ok(about) => about.len(),
            Err(error) => return Ok(Err(unreadable(error.to_string()))),
        };
        if size_bytes > MOST_BYTES {
            return Ok(Err(about_all(Found::SheetTooLarge, name, format!("{} MB", MOST_BYTES >> 20))));
        }
        // A file of the store may be named from elsewhere; the child is given the place itself.
        let path = tokio::fs::canonicalize(path).await?;
        let _turn = library.sheets.take().await?;
        let mut child = child::sheet(&library.settings.transcoder, &path, name).await?;
        loop {
            match child.next_word().await? {
                Word::Sheet(Part::Sheet { name }) if self.sheets.len() < MOST_SHEETS => {
                    self.sheets.push(Sheet { name, rows: Vec::new() });
                }
                Word::Sheet(Part::Rows { rows }) => {
                    if let Err(detail) = self.take(rows) {
                        return Ok(Err(about_all(Found::SheetTooLarge, name, detail)));
                    }
                }
                Word::Sheet(Part::Remark { remark }) if self.findings.len() < MOST_REMARKS => {
                    self.findings.push(finding_of(remark));
                }
                Word::Read { refused } => return Ok(refused.map_or(Ok(()), |remark| Err(finding_of(remark)))),
                Word::Failed { cause, detail } => return Ok(Err(why(&cause, detail, name))),
                other => return Err(Error::internal(format!("the reader of sheets said {other:?}"))),
            }
        }
    }

    fn take(&mut self, rows: Vec<Row>) -> std::result::Result<(), String> {
        rows.iter().try_for_each(|row| self.held.take(row).map(drop))?;
        match self.sheets.last_mut() {
            Some(sheet) => sheet.rows.extend(rows),
            None => self.sheets.push(Sheet { name: String::new(), rows }),
        }
        Ok(())
    }
}

/// Of a child that ended, its memory or its time did: such a file unpacks to more than it says.
fn why(cause: &str, detail: String, name: &str) -> Finding {
    let most = || format!("{} MB, {} s", child::SHEET_MEMORY_BYTES >> 20, child::SHEET_TIME.as_secs());
    match cause {
        "worker_died" | "out_of_memory" | "too_slow" | "stalled" => about_all(Found::SheetTooLarge, name, most()),
        _ => about_all(Found::SheetUnreadable, name, detail),
    }
}

fn finding_of(remark: Remark) -> Finding {
    let found = match remark.flaw {
        Flaw::Unreadable => Found::SheetUnreadable,
        Flaw::TooLarge => Found::SheetTooLarge,
        Flaw::ReadAs => Found::ReadAs,
        Flaw::MergedCells => Found::MergedCells,
        Flaw::NoFormulaValue => Found::NoFormulaValue,
        Flaw::CellError => Found::CellError,
    };
    Finding { found, sheet: remark.sheet, row: remark.row, heading: None, detail: remark.detail }
}
