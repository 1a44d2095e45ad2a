//! What does a workbook say? Its sheets cell by cell, so that one far-away cell does not fill the memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{DataRef, Dimensions, Reader, Xlsx};
use quick_xml::events::Event;

use crate::bounds::{Held, MOST_COLUMNS, MOST_SHARED_BYTES, MOST_SHEETS, MOST_UNPACKED_BYTES, Told};
use crate::{Flaw, Remark};

/// The cells of a sheet that hold something, by row and column from 0.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;
type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// More parts than any workbook has.
const MOST_PARTS: usize = 10_000;

/// All sheets that hold something.
pub(crate) fn read(bytes: &[u8], name: &str, told: &mut Told<'_>) -> Result<(), Remark> {
    check_size(bytes, name)?;
    let mut book = Book::new(Cursor::new(bytes)).map_err(|error| unreadable(name, &error))?;
    let names = book.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(Remark::of_all(Flaw::TooLarge, name, format!("> {MOST_SHEETS}")));
    }
    for sheet in names {
        let mut held = Held::default();
        let mut cells = read_cells(&mut book, &sheet, &mut held, told)?;
        spread_merged(&merged(&mut book, &sheet), &sheet, &mut cells, &mut held, told)?;
        told.begin(&sheet);
        while let Some((row, line)) = cells.pop_first() {
            let width = line.keys().next_back().map_or(0, |last| last + 1);
            let cells: Vec<&str> = (0..width).map(|column| line.get(&column).map_or("", String::as_str)).collect();
            told.row(&sheet, row + 1, &cells)?;
        }
        told.flush();
    }
    Ok(())
}

fn unreadable(name: &str, error: &dyn std::fmt::Display) -> Remark {
    Remark::of_all(Flaw::Unreadable, name, error.to_string())
}

/// Refuses what would unpack to more than it may, or says it holds more texts than it can: both are made to fill a memory.
fn check_size(bytes: &[u8], name: &str) -> Result<(), Remark> {
    let too_large = |most: u64| Remark::of_all(Flaw::TooLarge, name, format!("{} MB", most >> 20));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(name, &error))?;
    if archive.len() > MOST_PARTS {
        return Err(Remark::of_all(Flaw::TooLarge, name, format!("> {MOST_PARTS}")));
    }
    let mut left = MOST_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| unreadable(name, &error))?;
        let is_texts = part.name().is_ok_and(|name| name.to_lowercase().ends_with("sharedstrings.xml"));
        // What the archive says of itself may be a lie: it is unpacked to see.
        let size = if is_texts {
            let mut texts = Vec::new();
            part.by_ref()
                .take(MOST_SHARED_BYTES + 1)
                .read_to_end(&mut texts)
                .map_err(|error| unreadable(name, &error))?;
            if texts.len() as u64 > MOST_SHARED_BYTES {
                return Err(too_large(MOST_SHARED_BYTES));
            }
            check_texts(&texts, name)?;
            texts.len() as u64
        } else {
            std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink())
                .map_err(|error| unreadable(name, &error))?
        };
        left = left.checked_sub(size).ok_or_else(|| too_large(MOST_UNPACKED_BYTES))?;
    }
    Ok(())
}

/// The number of texts that the part claims is what a reader makes room for.
fn check_texts(part: &[u8], name: &str) -> Result<(), Remark> {
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
                    Err(Remark::of_all(Flaw::Unreadable, name, "uniqueCount"))
                };
            }
            Ok(Event::Eof) | Err(_) => return Ok(()),
            _ => {}
        }
    }
}

fn read_cells(book: &mut Book<'_>, sheet: &str, held: &mut Held, told: &mut Told<'_>) -> Result<Cells, Remark> {
    let mut cells = Cells::new();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| unreadable(sheet, &error))?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| unreadable(sheet, &error))? {
        let (row, column) = cell.pos;
        let at = |flaw, detail: String| Remark::of_all(flaw, sheet, detail).at(row.saturating_add(1));
        let text = match &cell.value {
            DataRef::Empty if cell.formula.is_some() => {
                told.remark(at(Flaw::NoFormulaValue, letter(column)));
                continue;
            }
            DataRef::Error(error) => {
                told.remark(at(Flaw::CellError, format!("{}: {error}", letter(column))));
                continue;
            }
            DataRef::SharedString(text) if text.trim().is_empty() => continue,
            value => text_of(value),
        };
        if text.trim().is_empty() || column as usize >= MOST_COLUMNS {
            continue;
        }
        // A text that many cells share counts as often as it stands there.
        held.cell(&text).map_err(|detail| at(Flaw::TooLarge, detail))?;
        cells.entry(row).or_default().insert(column, text);
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

/// The areas of merged cells, from their first cell to their last.
fn merged(book: &mut Book<'_>, sheet: &str) -> Vec<Dimensions> {
    // An area that ends before it begins ends the library's own arithmetic, where that is checked.
    let areas = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| book.merge_cells_by_sheet_name(sheet)));
    areas.ok().and_then(Result::ok).unwrap_or_default()
}

/// What stands in merged cells stands in each of them.
fn spread_merged(
    areas: &[Dimensions],
    sheet: &str,
    cells: &mut Cells,
    held: &mut Held,
    told: &mut Told<'_>,
) -> Result<(), Remark> {
    for area in areas {
        let ((top, left), (bottom, right)) = (area.start, area.end);
        let right = right.min(u32::try_from(MOST_COLUMNS).unwrap_or(u32::MAX) - 1);
        if bottom < top || right < left {
            continue;
        }
        let Some(text) = cells.get(&top).and_then(|line| line.get(&left)).cloned() else { continue };
        told.remark(Remark::of_all(Flaw::MergedCells, sheet, &text).at(top + 1));
        // Only rows that hold something else: a merged column may reach to the end of the world.
        for (row, line) in cells.range_mut(top..=bottom) {
            for column in left..=right {
                if (*row, column) == (top, left) {
                    continue;
                }
                held.cell(&text).map_err(|detail| Remark::of_all(Flaw::TooLarge, sheet, detail).at(row + 1))?;
                line.insert(column, text.clone());
            }
        }
    }
    Ok(())
}

/// How spreadsheets name a column, from 0.
fn letter(column: u32) -> String {
    let mut rest = column.saturating_add(1);
    let mut name = String::new();
    while rest > 0 {
        let (above, sign) = ((rest - 1) / 26, (rest - 1) % 26);
        name.insert(0, char::from(b'A' + u8::try_from(sign).unwrap_or_default()));
        rest = above;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Part, Row};

    const HEAD: &str =
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#;

    /// A workbook of one sheet with these rows, merged areas and shared texts.
    fn book(rows: &str, merged: &[&str], texts: &[&str]) -> Vec<u8> {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, text: String| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
            zip.write_all(text.as_bytes()).expect("its bytes");
        };
        let ns = "http://schemas.openxmlformats.org";
        add(
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        );
        add("[Content_Types].xml", format!(r#"<Types xmlns="{ns}/package/2006/content-types"/>"#));
        add(
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{ns}/spreadsheetml/2006/main" xmlns:r="{ns}/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        );
        add(
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        );
        let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
        add("xl/sharedStrings.xml", format!(r#"<sst xmlns="{ns}/spreadsheetml/2006/main">{texts}</sst>"#));
        let areas: String = merged.iter().map(|area| format!(r#"<mergeCell ref="{area}"/>"#)).collect();
        let areas = if areas.is_empty() { areas } else { format!("<mergeCells>{areas}</mergeCells>") };
        add("xl/worksheets/sheet1.xml", format!("{HEAD}<sheetData>{rows}</sheetData>{areas}</worksheet>"));
        zip.finish().expect("an archive").into_inner()
    }

    /// What is read of it: the rows, and how many remarks there were.
    fn rows(book: &[u8]) -> Result<(Vec<Row>, usize), Remark> {
        let (mut rows, mut remarks) = (Vec::new(), 0);
        crate::read(book, "a.xlsx", &mut |part| match part {
            Part::Rows { rows: more } => rows.extend(more),
            Part::Remark { .. } => remarks += 1,
            Part::Sheet { name } => assert_eq!(name, "A"),
        })?;
        Ok((rows, remarks))
    }

    fn text(at: &str, text: &str) -> String {
        format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    }

    #[test]
    fn merged_cells_that_go_backward_overlap_or_reach_to_the_end_of_the_world_are_read() {
        let two = format!(
            r#"<row r="1">{}{}</row><row r="2">{}</row>"#,
            text("A1", "文件"),
            text("B1", "标题"),
            text("A2", "one.mp4")
        );
        let check = |merged: &[&str], first: &[&str], second: &[&str]| {
            let (rows, _) = rows(&book(&two, merged, &[])).expect("it is read");
            assert_eq!(rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>(), [first, second], "{merged:?}");
        };
        check(&["C1:A1"], &["文件", "标题"], &["one.mp4"]);
        check(&["A2:A1"], &["文件", "标题"], &["one.mp4"]);
        check(&["B1:B1048576"], &["文件", "标题"], &["one.mp4", "标题"]);
        check(&["A2:C2", "B2:D2"], &["文件", "标题"], &["one.mp4"; 4]);
        check(&["D4:E5"], &["文件", "标题"], &["one.mp4"]);
        let (wide, remarks) = rows(&book(&two, &["A1:XFD1048576"], &[])).expect("it is read");
        assert_eq!((wide[0].cells.len(), wide[1].cells.len(), remarks), (200, 200, 1));
    }

    #[test]
    fn a_text_counts_as_often_as_it_stands_there() {
        let long = "x".repeat(100_000);
        let cells = |count: u32| -> String {
            (1..=count).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect()
        };
        assert_eq!(rows(&book(&cells(600), &[], &[&long])).expect("it fits").0.len(), 600);
        let refused = rows(&book(&cells(1100), &[], &[&long])).expect_err("it is too much");
        assert_eq!((refused.flaw, refused.row), (Flaw::TooLarge, Some(1_006)));
        let row = format!(r#"<row r="1">{}</row>{}"#, text("A1", &long), cells(0));
        let many: Vec<String> = (0..40).map(|_| "A1:GR1".to_owned()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let refused = rows(&book(&row, &many, &[])).expect_err("it is too much");
        assert_eq!((refused.flaw, refused.row), (Flaw::TooLarge, Some(1)));
        let one = text("A1", &"x".repeat(200_000));
        let refused = rows(&book(&format!(r#"<row r="1">{one}</row>"#), &[], &[])).expect_err("no cell is so long");
        assert_eq!((refused.flaw, refused.row), (Flaw::TooLarge, Some(1)));
    }

    #[test]
    fn rows_that_say_nothing_cost_nothing() {
        let empty: String = (2..200_000).map(|row| format!(r#"<row r="{row}"><c r="GR{row}"/></row>"#)).collect();
        let rows =
            rows(&book(&format!(r#"<row r="1">{}</row>{empty}"#, text("A1", "文件")), &[], &[])).expect("it is read");
        assert_eq!(rows.0, [Row { number: 1, cells: vec!["文件".into()] }]);
    }

    #[test]
    fn names_that_stand_for_more_names_are_not_followed() {
        let laugh = r#"<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
        let row = format!(r#"<row r="1">{}</row>"#, text("A1", "&b;"));
        match rows(&book(&row, &[], &[&format!("{laugh}&b;")])) {
            Err(refused) => assert_eq!(refused.flaw, Flaw::Unreadable, "{refused:?}"),
            Ok((rows, _)) => assert!(rows.iter().flat_map(|row| &row.cells).all(|cell| cell.len() < 10), "{rows:?}"),
        }
    }
}
