//! How does it leave the platform? Reports as CSV and as a workbook that Excel and WPS open with Chinese names intact.
//! CSV is written part by part, so that a long report is never in memory; a workbook is, and is bounded therefore.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result, Why};

/// The most rows of a workbook, some 40 MB while it is made; what is longer leaves as CSV.
pub const MOST_SHEET_ROWS: i64 = 50_000;

/// What a spreadsheet takes for the beginning of a formula, in both widths, or steps over on its way to one.
const FORMULA_SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i64),
}

/// How a CSV file begins: a byte-order mark and the headings. It is UTF-8 with CRLF line ends (RFC 4180).
///
/// # Errors
/// `Internal` only.
pub fn csv_head(headings: &[&str]) -> Result<Vec<u8>> {
    let mut writer = csv_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(headings).map_err(Error::internal)?;
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// Lines of a CSV file. Text that a spreadsheet would run as a formula is quoted.
///
/// # Errors
/// `Internal` only.
pub fn csv_rows(rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    let mut writer = csv_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(plain)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

fn csv_writer(begun: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun)
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) if text.starts_with(FORMULA_SIGNS) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
    }
}

/// A workbook with one sheet, its headings bold and frozen.
pub struct Sheet {
    sheet: Worksheet,
    /// Lines written, the headings' included.
    lines: u32,
}

impl Sheet {
    /// A sheet that `rows` rows will be added to.
    ///
    /// # Errors
    /// `Invalid(rows, TooLong)` for more rows than fit: the report has to be narrowed.
    pub fn new(headings: &[&str], rows: i64) -> Result<Self> {
        if rows > MOST_SHEET_ROWS {
            return Err(Error::invalid("rows", Why::TooLong));
        }
        let mut sheet = Worksheet::new();
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(headings) {
            sheet.write_with_format(0, column, *heading, &bold).map_err(Error::internal)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
        Ok(Self { sheet, lines: 1 })
    }

    /// # Errors
    /// `Invalid(rows, TooLong)` when there turn out to be more rows than fit.
    pub fn add(&mut self, rows: &[Vec<Cell>]) -> Result<()> {
        if i64::from(self.lines) + rows.len() as i64 > MOST_SHEET_ROWS + 1 {
            return Err(Error::invalid("rows", Why::TooLong));
        }
        for row in rows {
            self.add_row(row).map_err(Error::internal)?;
        }
        Ok(())
    }

    fn add_row(&mut self, row: &[Cell]) -> std::result::Result<(), XlsxError> {
        for (column, cell) in (0..).zip(row) {
            match cell {
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet keeps numbers as doubles anyway")]
                Cell::Number(number) => self.sheet.write_number(self.lines, column, *number as f64)?,
                Cell::Text(text) => self.sheet.write_string(self.lines, column, text)?,
            };
        }
        self.lines += 1;
        Ok(())
    }

    /// The finished file.
    ///
    /// # Errors
    /// `Internal` only.
    pub fn finish(self) -> Result<Vec<u8>> {
        let mut workbook = Workbook::new();
        workbook.push_worksheet(self.sheet);
        workbook.save_to_buffer().map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn a_spreadsheet_reads_chinese_names() {
        let rows = [vec![text("卓玛, \"A\""), Cell::Number(-3)], vec![text("扎西"), Cell::Number(2)]];
        let head = csv_head(&["姓名", "n"]).unwrap();
        assert_eq!(String::from_utf8(head).unwrap(), "\u{feff}姓名,n\r\n");
        let lines = csv_rows(&rows).unwrap();
        assert_eq!(String::from_utf8(lines).unwrap(), "\"卓玛, \"\"A\"\"\",-3\r\n扎西,2\r\n");
        assert_eq!(csv_rows(&[]).unwrap(), b"");
        let mut sheet = Sheet::new(&["姓名", "n"], 2).unwrap();
        sheet.add(&rows).unwrap();
        assert_eq!(&sheet.finish().unwrap()[..2], b"PK");
    }

    #[test]
    fn a_spreadsheet_runs_no_formulas() {
        let check = |given: &str, expected: &str| assert_eq!(plain(&text(given)), expected, "{given:?}");
        for sign in ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"] {
            check(&format!("{sign}1+1"), &format!("'{sign}1+1"));
            check(sign, &format!("'{sign}"));
            check(&format!("a{sign}1"), &format!("a{sign}1"));
        }
        check("", "");
        check("'=1", "'=1");
        assert_eq!(plain(&Cell::Number(-1)), "-1", "a number is no formula");
    }

    #[test]
    fn a_workbook_that_is_too_long_is_refused_before_it_is_made() {
        assert!(Sheet::new(&["n"], MOST_SHEET_ROWS).is_ok());
        let refused = Sheet::new(&["n"], MOST_SHEET_ROWS + 1);
        assert!(matches!(refused, Err(Error::Invalid { field: "rows", why: Why::TooLong })));
        let mut sheet = Sheet::new(&["n"], 0).unwrap();
        let rows = vec![vec![Cell::Number(1)]; usize::try_from(MOST_SHEET_ROWS).unwrap()];
        sheet.add(&rows).unwrap();
        let refused = sheet.add(&rows[..1]);
        assert!(
            matches!(refused, Err(Error::Invalid { field: "rows", why: Why::TooLong })),
            "nor when it grows too long"
        );
    }
}
