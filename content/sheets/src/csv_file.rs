//! What does a CSV file say? In UTF-8, UTF-16 or what Chinese Excel writes; with commas, semicolons or tabs.

use crate::bounds::{MOST_COLUMNS, Told};
use crate::{Flaw, Remark, decoded};

pub(crate) fn read(bytes: &[u8], name: &str, told: &mut Told<'_>) -> Result<(), Remark> {
    let (text, encoding) = decoded(bytes).ok_or_else(|| Remark::of_all(Flaw::Unreadable, name, "?"))?;
    if encoding != "UTF-8" {
        told.remark(Remark::of_all(Flaw::ReadAs, name, encoding));
    }
    // The reader counts lines only where they end in one sign.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let text = text.as_str();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    told.begin(name);
    let mut record = csv::StringRecord::new();
    let (mut row, mut next_line) = (0, 1);
    while reader.read_record(&mut record).map_err(|error| Remark::of_all(Flaw::Unreadable, name, error.to_string()))? {
        // Spreadsheets count an empty line as a row, and a cell of several lines as one.
        let line = record.position().map_or(next_line, |at| at.line() + empty_lines(text, at.byte()));
        row += 1 + line.saturating_sub(next_line);
        next_line = line + 1 + record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        if record.len() > MOST_COLUMNS {
            return Err(Remark::of_all(Flaw::TooLarge, name, format!("> {MOST_COLUMNS}")).at(number));
        }
        told.row(name, number, &record.iter().collect::<Vec<_>>())?;
    }
    told.flush();
    Ok(())
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
    use crate::{Part, Row};

    fn rows(bytes: &[u8]) -> (Vec<Row>, usize) {
        let (mut rows, mut remarks) = (Vec::new(), 0);
        crate::read(bytes, "a.csv", &mut |part| match part {
            Part::Rows { rows: more } => rows.extend(more),
            Part::Remark { .. } => remarks += 1,
            Part::Sheet { name } => assert_eq!(name, "a.csv"),
        })
        .expect("it is read");
        assert_eq!(rows[0].cells, ["文件", "标题"]);
        (rows, remarks)
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
            let (rows, remarks) = rows(bytes);
            assert_eq!(rows[1], Row { number: 3, cells: vec!["一.mp4".into(), "高血压,第一讲".into()] });
            assert_eq!(rows[2], Row { number: 6, cells: vec!["二.mp4".into()] });
            assert_eq!((rows.len(), remarks), (3, found));
        }
    }

    #[test]
    fn what_is_no_text_or_too_much_is_said_to_be() {
        let check = |bytes: &[u8], expected: (Flaw, Option<u32>)| {
            let refused = crate::read(bytes, "a.csv", &mut |_| {}).expect_err("it is refused");
            assert_eq!((refused.flaw, refused.row), expected, "{refused:?}");
        };
        check(&[0xff, 0x00, 0x81, 0x00, 0x00, 0xfe], (Flaw::Unreadable, None));
        check(format!("a,b\n{}", ",".repeat(1 << 20)).as_bytes(), (Flaw::TooLarge, Some(2)));
        check(format!("a,b\nc,{}", "d".repeat(1 << 20)).as_bytes(), (Flaw::TooLarge, Some(2)));
        check("a,b\n".repeat(200_001).as_bytes(), (Flaw::TooLarge, Some(67_924)));
        check(
            format!("a\n{}", format!("{},b\n", ",".repeat(190)).repeat(20_000)).as_bytes(),
            (Flaw::TooLarge, Some(11_086)),
        );
    }

    #[test]
    fn what_says_nothing_takes_no_room() {
        let empty = format!("文件,标题\n{}", format!("{}\n\n", ",".repeat(150)).repeat(60_000));
        assert_eq!(rows(empty.as_bytes()).0.len(), 1);
    }
}
