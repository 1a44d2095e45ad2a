//! How much may a sheet hold? Rows, columns, and what they take of a memory: every text counts as often as it stands there.

use crate::{Flaw, Part, Remark, Row, tidy};

/// The largest file (bytes).
pub const MOST_BYTES: u64 = 64 << 20;
/// What a workbook may unpack to, and of that the texts that its cells share (bytes).
pub(crate) const MOST_UNPACKED_BYTES: u64 = 256 << 20;
pub(crate) const MOST_SHARED_BYTES: u64 = 64 << 20;
/// The most rows and columns of one file. A nation's library is split by column or prefecture.
const MOST_ROWS: usize = 200_000;
pub(crate) const MOST_COLUMNS: usize = 200;
pub(crate) const MOST_SHEETS: usize = 200;
/// Spreadsheets keep 32,767 signs in a cell.
const LONGEST_CELL_BYTES: usize = 4 * 32_767;
/// What all rows may take of whoever is told them (bytes).
const MOST_HELD: usize = 96 << 20;
/// What is made of a row, and of a cell of it, beside its text: measured, 180,000 rows of two cells took 256 MB until they
/// were checked against the library.
const ROW_BYTES: usize = 1400;
const CELL_BYTES: usize = 40;
/// Further remarks help nobody.
const MOST_REMARKS: usize = 5_000;
/// So many bytes of rows are told at a time.
const TOGETHER: usize = 64 << 10;

/// The room that rows take. Who is told by a child that a file may have taken over keeps count too.
#[derive(Debug)]
pub struct Held {
    left: usize,
    rows_left: usize,
}

impl Default for Held {
    fn default() -> Self {
        Self { left: MOST_HELD, rows_left: MOST_ROWS }
    }
}

impl Held {
    /// Takes the room of a row; says what was too much.
    ///
    /// # Errors
    /// The bound that it would pass, in words that every language shares.
    pub fn take(&mut self, row: &Row) -> Result<usize, String> {
        if self.rows_left == 0 || row.cells.len() > MOST_COLUMNS {
            return Err(format!("{MOST_ROWS} × {MOST_COLUMNS}"));
        }
        let texts = row.cells.iter().map(|cell| cell.len() + CELL_BYTES).sum::<usize>();
        self.rows_left -= 1;
        self.bytes(texts + ROW_BYTES)
    }

    fn bytes(&mut self, bytes: usize) -> Result<usize, String> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| format!("{} MB", MOST_HELD >> 20))?;
        Ok(bytes)
    }

    /// Takes the room of a cell while a sheet is read.
    pub(crate) fn cell(&mut self, text: &str) -> Result<(), String> {
        if text.len() > LONGEST_CELL_BYTES {
            return Err(format!("{} KB", text.len() >> 10));
        }
        self.bytes(text.len() + 2 * CELL_BYTES).map(drop)
    }
}

/// Tells what is read, within bounds.
pub(crate) struct Told<'a> {
    tell: &'a mut dyn FnMut(Part),
    held: Held,
    remarks: usize,
    rows: Vec<Row>,
    bytes: usize,
    /// The sheet that has not been told yet, for want of a row.
    sheet: Option<String>,
}

impl<'a> Told<'a> {
    pub(crate) fn new(tell: &'a mut dyn FnMut(Part)) -> Self {
        Self { tell, held: Held::default(), remarks: 0, rows: Vec::new(), bytes: 0, sheet: None }
    }

    pub(crate) fn remark(&mut self, remark: Remark) {
        self.remarks += 1;
        if self.remarks <= MOST_REMARKS {
            (self.tell)(Part::Remark { remark });
        }
    }

    pub(crate) fn begin(&mut self, sheet: &str) {
        self.sheet = Some(sheet.chars().take(255).collect());
    }

    /// A row of the sheet that was begun, unless it says nothing, or its first text begins with `#`.
    pub(crate) fn row(&mut self, sheet: &str, number: u32, cells: &[impl AsRef<str>]) -> Result<(), Remark> {
        let cells: Vec<String> = cells.iter().map(|cell| tidy(cell.as_ref())).collect();
        let says_something = cells.iter().find(|cell| !cell.is_empty()).is_some_and(|first| !first.starts_with('#'));
        if !says_something {
            return Ok(());
        }
        let mut row = Row { number, cells };
        let width = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        row.cells.truncate(width);
        row.cells.shrink_to_fit();
        let refused = |detail: String| Remark::of_all(Flaw::TooLarge, sheet, detail).at(number);
        if let Some(long) = row.cells.iter().find(|cell| cell.len() > LONGEST_CELL_BYTES) {
            return Err(refused(format!("{} KB", long.len() >> 10)));
        }
        self.bytes += self.held.take(&row).map_err(refused)?;
        if let Some(name) = self.sheet.take() {
            (self.tell)(Part::Sheet { name });
        }
        self.rows.push(row);
        if self.bytes >= TOGETHER {
            self.flush();
        }
        Ok(())
    }

    /// The end of a sheet.
    pub(crate) fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if !rows.is_empty() {
            (self.tell)(Part::Rows { rows });
        }
    }
}
