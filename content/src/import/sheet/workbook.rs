//! What does a workbook say? Its sheets cell by cell, so that one far-away cell does not fill the memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use quick_xml::events::Event;

use super::{Finding, Found, MOST_COLUMNS, MOST_ROWS, MOST_UNPACKED_BYTES, Sheet, about_all, worth_reading};

type Cells = BTreeMap<u32, Vec<String>>;

/// All visible sheets that hold something.
pub(super) fn read(bytes: &[u8], name: &str, findings: &mut Vec<Finding>) -> Result<Vec<Sheet>, Finding> {
    let unreadable = |detail: String| about_all(Found::SheetUnreadable, name, detail);
    check_size(bytes, name)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(error.to_string()))?;
    let mut sheets = Vec::new();
    for sheet in book.sheet_names() {
        let mut cells = read_cells(&mut book, &sheet, findings)?;
        spread_merged(&mut book, &sheet, &mut cells, findings);
        let found = worth_reading(&sheet, cells.into_iter().map(|(row, cells)| (row + 1, cells)));
        if !found.rows.is_empty() {
            sheets.push(found);
        }
    }
    Ok(sheets)
}

/// Refuses what would unpack to more than it may, or says it holds more texts than it can: both are made to fill a memory.
fn check_size(bytes: &[u8], name: &str) -> Result<(), Finding> {
    let unreadable = |detail: String| about_all(Found::SheetUnreadable, name, detail);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(error.to_string()))?;
    let mut left = MOST_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| unreadable(error.to_string()))?;
        let is_texts = part.name().is_ok_and(|name| name.ends_with("sharedStrings.xml"));
        // What the archive says of itself may be a lie: it is unpacked to see.
        let size = if is_texts {
            let mut texts = Vec::new();
            part.by_ref().take(left + 1).read_to_end(&mut texts).map_err(|error| unreadable(error.to_string()))?;
            check_texts(&texts, name)?;
            texts.len() as u64
        } else {
            std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink())
                .map_err(|error| unreadable(error.to_string()))?
        };
        left = left
            .checked_sub(size)
            .ok_or_else(|| about_all(Found::SheetTooLarge, name, format!("{} MB", MOST_UNPACKED_BYTES >> 20)))?;
    }
    Ok(())
}

/// The number of texts that the part claims is what a reader makes room for.
fn check_texts(part: &[u8], name: &str) -> Result<(), Finding> {
    let mut reader = quick_xml::Reader::from_reader(part);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if start.local_name().as_ref() == "sst" => {
                let claimed = start.attributes().flatten().find(|each| each.key.as_ref() == "uniqueCount");
                let claimed = claimed.and_then(|each| each.value.parse::<usize>().ok()).unwrap_or_default();
                // A text takes nine bytes at least: `<si></si>`.
                let room = part.len() / 9 + 1;
                return if claimed <= room {
                    Ok(())
                } else {
                    Err(about_all(Found::SheetUnreadable, name, "uniqueCount"))
                };
            }
            Ok(Event::Eof) | Err(_) => return Ok(()),
            _ => {}
        }
    }
}

fn read_cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, findings: &mut Vec<Finding>) -> Result<Cells, Finding> {
    let unreadable = |error: calamine::XlsxError| about_all(Found::SheetUnreadable, sheet, error.to_string());
    let mut cells = Cells::new();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        let (row, column) = cell.pos;
        let at = |found, detail: String| Finding { row: Some(row + 1), ..about_all(found, sheet, detail) };
        let text = match &cell.value {
            DataRef::Empty if cell.formula.is_some() => {
                findings.push(at(Found::NoFormulaValue, letter(column)));
                continue;
            }
            DataRef::Error(error) => {
                findings.push(at(Found::CellError, format!("{}: {error}", letter(column))));
                continue;
            }
            value => text_of(value),
        };
        let column = column as usize;
        if text.trim().is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let line = cells.entry(row).or_default();
        if line.len() <= column {
            line.resize(column + 1, String::new());
        }
        line[column] = text;
        if cells.len() > MOST_ROWS {
            return Err(about_all(Found::SheetTooLarge, sheet, format!("{MOST_ROWS} × {MOST_COLUMNS}")));
        }
    }
    Ok(cells)
}

/// As it would be typed: whole numbers without a point, dates as ISO 8601 writes them.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(at) | DataRef::DurationIso(at) => at.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// What stands in merged cells stands in each of them.
fn spread_merged(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, cells: &mut Cells, findings: &mut Vec<Finding>) {
    for area in book.merge_cells_by_sheet_name(sheet).unwrap_or_default() {
        let ((top, left), (bottom, right)) = (area.start, area.end);
        let text = cells.get(&top).and_then(|line| line.get(left as usize)).cloned().unwrap_or_default();
        let right = (right as usize).min(MOST_COLUMNS - 1);
        if text.is_empty() || bottom < top {
            continue;
        }
        findings.push(Finding { row: Some(top + 1), ..about_all(Found::MergedCells, sheet, text.clone()) });
        // Only rows that hold something else: a merged column may reach to the end of the world.
        for (_, line) in cells.range_mut(top..=bottom) {
            if line.len() <= right {
                line.resize(right + 1, String::new());
            }
            line[left as usize..=right].fill(text.clone());
        }
    }
}

/// How spreadsheets name a column, from 0.
pub(super) fn letter(column: u32) -> String {
    let mut rest = column + 1;
    let mut name = String::new();
    while rest > 0 {
        let (above, sign) = ((rest - 1) / 26, (rest - 1) % 26);
        name.insert(0, char::from(b'A' + u8::try_from(sign).unwrap_or_default()));
        rest = above;
    }
    name
}
