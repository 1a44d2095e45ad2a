//! How does it leave the platform? Reports as CSV and as a workbook that Excel and WPS open with Chinese names intact.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::error::{Error, Result};

/// A finished table: headings and rows of the same length.
#[derive(Debug, Clone)]
pub struct Table {
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i64),
}

/// UTF-8 with a byte-order mark, CRLF line ends (RFC 4180). Text that a spreadsheet would run as a formula is quoted.
///
/// # Errors
/// `Internal` only.
pub fn csv(table: &Table) -> Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(&table.headings).map_err(Error::internal)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(plain)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}

/// A workbook with one sheet, its headings bold and frozen.
///
/// # Errors
/// `Internal` only.
pub fn xlsx(table: &Table) -> Result<Vec<u8>> {
    workbook(table).map_err(Error::internal)
}

fn workbook(table: &Table) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, heading) in (0..).zip(&table.headings) {
        sheet.write_with_format(0, column, heading, &bold)?;
    }
    for (line, row) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet keeps numbers as doubles anyway")]
                Cell::Number(number) => sheet.write_number(line, column, *number as f64)?,
                Cell::Text(text) => sheet.write_string(line, column, text)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_reads_chinese_names_and_runs_no_formulas() {
        let text = |text: &str| Cell::Text(text.into());
        let table = Table {
            headings: vec!["姓名".into(), "n".into()],
            rows: vec![vec![text("卓玛, \"A\""), Cell::Number(-3)], vec![text("=1+1"), Cell::Number(2)]],
        };
        let bytes = csv(&table).unwrap();
        let expected = "\u{feff}姓名,n\r\n\"卓玛, \"\"A\"\"\",-3\r\n'=1+1,2\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        assert_eq!(&xlsx(&table).unwrap()[..2], b"PK");
    }
}
