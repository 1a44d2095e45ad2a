//! What does a CSV file say? In UTF-8, UTF-16 or what Chinese Excel writes; with commas, semicolons or tabs.

use super::{Finding, Found, MOST_COLUMNS, MOST_ROWS, Sheet, about_all, worth_reading};
use crate::media::captions::read::decoded;

pub(super) fn read(bytes: &[u8], name: &str, findings: &mut Vec<Finding>) -> Result<Sheet, Finding> {
    let (text, encoding) = decoded(bytes).ok_or_else(|| about_all(Found::SheetUnreadable, name, "?"))?;
    if encoding != "UTF-8" {
        findings.push(about_all(Found::ReadAs, name, encoding));
    }
    // The reader counts lines only where they end in one sign.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let text = text.as_str();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut row, mut next_line) = (0, 1);
    for record in reader.records() {
        let record = record.map_err(|error| about_all(Found::SheetUnreadable, name, error.to_string()))?;
        if rows.len() >= MOST_ROWS || record.len() > MOST_COLUMNS {
            return Err(about_all(Found::SheetTooLarge, name, format!("{MOST_ROWS} × {MOST_COLUMNS}")));
        }
        // Spreadsheets count an empty line as a row, and a cell of several lines as one.
        let line = record.position().map_or(next_line, |at| at.line() + empty_lines(text, at.byte()));
        row += 1 + line.saturating_sub(next_line);
        next_line = line + 1 + record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        rows.push((u32::try_from(row).unwrap_or(u32::MAX), record.iter().map(str::to_owned).collect()));
    }
    Ok(worth_reading(name, rows))
}

/// How many empty lines begin at this byte: a record is said to begin before those that are passed over.
fn empty_lines(text: &str, byte: u64) -> u64 {
    let rest = text.as_bytes().get(usize::try_from(byte).unwrap_or(usize::MAX)..).unwrap_or_default();
    rest.iter().take_while(|sign| **sign == b'\n').count() as u64
}

/// What the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    // Of equals the last wins: a comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sheet::Row;

    fn rows(bytes: &[u8]) -> (Vec<Row>, Vec<Finding>) {
        let mut findings = Vec::new();
        let sheet = read(bytes, "a.csv", &mut findings).expect("it is read");
        assert_eq!(sheet.rows[0].cells, ["文件", "标题"]);
        (sheet.rows, findings)
    }

    #[test]
    fn a_sheet_is_read_in_whatever_encoding_and_with_whatever_between_its_cells() {
        let text = "文件,标题\r\n# 说明,\"在\r\n此\"\r\n一.mp4,\"高血压,第一讲\"\r\n\r\n,\r\n二.mp4\r\n";
        let utf16 =
            |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let semicolons = "文件;标题\n# 说明;\"在\n此\"\n一.mp4;\"高血压,第一讲\"\n\n;\n二.mp4\n";
        let wide: Vec<u8> = utf16(text);
        for (bytes, found) in [(text.as_bytes(), 0), (&gb, 1), (&wide, 1), (semicolons.as_bytes(), 0)] {
            let (rows, findings) = rows(bytes);
            assert_eq!(rows[1], Row { number: 3, cells: vec!["一.mp4".into(), "高血压,第一讲".into()] });
            assert_eq!(rows[2], Row { number: 6, cells: vec!["二.mp4".into()] });
            assert_eq!((rows.len(), findings.len()), (3, found));
        }
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let refused = read(&[0xff, 0x00, 0x81, 0x00, 0x00, 0xfe], "a.csv", &mut Vec::new());
        assert_eq!(refused.map_err(|finding| finding.found), Err(Found::SheetUnreadable));
    }
}
